"""Odd rows and odd values of libraries."""

import gzip
import json
import struct
from io import BytesIO

import pytest

from formats.errors import FormatError
from formats.library import HINT, list_exporters, read_content, read_file
from recommender.language import ENGLISH
from recommender.song import Song
from tests.support.library_files import exportify, pack
from tests.support.songs import song_id

KNOWN = HINT.format(exporters=list_exporters(ENGLISH))
HEADER = "id,name,artists,release_date,duration_ms,explicit\n"


def read(text, name="library.csv"):
    return read_content(name, text.encode() if isinstance(text, str) else text)


def titles(reading):
    return [song.title for song in reading.songs]


def rows(n, first=0):
    return [f"{song_id(number)},Song {number},Cash,1999,200000,0" for number in range(first, first + n)]


@pytest.mark.parametrize(
    ("odd_row", "title"),
    [
        (f'{song_id(99)},"Song 99,Cash,1999,200000,0', "Song 99"),
        (f'{song_id(99)},Song 99,"Cash,1999,200000,0', "Song 99"),
        (f'{song_id(99)},"Song 99","Cash,1999,200000,0', "Song 99"),
        (f'{song_id(99)},"Song, 99","Cash,1999,200000,0', "Song, 99"),
    ],
)
@pytest.mark.parametrize("at", [0, 3, 60])
def test_an_unclosed_quotation_mark_swallows_no_other_row(odd_row, title, at):
    lines = rows(60)
    lines.insert(at, odd_row)
    lines.insert(at // 2, f'{song_id(98)},"Quoted, well","A ""B"" C",1999,200000,0')

    reading = read(HEADER + "\n".join(lines))

    assert len(reading.songs) == 62
    assert Song(song_id(99), title, ("Cash",), 1999, 200_000, False) in reading.songs
    assert reading.odd == {"with a stray quotation mark": 1}


def test_a_row_that_cannot_be_mended_is_counted_and_swallows_no_other():
    reading = read(HEADER + "\n".join([*rows(5), f'{song_id(99)},"Song, 99,Cash,1999', *rows(5, first=5)]))

    assert len(reading.songs) == 10
    assert reading.left_out == {"with an unclosed quotation mark": 1}
    assert reading.describe() == "10 songs read. Left out: 1 entry with an unclosed quotation mark."


def test_unclosed_quotation_marks_in_neighbouring_rows_swallow_none_of_them():
    text = "name,artists,year\n" + "".join(f'"Song {number},Cash,1999\n' for number in range(9))

    reading = read(text)

    assert titles(reading) == [f"Song {number}" for number in range(9)]
    assert reading.odd == {"with a stray quotation mark": 9}


def test_unclosed_rows_that_cannot_be_mended_are_counted_each():
    reading = read(
        HEADER + "\n".join([*(f'{song_id(n)},"Song {n},Cash,1999' for n in range(9)), *rows(2, first=9)])
    )

    assert len(reading.songs) == 2
    assert reading.left_out == {"with an unclosed quotation mark": 9}


@pytest.mark.parametrize("header", ["name,artists,id", "id,name,artists"])
def test_a_title_over_two_lines_is_one_title(header):
    cells = {"name": '"One\ntwo"', "artists": '"Cash, Cave"', "id": song_id(1)}
    row = ",".join(cells[name] for name in header.split(","))

    reading = read(f"{header}\n{row}\n{row.replace(song_id(1), song_id(2))}\n")

    assert titles(reading) == ["One\ntwo", "One\ntwo"]
    assert reading.odd == reading.left_out == {}


def test_a_mark_of_inches_inside_a_quoted_cell_shifts_no_column():
    row = f'{song_id(1)},Song,"Eminem,Royce Da 5\'9",Joell Ortiz",2020-01-17,303000,0'

    reading = read(HEADER + row)

    assert reading.songs == (
        Song(song_id(1), "Song", ("Eminem,Royce Da 5'9\",Joell Ortiz",), 2020, 303_000, False),
    )
    assert reading.odd == {"with a stray quotation mark": 1}


def test_a_song_is_read_once_by_its_id_or_else_by_title_and_artists():
    lines = [
        f"{song_id(1)},Hurt,Cash,2002,,",
        f"{song_id(1)},Hurt - Remastered,Cash,2010,,",
        f"{song_id(2)},Hurt,Cash,2002,,",
        ",Hurt,Nine Inch Nails,,,",
        ",HURT,nine inch nails,,,",
        ",Hurt,Cash;Nick Cave,,,",
    ]

    reading = read(HEADER + "\n".join(lines))

    assert titles(reading) == ["Hurt", "Hurt", "Hurt", "Hurt"]
    assert reading.left_out == {"of a song that came before": 2}


@pytest.mark.parametrize("title", ["NA", "None", "nan", "null", "1999", "TRUE", "-", "0", "#N/A"])
def test_a_title_is_any_text(title):
    assert read(HEADER + f",{title},{title},,,").songs == (Song("", title, (title,)),)


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("2013", 2013), ("2013-06", 2013), ("2013-06-25", 2013), ("2013-06-25T10:00:00Z", 2013), ("6/25/2013", 2013),
        ("25/06/2013", 2013), ("25.6.2013", 2013), ("25. Juni 2013", 2013), ("Jun 25 2013 12:30", 2013),
        ("2013年6月25日", 2013), ("2013.0", 2013),
        ("6/25/13", None), ("0000", None), ("1066", None), ("9999", None), ("20130625", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_the_year_of_a_date_in_any_order_is_certain(written, year):
    assert read(HEADER + f",Hurt,Cash,{written},,").songs[0].year == year


@pytest.mark.parametrize(
    ("column", "written", "duration_ms"),
    [
        ("duration_ms", "218000", 218_000), ("Duration (ms)", "218000.0", 218_000), ("duration_ms", "3:38", 218_000),
        ("duration", "218", 218_000), ("duration", "218s", 218_000), ("duration", "218000", 218_000),
        ("duration", "3:38", 218_000), ("Time", "1:03:38", 3_818_000), ("duration_s", "218.5", 218_500),
        ("Duration (s)", '"218,5"', 218_500), ("Length", "03:38", 218_000),
        ("duration_ms", "9" * 25, None), ("duration_ms", "-1", None), ("duration_ms", "inf", None),
        ("duration_ms", "1e400", None), ("duration", "long", None), ("duration", "99:99:99", None),
    ],
)  # fmt: skip
def test_durations_are_read_in_every_unit_and_an_impossible_one_is_unknown(column, written, duration_ms):
    assert read(f"name,artists,{column}\nHurt,Cash,{written}\n").songs[0].duration_ms == duration_ms


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (song_id(7), song_id(7)),
        (f"spotify:track:{song_id(7)}", song_id(7)),
        (f"https://open.spotify.com/track/{song_id(7)}?si=1", song_id(7)),
        (f"http://open.spotify.com/intl-pt/track/{song_id(7)}", song_id(7)),
        (f"https://open.spotify.com/embed/track/{song_id(7)}", song_id(7)),
        (f"https://api.spotify.com/v1/tracks/{song_id(7)}", song_id(7)),
        ("spotify:local:Cash:Album:Hurt:218", ""),
        ("17", ""),
        ("", ""),
    ],
)
def test_an_id_is_bare_or_a_uri_or_an_address(written, found):
    assert read(f"track_id,name,artists\n{written},Hurt,Cash\n").songs[0].id == found


def test_podcasts_are_no_songs_and_are_counted():
    reading = read(HEADER + f"spotify:episode:{song_id(1)},Talk,Somebody,,,\n{rows(1)[0]}")

    assert titles(reading) == ["Song 0"]
    assert reading.left_out == {"for a podcast, an audiobook or a video": 1}


def test_lines_above_the_header_and_the_header_again_are_no_songs():
    reading = read("My songs\n\n" + HEADER + rows(1)[0] + "\n" + HEADER + rows(1, first=1)[0])

    assert titles(reading) == ["Song 0", "Song 1"]
    assert not reading.left_out


def test_a_few_broken_letters_leave_the_rest_in_utf_8():
    text = HEADER + ",Größe über alles,Die Ärzte,,,\n" * 9 + ",Gr?ße,Die Ärzte,,,\n"

    reading = read(text.encode().replace(b"?", b"\xf6"))

    assert titles(reading) == ["Größe über alles", "Gr\ufffdße"]


def test_a_header_alone_is_an_empty_library():
    assert read(HEADER).songs == ()


def place_at_the_end_of_the_world():
    """Return a ZIP whose directory says that its file begins 2^64 bytes further on."""
    content = pack({"a.csv": HEADER.encode()})
    at = content.index(b"PK\x01\x02")
    directory = bytearray(content[at : content.index(b"PK\x05\x06")])
    beyond = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    directory[30:32] = struct.pack("<H", len(beyond))
    directory[42:46] = b"\xff" * 4
    end = bytearray(content[content.index(b"PK\x05\x06") :])
    end[12:16] = struct.pack("<I", len(directory) + len(beyond))
    return content[:at] + bytes(directory) + beyond + bytes(end)


@pytest.mark.parametrize("hint", ["sep=\r\n", 'sep="\n', "sep= \n", "sep=;\n", "sep=,\r\n"])
def test_a_hint_of_excel_is_heeded_where_it_names_what_can_separate(hint):
    delimiter = ";" if ";" in hint else ","
    content = f"{hint}Track Name{delimiter}Artist Name(s)\r\nHurt{delimiter}Cash\r\n"

    assert [(song.title, song.artists) for song in read(content.encode()).songs] == [("Hurt", ("Cash",))]


def test_a_line_of_very_many_cells_is_no_header():
    content = b"a,b,c\n" + b",".join(b"name%d" % n for n in range(501)) + b"\n" + HEADER.encode()

    assert read(content + b",Hurt,Cash,,,\n").songs[0].title == "Hurt"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "library.csv is empty"),
        (b" \n\n", "library.csv is empty"),
        (b"foo;bar\n1;2\n", f"library.csv has no columns that name songs, only foo, bar; {KNOWN}"),
        (b'[{"foo": 1, "bar": 2}]', f"library.csv has no columns that name songs, only foo, bar; {KNOWN}"),
        (b'{"tracks": [', f"library.csv is no whole JSON, nor a table of songs: export it again; {KNOWN}"),
        (b",".join(b"c%d" % n for n in range(20)), "only c0, c1, c2, c3, c4, c5, c6, c7, …;"),
        (gzip.compress(HEADER.encode(), mtime=0)[:-9], "library.csv cannot be read"),
        (b"PK\x03\x04rest", "library.csv cannot be read"),
        (pack({"xl/workbook.xml": b""}), "library.csv is an Excel workbook: save it as CSV"),
        (
            pack({"a.csv": b"foo,bar", "b.json": b"{}"}),
            "holds no file that names songs: a.csv, b.json; known are",
        ),
        (pack({"photo.jpg": b""}), "holds no file that names songs; known are"),
        (
            pack({"b/c.xspf": b'<playlist xmlns="http://xspf.org/ns/0/"><trackList><track>'}),
            "c.xspf in library.csv is no whole XSPF",
        ),
        (b"<playlist><trackList><track>", "library.csv is no whole XSPF"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><trackList/>", "library.csv has a document type"),
        (HEADER.encode() + b",,Cash,,,\n", "library.csv holds no songs: 1 entry without a title"),
        (place_at_the_end_of_the_world(), "library.csv cannot be read"),
    ],
)
def test_when_nothing_fits_one_sentence_tells_what_there_is_and_what_is_known(content, sentence):
    with pytest.raises(FormatError) as refused:
        read(content)

    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_known_are_the_exporters_by_name():
    for name in (
        "Exportify",
        "TuneMyMusic",
        "Soundiiz",
        "Chosic",
        "Skiley",
        "Spotify's data export",
        "M3U",
        "XSPF",
    ):
        assert name in KNOWN


def test_saved_songs_alone_are_the_library_of_spotify_s_data_export():
    saved = {"tracks": [{"artist": "Cash", "track": "Hurt", "uri": ""}], "bannedTracks": []}
    played = [{"trackName": "Noise", "artistName": "Somebody", "msPlayed": 99_999}]
    history = {"History/StreamingHistory0.json": json.dumps(played).encode()}

    with_saved = read(pack({**history, "YourLibrary.json": json.dumps(saved).encode()}))
    without = read(pack({**history, "YourLibrary.json": json.dumps({**saved, "tracks": []}).encode()}))

    assert (titles(with_saved), titles(without)) == (["Hurt"], ["Noise"])


def test_a_history_has_the_songs_that_were_played_for_half_a_minute_the_latest_first():
    plays = [
        {"trackName": title, "artistName": "Cash", "msPlayed": played}
        for title, played in (
            ("Old", 200_000),
            ("Skipped", 2_000),
            ("Twice", 20_000),
            ("Twice", 20_000),
            ("New", 30_000),
        )
    ]
    talk = {
        "master_metadata_track_name": None,
        "spotify_track_uri": None,
        "episode_name": "Talk",
        "ms_played": 99_999,
    }

    reading = read(json.dumps([*plays, talk]))

    assert titles(reading) == ["New", "Twice", "Old"]
    assert reading.left_out == {
        "for a podcast, an audiobook or a video": 1,
        "of a song played for less than 30 seconds": 1,
    }


@pytest.mark.parametrize(
    ("played_ms", "n_plays"),
    [
        ([30_000], 1),
        ([29_999, 30_000], 1),
        ([15_000, 15_000], 0),
        ([200_000] * 12, 12),
        ([10**15, 200_000], 2),
        ([None, 200_000], 1),
        (["200000", 200_000], 1),
        ([-200_000, 400_000], 1),
    ],
)
@pytest.mark.parametrize("key", ["ms_played", "msPlayed"])
def test_a_play_counts_from_half_a_minute(key, played_ms, n_plays):
    plays = [{"trackName": "Hurt", "artistName": "Cash", key: played} for played in played_ms]

    [song] = read(json.dumps(plays)).songs

    assert song.n_plays == n_plays


def test_a_play_that_does_not_tell_its_time_is_none():
    played = {"trackName": "Hurt", "artistName": "Cash"}

    [song] = read(json.dumps([{**played, "msPlayed": 99_999}, played])).songs

    assert song.n_plays == 1


def test_the_plays_of_all_files_of_a_history_are_added_up():
    play = {"trackName": "Hurt", "artistName": "Cash", "msPlayed": 99_999}
    files = {f"StreamingHistory{n}.json": json.dumps([play] * (n + 1)).encode() for n in range(3)}

    reading = read(pack(files))

    assert [song.n_plays for song in reading.songs] == [6]
    assert reading.left_out == {"of a song that came before": 2}


def test_saved_songs_have_the_plays_of_the_history_beside_them():
    def name(title, number):
        return {"artist": "Cash", "track": title, "uri": f"spotify:track:{song_id(number)}"}

    def play(title, number, n_plays):
        names = {"master_metadata_track_name": title, "master_metadata_album_artist_name": "Cash"}
        return [
            {**names, "spotify_track_uri": f"spotify:track:{song_id(number)}", "ms_played": 99_999}
        ] * n_plays

    saved = [name("Hurt", 1), name("One", 2), name("Rust", 3), {"artist": "", "track": "Never"}, name("", 6)]
    # Another release, another spelling, a song that is not saved, and one without its names.
    history = [*play("HURT", 1, 2), *play("Hurt", 4, 3), *play("One (Live)", 2, 1), *play("Two", 5, 9)]
    history += [{"spotify_track_uri": f"spotify:track:{song_id(6)}", "ms_played": 99_999}]
    short = [{"trackName": "Rust", "artistName": "Cash", "msPlayed": 99_999}]

    reading = read(
        pack(
            {
                "Streaming_History_Audio_2022.json": json.dumps(history).encode(),
                "YourLibrary.json": json.dumps({"tracks": saved, "bannedTracks": []}).encode(),
                "StreamingHistory0.json": json.dumps(short).encode(),
            }
        )
    )

    assert [song.n_plays for song in reading.songs] == [5, 1, 1, None, 1]


def test_a_library_with_a_history_of_more_songs_than_are_kept_has_the_plays_of_all():
    saved = {"tracks": [{"artist": "Cash", "track": f"Song {n}"} for n in (1, 40)], "bannedTracks": []}
    history = [{"trackName": f"Song {n}", "artistName": "Cash", "msPlayed": 99_999} for n in range(41)]
    files = {"StreamingHistory0.json": json.dumps(history).encode()}

    whole = pack({**files, "YourLibrary.json": json.dumps(saved).encode()})
    beside, alone = (read_file("my_spotify_data.zip", BytesIO(packed), 5) for packed in (whole, pack(files)))

    assert [song.n_plays for song in beside.songs] == [1, 1]
    assert (len(alone.songs), alone.n_more) == (5, 36)


def test_other_files_tell_no_plays():
    assert read("Cash - Hurt\n").songs[0].n_plays is None


def test_entries_of_another_shape_are_counted():
    saved = {"tracks": [{"artist": "Cash", "track": "Hurt"}, None, 7, {"artist": "Cash"}], "bannedTracks": []}

    reading = read(json.dumps(saved))

    assert titles(reading) == ["Hurt"]
    assert reading.left_out == {"without the name of a song": 2, "without a title": 1}


@pytest.mark.parametrize(
    "told",
    [
        {"duration_ms": 218_000},
        {"duration": 218},
        {"duration": "3:38"},
        {"duration": 218_000},
        {"duration_s": 218.0},
    ],
)
def test_durations_in_json_are_read_in_every_unit(told):
    [song] = read(json.dumps([{"title": "Hurt", "artist": "Cash", **told}])).songs

    assert song.duration_ms == 218_000


def test_lines_that_name_no_song_are_counted():
    reading = read(
        "Cash - Hurt\nMy favourite\n03 - Queen - Innuendo\n# Rock\nspotify:episode:"
        + song_id(1)
        + "\nA - B\nC - D\nE - F\n"
    )

    assert [(song.artists, song.title) for song in reading.songs[:2]] == [
        (("Cash",), "Hurt"),
        (("Queen",), "Innuendo"),
    ]
    assert reading.left_out == {"without the name of a song": 2, "for a podcast, an audiobook or a video": 1}


def test_an_m3u_without_names_is_read_by_the_names_of_its_files():
    reading = read(
        "#EXTM3U\n/music/Cash - Hurt.mp3\nC:\\Music\\Queen - Innuendo.flac\nhttps://radio.example/live\n"
    )

    assert titles(reading) == ["Hurt", "Innuendo"]
    assert reading.left_out == {"without the name of a song": 1}


def test_hidden_files_of_a_zip_are_left_alone():
    packed = pack(
        {"__MACOSX/._a.csv": b"\x00\x05\x16\x07", "._a.csv": b"\x00", "a.csv": exportify("en").content}
    )

    assert len(read(packed).songs) == 4
