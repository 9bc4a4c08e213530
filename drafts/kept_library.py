"""The entries of a listener's library, as the database keeps them."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from recommender.song import Song

#: None for what is saved but is no song.
LibraryEntry = Song | None
JsonEntry = Mapping[str, Any] | None
_FIELDS = [field.name for field in fields(Song)]


def get_id(entry: LibraryEntry) -> str:
    """Return the id of an entry; "" for a local file and for what is no song."""
    return entry.id if entry else ""


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
    """Return the entries as they were before `to_json`."""
    return [Song(**{**entry, "artists": tuple(entry["artists"])}) if entry else None for entry in entries]
