"""The kinds of song tables, told apart by their header: the Kaggle dataset and its two larger relatives."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recommender.catalogue.features import NAMES
from training.tables import select_columns

TEXTS = ("id", "name", "artists")


@dataclass(frozen=True)
class Kind:
    """A kind of table.

    name : usual name of the file
    mark : a column that no other kind has
    has_date_only : whether the year has to be taken from `release_date`
    unknown : the features that it lacks
    """

    name: str
    mark: str = ""
    has_date_only: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """The features that it has, in the order of `NAMES`."""
        return tuple(name for name in NAMES if name not in self.unknown)


KAGGLE = Kind("data.csv")
RELATIVES = (
    Kind("tracks.csv", mark="id_artists", has_date_only=True),
    Kind("tracks_features.csv", mark="artist_ids", unknown=("popularity",)),
)
MEMBERS = tuple(kind.name for kind in (KAGGLE, *RELATIVES))


def detect_kind(header: Iterable[str]) -> Kind:
    """Detect the kind of a table by its column names: the Kaggle dataset if it is neither relative."""
    columns = set(header)
    return next((kind for kind in RELATIVES if kind.mark in columns), KAGGLE)


def to_kaggle_schema(table: pd.DataFrame, kind: Kind, path: Path) -> pd.DataFrame:
    """Return the texts and known features of a table of text, named and written as in the Kaggle dataset.

    Raises
    ------
    BadDataset
        If it lacks a column of its kind; the text names `path`.
    """
    if kind.has_date_only:
        written = tuple("release_date" if name == "year" else name for name in kind.known)
        table = select_columns(table, (*TEXTS, *written), path).rename(columns={"release_date": "year"})
        return table.assign(year=table["year"].str.strip().str[:4])  # "1999-03-01", "1999-03" or "1999"
    table = select_columns(table, (*TEXTS, *kind.known), path)
    return table.assign(explicit=table["explicit"].replace({"True": "1", "False": "0"}))
