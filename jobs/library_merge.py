"""A library as a list of entries by their places, newest first: a Song each, None for what is no song.

One id can have several places: two releases of a song are saved, and Spotify
shows both as the one that is played where the listener is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """Give the place of every id that comes once."""
    ids = ids_of(entries)
    times = Counter(ids)
    return {each: place for place, each in enumerate(ids) if each and times[each] == 1}


def joined(top: Sequence[Entry], known: Sequence[Entry]) -> list[Entry] | None:
    """Lay what was read of the top over what was known; None where the two do not meet yet.

    They meet where the last song of the top is known: what was known below it
    follows. So what was unsaved above is gone, and a song that was saved again
    is where it is now, and there only. A song that has two places says
    nothing about where they meet.
    """
    times = Counter(ids_of(known))
    last = max((place for each, place in places_of(top).items() if times[each] <= 1), default=-1)
    if last < 0 or not times[id_of(top[last])]:
        return None
    # What comes after it in the top has no id, or two places, and lies where the same lay before.
    first_below = places_of(known)[id_of(top[last])] + len(top) - last
    came_up = Counter(ids_of(top)) - Counter(ids_of(known[:first_below]))
    return [*top, *_without(known[first_below:], came_up)]


def _without(entries: Iterable[Entry], times: Counter[str]) -> Iterator[Entry]:
    """Give the entries without the first so many of each id."""
    left = Counter(times)
    for entry in entries:
        if entry and entry.id and left[entry.id]:
            left[entry.id] -= 1
        else:
            yield entry


def overlaps(above: Sequence[Entry], below: Sequence[Entry]) -> bool:
    """Say whether what is below begins with the end of what is above; what has no id proves nothing."""
    end, beginning = ids_of(above[-len(below) :]), ids_of(below)
    lengths = range(1, len(beginning) + 1)
    return any(any(beginning[:n]) and end[-n:] == beginning[:n] for n in lengths)


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
