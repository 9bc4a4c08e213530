"""The evaluation of matching and of estimates, and their sections of docs/quality.md."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation import estimates, matching, sections
from formats.library_csv import read_library
from recommender.catalogue.build import Build, load_build
from recommender.song import Song
from tests.support.songs import Row, real_build, saved, small

ROOT = Path(__file__).parents[2]
ROWS = [
    Row("Blue", ("Anna",), duration_ms=200_000),
    Row("Red", ("Berta", "Cleo"), year=1990, duration_ms=100_000),
    Row("Green", ("Dora",), duration_ms=150_000),
]


@pytest.fixture(scope="module")
def small_build():
    catalogue, model = small(ROWS)
    return Build(catalogue, model, {})


@pytest.fixture
def library(tmp_path):
    """Two matches by id, one with another artist and one that is longer; one by title, one by duration."""
    path = tmp_path / "library.csv"
    path.write_text(
        "id,name,artists,release_date,duration_ms,explicit\n"
        f"{saved(0).id},Blue,Somebody Else,,200000,\n"
        f"{saved(2).id},Green,Dora,,180000,\n"
        ",Blue (Live),Anna,,,\n"
        ",Red,Cleo,2011,101000,\n"
        ",Nothing,Nobody,,,\n"
    )
    return path


def test_the_matches_of_each_step_and_the_doubtful_ones_are_counted(small_build, library):
    [counts] = matching.count_matches([library], small_build)

    assert counts.songs == 5
    assert counts.steps == {
        "id": matching.StepCounts(2, other_artist=1, other_duration=1),
        "title and first artist": matching.StepCounts(1, 0, 0),
        "title, artist and year": matching.StepCounts(0, 0, 0),
        "title, artist and duration": matching.StepCounts(1, 0, 0),
    }
    assert counts.beyond_id == 2 / 5


def test_the_tables_say_how_many_points_are_gained_and_how_often_a_step_is_doubtful(small_build, library):
    text = matching.as_markdown(matching.count_matches([library], small_build))

    assert "On average 40.0 points more than by id alone." in text
    assert "| id | 2 | 1 (50.0%) | 1 (50.0%) |" in text
    assert "| library.csv | 5 | 40.0% | 20.0% | 0.0% | 20.0% | 40.0% | 0.0% | 20.0% |" in text


def test_a_sample_of_the_matches_by_title_is_listed_to_be_read(small_build, library):
    pairs = matching.sample_beyond_id([library], small_build, 200, seed=0)

    assert [pair.found.title for pair in pairs] == ["Blue", "Red"]
    lines = matching.as_lines(pairs).splitlines()
    assert lines[0] == (
        "  1  title and first artist: Blue (Live) / Anna (–, 0 ms)  ->  Blue / Anna (2000, 200,000 ms)"
    )
    assert len(matching.sample_beyond_id([library], small_build, 1, seed=0)) == 1


def test_a_listed_title_does_not_steer_the_terminal():
    odd = Song("", "\x1b[31mred", ("\u202eAnna",))

    assert matching.as_lines([matching.Pair("library.csv", "id", odd, odd)]) == (
        "  1  id: \ufffd[31mred / \ufffdAnna (–, 0 ms)  ->  \ufffd[31mred / \ufffdAnna (–, 0 ms)"
    )


def test_estimates_never_see_the_songs_they_are_asked_for(invented):
    build = load_build(invented / "models")
    catalogue = build.catalogue
    asked = np.sort(np.random.default_rng(0).permutation(len(catalogue))[:200])
    spoiled = np.array(catalogue.standardised)
    groups = estimates.measure_estimates(build, 200, seed=0)

    # If the estimates read the hidden features, changing those would change the estimates.
    hidden = np.setdiff1d(np.arange(15), estimates.GIVEN)
    spoiled[np.ix_(asked, hidden)] = 100
    other = estimates.measure_estimates(
        replace(build, catalogue=replace(catalogue, standardised=spoiled)), 200, seed=0
    )

    assert set(groups) == set(other)
    assert groups["all"].songs == 200
    assert other["all"].guesses["estimate"].error == pytest.approx(
        other["all"].guesses["global mean"].error, rel=0.01
    )


@pytest.mark.slow
def test_on_real_songs_the_estimate_is_right_four_points_more_often_than_the_artist_s_mean(tmp_path_factory):
    build = real_build(tmp_path_factory)

    guesses = estimates.measure_estimates(build, 8_000, seed=0)["all"].guesses

    assert guesses["estimate"].cluster >= guesses["artist mean"].cluster + 0.04
    assert guesses["estimate"].error < guesses["artist mean"].error < guesses["global mean"].error


@pytest.mark.slow
def test_on_real_libraries_titles_find_four_points_more_than_ids(tmp_path_factory, shared_data):
    files = sorted((shared_data / "libraries").glob("*.csv.gz"))
    counts = matching.count_matches(files, real_build(tmp_path_factory))

    assert sum(each.beyond_id for each in counts) / len(counts) >= 0.04


def test_the_command_prints_each_section(invented, tmp_path):
    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "cli", "evaluate", *words, "--models", invented / "models"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    songs = read_library(invented / "data.csv")
    library = tmp_path / "mine.csv"
    library.write_text(
        "id,name,artists\n" + "".join(f',"{song.title}","{song.artists[0]}"\n' for song in songs[:20])
    )

    matches = run("--matching", library, "--sample", "5")
    assert "points more than by id alone" in matches.stdout
    assert "  5  title and first artist: " in matches.stdout
    assert json.loads(run("--matching", library, "--json").stdout)["beyond_id"] > 0.5
    assert json.loads(run("--estimates", "--sample", "100", "--json").stdout)["all"]["songs"] == 100
    nothing = run()
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert nothing.stderr.startswith("run: name the playlists")


def test_at_most_a_tenth_of_a_small_catalogue_is_hidden(invented):
    section = sections.evaluate_estimates(invented / "models", 0, None)
    assert section.figures["all"]["songs"] == 300
