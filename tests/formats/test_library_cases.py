"""The cases in ../shared/cases that concern library files: each gives what its README calls right."""

import csv
import gzip
from pathlib import Path

import pytest

from formats.library import read_library
from recommender.song import Song
from tests.support.needs import needs
from tests.support.songs import real_data

CASES = Path(__file__).parents[3] / "shared" / "cases"
IDS = (
    "6NSMQFKgjpQb0KkjMDYIK0", "72VsmYY68ihcJuKNaIYT28", "5W8YXBz9MTIDyrpYaCg2Ky", "3MODES4TNtygekLl146Dxd",
    "6hmhG1b4LEyNuashVvuIAo", "0TBbNYzmtCfN5cpZSCVNIz", "1kPpge9JDLpcj15qgrPbYX", "4woTEX1wYOTGDqNXuavlRC",
)  # fmt: skip
TITLES = (
    "Tu No Vive Asi (feat. Mambo Kingz & DJ Luian)", "No Hago Coro - Remix", "Last Resort", "Ramble On - 1990 Remaster",
    "Never Forget You", "No Toque Mi Naik", "Good Time", "Superman",
)  # fmt: skip
YEARS = [2016, 2021, 2000, 1969, 2017, 2021, 2012, 2002]


def read(name):
    needs("shared", CASES.is_dir(), "the cases are not beside the project (../shared/cases)")
    return read_library(CASES / name)


def ids(reading):
    return tuple(song.id for song in reading.songs)


def test_exportify_s_headers_are_known_in_german():
    reading = read("localised-exportify/liked-de.csv")

    assert ids(reading) == IDS
    assert [song.year for song in reading.songs] == YEARS
    assert [song.is_explicit for song in reading.songs] == [True, True, True, False, False, True, False, True]


@pytest.mark.parametrize("name", ["script.csv", "soundiiz.csv", "space-after-comma.csv", "tunemymusic.csv"])
def test_other_exporters_are_read(name):
    reading = read(f"other-exporters/{name}")

    assert (ids(reading), tuple(song.title for song in reading.songs)) == (IDS, TITLES)
    assert all(song.artists for song in reading.songs)


@pytest.mark.parametrize("name", ["no-id-column/no-id.csv", "other-exporters/tunemymusic-no-id.csv"])
def test_no_id_column_is_needed(name):
    assert tuple(song.title for song in read(name).songs) == TITLES


def test_your_library_of_spotify_s_data_export_is_read():
    reading = read("yourlibrary-json/YourLibrary.json")

    assert (ids(reading), tuple(song.title for song in reading.songs)) == (IDS, TITLES)


@pytest.mark.parametrize("name", ["semicolon.csv", "tabs.tsv"])
def test_what_excel_saves_is_read(name):
    reading = read(f"excel/{name}")

    assert (ids(reading), tuple(song.title for song in reading.songs)) == (IDS, TITLES)
    assert [song.year for song in reading.songs] == YEARS


def test_windows_1252_is_read_with_its_accents():
    assert read("excel/cp1252.csv").songs[0].title == "Señorita – déjà"


def test_the_year_of_dates_with_the_month_first_is_read():
    assert [song.year for song in read("excel/us-dates.csv").songs] == YEARS


def test_every_csv_of_exportify_s_export_all_is_read_and_each_song_once():
    reading = read("zip-of-exports/spotify_playlists.zip")

    assert ids(reading) == IDS
    assert reading.left_out == {"of a song that came before": 8}


def test_backslashes_in_a_zip_are_slashes():
    assert read("zip-of-exports/backslash.zip").songs[0].title == "Pony"


def test_each_song_counts_once_however_often_it_comes():
    reading = read("duplicate-rows/merged-playlists.csv")

    assert ids(reading) == IDS
    assert reading.left_out == {"of a song that came before": 40}


def test_an_impossible_duration_is_unknown():
    reading = read("huge-duration/huge.csv")

    assert ids(reading) == IDS
    assert {song.duration_ms for song in reading.songs} == {None}


def test_a_stray_quotation_mark_swallows_no_other_row_and_is_told():
    reading = read("unclosed-quote/unclosed.csv")

    assert len(reading.songs) == 60
    assert [song.title for song in reading.songs[:4]] == ["Some Title", *TITLES[1:4]]
    assert reading.songs[2].artists == ("Papa Roach",)
    assert all(song.year and song.duration_ms for song in reading.songs)
    assert reading.describe() == "60 songs read. Odd, but read: 2 entries with a stray quotation mark."


def test_a_title_may_look_like_nothing_at_all():
    titles = [song.title for song in read("odd-titles/titles.csv").songs]

    assert len(titles) == 7
    assert {"nan", "TRUE"} <= set(titles)


@pytest.mark.parametrize("number", range(1, 10))
def test_a_real_library_reads_exactly_as_it_is_written(number):
    path = real_data(f"libraries/library-{number}.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        written = [
            Song(
                row["id"],
                row["name"],
                tuple(row["artists"].split(";")) if row["artists"] else (),
                int((row.get("release_date") or "0")[:4]) or None,
                int(row["duration_ms"]) if row.get("duration_ms") else None,
                {"1": True, "0": False}.get(row.get("explicit")),
            )
            for row in csv.DictReader(file)
        ]

    reading = read_library(path)

    assert list(reading.songs) == written
    assert reading.left_out == reading.odd == {}
