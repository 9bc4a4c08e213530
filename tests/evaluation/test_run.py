"""The evaluation from playlists to a report: what is hidden, what methods see, what is written."""

import gzip
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from evaluation import report
from evaluation.hiding import HidingProtocol, hide
from evaluation.intervals import Interval
from evaluation.measure import SIZE, compute_metrics, measure
from evaluation.methods import build_method_input, list_methods
from evaluation.run import EvaluationResults, evaluate
from formats.errors import FormatError
from formats.library_csv import read_library
from formats.registry import load_playlists
from formats.source_playlist import SourcePlaylist
from recommender.catalogue.build import load_build
from recommender.song import Song

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def build(invented):
    return load_build(invented / "models")


@pytest.fixture(scope="module")
def songs(invented):
    return read_library(invented / "data.csv")


def make_playlist(songs, every=7, name="mine", n_songs=60):
    """A playlist of every `every`-th song of the catalogue."""
    return SourcePlaylist(name, tuple(songs[::every][:n_songs]))


def slice_file(folder, playlists, name="slice.json"):
    """A file in the format of the Million Playlist Dataset."""
    """A file as the Million Playlist Dataset has them."""
    content = {
        "playlists": [
            {
                "pid": number,
                "tracks": [
                    {
                        "track_uri": f"spotify:track:{song.id}",
                        "track_name": song.title,
                        "artist_name": song.artists[0],
                        "duration_ms": 200_000,
                    }
                    for song in reversed(playlist.songs)
                ],
            }
            for number, playlist in enumerate(playlists)
        ]
    }
    path = folder / name
    packed = json.dumps(content).encode()
    path.write_bytes(gzip.compress(packed) if name.endswith(".gz") else packed)
    return path


@pytest.mark.parametrize("name", ["slice.json", "slice.json.gz"])
def test_playlists_are_read_newest_first(songs, tmp_path, name):
    playlist = make_playlist(songs)

    [read] = load_playlists(slice_file(tmp_path, [playlist], name))

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
    with pytest.raises(FormatError, match=r"odd\.json is no slice"):
        load_playlists(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FormatError, match="there is no file"):
        load_playlists(tmp_path / "none.json")


def test_a_fifth_of_the_songs_is_hidden_and_no_version_of_them_is_seen(build, songs):
    playlist = make_playlist(songs)
    again = SourcePlaylist("mine", (*playlist.songs, *playlist.songs))  # each song twice

    case = hide(again, build.catalogue, HidingProtocol())

    seen = {song.id for song in case.visible}
    hidden = {song.id for song in playlist.songs} - seen
    assert len(case.hidden) == len(hidden) == 12
    assert len(case.visible) == 2 * 48


def test_songs_that_the_catalogue_lacks_stay_visible(build, songs):
    unknown = tuple(Song("", f"Unknown {number}", ("Nobody",)) for number in range(5))
    case = hide(
        SourcePlaylist("mine", make_playlist(songs).songs + unknown), build.catalogue, HidingProtocol()
    )
    assert set(unknown) <= set(case.visible)


def test_what_is_hidden_depends_on_seed_and_name_alone(build, songs):
    def hidden(name, seed=0):
        case = hide(make_playlist(songs, name=name), build.catalogue, HidingProtocol(seed=seed))
        return case.hidden.tolist()

    assert hidden("mine") == hidden("mine")
    assert hidden("mine") != hidden("yours")
    assert hidden("mine") != hidden("mine", seed=1)


def test_a_playlist_with_too_few_songs_is_left_out(build, songs):
    few = make_playlist(songs, n_songs=29)
    assert hide(few, build.catalogue, HidingProtocol()) is None
    assert measure(few, build, list_methods(), HidingProtocol()) is None
    assert hide(few, build.catalogue, HidingProtocol(minimum=29)) is not None


@pytest.mark.parametrize("wrong", [{"hidden": 0}, {"hidden": 1}, {"minimum": 1}])
def test_a_protocol_that_hides_all_or_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        HidingProtocol(**wrong)


@pytest.mark.parametrize("name", list_methods())
def test_a_method_picks_fifty_new_songs_and_no_two_versions_of_one_in_a_cluster(build, songs, name):
    case = hide(make_playlist(songs), build.catalogue, HidingProtocol())
    seen = build_method_input(case.visible, build, SIZE, seed=1)

    rows = list_methods()[name](seen, build)

    assert len(set(rows.tolist())) == 50
    assert seen.is_new[rows].all()
    clusters = np.searchsorted(build.catalogue.cluster_starts, rows, "right") - 1
    if name not in ("popular", "mean", "unshared"):
        assert np.bincount(clusters, minlength=5).tolist() == seen.shares.tolist()


def test_the_popular_songs_are_the_most_popular_that_the_listener_does_not_own(build, songs):
    popularity = build.catalogue.popularity
    case = hide(make_playlist(songs), build.catalogue, HidingProtocol())
    seen = build_method_input(case.visible, build, SIZE, seed=1)

    rows = list_methods()["popular"](seen, build)

    best = np.sort(popularity[seen.is_new])[::-1][:50]
    assert popularity[rows].tolist() == sorted(popularity[rows].tolist(), reverse=True)
    assert popularity[rows[0]] == best[0]


def test_a_hidden_song_found_in_two_versions_counts_once(build, songs):
    case = hide(make_playlist(songs), build.catalogue, HidingProtocol())
    found = case.hidden_rows[:1]
    seen = build.catalogue.find_rows([song.id for song in case.visible])

    once = compute_metrics(found, case, seen, build)
    twice = compute_metrics(np.repeat(found, 2), case, seen, build)

    assert once["recall@50"] == twice["recall@50"] == 1 / 12
    assert once["ndcg@50"] == twice["ndcg@50"] > 0
    assert once["hit_rate"] == 1
    assert once["clicks"] == 0


def test_ndcg_as_written_is_that_of_the_order_in_which_the_songs_play(build, songs):
    case = hide(make_playlist(songs), build.catalogue, HidingProtocol())
    seen = build.catalogue.find_rows([song.id for song in case.visible])
    artists = build.catalogue.first_artists
    found = int(case.hidden_rows[0])
    same, other = (
        np.flatnonzero((artists == artists[found]) == is_same)[1:].tolist() for is_same in (True, False)
    )
    first = next(row for row in same if row not in case.hidden_rows)
    last = next(row for row in other if row not in case.hidden_rows)

    values = compute_metrics(np.array([first, found, last]), case, seen, build)

    # The hit comes second, but is by the artist of the first: it plays last.
    assert values["ndcg_written@50"] / values["ndcg@50"] == pytest.approx(np.log2(3) / np.log2(4))


@pytest.fixture(scope="module")
def playlists_file(songs, tmp_path_factory):
    """Six playlists of 40 songs each, and one that is too short."""
    many = [make_playlist(songs, every=11 + number, n_songs=40) for number in range(6)]
    return slice_file(tmp_path_factory.mktemp("slices"), [*many, make_playlist(songs, n_songs=5)])


def test_an_evaluation_measures_every_method_on_every_playlist_that_is_long_enough(playlists_file, invented):
    results = evaluate([playlists_file], invented / "models", HidingProtocol(), None)

    assert results.playlists == 6
    assert set(results.methods) == set(list_methods())
    assert results.methods["ours"]["unique_artists"].mean >= 50 / 3
    assert results.methods["ours"]["kl_clusters"].mean < 0.05
    assert 0 < results.coverage["ours"] <= 6 * 50 / 3000
    assert set(results.sha256) == {"slice.json", "manifest.json"}


def test_a_sample_is_as_large_as_wanted(playlists_file, invented):
    assert evaluate([playlists_file], invented / "models", HidingProtocol(), 2).playlists == 2


def test_playlists_without_a_song_of_the_catalogue_are_an_error(invented, tmp_path):
    strangers = SourcePlaylist("x", tuple(Song(f"{n:022d}", f"T{n}", ("A",)) for n in range(40)))
    with pytest.raises(FormatError, match="none of the 1 playlists has 30 songs"):
        evaluate([slice_file(tmp_path, [strangers])], invented / "models", HidingProtocol(), None)


def test_the_command_prints_json_and_writes_the_report(playlists_file, invented, tmp_path):
    page = tmp_path / "quality.md"
    page.write_text("# Quality\n\nWords.\n\n## Picks\n\nold figures\n\n## Tried\n\nMore words.\n")
    (tmp_path / "pictures").mkdir()

    words = ["evaluate", playlists_file, "--models", invented / "models", "--report", page, "--sample", "3"]
    done = subprocess.run(
        [sys.executable, "-m", "cli", *words, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    printed = json.loads(done.stdout)
    assert printed["playlists"] == 3
    assert set(printed["methods"]["ours"]["ndcg@50"]) == {"mean", "low", "high"}
    assert set(printed["methods"]["ours"]["ndcg_written@50"]) == {"mean", "low", "high"}
    assert set(printed["ratio_to_origin"]) == {"mean", "low", "high"}
    text = page.read_text()
    assert text.startswith("# Quality\n\nWords.\n\n## Picks\n\nPrinted by `./run evaluate ")
    assert text.endswith("\n\n## Tried\n\nMore words.\n")
    assert "old figures" not in text
    assert printed["sha256"]["slice.json"] in text
    assert (tmp_path / "pictures" / "quality.svg").read_text().count("ours without") >= 1


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
    metrics = {metric: nothing for metric in report.COLUMNS}
    results = EvaluationResults(1, HidingProtocol(), {"ours": metrics}, {"ours": 0.0}, nothing, {})

    assert report.as_json(results)["methods"]["ours"]["kl_genres"] == {
        "mean": None,
        "low": None,
        "high": None,
    }
    assert "| – |" in report.as_markdown(results)
