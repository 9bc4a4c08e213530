import gzip
import json

import pytest

from formats.errors import FormatError
from formats.playlists_json import is_slice, read_playlists
from formats.source_playlist import SourcePlaylist
from recommender.song import Song
from tests.support.songs import song_id


def track(number, **others):
    """A track as the dataset has them, with more columns than are read."""
    return {
        "pos": number,
        "track_uri": f"spotify:track:{song_id(number)}",
        "track_name": f"Song {number}",
        "artist_name": "Cash",
        "album_name": "The Man",
        "duration_ms": 218_000,
        **others,
    }


@pytest.fixture
def slice_path(tmp_path):
    def write(*playlists, name="mpd.slice.0-999.json"):
        packed = json.dumps({"info": {}, "playlists": list(playlists)}).encode()
        path = tmp_path / name
        path.write_bytes(gzip.compress(packed) if name.endswith(".gz") else packed)
        return path

    return write


@pytest.mark.parametrize("name", ["slice.json", "slice.json.gz"])
def test_each_playlist_is_read_newest_first(slice_path, name):
    first, second = {"pid": 7, "tracks": [track(1), track(2)]}, {"pid": 8, "tracks": []}

    playlists = read_playlists(slice_path(first, second, name=name))

    songs = tuple(Song(song_id(n), f"Song {n}", ("Cash",), None, 218_000) for n in (2, 1))
    assert playlists == [SourcePlaylist(f"{name} 7", songs), SourcePlaylist(f"{name} 8", ())]


def test_a_slice_without_playlists_is_read(slice_path):
    assert read_playlists(slice_path()) == []


def test_half_a_character_in_a_name_is_replaced(slice_path):
    tracks = [track(1, track_name="cut \ud83d", artist_name="\udfb5")]

    [playlist] = read_playlists(slice_path({"pid": 1, "tracks": tracks}))

    assert (playlist.songs[0].title, playlist.songs[0].artists) == ("cut \ufffd", ("\ufffd",))


def test_a_track_without_a_duration_is_read(slice_path):
    bare = track(1)
    del bare["duration_ms"]

    [playlist] = read_playlists(slice_path({"pid": 1, "tracks": [bare]}))

    assert playlist.songs[0].duration_ms is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("odd.json", b""),
        ("odd.json", b"[]"),
        ("odd.json", b"\xff"),
        ("odd.json", b'{"playlists": [{}]}'),
        ("odd.json", b'{"playlists": [{"pid": 1, "tracks": [5]}]}'),
        ("odd.json.gz", b'{"playlists": []}'),
        ("odd.json.gz", gzip.compress(b'{"playlists": []}', mtime=0)[:-9]),
    ],
)
def test_a_file_that_is_no_slice_is_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(FormatError, match=rf"{name} is no slice of the Million Playlist Dataset"):
        read_playlists(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FormatError, match="there is no file"):
        read_playlists(tmp_path / "none.json")


@pytest.mark.parametrize("name", ["slice.json", "slice.json.gz", "slice"])
def test_a_slice_is_recognised_by_what_it_is(slice_path, name):
    assert is_slice(slice_path({"pid": 7, "tracks": [track(1)]}, name=name))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'[{"playlists": 1}]',
        b'{"tracks": []}',
        b'{"playlists": [{"name": "Mine", "lastModifiedDate": "2024-01-01", "items": []}]}',
        b"name,artists\n",
    ],
)
def test_other_files_are_no_slices(tmp_path, content):
    (tmp_path / "slice.json").write_bytes(content)

    assert not is_slice(tmp_path / "slice.json")
