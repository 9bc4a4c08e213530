"""The demo's listeners: libraries with visibly different tastes, chosen from any catalogue."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from formats.errors import FormatError
from formats.packed import open_table
from formats.registry import load_library
from recommender.song import Song
from standin.music import make_id
from standin.portraits import PORTRAITS, Portrait, Taste

DoubleArray: TypeAlias = NDArray[np.float64]
#: The columns that tastes are defined by.
COLUMNS = sorted({name for portrait in PORTRAITS for taste in portrait.tastes for name in taste.between})
# Nobody saves a whole catalogue: the rest must be enough to pick from.
MAX_SAVED_SHARE = 0.25
MAX_OF_ARTIST = 14
# One saved song in so many is another release of the catalogue's song, under another id.
REISSUE_EVERY = 20


@dataclass(frozen=True, slots=True)
class DemoListener:
    """A listener to sign in as; `saved` is newest first."""

    name: str
    about: str
    saved: tuple[Song, ...]


def choose_demo_listeners(catalogue: Path, songs: Sequence[Song], seed: int = 0) -> list[DemoListener]:
    """Choose a library for each of six listeners, by sound and by whole artists.

    The same catalogue and seed give the same libraries; a small catalogue
    gives small ones. One song in twenty is another release of the
    catalogue's, which can only be matched by its title.

    Parameters
    ----------
    catalogue : Path
        A table in the Kaggle schema, `.csv` or `.csv.gz`.
    songs : sequence of Song
        The songs of that table.

    Raises
    ------
    FormatError
        If the table lacks a column that tastes are defined by.
    """
    known = [song for song in songs if song.id]
    columns = _read_columns(catalogue, known)
    rng = np.random.default_rng(seed)
    return [
        DemoListener(portrait.name, portrait.about, _library(portrait, known, columns, rng))
        for portrait in PORTRAITS
    ]


def read_listener(library: Path) -> DemoListener:
    """Read a listener from an exported library: named after the file, songs in its order.

    Raises
    ------
    FormatError
        If the file cannot be read.
    """
    return DemoListener(
        name_listener(library), f"From the file {library.name}.", tuple(load_library(library))
    )


def name_listener(library: Path) -> str:
    """Return what the listener of an exported library is called."""
    return library.name.partition(".")[0]


def _read_columns(catalogue: Path, songs: Sequence[Song]) -> dict[str, DoubleArray]:
    """Read the columns that tastes are defined by, one value per song; NaN if it is not a number."""
    places = {song.id: place for place, song in enumerate(songs)}
    values = np.full((len(songs), len(COLUMNS)), np.nan)
    with open_table(catalogue, "data.csv") as file, TextIOWrapper(file, "utf-8-sig", newline="") as lines:
        rows = csv.reader(lines)
        header = next(rows)
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise FormatError(f"{catalogue} has no column {', '.join(missing)}")
        id_at, ats = header.index("id"), [header.index(name) for name in COLUMNS]
        for row in rows:
            place = places.get(row[id_at]) if len(row) == len(header) else None
            if place is not None:
                values[place] = [_number(row[at]) for at in ats]
    return dict(zip(COLUMNS, values.T, strict=True))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _library(
    portrait: Portrait, songs: Sequence[Song], columns: Mapping[str, DoubleArray], rng: np.random.Generator
) -> tuple[Song, ...]:
    """Combine a portrait's tastes, shuffled as they would be after years of saving."""
    wanted = sum(taste.n_songs for taste in portrait.tastes)
    scale = min(1.0, MAX_SAVED_SHARE * len(songs) / max(wanted, 1))
    chosen: dict[int, None] = {}
    for taste in portrait.tastes:
        fitting = [place for place in _fitting(taste, columns).tolist() if place not in chosen]
        chosen |= dict.fromkeys(_by_artists(fitting, songs, int(taste.n_songs * scale), rng))
    saved = [songs[place] for place in rng.permutation(list(chosen)).tolist()]
    saved[REISSUE_EVERY - 1 :: REISSUE_EVERY] = map(_reissue, saved[REISSUE_EVERY - 1 :: REISSUE_EVERY])
    return (*saved, *portrait.local_files)


def _fitting(taste: Taste, columns: Mapping[str, DoubleArray]) -> NDArray[np.intp]:
    is_fitting = np.ones(len(next(iter(columns.values()))), dtype=bool)
    for name, (low, high) in taste.between.items():
        values = columns[name]
        least, most = np.nanquantile(values, (low, high))
        is_fitting &= (least <= values) & (values <= most)
    return np.flatnonzero(is_fitting)


def _by_artists(
    places: Iterable[int], songs: Sequence[Song], n_songs: int, rng: np.random.Generator
) -> list[int]:
    """Choose songs artist by artist: first artists with several fitting songs, then the others."""
    by_artist: dict[str, list[int]] = defaultdict(list)
    for place in places:
        by_artist["".join(songs[place].artists[:1])].append(place)
    artists = list(by_artist.values())
    most = min(MAX_OF_ARTIST, max(2, n_songs // 10))
    order = sorted(rng.permutation(len(artists)).tolist(), key=lambda at: len(artists[at]) < 3)
    return [place for at in order for place in artists[at][:most]][:n_songs]


def _reissue(song: Song) -> Song:
    return replace(song, id=make_id("reissue", song.id), title=f"{song.title} - Remastered")
