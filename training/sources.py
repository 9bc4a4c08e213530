"""Several files of songs merged into one dataset: each song once, gaps in popularity filled."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recommender.catalogue.build import compute_sha256
from recommender.catalogue.features import NAMES
from training.dataset import Dataset, concatenate, read_dataset
from training.popularity import fill_popularity

YEAR, POPULARITY = NAMES.index("year"), NAMES.index("popularity")


@dataclass(frozen=True)
class Source:
    """A file of songs, with the number of its good rows and of those kept in the catalogue."""

    name: str
    sha256: str
    rows: int
    kept: int


@dataclass(frozen=True, eq=False)
class Songs:
    """The songs of all files, none twice and no feature NaN; `n_filled` have an estimated popularity."""

    dataset: Dataset
    sources: tuple[Source, ...]
    n_filled: int


def read_songs(paths: Sequence[Path], allow_bad_rows: bool = False) -> Songs:
    """Read one or more files of songs, each of any kind.

    A song in several files is taken from the one with most features, as measured
    ones are better than estimates; of equals from the one named first, which
    leaves the choice to the caller.

    Raises
    ------
    BadDataset
        If a file cannot be used (see `read_dataset`).
    """
    read = {path: read_dataset(path, allow_bad_rows) for path in paths}
    best_first = sorted(read, key=lambda path: np.isnan(read[path].features[0]).sum())
    everything = concatenate([read[path] for path in best_first])
    is_first = everything.is_first_of_its_id()
    ends = np.cumsum([len(read[path].ids) for path in best_first])
    kept = dict(zip(best_first, np.split(is_first, ends[:-1]), strict=True))
    sources = tuple(
        Source(path.name, compute_sha256(path), len(dataset.ids), int(kept[path].sum()))
        for path, dataset in read.items()
    )
    songs = everything.select(is_first)
    popularity = songs.features[:, POPULARITY]
    n_unknown = int(np.isnan(popularity).sum())
    if n_unknown:
        popularity[:] = fill_popularity(popularity, songs.features[:, YEAR], songs.artists)
    return Songs(songs, sources, n_unknown)
