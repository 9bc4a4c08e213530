import json

import pytest

from formats.errors import FormatError
from formats.registry import FORMATS, load_library, load_playlists
from recommender.song import Song
from tests.support.songs import song_id

TRACK = {"track_uri": f"spotify:track:{song_id(1)}", "track_name": "Hurt", "artist_name": "Cash"}
SONG = Song(song_id(1), "Hurt", ("Cash",))


def write_csv(path):
    path.write_text(f"id,name,artists\n{song_id(1)},Hurt,Cash\n")
    return path


def write_slice(path, n_playlists):
    playlists = [{"pid": number, "tracks": [TRACK]} for number in range(n_playlists)]
    path.write_text(json.dumps({"playlists": playlists}))
    return path


def test_a_library_is_one_playlist_named_after_its_file(tmp_path):
    [playlist] = load_playlists(write_csv(tmp_path / "lisa.csv"))

    assert (playlist.name, playlist.songs) == ("lisa.csv", (SONG,))


def test_a_slice_is_as_many_playlists_as_it_holds(tmp_path):
    playlists = load_playlists(write_slice(tmp_path / "slice.json", 3))

    assert [playlist.songs for playlist in playlists] == [(SONG,)] * 3


@pytest.mark.parametrize("name", ["library.csv", "library.tab", "library"])
def test_a_file_of_any_other_name_is_read_as_csv(tmp_path, name):
    assert load_library(write_csv(tmp_path / name)) == [SONG]


def test_the_only_playlist_of_a_file_is_a_library(tmp_path):
    assert load_library(write_slice(tmp_path / "slice.json", 1)) == [SONG]


@pytest.mark.parametrize("n_playlists", [0, 2])
def test_none_or_several_playlists_are_no_library(tmp_path, n_playlists):
    path = write_slice(tmp_path / "slice.json", n_playlists)

    with pytest.raises(FormatError, match=rf"slice\.json holds {n_playlists} playlists: a library is one"):
        load_library(path)


@pytest.mark.parametrize("name", ["none.csv", "none.csv.gz", "none.json", "none.zip", "none"])
def test_a_file_that_is_not_there_is_named(tmp_path, name):
    for load in (load_library, load_playlists):
        with pytest.raises(FormatError, match=f"there is no file .*{name}"):
            load(tmp_path / name)


def test_every_format_has_a_name_of_its_own():
    assert len({form.name for form in FORMATS}) == len(FORMATS)


def test_a_folder_holds_the_playlists_of_all_its_files(tmp_path):
    write_csv(tmp_path / "b.csv")
    write_csv(tmp_path / "a.csv")
    write_slice(tmp_path / "slice.json", 2)
    (tmp_path / "cover.jpg").write_bytes(b"no playlist")
    (tmp_path / "._a.csv").write_bytes(b"\x00\x05\x16\x07")

    playlists = load_playlists(tmp_path)

    assert [playlist.name for playlist in playlists] == ["a.csv", "b.csv", "slice.json 0", "slice.json 1"]
    assert all(playlist.songs == (SONG,) for playlist in playlists)


def test_a_folder_without_playlists_is_named(tmp_path):
    (tmp_path / "cover.jpg").write_bytes(b"no playlist")

    with pytest.raises(FormatError, match=r"holds no playlists: no file ends in \.csv"):
        load_playlists(tmp_path)


def test_a_folder_is_no_library(tmp_path):
    with pytest.raises(FormatError, match="cannot be opened"):
        load_library(tmp_path)
