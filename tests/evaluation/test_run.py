"""The evaluation from playlists to a report: what is read, what is measured, what is written."""

import argparse
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from cli.evaluate import add_arguments
from evaluation import report
from evaluation.hiding import PROTOCOLS, HidingProtocol
from evaluation.intervals import Interval
from evaluation.methods import list_methods
from evaluation.run import EvaluationResults, evaluate
from formats.errors import FormatError
from formats.registry import load_playlists
from formats.source_playlist import SourcePlaylist
from recommender.song import Song
from tests.support.playlists import make_playlist, write_slice

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["slice.json", "slice.json.gz"])
def test_playlists_are_read_newest_first(songs, tmp_path, name):
    playlist = make_playlist(songs)

    [read] = load_playlists(write_slice(tmp_path, [playlist], name))

    assert [song.id for song in read.songs] == [song.id for song in playlist.songs]
    assert read.songs[0] == Song(songs[0].id, songs[0].title, songs[0].artists[:1], duration_ms=200_000)


def test_a_library_is_one_playlist(songs, invented):
    [read] = load_playlists(invented / "data.csv")
    assert list(read.songs) == songs


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"playlists": [{}]}', '{"playlists": [{"pid": 1, "tracks": [5]}]}']
)
def test_a_file_that_is_not_a_slice_is_named(tmp_path, content):
    path = tmp_path / "odd.json"
    path.write_text(content)
    with pytest.raises(FormatError, match=r"odd\.json (is no slice|is empty|has no columns)"):
        load_playlists(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FormatError, match="there is no file"):
        load_playlists(tmp_path / "none.json")


@pytest.fixture(scope="module")
def playlists_file(songs, tmp_path_factory):
    """Six playlists of 40 songs each, and one that is too short."""
    many = [make_playlist(songs, every=11 + number, n_songs=40) for number in range(6)]
    return write_slice(tmp_path_factory.mktemp("slices"), [*many, make_playlist(songs, n_songs=5)])


@pytest.mark.parametrize("name", PROTOCOLS)
def test_an_evaluation_measures_every_method_on_every_playlist_that_is_long_enough(
    playlists_file, invented, name
):
    results = evaluate([playlists_file], invented / "models", HidingProtocol(name), None)

    assert results.playlists == 6
    assert not results.are_libraries
    assert results.methods.keys() == list_methods(name).keys()
    assert results.methods["ours"]["unique_artists"].mean >= 50 / 3
    assert results.methods["ours"]["kl_clusters"].mean < 0.05
    assert 0 < results.coverage["ours"] <= 6 * 50 / 3000
    assert set(results.sha256) == {"slice.json", "manifest.json"}


def test_methods_are_compared_on_the_same_playlists(playlists_file, invented):
    results = evaluate([playlists_file], invented / "models", HidingProtocol("discovery"), None)

    assert results.compared.keys() >= {
        ("discover", "origin new"),
        ("familiar", "before"),
        ("ours, seed 1", "ours"),
    }
    difference = results.compared["familiar", "before"].difference
    gain = {name: results.methods[name]["ndcg@50"].mean for name in ("familiar", "before")}
    assert difference.mean == pytest.approx(gain["familiar"] - gain["before"])


def test_an_evaluation_gives_the_same_figures_again(playlists_file, invented):
    def measure():
        results = evaluate([playlists_file], invented / "models", HidingProtocol("discovery"), 3)
        figures = report.as_json(results)
        for metrics in figures["methods"].values():
            del metrics["ms"]
        return figures

    assert measure() == measure()


def test_an_exported_library_is_told_from_playlists(invented, songs, tmp_path):
    library = tmp_path / "mine.csv"
    library.write_text("id,name,artists\n" + "".join(f"{song.id},x,y\n" for song in songs[::40]))
    results = evaluate([library], invented / "models", HidingProtocol("newest"), None)
    assert report.build_heading(results) == "Newest songs of libraries"


def test_a_sample_is_as_large_as_wanted(playlists_file, invented):
    assert evaluate([playlists_file], invented / "models", HidingProtocol(), 2).playlists == 2


def test_playlists_without_a_song_of_the_catalogue_are_an_error(invented, tmp_path):
    strangers = SourcePlaylist("x", tuple(Song(f"{n:022d}", f"T{n}", ("A",)) for n in range(40)))
    with pytest.raises(FormatError, match="none of the 1 playlists has 30 songs"):
        evaluate([write_slice(tmp_path, [strangers])], invented / "models", HidingProtocol(), None)


def test_every_protocol_can_be_asked_for_and_has_a_heading(invented):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    for name in PROTOCOLS:
        assert parser.parse_args(["--protocol", name]).protocol == name
        assert "libraries" in report.HEADINGS[name].format("libraries")


def run_command(*words):
    done = subprocess.run(
        [sys.executable, "-m", "cli", "evaluate", *words, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_the_command_prints_both_protocols_as_json_and_writes_a_section_of_each(
    playlists_file, invented, tmp_path
):
    page = tmp_path / "quality.md"
    page.write_text(
        "# Quality\n\nWords.\n\n## Hidden songs of playlists\n\nold figures\n\n## Tried\n\nMore.\n"
    )
    (tmp_path / "pictures").mkdir()

    printed = run_command(playlists_file, "--models", invented / "models", "--report", page, "--sample", "3")

    assert printed["protocol"] == "songs"
    assert printed["playlists"] == 3
    assert printed["protocols"].keys() == {"songs", "discovery"}
    for protocol, figures in printed["protocols"].items():
        assert figures["protocol"] == protocol
        assert figures["methods"].keys() == list_methods(protocol).keys()
        for metric in (
            "ndcg@50",
            "ndcg_written@50",
            "artist_recall@50",
            "artist_precision@50",
            "known_artists",
        ):
            assert figures["methods"]["ours"][metric].keys() == {"mean", "low", "high"}
        assert figures["methods"]["ours"] == figures["methods"]["balanced"]
        assert figures["ratio_to_origin"].keys() == {"mean", "low", "high"}
        assert figures["compared"]["familiar / before"].keys() == {"ratio", "difference"}
    assert printed["methods"] == printed["protocols"]["songs"]["methods"]
    text = page.read_text()
    assert text.startswith(
        "# Quality\n\nWords.\n\n## Hidden songs of playlists\n\nPrinted by `./run evaluate "
    )
    assert "\n\n## Tried\n\nMore.\n\n## Hidden artists of playlists\n\nPrinted by" in text
    assert "old figures" not in text
    assert printed["sha256"]["slice.json"] in text
    for protocol in ("songs", "discovery"):
        picture = tmp_path / "pictures" / f"quality-{protocol}-playlists.svg"
        assert "familiar" in picture.read_text()


def test_the_command_measures_one_protocol_with_all_methods_and_common_artists(playlists_file, invented):
    words = ["--protocol", "discovery", "--all-methods", "--sample", "2", "--common", playlists_file]

    printed = run_command(playlists_file, "--models", invented / "models", *words)

    assert printed["protocol"] == "discovery"
    assert printed["protocols"].keys() == {"discovery"}
    assert printed["methods"].keys() == list_methods("discovery", with_variants=True).keys()
    assert "tail_recall@50" in printed["methods"]["discover"]
    assert printed["notes"] == []


def test_tail_recall_is_left_out_with_a_sentence_where_nothing_tells_the_commonest_artists(
    playlists_file, invented
):
    printed = run_command(playlists_file, "--models", invented / "models", "--sample", "2")

    assert "tail_recall@50" not in printed["methods"]["ours"]
    assert printed["notes"] == [report.NO_TAIL]


def put_section(page, heading, text):
    report.put_section(page, heading, text, "./run evaluate x", date(2026, 3, 2))


def test_a_section_is_added_to_a_page_that_lacks_it(tmp_path):
    page = tmp_path / "new.md"
    put_section(page, "Picks", "First.")
    put_section(page, "Matching", "Second.")
    put_section(page, "Picks", "Third.")
    printed = "Printed by `./run evaluate x` on 2 March 2026."
    assert page.read_text() == f"## Picks\n\n{printed}\n\nThird.\n\n## Matching\n\n{printed}\n\nSecond.\n"


def test_unknown_values_are_a_dash_on_the_page_and_null_in_json():
    nothing = Interval(float("nan"), float("nan"), float("nan"))
    metrics = {metric: nothing for metric in (*report.FOUND, *report.LIKE)}
    results = EvaluationResults(
        1, True, HidingProtocol(), {"ours": metrics}, {"ours": 0.0}, nothing, {}, {"a.csv": "12"}
    )

    assert report.as_json(results)["methods"]["ours"]["kl_genres"] == {
        "mean": None,
        "low": None,
        "high": None,
    }
    assert "| – |" in report.as_markdown(results)
