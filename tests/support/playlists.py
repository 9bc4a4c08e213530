"""Playlists of a catalogue's songs, and files as the Million Playlist Dataset has them."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

from formats.source_playlist import SourcePlaylist
from recommender.song import Song


def make_playlist(
    songs: Sequence[Song], every: int = 7, name: str = "mine", n_songs: int = 60
) -> SourcePlaylist:
    """Make a playlist of every `every`-th song of the catalogue."""
    return SourcePlaylist(name, tuple(songs[::every][:n_songs]))


def write_slice(folder: Path, playlists: Sequence[SourcePlaylist], name: str = "slice.json") -> Path:
    """Write playlists as a slice of the Million Playlist Dataset: oldest song first."""
    content = {
        "playlists": [
            {
                "pid": number,
                "tracks": [
                    {
                        "track_uri": f"spotify:track:{song.id}",
                        "track_name": song.title,
                        "artist_name": song.artists[0],
                        "duration_ms": 200_000,
                    }
                    for song in reversed(playlist.songs)
                ],
            }
            for number, playlist in enumerate(playlists)
        ]
    }
    path = folder / name
    packed = json.dumps(content).encode()
    path.write_bytes(gzip.compress(packed) if name.endswith(".gz") else packed)
    return path
