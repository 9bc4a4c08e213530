"""The training input: tables of songs, read and checked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import compress, islice, zip_longest
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from formats.artists_cell import parse_artists
from formats.cells import parse_flag, parse_track_id, parse_year
from formats.columns import name_songs
from recommender.catalogue.arrays import BoolArray, DoubleArray, IntArray, KeyArray
from recommender.catalogue.features import FEATURES, NAMES
from recommender.catalogue.keys import ID_LENGTH, hash_ids
from recommender.errors import BadDataset
from training.columns import NamesColumn, TextColumn
from training.kinds import MEMBERS, Kind, Layout, find_layout
from training.tables import Table, open_rows

MAX_BAD_SHARE = 0.01  # with more bad rows it is the wrong file, not a few errors
NOT_GIVEN = {"", "nan", "na", "n/a", "null", "none"}  # casefolded, in number columns only
YEAR, POPULARITY = NAMES.index("year"), NAMES.index("popularity")
# A number takes 50 bytes as text and 8 as a float. So few rows are text at one time that
# they are gone before Python's garbage collector looks for what can go, which takes long.
CHUNK_ROWS = 500
# Charts have the same songs day after day: of so many rows the repeats are dropped at once.
CHUNKS_AT_ONCE = 200
# Equal cells of artists are read once, while they are among so many.
MAX_KNOWN_CELLS = 100_000


@dataclass(frozen=True, eq=False)
class Dataset:
    """The good songs in the order of the file, each once, and the number of bad rows by reason.

    features : (n, 15) float64 in the order of `FEATURES`; NaN where the kind of file lacks it
    bad : reason -> rows left out; a row counts once, under the first reason of `training.tables.REASONS`,
        missing_value, not_a_number, year_zero, out_of_range, bad_id
    repeated : rows of songs that came before
    kind : of the file; None of files of several kinds together
    has_year : (n,) whether the year is known and no guess; None where all are
    """

    ids: TextColumn
    titles: TextColumn
    artists: NamesColumn
    features: DoubleArray
    bad: dict[str, int]
    repeated: int = 0
    kind: Kind | None = None
    has_year: BoolArray | None = None

    def is_first_of_its_id(self) -> BoolArray:
        """Return (n,) False for every row whose id an earlier one has."""
        return ~pd.Series(self.hash_ids()).duplicated().to_numpy()

    def hash_ids(self) -> KeyArray:
        """Return (n,) keys, equal for equal ids."""
        return hash_ids(self.ids.texts.astype(f"S{ID_LENGTH}"))

    def select(self, rows: IntArray | BoolArray) -> "Dataset":
        """Return a dataset of copies of these rows, in their order; what was counted stays."""
        return replace(
            self,
            ids=self.ids.select(rows),
            titles=self.titles.select(rows),
            artists=self.artists.select(rows),
            features=self.features[rows],
            has_year=None if self.has_year is None else self.has_year[rows],
        )


def read_dataset(path: Path, allow_bad_rows: bool = False) -> Dataset:
    """Read and check songs in one of the schemas of `training.kinds`, each song once.

    A `.csv`, a `.csv.gz`, a `.parquet`, or a `.zip` that contains the file under its usual name.
    Of the rows of one song the first good one is taken, with the highest
    popularity of all: charts tell it anew each day, and begin with 0.

    Raises
    ------
    BadDataset
        If the file cannot be read, lacks a column, has no song, or more than
        1 % of its rows are bad and `allow_bad_rows` is False.
    """
    with open_rows(path, name_songs, *MEMBERS) as table:
        layout = find_layout(table.names, path)
        chunks = _check_rows(table, layout)
        whole = _gather(chunks)
        unreadable = table.count_unreadable()
    songs = replace(whole, bad=unreadable | whole.bad, kind=layout.kind)
    n_bad = sum(songs.bad.values())
    n_rows = len(songs.ids) + songs.repeated + n_bad
    if n_bad > MAX_BAD_SHARE * n_rows and not allow_bad_rows:
        counts = ", ".join(f"{n} {reason}" for reason, n in songs.bad.items())
        raise BadDataset(
            f"{path}: {n_bad} of {n_rows} rows are bad ({counts}), more than"
            f" {MAX_BAD_SHARE:.0%}: check the file, or leave them out with --allow-bad-rows"
        )
    if not songs.ids:
        raise BadDataset(f"{path} has no songs")
    return songs


def concatenate(parts: Sequence[Dataset]) -> Dataset:
    """Concatenate datasets; the counts add up, and the kind stays where all are of one."""
    if len(parts) == 1:
        return parts[0]
    kinds = {part.kind for part in parts}
    return Dataset(
        TextColumn.concatenate([part.ids for part in parts]),
        TextColumn.concatenate([part.titles for part in parts]),
        NamesColumn.concatenate([part.artists for part in parts]),
        np.concatenate([part.features for part in parts]),
        dict(sum((Counter(part.bad) for part in parts), Counter[str]())),
        sum(part.repeated for part in parts),
        kinds.pop() if len(kinds) == 1 else None,
        _concatenate_has_year(parts),
    )


def _concatenate_has_year(parts: Sequence[Dataset]) -> BoolArray | None:
    if all(part.has_year is None for part in parts):
        return None
    return np.concatenate(
        [np.ones(len(part.ids), dtype=bool) if part.has_year is None else part.has_year for part in parts]
    )


def _gather(chunks: Iterator[Dataset]) -> Dataset:
    """Put the parts of a table together, each song once.

    What is held grows with the songs, not with the rows: repeats are dropped whenever as many
    rows have come as there were songs.
    """
    parts: list[Dataset] = []
    while some := list(islice(chunks, CHUNKS_AT_ONCE)):
        parts.append(_drop_repeats(concatenate(some)))
        if sum(len(part.ids) for part in parts[1:]) > len(parts[0].ids):
            parts = [_drop_repeats(concatenate(parts))]
    return _drop_repeats(concatenate(parts))


def _check_rows(table: Table, layout: Layout) -> Iterator[Dataset]:
    """Yield the good rows of a table in parts, and count the bad ones by reason; one part at least."""
    parse = lru_cache(MAX_KNOWN_CELLS)(parse_artists)
    reading = {"explicit": cache(_read_flag), "year": cache(_read_year)}
    all_rows = table.read(layout.places.values())
    while True:
        rows = list(islice(all_rows, CHUNK_ROWS))
        columns = list(zip_longest(*rows, fillvalue=""))
        texts = {
            name: columns[place] if place < len(columns) else ("",) * len(rows)
            for name, place in layout.places.items()
        }
        texts |= {name: tuple(map(read, texts[name])) for name, read in reading.items() if name in texts}
        yield _check(texts, [parse(cell) for cell in texts["artists"]], table.has_decimal_commas)
        if len(rows) < CHUNK_ROWS:
            return


def _check(
    texts: Mapping[str, Sequence[str]], artists: Sequence[tuple[str, ...]], has_decimal_commas: bool
) -> Dataset:
    """Keep the good rows of columns of text, and count the bad ones by reason."""
    ids = list(map(parse_track_id, texts["id"]))
    features = np.full((len(ids), len(NAMES)), np.nan)
    for place, name in enumerate(NAMES):
        if name in texts:
            features[:, place] = _read_numbers(texts[name], has_decimal_commas)
    reasons = _find_faults(texts, ids, artists, features)
    good = reasons == ""
    return Dataset(
        TextColumn.hold(list(compress(ids, good))),
        TextColumn.hold(list(compress(texts["name"], good))),
        NamesColumn.hold(compress(artists, good)),
        features[good],
        dict(Counter(reasons[~good].tolist())),
    )


def _find_faults(
    texts: Mapping[str, Sequence[str]],
    ids: Sequence[str],
    artists: Sequence[tuple[str, ...]],
    features: DoubleArray,
) -> npt.NDArray[np.str_]:
    """Return the first reason why each row is bad, "" for a good one: (n,)."""
    places = [place for place, name in enumerate(NAMES) if name in texts]
    known = features[:, places]
    low, high = (np.array([FEATURES[place][end] for place in places]) for end in (1, 2))
    is_number = ~np.isnan(known)
    has_numbers = is_number.all(axis=1)
    has_texts = np.fromiter(map(all, zip(texts["id"], texts["name"], artists, strict=True)), bool, len(ids))
    for row in np.flatnonzero(~has_numbers).tolist():
        absent = (
            texts[NAMES[place]][row] for place, there in zip(places, is_number[row], strict=True) if not there
        )
        has_texts[row] &= not any(text.casefold() in NOT_GIVEN for text in absent)
    reasons = np.full(len(ids), "", dtype="U16")
    for reason, is_bad in (
        ("missing_value", ~has_texts),
        ("not_a_number", ~has_numbers),
        ("year_zero", features[:, YEAR] == 0),
        ("out_of_range", ~((known >= low) & (known <= high)).all(axis=1)),
        ("bad_id", ~np.fromiter(map(bool, ids), bool, len(ids))),
    ):
        reasons[is_bad & (reasons == "")] = reason
    return reasons


def _read_numbers(texts: Sequence[str], has_decimal_commas: bool) -> DoubleArray | list[float]:
    try:
        return np.fromiter(map(float, texts), np.float64, len(texts))
    except ValueError:
        return [_read_number(text.replace(",", ".") if has_decimal_commas else text) for text in texts]


def _read_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _read_flag(text: str) -> str:
    """Return a yes or no as the Kaggle dataset writes it; other text as it is."""
    flag = parse_flag(text)
    return text if flag is None else str(int(flag))


def _read_year(text: str) -> str:
    """Return the year of a date; a year, or what is none, as it is."""
    year = None if len(text) <= 4 else parse_year(text)
    return text if year is None else str(year)


def _drop_repeats(dataset: Dataset) -> Dataset:
    """Keep the first row of each song, with the highest popularity of all its rows."""
    is_first = dataset.is_first_of_its_id()
    if is_first.all():
        return dataset
    songs, _ = pd.factorize(dataset.hash_ids())
    highest = np.full(int(songs.max()) + 1, np.nan)
    np.fmax.at(highest, songs, dataset.features[:, POPULARITY])
    first = dataset.select(is_first)
    first.features[:, POPULARITY] = highest
    return replace(first, repeated=dataset.repeated + int((~is_first).sum()))
