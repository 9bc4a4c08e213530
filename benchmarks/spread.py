"""The passes over songs and playlists on one worker of a Dask cluster and on two: times, equal results."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from distributed import LocalCluster

from recommender.catalogue.build import Build
from recommender.catalogue.together import list_arrays
from training.cluster import connect
from training.together import read_playlists
from training.train import N_CLUSTERS, fit

WORKERS = (1, 2)
# As many files as two workers share evenly, each like a slice of the Million Playlist Dataset.
N_FILES, MAX_PLAYLISTS, N_SONGS = 128, 1_000, 66
# Of a small catalogue the files have fewer: one playlist for each so many songs.
SONGS_A_PLAYLIST = 100


def run(build: Build, folder: Path) -> dict[str, Any]:
    """Fit the clusters of a build's songs, and read made-up playlists of them, on one worker and on two.

    Returns
    -------
    dict
        `passes_s` by workers, `times_as_fast` of the last, `equals_plain` of all.
    """
    features = build.model.mean + build.catalogue.standardised * build.model.scale
    files = _write_playlists(build, folder)
    _, plain = fit(features)
    plain_lists = list_arrays(read_playlists(files, build.catalogue).together)
    seconds, is_equal = {}, True
    for n_workers in WORKERS:
        with (
            LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as local,
            connect(local.scheduler_address) as cluster,
        ):
            start = time.perf_counter()
            _, kmeans = cluster.fit(features, N_CLUSTERS)
            fitted = time.perf_counter()
            lists = list_arrays(read_playlists(files, build.catalogue, cluster.call_each).together)
            seconds[n_workers] = {
                "songs": round(fitted - start, 2),
                "playlists": round(time.perf_counter() - fitted, 2),
            }
        is_equal &= np.array_equal(kmeans.labels_, plain.labels_)
        is_equal &= all(np.array_equal(lists[name], array) for name, array in plain_lists.items())
    one, two = (sum(seconds[n_workers].values()) for n_workers in WORKERS)
    return {
        "songs": len(features),
        "playlists": N_FILES * _count_playlists(build),
        "passes_s": seconds,
        "times_as_fast": round(one / two, 2),
        "equals_plain": is_equal,
    }


def _count_playlists(build: Build) -> int:
    """Return how many playlists each file has."""
    return min(len(build.catalogue) // SONGS_A_PLAYLIST, MAX_PLAYLISTS)


def _write_playlists(build: Build, folder: Path) -> Sequence[Path]:
    """Write files of the same playlists: to read and to match another costs as much as the first."""
    rng = np.random.default_rng(0)
    playlists = []
    for number in range(_count_playlists(build)):
        songs = map(build.catalogue.song, rng.integers(len(build.catalogue), size=N_SONGS).tolist())
        tracks = [
            {
                "track_uri": f"spotify:track:{song.id}",
                "track_name": song.title,
                "artist_name": song.artists[0],
            }
            for song in songs
        ]
        playlists.append({"pid": number, "tracks": tracks})
    folder.mkdir()
    first, *others = (folder / f"mpd.slice.{number}.json" for number in range(N_FILES))
    first.write_text(json.dumps({"info": {}, "playlists": playlists}))
    for file in others:
        file.hardlink_to(first)
    return [first, *others]
