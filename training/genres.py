"""The genres of artists: from a table of artists, or of songs that have a genre each."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from formats.artists_cell import parse_artists
from formats.columns import join_names, name_songs, normalise
from recommender.errors import BadDataset
from training.kinds import MEMBERS
from training.tables import open_rows

#: What files of artists' genres are called in a zip; the first lies beside the songs, too.
GENRE_FILES = ("data_w_genres.csv", "artists.csv")
# What their columns are called, the surest first; the genres of songs are called otherwise than of artists.
ARTIST_COLUMNS = ("artists", "artist_name", "name")
GENRE_COLUMNS = ("genres", "track_genre", "genre")


def read_genres(path: Path) -> dict[str, tuple[str, ...]]:
    """Read artist -> genres, written as a Python list or joined by commas; artists without any are left out.

    The file has a row for each artist, or for each song, whose artists then have
    its genres. Several rows of one name add up.

    Raises
    ------
    BadDataset
        If the file cannot be read or lacks a column.
    """
    by_artist: dict[str, tuple[str, ...]] = {}
    with open_rows(path, _has_genre_column, *GENRE_FILES, *MEMBERS) as table:
        artist_at, genres_at = (
            _find_column(table.names, columns) for columns in (ARTIST_COLUMNS, GENRE_COLUMNS)
        )
        if artist_at is None or genres_at is None:
            lacking = (ARTIST_COLUMNS if artist_at is None else GENRE_COLUMNS)[0]
            raise BadDataset(f"{path} lacks the column {lacking}, it has only {join_names(table.names)}")
        # An artist's own row has the name as it is, with whatever signs.
        is_of_songs = normalise(table.names[genres_at]) != normalise(GENRE_COLUMNS[0]) or name_songs(
            table.names
        )
        split = cache(parse_artists) if is_of_songs else lambda name: (name,)
        for cells in table.read((artist_at, genres_at)):
            genres = _split_genres(cells[genres_at]) if len(cells) > max(artist_at, genres_at) else ()
            for artist in split(cells[artist_at]) if genres else ():
                known = by_artist.get(artist, ())
                if not known or not set(genres) <= set(known):
                    by_artist[artist] = tuple(dict.fromkeys((*known, *genres)))
    return by_artist


def find_genres(data: Sequence[Path]) -> Path | None:
    """Find genres for files of songs: the file beside one of them, else the first of them that has genres.

    Raises
    ------
    BadDataset
        If a file cannot be read.
    """
    beside = next(filter(None, map(find_genres_beside, data)), None)
    return beside or next(filter(_has_genres, data), None)


def find_genres_beside(data: Path) -> Path | None:
    """Find the file of artists' genres beside a dataset, plain or gzipped; None where there is none."""
    places = (data.with_name(f"{GENRE_FILES[0]}{suffix}") for suffix in ("", ".gz"))
    return next((file for file in places if file.exists()), None)


def _has_genres(path: Path) -> bool:
    with open_rows(path, name_songs, *MEMBERS) as table:
        return _has_genre_column(table.names)


def _has_genre_column(names: Sequence[str]) -> bool:
    return _find_column(names, GENRE_COLUMNS) is not None


def _find_column(names: Sequence[str], columns: Sequence[str]) -> int | None:
    """Return the place of the first of some columns that a header has; None if it has none of them."""
    normalised = list(map(normalise, names))
    return next((normalised.index(name) for name in map(normalise, columns) if name in normalised), None)


def _split_genres(text: str) -> tuple[str, ...]:
    names = parse_artists(text) if text.startswith("[") else text.split(",")
    return tuple(name.strip() for name in names if name.strip())
