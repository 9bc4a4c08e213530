"""The commands as `./run` starts them: a process with an exit code and two outputs."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cli import recommend
from cli.__main__ import COMMANDS
from cli.recommend import PRESET_NAMES
from formats.library_csv import read_library
from formats.source_playlist import SourcePlaylist
from recommender.ranking.signals.learned import FITTED
from recommender.ranking.signals.traits import TRAITS
from recommender.ranking.signals.trees import load_trees
from recommender.wishes import DEFAULT_PRESET, PRESETS
from store.schema import VERSION
from tests.support.left_over import list_left_over
from tests.support.playlists import write_slice
from tests.support.unnumbered_database import make_unnumbered_database

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def run(*words, root=ROOT, **settings):
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, words)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        capture_output=True,
        text=True,
        timeout=120,
    )


def failure(done):
    """Return the one sentence of a command that failed."""
    assert (done.returncode, done.stdout) == (1, ""), done
    assert done.stderr.startswith("run: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture
def library(invented, tmp_path):
    """An exported library: every tenth song of the invented catalogue."""
    lines = (invented / "data.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "library.csv"
    path.write_text(lines[0] + "".join(lines[1::10]), encoding="utf-8")
    return path


def test_recommend_prints_one_object_and_nothing_else(invented, library):
    done = run("recommend", "--library", library, "--models", invented / "models", "--json")

    mix = json.loads(done.stdout)
    owned = {song.id for song in read_library(library)}
    ids = {pick["id"] for pick in mix["picks"]}
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    assert len(ids) == len(mix["picks"]) == sum(mix["shares"]) == 50
    assert not ids & owned
    assert len(mix["shares"]) == 5
    assert (mix["matched"], mix["estimated"], mix["left_out"]) == (300, 0, 0)
    assert mix["picks"][0].keys() >= {"id", "title", "artists", "year", "cluster", "score", "rank"}
    assert mix["stages_ms"].keys() == {"match", "cluster", "allocate", "rank", "explain", "total"}


def test_the_presets_of_recommend_are_those_of_the_wishes():
    assert tuple(PRESETS) == PRESET_NAMES
    assert recommend.DEFAULT_PRESET == DEFAULT_PRESET


@pytest.mark.parametrize(("preset", "n_new"), [("familiar", 10), ("balanced", 25)])
def test_recommend_picks_as_many_by_new_artists_as_the_preset_says(invented, tmp_path, preset, n_new):
    lines = (invented / "data.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    few = tmp_path / "few.csv"
    few.write_text(lines[0] + "".join(lines[1::100]), encoding="utf-8")

    done = run("recommend", "--library", few, "--models", invented / "models", "--preset", preset, "--json")

    mix = json.loads(done.stdout)
    assert sum(pick["is_new_artist"] for pick in mix["picks"]) == mix["new_artists"] == n_new


def test_recommend_gives_the_same_answer_twice(invented, library):
    words = ("recommend", "--library", library, "--models", invented / "models", "--json")

    first, second = (json.loads(run(*words).stdout) for _ in range(2))

    assert first["picks"] == second["picks"]


def test_recommend_prints_a_table_for_people(invented, library):
    done = run("recommend", "--library", library, "--models", invented / "models")

    picks = json.loads(
        run("recommend", "--library", library, "--models", invented / "models", "--json").stdout
    )["picks"]
    assert done.returncode == 0
    assert picks[0]["title"] in done.stdout
    assert len(done.stdout.splitlines()) >= 50


def test_recommend_says_how_many_entries_of_the_library_are_odd_or_left_out_and_why(invented, tmp_path):
    songs = read_library(invented / "data.csv")[:30]
    rows = [f'{song.id},"{song.title}","{"; ".join(song.artists)}"' for song in songs]
    rows[3] = rows[3].replace('","', '",', 1)  # the quotation mark before the artists is lost
    rows[5] = f'{songs[5].id},"{songs[5].title},{songs[5].artists[0]}'
    library = tmp_path / "odd.csv"
    library.write_text("\n".join(["id,name,artists", *rows, rows[0], ",,Nobody", ""]), encoding="utf-8")
    words = ("recommend", "--library", library, "--models", invented / "models")

    read = json.loads(run(*words, "--json").stdout)["read"]

    assert read["songs"] == 30
    assert read["left_out"] == {"of a song that came before": 1, "without a title": 1}
    assert sum(read["odd"].values()) >= 1
    first_line = run(*words).stdout.splitlines()[0]
    assert first_line.startswith("30 songs read. Left out: 1 entry of a song that came before")


def test_recommend_tells_a_listener_in_the_terminals_language(invented, tmp_path):
    rows = (invented / "data.csv").read_text(encoding="utf-8").splitlines()
    few = tmp_path / "few.csv"
    # One that is there twice, one that nobody knows.
    few.write_text("\n".join([*rows[:60], rows[1], "Never,,,,Nobody"]), encoding="utf-8")
    words = ("recommend", "--library", few, "--models", invented / "models")

    done = run(*words, LANGUAGE="de_AT.UTF-8:en")

    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("59 Songs gelesen. Ausgelassen: 1 Eintrag")
    assert "Gespeicherte Songs: 59 erkannt, 0 geschätzt, 0 ausgelassen" in lines
    [header] = [line for line in lines if "Grund" in line]
    assert header.split() == ["Song", "Jahr", "Vorliebe", "neu", "Wert", "Grund"]
    picks = lines[lines.index(header) + 1 :]
    assert all(re.fullmatch(r" *\d+ .* (neu)? +\d,\d{3} +\S.*", pick) for pick in picks)
    assert len(picks) == 50
    assert list_left_over(done.stdout, "de") == []
    assert (
        run(*words, "--json", LANGUAGE="de").stdout.partition("stages_ms")[0]
        == (run(*words, "--json").stdout.partition("stages_ms")[0])
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "die Datei {} gibt es nicht"),
        (
            "foo,bar\n1,2\n",
            "{} hat keine Spalten, in denen Songs stehen, nur foo, bar; bekannt sind Exporte von",
        ),
        ("id,name,artists\n,,Cash\n", "{} enthält keine Songs: 1 Eintrag ohne Titel"),
        ("id,name,artists\n", "es gibt keine gespeicherten Songs, in denen eine Vorliebe zu finden wäre"),
        ("id,name,artists\n,Never,Nobody\n", "keiner der gespeicherten Songs ist im Katalog"),
    ],
    ids=["no file", "other columns", "no titles", "no rows", "nothing known"],
)
def test_recommend_tells_in_the_terminals_language_what_is_wrong(invented, tmp_path, content, told):
    library = tmp_path / "library.csv"
    if content:
        library.write_text(content, encoding="utf-8")

    done = run("recommend", "--library", library, "--models", invented / "models", LANGUAGE="de")

    assert failure(done).startswith(f"run: {told.format(library)}")
    assert list_left_over(done.stderr, "de") == []


def test_recommend_names_the_columns_that_it_found_and_the_exporters_that_it_knows(invented, tmp_path):
    (tmp_path / "artists.csv").write_text("id,followers,genres,name,popularity\n1,2,[],Cash,3\n")

    done = run("recommend", "--library", tmp_path / "artists.csv", "--models", invented / "models")

    assert "id, followers, genres, name, popularity" in failure(done)
    assert "known are exports of Exportify, TuneMyMusic, Soundiiz" in done.stderr


def test_nothing_in_a_file_steers_the_terminal(invented, tmp_path):
    songs = read_library(invented / "data.csv")[:60]
    titles = ("\u202e.gnos live", "\x1b[31mred", "שיר (Live)", "nan", "TRUE", "🔥" * 64)
    rows = [f"{song.id},{titles[at % 6]},{song.artists[0]}\x1b" for at, song in enumerate(songs)]
    (tmp_path / "titles.csv").write_text("\n".join(["id,name,artists", *rows]), encoding="utf-8")
    (tmp_path / "none.csv").write_text("\x1b[31mred,\u202ekind\n1,2\n", encoding="utf-8")

    done = run("recommend", "--library", tmp_path / "titles.csv", "--models", invented / "models")
    failed = run("recommend", "--library", tmp_path / "none.csv", "--models", invented / "models")

    assert done.returncode == 0
    assert "like \ufffd[31mred by " in done.stdout
    assert not {"\x1b", "\u202e"} & {*done.stdout, *failure(failed)}


def test_fit_needs_two_files_of_playlists(tmp_path):
    for words in ([tmp_path / "slice.json"], [tmp_path / "slice.json"] * 2):
        done = run("fit", *words)

        assert done.returncode == 2
        assert "at least two files" in done.stderr


@pytest.mark.slow
def test_fit_writes_the_trees_that_the_ranking_loads(invented, library, tmp_path):
    songs = read_library(library)
    files = [
        write_slice(
            tmp_path,
            [
                SourcePlaylist(f"{name} {start}", tuple(songs[start : start + 60]))
                for start in range(0, 240, 40)
            ],
            f"{name}.json",
        )
        for name in ("one", "two")
    ]

    done = run("fit", *files, "--data", invented / "data.csv", "--out", tmp_path / "fitted")

    assert done.returncode == 0, done.stderr
    assert {file.name for file in (tmp_path / "fitted").iterdir()} == {file.name for file in FITTED.iterdir()}
    for file in (tmp_path / "fitted").iterdir():
        assert load_trees(file).evaluate(np.zeros((len(TRAITS), 2), dtype=np.float32)).shape == (2,)


def test_recommend_without_models_says_how_to_build_them(library, tmp_path):
    done = run("recommend", "--library", library, "--models", tmp_path / "none", "--json")

    assert "./run train" in failure(done)


def test_recommend_names_a_library_that_is_not_there(invented, tmp_path):
    done = run("recommend", "--library", tmp_path / "none.csv", "--models", invented / "models")

    assert "there is no file" in failure(done)


def test_recommend_for_an_empty_library_is_a_sentence(invented, tmp_path):
    (tmp_path / "empty.csv").write_text("id,name,artists\n")

    done = run("recommend", "--library", tmp_path / "empty.csv", "--models", invented / "models", "--json")

    assert failure(done)


def test_train_prints_one_object_and_nothing_else_on_standard_output(invented, tmp_path):
    done = run("train", "--data", invented / "data.csv", "--out", tmp_path / "models", "--json")

    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert (report["rows"], report["bad"]) == (3_000, {})
    assert report["seconds"] > 0
    assert report["peak_mb"] > 10
    assert [(source["name"], source["rows"]) for source in report["sources"]] == [("data.csv", 3_000)]
    assert 1900 < report["newest_year"] <= 2026
    assert (tmp_path / "models" / "manifest.json").exists()


def test_train_takes_several_files(invented, tmp_path):
    lines = (invented / "data.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "one.csv").write_text("".join(lines[:1_500]), encoding="utf-8")
    (tmp_path / "two.csv").write_text("".join(lines[:1] + lines[1_000:]), encoding="utf-8")
    words = ["--data", tmp_path / "one.csv", "--data", tmp_path / "two.csv", "--out", tmp_path / "models"]

    done = run("train", *words)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:3] == [
        "  1,499 of the 1,499 in one.csv",
        "  1,501 of the 2,001 in two.csv",
    ]


def test_train_without_data_says_where_to_get_it(tmp_path):
    # A checkout of its own, so that what lies in this one's data/ does not matter.
    shutil.copytree(ROOT / "cli", tmp_path / "cli")

    sentence = failure(run("train", root=tmp_path))

    assert "./run fetch-data" in sentence
    assert "--data FILE" in sentence


def test_train_names_a_dataset_that_is_not_there(tmp_path):
    done = run("train", "--data", tmp_path / "none.csv", "--out", tmp_path / "models", "--json")

    assert (done.returncode, done.stdout) == (1, "")
    assert "none.csv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "models").exists()


def test_fetch_data_names_a_source_that_is_not_there(tmp_path):
    assert "there is no" in failure(run("fetch-data", "--from", tmp_path / "none.zip"))


def test_bundle_without_models_says_how_to_build_them(tmp_path):
    done = run("bundle", "--models", tmp_path / "none", "--out", tmp_path / "bundle.zip")

    assert "./run train" in failure(done)


def test_db_upgrade_says_from_which_version_to_which(database_url):
    only = {name: "" for name in ("SPOTIFY_CLIENT_ID", "SECRET_KEY", "TOKEN_KEYS", "PUBLIC_URL")}
    settings = {**only, "DATABASE_URL": database_url}

    first, second = (run("db", "upgrade", **settings) for _ in range(2))

    assert (first.returncode, first.stdout, first.stderr) == (0, f"before: no tables\nafter: {VERSION}\n", "")
    assert (second.returncode, second.stdout) == (0, f"before: {VERSION}\nafter: {VERSION}\n")


def test_db_upgrade_brings_old_tables_up_to_date(database_url):
    make_unnumbered_database(database_url)

    done = run("db", "upgrade", DATABASE_URL=database_url)

    assert (done.returncode, done.stdout) == (0, f"before: 0001\nafter: {VERSION}\n")


def test_db_upgrade_leaves_a_newer_database_alone_and_says_what_to_do(tmp_path):
    url = f"sqlite:///{tmp_path}/newer.db"
    run("db", "upgrade", DATABASE_URL=url)
    with sqlite3.connect(tmp_path / "newer.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0099'")
    database.close()

    assert "update the program" in failure(run("db", "upgrade", DATABASE_URL=url))


def test_db_upgrade_names_an_invalid_setting():
    assert "DATABASE_URL" in failure(run("db", "upgrade", DATABASE_URL="mysql://127.0.0.1/songs"))


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["recommend"],
        ["recommend", "--library", "x.csv", "--no-such-option"],
        ["bench"],
        ["bench", "nothing"],
        ["train", "--data"],
        ["db"],
        ["db", "downgrade"],
        ["serve", "too", "much"],
        ["evaluate", "--hidden", "1"],
        ["evaluate", "--sample", "1"],
    ],
    ids=" ".join,
)
def test_a_usage_error_ends_with_2_and_the_usage(words):
    done = run(*words)

    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: ./run" in done.stderr


def test_evaluate_without_files_says_what_it_needs():
    done = run("evaluate")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("run: name the playlists or libraries")


def test_help_names_every_command():
    done = run("--help")

    assert done.returncode == 0
    assert [name for name in COMMANDS if f"\n    {name}" not in done.stdout] == []


def test_help_loads_nothing_that_takes_long():
    program = (
        "import sys; from cli.__main__ import build_parser; build_parser().format_help();"
        " print(sorted({'flask', 'honcho', 'numpy', 'pandas', 'requests', 'sqlalchemy'} & sys.modules.keys()))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "test"])
def test_every_command_says_what_it_does(name):
    done = run(name, "--help")

    assert done.returncode == 0
    assert f"usage: ./run {name}" in done.stdout


@pytest.mark.slow
def test_fuzz_runs_what_mutates_files_answers_and_requests():
    done = run("fuzz", PYTEST_ADDOPTS="--collect-only -q -p no:cacheprovider")

    assert done.returncode == 0, done.stdout
    kinds = {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}
    assert kinds == {
        "tests/formats/test_fuzzed_libraries.py",
        "tests/jobs/test_fuzzed_answers.py",
        "tests/web/test_fuzzed_files.py",
        "tests/web/test_fuzzed_requests.py",
    }
