"""Songs that are taken along: each file is read again, song by song, by the reader of its form."""

import csv
import io

import pytest

from formats.library import read_content
from formats.written_songs import SONG_FILES, write_csv
from recommender.song import Song
from tests.support.songs import song_id

PLAIN = [
    Song(song_id(1), "Pink Moon", ("Nick Drake",), 1972, 123_456, False),
    Song(song_id(2), "Déjà vu, “again”", ("Ölga; & Söhne", "B"), 2001, 60_000, True),
    Song(song_id(3), 'The "Best" of 1, 2, 3', ("Tyler, The Creator",), None, None, None),
    Song(song_id(4), "夜に駆ける", ("YOASOBI", "幾田りら"), 2019, 3_600_000, False),
    Song(song_id(5), "1999", ("10. Cc",), 1999, 1_000, None),
    Song(song_id(6), "1 - 2 - 3", ("[:SITD:]",), 1980, 90_000, False),
]
FORMULAS = [
    Song(song_id(10 + number), title, (artist,), 2001, 1000, False)
    for number, (title, artist) in enumerate(
        [
            ("=1+1", "@home"),
            ("+44", "-M-"),
            ("-", "+/-"),
            ("@", '=HYPERLINK("http://x.example","y")'),
            ("'=1", "''=2"),
            ("'Round Midnight", "'t Hof"),
            ("\uff1d1", "\uff0b\uff0d\uff20"),
        ]
    )
]
#: Form -> what it keeps of a song.
KEPT = {
    "csv": lambda song: song,
    "m3u8": lambda song: (song.id, song.title, song.artists, _round(song.duration_ms)),
    "jspf": lambda song: (song.id, song.title, song.artists, song.duration_ms),
    "txt": lambda song: (song.title, song.artists),
}


def _round(duration_ms):
    return None if duration_ms is None else round(duration_ms / 1000)


def join_artists(song):
    """Return a song with its artists as one text, as all forms but the table write them."""
    return Song(
        song.id, song.title, (", ".join(song.artists),), song.year, song.duration_ms, song.is_explicit
    )


def read_again(form, songs):
    return read_content(f"songs.{form}", SONG_FILES[form].write("My mix", songs).encode()).songs


def test_every_form_has_a_test():
    assert set(KEPT) == set(SONG_FILES)


@pytest.mark.parametrize("form", KEPT)
def test_what_is_written_is_read_again_song_by_song(form):
    # A number with a point before an artist is taken for the number of a line.
    songs = [song for song in [*PLAIN, *FORMULAS] if form in ("csv", "jspf") or song.artists != ("10. Cc",)]
    wanted = songs if form == "csv" else list(map(join_artists, songs))

    assert list(map(KEPT[form], read_again(form, songs))) == list(map(KEPT[form], wanted))


@pytest.mark.parametrize("form", KEPT)
def test_every_song_of_the_catalogue_is_read_again(form, invented_songs):
    wanted = invented_songs if form == "csv" else list(map(join_artists, invented_songs))

    assert list(map(KEPT[form], read_again(form, invented_songs))) == list(map(KEPT[form], wanted))


def test_no_cell_of_a_table_runs_as_a_formula_in_a_spreadsheet():
    written = write_csv("My mix", FORMULAS).removeprefix("\ufeff")

    cells = [cell for row in csv.reader(io.StringIO(written)) for cell in row]
    assert [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20"))] == []


@pytest.mark.parametrize("form", ["m3u8", "txt"])
def test_the_dash_of_an_artist_does_not_part_the_line(form):
    song = Song(song_id(1), "Title - live", ("Artist - Band",), 2001, 1000, False)

    (read,) = read_again(form, [song])

    assert (read.title, read.artists) == ("Title - live", ("Artist \u2010 Band",))


@pytest.mark.parametrize("form", KEPT)
def test_a_line_break_in_a_name_breaks_no_line(form):
    songs = [Song(song_id(number), f"A\r\nB {number}\n#EXTM3U", ("C\u2028D",)) for number in range(3)]

    assert len(read_again(form, songs)) == 3


@pytest.mark.parametrize("form", KEPT)
def test_a_mix_without_songs_is_a_file_without_songs(form):
    if form == "txt":
        assert SONG_FILES[form].write("My mix", []) == ""
    else:
        assert read_again(form, []) == ()
