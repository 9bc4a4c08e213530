"""The kinds of song tables, known by their header: the Kaggle dataset and its two larger relatives."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recommender.catalogue.features import NAMES
from training.tables import with_columns

TEXTS = ("id", "name", "artists")


@dataclass(frozen=True)
class Kind:
    """A kind of table: its usual name, the column that only it has, and what it lacks of the 15 features.

    The year stands in its `release_date` where `has_date_only`; what is `unknown` it does not say at all.
    """

    name: str
    mark: str = ""
    has_date_only: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """The features that each of its rows has, in the order of `NAMES`."""
        return tuple(name for name in NAMES if name not in self.unknown)


KAGGLE = Kind("data.csv")
RELATIVES = (
    Kind("tracks.csv", mark="id_artists", has_date_only=True),
    Kind("tracks_features.csv", mark="artist_ids", unknown=("popularity",)),
)
MEMBERS = tuple(kind.name for kind in (KAGGLE, *RELATIVES))


def detect_kind(header: Iterable[str]) -> Kind:
    """Recognise a table by its column names; what is neither relative is taken for the Kaggle dataset."""
    columns = set(header)
    return next((kind for kind in RELATIVES if kind.mark in columns), KAGGLE)


def in_one_form(table: pd.DataFrame, kind: Kind, path: Path) -> pd.DataFrame:
    """Give the texts and the known features of a table of text, named and written as in the Kaggle dataset.

    Raises
    ------
    BadDataset
        If it lacks a column of its kind; the text names `path`.
    """
    if kind.has_date_only:
        written = tuple("release_date" if name == "year" else name for name in kind.known)
        table = with_columns(table, (*TEXTS, *written), path).rename(columns={"release_date": "year"})
        return table.assign(year=table["year"].str.strip().str[:4])  # "1999-03-01", "1999-03" or "1999"
    table = with_columns(table, (*TEXTS, *kind.known), path)
    return table.assign(explicit=table["explicit"].replace({"True": "1", "False": "0"}))
