"""`./run bench`: each benchmark run as a process, and its table."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import jobs, library, memory, origin, preview, scale, stages, taste, web
from benchmarks.errors import BenchmarkError
from recommender.catalogue.features import NAMES
from recommender.song import Song
from training.dataset import read_dataset
from training.genres import read_genres

# Most tests run the command.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
needs_linux = pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from Linux's /proc"
)


def bench(*words):
    """Run `./run bench` as a process and return the completed process."""
    return subprocess.run(
        [sys.executable, "-m", "cli", "bench", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_origin_prints_both_times_and_their_ratio(invented):
    done = bench("origin", "--data", invented / "data.csv", "--models", invented / "models", "--json")

    figures = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert figures["songs"] == 2_000
    assert figures["catalogue"] == 3_000
    assert figures["ratio"] == pytest.approx(figures["origin_s"] / figures["ours_s"], rel=0.05)
    assert figures["origin_s"] == pytest.approx(sum(figures["origin_stages_s"].values()), abs=0.001)
    assert list(figures["ours_stages_s"]) == ["match", "cluster", "allocate", "rank", "explain"]
    assert figures["ratio"] > 10


def test_origin_builds_its_own_models_if_the_given_ones_are_from_other_data(invented, tmp_path):
    shorter = tmp_path / "data.csv"
    lines = (invented / "data.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    shorter.write_text("".join(lines[:1_001]), encoding="utf-8")

    figures = origin.run(shorter, None, invented / "models")

    assert figures["catalogue"] == figures["songs"] == 1_000


def test_origin_names_a_missing_dataset(tmp_path):
    done = bench("origin", "--data", tmp_path / "none.csv", "--json")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "none.csv" in done.stderr


def test_origin_prints_a_line_for_each_side():
    figures = {
        "songs": 2_917,
        "catalogue": 172_614,
        "origin_s": 18.0,
        "ours_s": 0.025,
        "ratio": 720,
        "origin_stages_s": {"look_up": 18.0},
        "ours_stages_s": {"match": 0.025},
    }

    lines = origin.as_table(figures).splitlines()

    assert lines[0] == "2,917 saved songs, 172,614 in the catalogue"
    assert lines[1].split() == ["origin", "18.0000", "s", "(look_up", "18.0000", "s)"]
    assert lines[3].split() == ["ratio", "720"]


def test_stages_joins_libraries_and_prints_the_median_of_each_stage(invented, tmp_path):
    lines = (invented / "data.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    for name, start, end in (("a.csv", 1, 101), ("b.csv", 51, 201)):
        (tmp_path / name).write_text("".join([lines[0], *lines[start:end]]), encoding="utf-8")
    both = ("--library", tmp_path / "a.csv", "--library", tmp_path / "b.csv")

    done = bench("stages", *both, "--songs", "180", "--models", invented / "models", "--json")

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert (figures["songs"], figures["catalogue"]) == (180, 3_000)
    assert list(figures["stages_ms"]) == ["match", "cluster", "allocate", "rank", "explain", "total"]
    assert all(ms > 0 for ms in figures["stages_ms"].values())
    all_of_both = stages.run(invented / "models", both[1::2], None)
    assert all_of_both["songs"] == 200
    assert stages.run(invented / "models", [], None)["songs"] == 2_000
    assert stages.as_table(all_of_both).splitlines()[0].startswith("200 saved songs, 3,000 in the catalogue")


def test_taste_times_the_map_beside_whole_recommendations_and_weighs_it(invented, tmp_path):
    lines = (invented / "data.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    for name, n_songs in (("a.csv", 200), ("b.csv", 900)):
        (tmp_path / name).write_text("".join(lines[: n_songs + 1]), encoding="utf-8")
    models = invented / "models"

    done = bench(
        "taste",
        "--library",
        tmp_path / "a.csv",
        "--library",
        tmp_path / "b.csv",
        "--models",
        models,
        "--json",
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert [(each["songs"], each["points"]) for each in figures["libraries"]] == [(200, 250), (900, 650)]
    assert all(
        each["ratio"] == pytest.approx(each["map_ms"] / each["whole_ms"], rel=0.05)
        for each in figures["libraries"]
    )
    # Bytes are the same on every machine.
    assert all(0 < each["map_kb"] < each["map_and_tables_kb"] < 60 for each in figures["libraries"])
    sampled = taste.run(ROOT, models, [], 100)
    assert [each["songs"] for each in sampled["libraries"]] == [100]
    assert len(taste.as_table(sampled).splitlines()) == 2


def test_preview_joins_libraries_and_times_previews_beside_whole_recommendations(
    invented, tmp_path, monkeypatch
):
    monkeypatch.setattr(preview, "ROUNDS", 1)
    lines = (invented / "data.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "a.csv").write_text("".join(lines[:201]), encoding="utf-8")
    models = invented / "models"

    done = bench("preview", "--library", tmp_path / "a.csv", "--models", models, "--json")

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert [each["songs"] for each in figures["libraries"]] == [200, 200]
    assert all(0 < each["preview_ms"] < each["whole_ms"] for each in figures["libraries"])
    assert all(
        each["ratio"] == pytest.approx(each["preview_ms"] / each["whole_ms"], rel=0.01)
        for each in figures["libraries"]
    )
    without_files = preview.run(models, [])
    assert without_files["libraries"][0]["songs"] == 2_917
    assert preview.as_table(without_files).splitlines()[1].split()[:3] == ["2,917", "saved", "songs:"]


def test_a_song_without_an_id_is_identified_by_title_and_artists():
    song, other = Song("", "One", ("Anna",)), Song("", "One", ("Berta",))

    assert stages.drop_duplicates([song, other, song]) == [song, other]


@needs_linux
def test_memory_measures_every_process_after_ten_playlists(invented):
    done = bench("memory", "--models", invented / "models", "--json")

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["playlists"] == 10
    assert figures["catalogue"] == 3_000
    assert figures["songs"] == 2_000
    assert len(figures["web_processes_mb"]) == 2
    assert len(figures["worker_processes_mb"]) == 1
    assert figures["web_private_dirty_mb"] == max(figures["web_processes_mb"])
    assert figures["worker_private_dirty_mb"] == max(figures["worker_processes_mb"])
    assert figures["largest_private_dirty_mb"] == max(
        figures["web_private_dirty_mb"], figures["worker_private_dirty_mb"]
    )
    assert 5 < figures["largest_private_dirty_mb"] <= 120


def test_library_counts_the_calls_of_a_first_playlist_of_a_refresh_and_of_saving_it(invented):
    done = bench("library", "--models", invented / "models", "--songs", "320", "--delay", "20", "--json")

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert (figures["songs"], figures["delay_ms"], figures["catalogue"]) == (320, 20, 3_000)
    # First 7 pages, then the newest and an old one; the other calls create, write and check.
    assert (figures["first_calls"], figures["second_calls"], figures["saved_calls"]) == (7 + 3, 2, 4)
    assert min(figures["first_s"], figures["second_s"], figures["saved_s"]) > 0


def test_library_prints_a_line_for_each_playlist():
    figures = {
        "songs": 2_000,
        "catalogue": 172_614,
        "delay_ms": 150,
        "first_s": 3.0,
        "first_calls": 43,
        "second_s": 1.3,
        "second_calls": 2,
        "saved_s": 0.9,
        "saved_calls": 4,
    }

    lines = library.as_table(figures).splitlines()

    assert lines[0].startswith("2,000 saved songs, 172,614 in the catalogue, 150 ms")
    assert [line.split() for line in lines[1:]] == [
        ["first", "playlist", "3.00", "s", "43", "calls"],
        ["refreshed", "1.30", "s", "2", "calls"],
        ["saved", "0.90", "s", "4", "calls"],
    ]


@needs_linux
def test_web_measures_each_page_beside_hello_world_and_what_a_process_grows_to(invented, monkeypatch):
    monkeypatch.setattr(web, "ROUNDS", 1)
    monkeypatch.setattr(web, "ROUND_S", 0.2)
    monkeypatch.setattr(web, "N_PAGES", ((50, 50),))
    monkeypatch.setattr(web, "N_PREVIEWS", 16)
    monkeypatch.setattr(web, "N_TUNERS", 2)
    monkeypatch.setattr(web, "PACED_S", 2)
    monkeypatch.setattr(web, "FIRST_S", 2)

    figures = web.run(ROOT, invented / "models", None)

    pages = figures["pages"]
    assert list(pages) == ["hello-world", "landing", "home", "way in", "playlist", "draft", "preview"]
    assert all(
        page["share"] == pytest.approx(page["per_s"] / pages["hello-world"]["per_s"], abs=1e-3)
        for page in pages.values()
    )
    previews = [figures["first_preview"], figures["paced_preview"]]
    assert all(0 < page["p50_ms"] <= page["p99_ms"] for page in [*pages.values(), *previews])
    assert list(figures["private_mb"]) == ["0 pages", "50 pages", "16 previews"]
    lines = web.as_table(figures).splitlines()
    assert len(lines) == 11
    assert lines[1].startswith("hello-world")
    assert "(1/1.0)" in lines[1]


@needs_linux
def test_jobs_measures_each_number_of_workers_and_that_a_limit_is_met_once(invented, monkeypatch):
    monkeypatch.setattr(jobs, "SETUPS", {"1": (1, 1), "2 threads": (1, 2)})
    monkeypatch.setattr(jobs, "N_LIMITED", 2)
    monkeypatch.setattr(jobs, "PLAYLISTS_EACH", 2)
    monkeypatch.setattr(jobs, "RETRY_AFTER_S", 2)
    monkeypatch.setattr(jobs, "KEPT_S", 1.6)

    figures = jobs.run(ROOT, invented / "models", None, 20)

    workers = figures["workers"]
    assert [(number, each["playlists"]) for number, each in workers.items()] == [("1", 2), ("2 threads", 4)]
    assert all(
        each["per_minute"] == pytest.approx(60 * each["playlists"] / each["seconds"], rel=0.05)
        for each in workers.values()
    )
    assert workers["1"]["times"] == 1
    # One page, the playlist, its songs, and a look at them.
    assert figures["calls"] == 4
    assert figures["limit_per_minute"] == 60 / (4 * 0.020)
    assert figures["rate_limit"] == {"refused": 1, "workers": 2, "playlists": 4}
    lines = jobs.as_table(figures).splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("1 at work")
    assert lines[-1] == "calls refused by a limit that 2 workers meet: 1"


@needs_linux
def test_memory_without_models_is_one_sentence(tmp_path):
    done = bench("memory", "--models", tmp_path / "none", "--json")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "./run train" in done.stderr


def test_memory_prints_a_line_for_each_process():
    figures = {
        "playlists": 10,
        "songs": 2_917,
        "catalogue": 172_614,
        "web_processes_mb": [20.5, 23.75],
        "worker_processes_mb": [68.0],
        "largest_private_dirty_mb": 68.0,
    }

    lines = memory.as_table(figures).splitlines()

    assert [line.split() for line in lines[1:]] == [
        ["web", "20.5", "MB"],
        ["web", "23.8", "MB"],
        ["worker", "68.0", "MB"],
        ["largest", "68.0", "MB"],
    ]


def test_scale_trains_on_as_many_songs_as_were_asked_for_and_recommends_from_them(invented):
    done = bench("scale", "--data", invented / "data.csv", "--rows", 4_000, 3_000, "--json")

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert [one["songs"] for one in figures["sizes"]] == [3_000, 4_000]
    for one in figures["sizes"]:
        assert one["has_genres"]
        assert one["load_s"] < one["seconds"]
        assert one["peak_mb"] > 10
        assert one["first_ms"] > 0
        assert 0 < one["private_mb"] <= one["private_peak_mb"] + 5
        assert 0 <= one["mapped_mb"] < 10
    assert figures["spread"]["songs"] == 4_000
    assert figures["spread"]["equals_plain"]
    assert figures["spread"]["times_as_fast"] > 0
    assert figures["scan_gb_s"] > 0.1


def test_scale_makes_different_songs_that_resemble_the_dataset_s(invented, tmp_path):
    scale.resample(invented / "data.csv", tmp_path, 7_000)

    original, larger = read_dataset(invented / "data.csv"), read_dataset(tmp_path / "data.csv")
    assert larger.bad == {}
    assert len(set(larger.ids)) == 7_000
    assert larger.titles[:3_000] == list(original.titles)
    assert larger.titles[3_000] == f"{original.titles[0]} 2"
    assert larger.artists[6_000] == tuple(f"{name} 3" for name in original.artists[0])
    moved = np.abs(larger.features[3_000:6_000] - original.features) / np.maximum(
        original.features.std(axis=0), 1
    )
    assert 0 < moved.max() < 0.15
    assert not moved[:, NAMES.index("year")].any()
    assert len(read_genres(tmp_path / "data_w_genres.csv")) == 3 * len(
        read_genres(invented / "data_w_genres.csv")
    )


def test_scale_without_a_dataset_is_one_sentence(tmp_path):
    done = bench("scale", "--data", tmp_path / "none.csv", "--json")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "--data FILE" in done.stderr


def test_scale_passes_on_why_training_failed(invented):
    with pytest.raises(BenchmarkError, match="at least 5 different songs"):
        scale.run(ROOT, invented / "data.csv", [3], None)


def test_scale_prints_a_line_for_each_size_and_for_what_all_share():
    size = {"songs": 1_000_000, "seconds": 61.25, "peak_mb": 2_345, "load_s": 0.61, "recommend_ms": 81.4}
    size |= {"mapped_mb": 240, "private_mb": 70.2, "private_peak_mb": 90.4}
    passes = {"songs": 1_000_000, "playlists": 8_000, "times_as_fast": 1.7, "equals_plain": True}

    assert scale.as_table({"sizes": [size], "spread": passes, "scan_gb_s": 9.5}).splitlines() == [
        "   1,000,000 songs: training 61 s, 2,345 MB at most; loading 0.61 s; recommendation 81 ms,"
        " 240 MB mapped, 70 MB of its own (90 at most)",
        "passes over 1,000,000 songs and 8,000 playlists on two workers: 1.7 times as fast as on one,"
        " equal to the plain way",
        "one core reads 9.5 GB of memory a second",
    ]


@needs_linux
def test_visitors_prints_both_times_their_ratio_and_the_memory_of_each_web_process(invented):
    done = bench("visitors", "--models", invented / "models", "--json")

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["ratio"] == pytest.approx(figures["visitor_s"] / figures["command_s"], rel=0.05)
    assert (figures["visitors"], figures["songs"]) == (20, 1_500)
    assert len(figures["peak_mb"]) == 2
    assert all(0 < mb < 200 for mb in figures["peak_mb"])
