"""Several files of songs merged into one dataset: each song once, what they lack filled."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recommender.catalogue.arrays import BoolArray, DoubleArray
from recommender.catalogue.build import compute_sha256
from recommender.catalogue.features import NAMES
from training.columns import NamesColumn
from training.dataset import YEAR, Dataset, concatenate, read_dataset
from training.gaps import fill_gaps

#: What kinds of files lack, in the order in which it is filled: the others depend on the year.
FILLED = ("year", "popularity", "explicit")
COMMA = ", "


@dataclass(frozen=True)
class Source:
    """A file of songs.

    kind : usual name of a file like it
    rows : its good songs, each once
    kept : those of them that the catalogue has from this file
    repeated : its rows of songs that came before
    newest_year : of its songs; None if it tells no year
    bad : reason -> its rows that were left out
    """

    name: str
    sha256: str
    kind: str
    rows: int
    kept: int
    repeated: int
    newest_year: int | None
    bad: dict[str, int]


@dataclass(frozen=True, eq=False)
class Songs:
    """The songs of all files, none twice and no feature NaN.

    filled : feature of `FILLED` -> songs for which it is guessed
    newest_year : of the songs whose year is known; None if there is none
    """

    dataset: Dataset
    sources: tuple[Source, ...]
    filled: dict[str, int]
    newest_year: int | None

    def describe(self) -> dict[str, Any]:
        """Return where the songs came from and what was guessed, for the manifest and the report."""
        return {
            "sources": [asdict(source) for source in self.sources],
            "newest_year": self.newest_year,
            "repeated": self.dataset.repeated,
            "filled": self.filled,
        }


def read_songs(paths: Sequence[Path], allow_bad_rows: bool = False) -> Songs:
    """Read one or more files of songs, each of any kind, and keep of each song the best values.

    The best are those of the file with most features, as measured ones are
    better than estimates; of equals those of the file named first, which
    leaves the choice to the caller. What the best file lacks comes from the
    next one that has the song; what none has is guessed (`training.gaps`).

    Raises
    ------
    BadDataset
        If a file cannot be used (see `read_dataset`).
    """
    read = {path: read_dataset(path, allow_bad_rows) for path in paths}
    read = _part_artists(read)
    best_first = sorted(read, key=lambda path: np.isnan(read[path].features[0]).sum())
    everything = concatenate([read[path] for path in best_first])
    is_first = everything.is_first_of_its_id()
    ends = np.cumsum([len(read[path].ids) for path in best_first])
    kept = dict(zip(best_first, np.split(is_first, ends[:-1]), strict=True))
    sources = tuple(_describe_source(path, dataset, int(kept[path].sum())) for path, dataset in read.items())
    read.clear()  # what was read is in `everything`: twice is more than there may be room for
    songs = _merge(everything, is_first)
    newest_year = _find_newest_year(songs.features)
    songs = replace(songs, has_year=~np.isnan(songs.features[:, YEAR]))
    return Songs(songs, sources, _fill(songs), newest_year)


def _merge(everything: Dataset, is_first: BoolArray) -> Dataset:
    """Keep the first row of each song; what it lacks comes from the first that has it."""
    if is_first.all():
        return everything
    merged = everything.select(is_first)
    numbers, _ = pd.factorize(everything.hash_ids())
    for place in map(NAMES.index, FILLED):
        values = everything.features[:, place]
        # Of several values of one song the last one written stays: that of the first row.
        rows = np.flatnonzero(~np.isnan(values))[::-1]
        merged.features[numbers[rows], place] = values[rows]
    return merged


def _fill(songs: Dataset) -> dict[str, int]:
    """Fill in place what no file tells, and return how many values of each feature are guessed."""
    features, no_years = songs.features, np.zeros(len(songs.ids))
    n_filled = {}
    for name in FILLED:
        values = features[:, NAMES.index(name)]
        n_filled[name] = int(np.isnan(values).sum())
        if n_filled[name]:
            guessed = fill_gaps(values, no_years if name == "year" else features[:, YEAR], songs.artists)
            values[:] = guessed.round() if name == "year" else guessed
    return n_filled


def _describe_source(path: Path, dataset: Dataset, n_kept: int) -> Source:
    kind = dataset.kind.name if dataset.kind else ""
    newest = _find_newest_year(dataset.features)
    n_rows = len(dataset.ids)
    return Source(
        path.name, compute_sha256(path), kind, n_rows, n_kept, dataset.repeated, newest, dataset.bad
    )


def _find_newest_year(features: DoubleArray) -> int | None:
    years = features[:, YEAR][~np.isnan(features[:, YEAR])]
    return int(years.max()) if len(years) else None


def _part_artists(read: dict[Path, Dataset]) -> dict[Path, Dataset]:
    """Part artists that are joined by commas, but for names that have one themselves in other files."""
    joined = {
        path: dataset for path, dataset in read.items() if dataset.kind and dataset.kind.joins_by_commas
    }
    if not joined:
        return read
    others = (dataset for path, dataset in read.items() if path not in joined)
    names = {name for dataset in others for artists in dataset.artists for name in artists if COMMA in name}
    part = cache(lambda text: tuple(_split_at_commas(text, names)))
    return read | {
        path: replace(
            dataset,
            artists=NamesColumn.hold(chain.from_iterable(map(part, texts)) for texts in dataset.artists),
        )
        for path, dataset in joined.items()
    }


def _split_at_commas(joined: str, names: Collection[str]) -> Iterator[str]:
    """Yield names joined by commas, the longest of `names` as a whole: "Tyler, The Creator, Kali Uchis"."""
    parts = joined.split(COMMA)
    while parts:
        n_parts = next((n for n in range(len(parts), 1, -1) if COMMA.join(parts[:n]) in names), 1)
        yield COMMA.join(parts[:n_parts])
        del parts[:n_parts]
