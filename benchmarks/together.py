"""What training costs with a hundred thousand playlists: real ones, drawn again and again and mixed.

Each playlist is a real one of which a third of the songs are replaced by songs
of other real playlists, so that no two are alike and there are many pairs that
stand together by chance only. Training runs as `./run train` does, in a process
of its own, so that only its memory is counted.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.errors import BenchmarkError
from benchmarks.origin import DATASETS
from benchmarks.own_process import train
from formats.registry import load_playlists
from formats.source_playlist import SourcePlaylist
from recommender.errors import BadDataset
from recommender.song import Song

KEPT = 2 / 3  # of the songs of each playlist
SLICE = 1_000  # playlists a file, as in the Million Playlist Dataset


def run(root: Path, data: Path | None, playlists: Sequence[Path], n_playlists: int) -> dict[str, Any]:
    """Write `n_playlists` playlists drawn from files of them, and train with them.

    Returns
    -------
    dict
        `seconds` and `peak_mb` of the whole training; `together_mb`, the size of what it keeps of the
        playlists; and the numbers of playlists and songs.

    Raises
    ------
    BadDataset
        If there is no dataset.
    BenchmarkError
        If there are no playlists, or the training fails.
    """
    data = data or next((file for file in DATASETS if file.exists()), None)
    if data is None or not data.exists():
        raise BadDataset("there is no dataset to train on: name one with --data FILE, or ./run fetch-data")
    real = [playlist for file in playlists for playlist in load_playlists(file) if playlist.songs]
    if not real:
        raise BenchmarkError("there are no playlists to draw from: name files of them with --playlists FILE")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_playlists(real, folder / "playlists", n_playlists)
        report = train(root, data, folder / "models", folder / "playlists")
    kept = report["playlists"]
    return {
        "playlists": kept["read"],
        "kept": kept["kept"],
        "songs": kept["songs"],
        "known_songs": kept["known_songs"],
        "seconds": report["seconds"],
        "peak_mb": report["peak_mb"],
        "together_mb": report["together_mb"],
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    return "\n".join(
        [
            f"{figures['kept']:,} of {figures['playlists']:,} playlists kept,"
            f" {figures['known_songs']:,} songs of the catalogue in them",
            f"training {figures['seconds']:>8.1f} s, {figures['peak_mb']:,} MB at most",
            f"together {figures['together_mb']:>8.1f} MB",
        ]
    )


def write_playlists(real: Sequence[SourcePlaylist], folder: Path, n_playlists: int) -> None:
    """Write slices of the Million Playlist Dataset with `n_playlists` playlists drawn from real ones."""
    rng = np.random.default_rng(0)
    every_song = [song for playlist in real for song in playlist.songs]
    folder.mkdir()
    for start in range(0, n_playlists, SLICE):
        drawn = [
            {"pid": number, "tracks": [_write_track(song) for song in _draw_songs(real, every_song, rng)]}
            for number in range(start, min(start + SLICE, n_playlists))
        ]
        path = folder / f"mpd.slice.{start}-{start + SLICE - 1}.json"
        path.write_text(json.dumps({"info": {}, "playlists": drawn}))


def _draw_songs(
    real: Sequence[SourcePlaylist], every_song: Sequence[Song], rng: np.random.Generator
) -> list[Song]:
    songs = real[int(rng.integers(len(real)))].songs
    is_kept = rng.random(len(songs)) < KEPT
    others = rng.integers(len(every_song), size=len(songs)).tolist()
    return [
        song if keep else every_song[other] for song, keep, other in zip(songs, is_kept, others, strict=True)
    ]


def _write_track(song: Song) -> dict[str, Any]:
    """Write a track with as many columns as the dataset has, which take their time to read."""
    return {
        "pos": 0,
        "artist_name": ", ".join(song.artists),
        "track_uri": f"spotify:track:{song.id}",
        "artist_uri": f"spotify:artist:{song.id}",
        "track_name": song.title,
        "album_uri": f"spotify:album:{song.id}",
        "duration_ms": song.duration_ms,
        "album_name": song.title,
    }
