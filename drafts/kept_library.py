"""The entries of a listener's library, as the database keeps them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from recommender.song import Song, find_duration_ms, find_flag, find_year, make_storable
from store.libraries import KeptLibrary

#: None for what is saved but is no song; a nameless song for what could not be read.
LibraryEntry = Song | None
JsonEntry = Mapping[str, Any] | None
_FIELDS = [field.name for field in fields(Song)]


@dataclass(frozen=True)
class Library:
    """The songs that mixes go by, newest first, and those that the listener has saved besides.

    playlist : the name of the playlist that the songs come from, "" where they are saved ones or a file's
    """

    songs: Sequence[Song]
    saved_besides: Sequence[Song] = ()
    playlist: str = ""


def read_kept(kept: KeptLibrary) -> Library:
    """Return a library as the database keeps it."""
    saved = list_songs(from_json(kept.songs))
    if not kept.playlist:
        return Library(saved)
    return Library(list_songs(from_json(kept.playlist_songs)), saved, kept.playlist)


def get_id(entry: LibraryEntry) -> str:
    """Return the id of an entry; "" for a local file, for what is no song, and where it is not known."""
    return entry.id if entry else ""


def choose_fuller(first: LibraryEntry, second: LibraryEntry) -> LibraryEntry:
    """Return of two readings of an entry the one that tells more of it, of equals the first."""
    return max(first, second, key=_count_known)


def _count_known(entry: LibraryEntry) -> int:
    return sum(getattr(entry, name) not in (None, "", ()) for name in _FIELDS) if entry else 0


def drop_duplicates(entries: Iterable[LibraryEntry]) -> list[LibraryEntry]:
    """Return the entries with the first of each id only; all without an id stay."""
    found: dict[object, LibraryEntry] = {}
    for position, entry in enumerate(entries):
        found.setdefault(get_id(entry) or position, entry)
    return list(found.values())


def list_songs(entries: Iterable[LibraryEntry]) -> list[Song]:
    """Return the songs among the entries, each id once, and every local file."""
    return [entry for entry in drop_duplicates(entries) if entry]


def to_json(entries: Iterable[LibraryEntry]) -> tuple[JsonEntry, ...]:
    """Return the entries as values that JSON can hold."""
    return tuple({name: getattr(entry, name) for name in _FIELDS} if entry else None for entry in entries)


def from_json(entries: Iterable[JsonEntry]) -> list[LibraryEntry]:
    """Return the entries as they were before `to_json`; a value that cannot be one is unknown.

    Earlier versions kept durations and marks of songs as Spotify sent them, and texts as files told them,
    whatever that was.
    """
    return [_read_song(entry) if entry else None for entry in entries]


def _read_song(entry: Mapping[str, Any]) -> Song:
    checked = {
        "title": make_storable(entry["title"]),
        "artists": tuple(map(make_storable, entry["artists"])),
        "year": find_year(entry["year"]),
        "duration_ms": find_duration_ms(entry["duration_ms"]),
        "is_explicit": find_flag(entry["is_explicit"]),
    }
    return Song(**{**entry, **checked})
