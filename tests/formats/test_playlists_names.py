import gzip
import zipfile

import pytest

from formats.errors import FormatError
from formats.playlists_names import is_names_table, read_playlists
from formats.registry import iterate_playlists, load_playlists
from formats.source_playlist import SourcePlaylist
from recommender.song import Song

HEADER = 'user_id, "artistname", "trackname", "playlistname"'  # as it is published
HURT = '"u1","Cash","Hurt","Slow"'


def write(path, *lines, header=HEADER):
    path.write_text("".join(f"{line}\n" for line in (header, *lines)), encoding="utf-8")
    return path


def titles(playlists):
    return {playlist.name: [song.title for song in playlist.songs] for playlist in playlists}


def test_each_user_and_name_is_a_playlist(tmp_path):
    path = write(
        tmp_path / "p.csv",
        HURT,
        '"u1","Cash","One","Slow"',
        '"u1","Queen","1999","Fast"',
        '"u2","Queen","NA","Slow"',
    )

    playlists = load_playlists(path)

    assert playlists[0] == SourcePlaylist(
        "p.csv u1 Slow", (Song("", "Hurt", ("Cash",)), Song("", "One", ("Cash",)))
    )
    assert titles(playlists) == {
        "p.csv u1 Slow": ["Hurt", "One"],
        "p.csv u1 Fast": ["1999"],
        "p.csv u2 Slow": ["NA"],
    }


@pytest.mark.parametrize(
    "header",
    [
        "user_id,artistname,trackname,playlistname",
        '"user_id","artistname","trackname","playlistname"',
        '"user_id", "artistname", "trackname", "playlistname"',
        "\ufeffuser_id , artistname , trackname , playlistname",
    ],
)
def test_the_header_may_have_quotes_and_spaces(tmp_path, header):
    assert titles(load_playlists(write(tmp_path / "p.csv", HURT, header=header))) == {
        "p.csv u1 Slow": ["Hurt"]
    }


def test_the_columns_may_stand_in_any_order_among_others(tmp_path):
    path = write(tmp_path / "p", "Slow,9,Hurt,u1,Cash", header="playlistname,n,trackname,user_id,artistname")

    assert titles(load_playlists(path)) == {"p u1 Slow": ["Hurt"]}


def test_quotation_marks_and_commas_inside_a_cell_are_read(tmp_path):
    path = write(tmp_path / "p.csv", r'"u1","Tyler, The Creator","Say \"No\"","Mine"')

    [playlist] = load_playlists(path)

    assert playlist.songs == (Song("", 'Say "No"', ("Tyler, The Creator",)),)


def test_a_playlist_whose_lines_stand_apart_is_streamed_in_parts_and_loaded_whole(tmp_path):
    path = write(tmp_path / "p.csv", HURT, '"u2","Queen","Innuendo","Loud"', '"u1","Cash","One","Slow"')

    assert [part.name for part in iterate_playlists(path)] == [
        "p.csv u1 Slow",
        "p.csv u2 Loud",
        "p.csv u1 Slow",
    ]
    assert titles(load_playlists(path)) == {"p.csv u1 Slow": ["Hurt", "One"], "p.csv u2 Loud": ["Innuendo"]}


def test_a_stray_quotation_mark_spoils_its_own_line_alone(tmp_path):
    lines = [f'"u1","Cash","Song {number}","Slow"' for number in range(200)]
    lines[7] = '"u1","Cash,Song 7,Slow'

    [playlist] = load_playlists(write(tmp_path / "p.csv", *lines))

    assert len(playlist.songs) == 199


def test_empty_lines_and_songs_without_a_name_are_left_out(tmp_path):
    path = write(tmp_path / "p.csv", HURT, "", '"u1","","One","Slow"', '"u1","Cash","","Slow"')

    assert titles(load_playlists(path)) == {"p.csv u1 Slow": ["Hurt"]}


def test_a_header_alone_is_no_playlist(tmp_path):
    assert load_playlists(write(tmp_path / "p.csv")) == []


def test_it_may_be_gzipped_or_in_a_zip(tmp_path):
    plain = write(tmp_path / "p.csv", HURT)
    (tmp_path / "p.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.write(plain, "archive/spotify_dataset.csv")

    for name in ("p.csv.gz", "archive.zip"):
        assert titles(load_playlists(tmp_path / name)) == {f"{name} u1 Slow": ["Hurt"]}


@pytest.mark.parametrize("content", [b"id,name,artists\n", b"", b"\xff\xfe\n"])
def test_another_table_is_not_taken_for_it(tmp_path, content):
    (tmp_path / "p.csv").write_bytes(content)

    assert not is_names_table(tmp_path / "p.csv")
    assert not is_names_table(tmp_path / "none.csv")


def test_a_damaged_file_is_not_taken_for_it(tmp_path):
    for name in ("p.csv.gz", "p.zip"):
        (tmp_path / name).write_bytes(b"neither")

        assert not is_names_table(tmp_path / name)


def test_more_than_one_bad_line_in_a_hundred_is_an_error(tmp_path):
    lines = [HURT] * 199
    assert load_playlists(write(tmp_path / "good.csv", *lines[1:], "one,two", "three"))

    with pytest.raises(FormatError, match=r"few\.csv: 3 of 199 lines do not have 4 cells"):
        load_playlists(write(tmp_path / "few.csv", *lines[3:], "one,two", "three", "four"))


def test_text_that_is_not_utf_8_is_an_error(tmp_path):
    path = tmp_path / "p.csv"
    path.write_bytes(f"{HEADER}\n{HURT}\n".encode() * 3000 + b'"u1","Caf\xe9","One","Slow"\n')

    with pytest.raises(FormatError, match=r"p\.csv is not UTF-8 text"):
        list(read_playlists(path))


def test_a_cut_file_is_an_error(tmp_path):
    path = tmp_path / "p.csv.gz"
    lines = "".join(f'"u{number}","Cash","Song {number * 7919}","Slow"\n' for number in range(5000))
    packed = gzip.compress(f"{HEADER}\n{lines}".encode())
    path.write_bytes(packed[: len(packed) // 2])

    with pytest.raises(FormatError, match=r"p\.csv\.gz cannot be read"):
        list(read_playlists(path))
