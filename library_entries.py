"""A library as a list of entries by their places, newest first: a Song each, None for what is no song."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from recommender.song import Song

Entry = Song | None
Kept = Mapping[str, Any] | None
_FIELDS = [field.name for field in fields(Song)]


def id_of(entry: Entry) -> str:
    """Give the id of an entry; "" where it has none, as a local file and what is no song."""
    return entry.id if entry else ""


def ids_of(entries: Iterable[Entry]) -> list[str]:
    """Give the ids of entries, in order."""
    return [id_of(entry) for entry in entries]


def places_of(entries: Sequence[Entry]) -> dict[str, int]:
    """Give the place of every id."""
    return {entry.id: place for place, entry in enumerate(entries) if entry and entry.id}


def joined(top: Sequence[Entry], known: Sequence[Entry]) -> list[Entry] | None:
    """Lay what was read of the top over what was known; None where the two do not meet yet.

    They meet where the last song of the top is known: what was known below it
    follows. So what was unsaved above is gone, and a song that was saved again
    is where it is now, and there only.
    """
    places = places_of(known)
    last = max(places_of(top).values(), default=0)
    if not top or id_of(top[last]) not in places:
        return None
    # What comes after it in the top has no id, and lies where the same lay before.
    below = known[places[id_of(top[last])] + len(top) - last :]
    above = places_of(top)
    return [*top, *(entry for entry in below if id_of(entry) not in above)]


def each_once(entries: Iterable[Entry]) -> list[Entry]:
    """Give the entries, of those with the same id the first."""
    found: dict[object, Entry] = {}
    for place, entry in enumerate(entries):
        found.setdefault(id_of(entry) or place, entry)
    return list(found.values())


def songs_of(entries: Iterable[Entry]) -> list[Song]:
    """Give the songs among the entries, each id once, and every local file."""
    return [entry for entry in each_once(entries) if entry]


def to_keep(entries: Iterable[Entry]) -> tuple[Kept, ...]:
    """Give the entries as JSON can say them."""
    return tuple({name: getattr(entry, name) for name in _FIELDS} if entry else None for entry in entries)


def from_kept(kept: Iterable[Kept]) -> list[Entry]:
    """Give the entries as they were before `to_keep`."""
    return [Song(**{**entry, "artists": tuple(entry["artists"])}) if entry else None for entry in kept]
