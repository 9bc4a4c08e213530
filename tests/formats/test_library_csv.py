import gzip

import pytest

from formats.errors import FormatError
from formats.library_csv import read_library
from recommender.song import Song
from tests.support.songs import as_csv, kaggle_rows, song_id

ID = "4uLU6hMCjMI75M1A2tKUQC"
OUR_HEADER = "id,name,artists,release_date,duration_ms,explicit\n"


@pytest.fixture
def library(tmp_path):
    def read(text):
        path = tmp_path / "library.csv"
        path.write_text(text, encoding="utf-8")
        return read_library(path)

    return read


def test_our_own_export_is_read_in_its_order(library):
    songs = library(
        OUR_HEADER + f'{ID},"Say ""hi"", now","Tyler, The Creator,Kali Uchis",2017-07-21,180386,1\n'
        f"{song_id(2)},Größe — が,Кино;Somebody,1999,,\n"
    )

    assert songs == [
        Song(ID, 'Say "hi", now', ("Tyler, The Creator,Kali Uchis",), 2017, 180386, True),
        Song(song_id(2), "Größe — が", ("Кино", "Somebody"), 1999, None, None),
    ]


EXPORTIFY = {
    "2025 and after": (
        "Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Explicit\n"
        f"spotify:track:{ID},Hurt,The Man,Cash;Nick Cave,2002-11-05,218000,70,false\n"
    ),
    "2022": (
        "Track URI,Track Name,Artist URI(s),Artist Name(s),Album Name,Album Artist Name(s),"
        "Album Release Date,Track Duration (ms),Track Preview URL,Explicit,Popularity,Added At\n"
        f"spotify:track:{ID},Hurt,a,Cash;Nick Cave,The Man,Cash,2002-11,218000,,FALSE,70,2020\n"
    ),
    "2020": (
        "Spotify ID,Artist IDs,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Explicit\n"
        f"{ID},1;2,Hurt,The Man,Cash;Nick Cave,2002,218000,False\n"
    ),
    "2015": (
        "Spotify URI,Track Name,Artist Name(s),Release Date,Duration (ms),Explicit\n"
        f"spotify:track:{ID},Hurt,Cash;Nick Cave,2002,218000.0,0\n"
    ),
}


@pytest.mark.parametrize("form", EXPORTIFY)
def test_exportify_s_headers_are_known(library, form):
    assert library(EXPORTIFY[form]) == [Song(ID, "Hurt", ("Cash", "Nick Cave"), 2002, 218000, False)]


def test_the_dataset_s_own_table_is_a_library(library):
    rows = kaggle_rows(2)
    rows[0] |= {"name": "First", "artists": "['Abba', 'Cher']"}

    songs = library(as_csv(rows))

    assert songs[0] == Song(song_id(0), "First", ("Abba", "Cher"), 1999, 200000, False)
    assert len(songs) == 2


def test_a_local_file_has_no_id(library):
    songs = library(
        "Track URI,Track Name,Artist Name(s),Release Date\nspotify:local:Cash:Album:Hurt:218,Hurt,Cash,\n"
    )

    assert songs == [Song("", "Hurt", ("Cash",))]


@pytest.mark.parametrize("title", ["NA", "None", "1999", "null", "True"])
def test_a_title_is_any_text(library, title):
    assert library(OUR_HEADER + f"{ID},{title},{title},,,\n") == [Song(ID, title, (title,))]


@pytest.mark.parametrize(
    ("released", "year"),
    [
        ("1999", 1999),
        ("1999-03", 1999),
        ("1999-03-01", 1999),
        ("1999-03-01T00:00:00Z", 1999),
        ("1999.0", 1999),
        (" 1999 ", 1999),
        ("", None),
        ("0000", None),
        ("0000-00-00", None),
        ("0", None),
        ("99", None),
        ("19990301", None),
        ("unknown", None),
    ],
)
def test_the_year_is_that_of_the_release(library, released, year):
    assert library(OUR_HEADER + f"{ID},Hurt,Cash,{released},,\n")[0].year == year


@pytest.mark.parametrize(
    ("written", "duration_ms"),
    [("218000", 218000), ("218000.0", 218000), ("", None), ("long", None), ("inf", None)],
)
def test_a_duration_is_a_whole_number_of_milliseconds(library, written, duration_ms):
    assert library(OUR_HEADER + f"{ID},Hurt,Cash,,{written},\n")[0].duration_ms == duration_ms


@pytest.mark.parametrize(
    ("written", "is_explicit"),
    [
        ("1", True),
        ("true", True),
        ("TRUE", True),
        ("0", False),
        ("False", False),
        ("", None),
        ("maybe", None),
    ],
)
def test_explicit_is_written_in_several_ways(library, written, is_explicit):
    assert library(OUR_HEADER + f"{ID},Hurt,Cash,,,{written}\n")[0].is_explicit is is_explicit


def test_columns_that_are_not_needed_may_be_absent(library):
    assert library(f"artists,name,id\nCash,Hurt,{ID}\n") == [Song(ID, "Hurt", ("Cash",))]


def test_blank_lines_and_rows_are_skipped_and_short_rows_lack_the_rest(library):
    songs = library(OUR_HEADER + f"\n , ,,,,\n{ID},Hurt\n{song_id(2)},One,Cash,2002,1,1,,\n\n")

    assert songs == [Song(ID, "Hurt", ()), Song(song_id(2), "One", ("Cash",), 2002, 1, True)]


def test_of_a_row_with_too_many_cells_the_year_and_duration_are_unknown(library):
    assert library(OUR_HEADER + f"{ID},Hurt,Cash,2002,1,1,more,and more\n") == [Song(ID, "Hurt", ("Cash",))]


def test_a_title_may_go_over_two_lines(library):
    assert library(OUR_HEADER + f'{ID},"One\ntwo",Cash,,,\n')[0].title == "One\ntwo"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_line_ending_is_read(tmp_path, newline):
    path = tmp_path / "library.csv"
    path.write_bytes((OUR_HEADER + f"{ID},Hurt,Cash,,,1\n").replace("\n", newline).encode())

    assert read_library(path) == [Song(ID, "Hurt", ("Cash",), None, None, True)]


def test_a_header_alone_is_an_empty_library(library):
    assert library(OUR_HEADER) == []


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    path = tmp_path / "library.csv"
    path.write_text(OUR_HEADER + f"{ID},Hurt,Cash,,,\n", encoding="utf-8-sig")

    assert read_library(path) == [Song(ID, "Hurt", ("Cash",))]


def test_a_gzipped_file_is_read(tmp_path):
    path = tmp_path / "library.csv.gz"
    path.write_bytes(gzip.compress((OUR_HEADER + f"{ID},Hurt,Cash,,,\n").encode()))

    assert read_library(path) == [Song(ID, "Hurt", ("Cash",))]


LINES = (OUR_HEADER + "".join(f"{song_id(n)},Song {n * n},Cash,,,\n" for n in range(500))).encode()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("library.csv", b"", "has no columns for the name and the artists"),
        ("library.csv", b"id,artists\n1,Cash\n", "has no columns for the name and the artists"),
        ("library.csv", b"\xff\xfeid,name,artists\n", "is not UTF-8 text"),
        ("library.csv", LINES + b"x,Gr\xf6\xdfe,Cash,,,\n", "is not UTF-8 text"),
        ("library.csv.gz", LINES, "cannot be read"),
        ("library.csv.gz", gzip.compress(LINES, mtime=0)[:-100], "cannot be read"),
        (
            "library.csv.gz",
            gzip.compress(LINES, mtime=0)[:10] + b"\xff" * 50,
            "cannot be read",
        ),
    ],
)
def test_a_file_without_songs_is_refused_with_one_sentence(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(FormatError, match=sentence) as refused:
        read_library(path)

    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FormatError, match="there is no file"):
        read_library(tmp_path / "library.csv")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(FormatError, match="cannot be read"):
        read_library(tmp_path)
