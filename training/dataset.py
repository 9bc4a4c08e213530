"""The training input: tables of songs and of artists' genres, read and checked with pandas."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from formats.artists_cell import parse_artists
from recommender.catalogue.arrays import BoolArray, DoubleArray
from recommender.catalogue.features import FEATURES, NAMES
from recommender.errors import BadDataset
from training.kinds import MEMBERS, Kind, detect_kind, to_kaggle_schema
from training.tables import read_chunks, select_columns

MAX_BAD_SHARE = 0.01  # with more bad rows it is the wrong file, not a few errors
NOT_GIVEN = {"", "nan", "na", "n/a", "null", "none"}  # casefolded, in number columns only
ID = r"[0-9A-Za-z]{22}"  # Spotify's base-62 ids


@dataclass(frozen=True, eq=False)
class Dataset:
    """The good songs in the order of the file, and the number of bad rows by reason.

    features : (n, 15) float64 in the order of `FEATURES`; NaN where the kind of file lacks it
    bad : reason -> rows left out; a row counts once, under the first reason of
        missing_value, not_a_number, year_zero, out_of_range, bad_id, duplicate_id
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    artists: tuple[tuple[str, ...], ...]
    features: DoubleArray
    bad: dict[str, int]

    def is_first_of_its_id(self) -> BoolArray:
        """Return (n,) False for every row whose id an earlier one has."""
        return ~pd.Series(self.ids, dtype=object).duplicated().to_numpy()

    def select(self, keep: BoolArray) -> "Dataset":
        """Return a dataset of copies of these rows; `bad` stays."""
        return Dataset(
            tuple(compress(self.ids, keep)),
            tuple(compress(self.titles, keep)),
            tuple(compress(self.artists, keep)),
            self.features[keep],
            self.bad,
        )


def read_dataset(path: Path, allow_bad_rows: bool = False) -> Dataset:
    """Read and check songs in one of the schemas of `training.kinds`.

    A `.csv`, a `.csv.gz`, or a `.zip` that contains the file under its usual name.

    Raises
    ------
    BadDataset
        If the file cannot be read, lacks a column, has no song, or more than
        1 % of its rows are bad and `allow_bad_rows` is False.
    """
    dataset = concatenate(
        [_check(table, detect_kind(table.columns), path) for table in read_chunks(path, *MEMBERS)]
    )
    n_rows = len(dataset.ids) + sum(dataset.bad.values())
    is_first = dataset.is_first_of_its_id()
    first = dataset.select(is_first)
    if not is_first.all():
        first = replace(first, bad=first.bad | {"duplicate_id": int((~is_first).sum())})
    n_bad = sum(first.bad.values())
    if n_bad > MAX_BAD_SHARE * n_rows and not allow_bad_rows:
        counts = ", ".join(f"{n} {reason}" for reason, n in first.bad.items())
        raise BadDataset(
            f"{path}: {n_bad} of {n_rows} rows are bad ({counts}), more than"
            f" {MAX_BAD_SHARE:.0%}: check the file, or leave them out with --allow-bad-rows"
        )
    if not first.ids:
        raise BadDataset(f"{path} has no songs")
    return first


def concatenate(parts: Sequence[Dataset]) -> Dataset:
    """Concatenate datasets; the counts of bad rows add up."""
    return Dataset(
        tuple(song_id for part in parts for song_id in part.ids),
        tuple(title for part in parts for title in part.titles),
        tuple(artists for part in parts for artists in part.artists),
        np.concatenate([part.features for part in parts]),
        dict(sum((Counter(part.bad) for part in parts), Counter[str]())),
    )


def read_genres(path: Path) -> dict[str, tuple[str, ...]]:
    """Read artist -> genres, written as a Python list or joined by commas; artists without any are left out.

    Raises
    ------
    BadDataset
        If the file cannot be read or lacks a column.
    """
    table = pd.concat(
        [
            select_columns(table, ("genres", "artists"), path)
            for table in read_chunks(path, "data_w_genres.csv")
        ]
    )
    return {
        artist: genres
        for artist, text in zip(table["artists"], table["genres"], strict=True)
        if (genres := _split_genres(text))
    }


def find_genres_beside(data: Path) -> Path | None:
    """Find the file of artists' genres beside a dataset, plain or gzipped; None where there is none."""
    places = (data.with_name(f"data_w_genres.csv{suffix}") for suffix in ("", ".gz"))
    return next((file for file in places if file.exists()), None)


def _split_genres(text: str) -> tuple[str, ...]:
    names = parse_artists(text) if text.startswith("[") else text.split(",")
    return tuple(name.strip() for name in names if name.strip())


def _check(table: pd.DataFrame, kind: Kind, path: Path) -> Dataset:
    """Keep the good rows of a table of text, and count the bad ones by reason."""
    table = to_kaggle_schema(table, kind, path)
    artists = table["artists"].map(cache(parse_artists))
    numbers = table[list(kind.known)].apply(pd.to_numeric, errors="coerce")
    reasons = _find_faults(table, artists, numbers)
    good = (reasons == "").to_numpy()
    return Dataset(
        ids=tuple(table["id"][good]),
        titles=tuple(table["name"][good]),
        artists=tuple(artists[good]),
        features=numbers.reindex(columns=list(NAMES)).to_numpy(dtype=np.float64)[good],
        bad=dict(Counter(reasons[~good])),
    )


def _find_faults(table: pd.DataFrame, artists: "pd.Series[Any]", numbers: pd.DataFrame) -> "pd.Series[str]":
    """Return the first reason why each row is bad, "" for a good one."""
    written = table[list(numbers.columns)]
    is_given = ~written.apply(lambda column: column.str.strip().str.casefold().isin(NOT_GIVEN))
    ranges = [feature for feature in FEATURES if feature.name in numbers.columns]
    low, high = (np.array(ends) for ends in zip(*((one.low, one.high) for one in ranges), strict=True))
    has_texts = (table["id"] != "") & (table["name"].str.strip() != "") & (artists.map(len) > 0)

    reasons = pd.Series("", index=table.index)
    for reason, is_bad in (
        ("missing_value", ~(is_given.all(axis=1) & has_texts)),
        ("not_a_number", numbers.isna().any(axis=1)),
        ("year_zero", numbers["year"] == 0),
        ("out_of_range", ~((numbers >= low) & (numbers <= high)).all(axis=1)),
        ("bad_id", ~table["id"].str.fullmatch(ID)),
    ):
        reasons[is_bad & (reasons == "")] = reason
    return reasons
