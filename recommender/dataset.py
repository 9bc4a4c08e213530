"""The training input: songs in the Kaggle schema and artists with genres, read and checked with pandas."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from recommender.errors import BadDataset
from recommender.features import FEATURES, NAMES
from recommender.song import artists_from_text
from recommender.table_files import open_table

TEXTS = ("id", "name", "artists")
MOST_BAD = 0.01  # more than this share of bad rows is a wrong file, not a few slips
NOT_GIVEN = {"", "nan", "na", "n/a", "null", "none"}  # casefolded, in number columns only
ID = r"[0-9A-Za-z]{22}"  # Spotify's base-62 ids


@dataclass(frozen=True, eq=False)
class Dataset:
    """Good songs, in the order of the file, and how many rows were bad by reason.

    features : (n, 15) float64 in the order of `FEATURES`
    bad : reason -> rows left out; a row counts once, under the first of
        missing_value, not_a_number, year_zero, out_of_range, bad_id, duplicate_id
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    artists: tuple[tuple[str, ...], ...]
    features: npt.NDArray[np.float64]
    bad: dict[str, int]


def read_dataset(path: Path, allow_bad_rows: bool = False) -> Dataset:
    """Read and check songs in the Kaggle schema: `.csv`, `.csv.gz`, or a `.zip` that holds data.csv.

    Raises
    ------
    BadDataset
        If the file cannot be read, lacks a column, has no song, or more than
        1 % of its rows are bad and `allow_bad_rows` is False.
    """
    table = _table(path, "data.csv", (*TEXTS, *NAMES))
    artists = table["artists"].map(artists_from_text)
    reasons, features = _judge(table, artists)
    bad = {str(reason): int(n) for reason, n in reasons[reasons != ""].value_counts(sort=False).items()}
    if sum(bad.values()) > MOST_BAD * len(table) and not allow_bad_rows:
        counts = ", ".join(f"{n} {reason}" for reason, n in bad.items())
        raise BadDataset(
            f"{path}: {sum(bad.values())} of {len(table)} rows are bad ({counts}), more than"
            f" {MOST_BAD:.0%}: check the file, or leave them out with --allow-bad-rows"
        )
    good = (reasons == "").to_numpy()
    if not good.any():
        raise BadDataset(f"{path} has no songs")
    return Dataset(
        ids=tuple(table["id"][good]),
        titles=tuple(table["name"][good]),
        artists=tuple(artists[good]),
        features=features[good],
        bad=bad,
    )


def read_genres(path: Path) -> dict[str, tuple[str, ...]]:
    """Read artist -> genres, a Python-style list or joined by commas; artists without any are left out.

    Raises
    ------
    BadDataset
        If the file cannot be read or lacks a column.
    """
    table = _table(path, "data_w_genres.csv", ("genres", "artists"))
    return {
        artist: genres
        for artist, text in zip(table["artists"], table["genres"], strict=True)
        if (genres := _genres(text))
    }


def genres_beside(data: Path) -> Path | None:
    """Give the file of artists' genres beside a dataset, plain or gzipped; None where there is none."""
    places = (data.with_name(f"data_w_genres.csv{suffix}") for suffix in ("", ".gz"))
    return next((file for file in places if file.exists()), None)


def _genres(text: str) -> tuple[str, ...]:
    names = artists_from_text(text) if text.startswith("[") else text.split(",")
    return tuple(name.strip() for name in names if name.strip())


def _judge(
    table: pd.DataFrame, artists: "pd.Series[Any]"
) -> tuple["pd.Series[str]", npt.NDArray[np.float64]]:
    """Name for each row the first thing wrong with it ("" where nothing is), and parse its numbers."""
    written = table[list(NAMES)]
    numbers = written.apply(pd.to_numeric, errors="coerce")
    is_given = ~written.apply(lambda column: column.str.strip().str.casefold().isin(NOT_GIVEN))
    low = np.array([feature.low for feature in FEATURES])
    high = np.array([feature.high for feature in FEATURES])
    has_texts = (table["id"] != "") & (table["name"].str.strip() != "") & (artists.map(len) > 0)
    has_range = ((numbers >= low) & (numbers <= high)).all(axis=1)

    reasons = pd.Series("", index=table.index)
    for reason, is_bad in (
        ("missing_value", ~(is_given.all(axis=1) & has_texts)),
        ("not_a_number", numbers.isna().any(axis=1)),
        ("year_zero", numbers["year"] == 0),
        ("out_of_range", ~has_range),
        ("bad_id", ~table["id"].str.fullmatch(ID)),
    ):
        reasons[is_bad & (reasons == "")] = reason
    good = reasons == ""
    reasons[good & table["id"].where(good).duplicated()] = "duplicate_id"
    return reasons, numbers.to_numpy(dtype=np.float64)


def _table(path: Path, member: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read the named columns of a CSV as text, nothing interpreted: a title may be "NA"."""
    try:
        with open_table(path, member) as file:
            table = pd.read_csv(file, dtype=str, keep_default_na=False, na_filter=False, encoding="utf-8")
    except FileNotFoundError as error:
        raise BadDataset(str(error)) from error
    except UnicodeDecodeError as error:
        raise BadDataset(f"{path} is not UTF-8 text: save it as CSV in UTF-8") from error
    except pd.errors.EmptyDataError as error:
        raise BadDataset(f"{path} is empty") from error
    # A zip with a password is a RuntimeError.
    except (pd.errors.ParserError, zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError) as error:
        raise BadDataset(f"{path} cannot be read: {str(error).strip()}; fetch or export it again") from error
    if missing := [name for name in columns if name not in table.columns]:
        raise BadDataset(f"{path} lacks the column {', '.join(missing)}")
    return table[list(columns)]
