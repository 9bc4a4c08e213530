"""A library as a list of entries by their places, newest first: a Song each, None for what is no song.

One id can have several places: two releases of a song are saved, and Spotify
shows both as the one that is played where the listener is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from recommender.song import Song

LibraryEntry = Song | None
Kept = Mapping[str, Any] | None
_FIELDS = [field.name for field in fields(Song)]


def get_id(entry: LibraryEntry) -> str:
    """Give the id of an entry; "" where it has none, as a local file and what is no song."""
    return entry.id if entry else ""


def get_ids(entries: Iterable[LibraryEntry]) -> list[str]:
    """Give the ids of entries, in order."""
    return [get_id(entry) for entry in entries]


def find_places(entries: Sequence[LibraryEntry]) -> dict[str, int]:
    """Give the place of every id that comes once."""
    ids = get_ids(entries)
    times = Counter(ids)
    return {each: place for place, each in enumerate(ids) if each and times[each] == 1}


def joined(top: Sequence[LibraryEntry], known: Sequence[LibraryEntry]) -> list[LibraryEntry] | None:
    """Lay what was read of the top over what was known; None where the two do not meet yet.

    They meet where the last song of the top is known: what was known below it
    follows. So what was unsaved above is gone, and a song that was saved again
    is where it is now, and there only. A song that has two places says
    nothing about where they meet.
    """
    times = Counter(get_ids(known))
    last = max((place for each, place in find_places(top).items() if times[each] <= 1), default=-1)
    if last < 0 or not times[get_id(top[last])]:
        return None
    # What comes after it in the top has no id, or two places, and lies where the same lay before.
    first_below = find_places(known)[get_id(top[last])] + len(top) - last
    came_up = Counter(get_ids(top)) - Counter(get_ids(known[:first_below]))
    return [*top, *_without(known[first_below:], came_up)]


def _without(entries: Iterable[LibraryEntry], times: Counter[str]) -> Iterator[LibraryEntry]:
    """Give the entries without the first so many of each id."""
    left = Counter(times)
    for entry in entries:
        if entry and entry.id and left[entry.id]:
            left[entry.id] -= 1
        else:
            yield entry


def overlaps(above: Sequence[LibraryEntry], below: Sequence[LibraryEntry]) -> bool:
    """Say whether what is below begins with the end of what is above; what has no id proves nothing."""
    end, beginning = get_ids(above[-len(below) :]), get_ids(below)
    lengths = range(1, len(beginning) + 1)
    return any(any(beginning[:n]) and end[-n:] == beginning[:n] for n in lengths)


def each_once(entries: Iterable[LibraryEntry]) -> list[LibraryEntry]:
    """Give the entries, of those with the same id the first."""
    found: dict[object, LibraryEntry] = {}
    for place, entry in enumerate(entries):
        found.setdefault(get_id(entry) or place, entry)
    return list(found.values())


def list_songs(entries: Iterable[LibraryEntry]) -> list[Song]:
    """Give the songs among the entries, each id once, and every local file."""
    return [entry for entry in each_once(entries) if entry]


def to_keep(entries: Iterable[LibraryEntry]) -> tuple[Kept, ...]:
    """Give the entries as JSON can say them."""
    return tuple({name: getattr(entry, name) for name in _FIELDS} if entry else None for entry in entries)


def from_kept(kept: Iterable[Kept]) -> list[LibraryEntry]:
    """Give the entries as they were before `to_keep`."""
    return [Song(**{**entry, "artists": tuple(entry["artists"])}) if entry else None for entry in kept]
