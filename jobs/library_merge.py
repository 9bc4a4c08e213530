"""A library as a list of entries by position, newest first, and how two readings of it fit together.

One id can stand in several positions: two releases of a song are saved, and
Spotify shows both as the one that is played in the listener's country.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from drafts.kept_library import LibraryEntry, get_id


def get_ids(entries: Iterable[LibraryEntry]) -> list[str]:
    """Return the ids of entries, in order."""
    return [get_id(entry) for entry in entries]


def find_positions(entries: Sequence[LibraryEntry]) -> dict[str, int]:
    """Return the position of every id that occurs once."""
    ids = get_ids(entries)
    times = Counter(ids)
    return {each: position for position, each in enumerate(ids) if each and times[each] == 1}


def merge_top(top: Sequence[LibraryEntry], known: Sequence[LibraryEntry]) -> list[LibraryEntry] | None:
    """Lay the newly read top of a library over what was known; None where the two do not meet yet.

    They meet at the last song of the top that is known: what was known below
    it follows. So a song unsaved above is gone, and a song saved again is at
    its new position only. A song in two positions does not show where they
    meet.
    """
    times = Counter(get_ids(known))
    last = max((position for each, position in find_positions(top).items() if times[each] <= 1), default=-1)
    if last < 0 or not times[get_id(top[last])]:
        return None
    # What follows it in the top has no id, or two positions, and lies where it lay before.
    first_below = find_positions(known)[get_id(top[last])] + len(top) - last
    came_up = Counter(get_ids(top)) - Counter(get_ids(known[:first_below]))
    return [*top, *_without(known[first_below:], came_up)]


def _without(entries: Iterable[LibraryEntry], times: Counter[str]) -> Iterator[LibraryEntry]:
    """Yield the entries but for the first `times[id]` of each id."""
    left = Counter(times)
    for entry in entries:
        if entry and entry.id and left[entry.id]:
            left[entry.id] -= 1
        else:
            yield entry


def overlaps(above: Sequence[LibraryEntry], below: Sequence[LibraryEntry]) -> bool:
    """Return whether `below` begins with the end of `above`; entries without an id prove nothing."""
    end, beginning = get_ids(above[-len(below) :]), get_ids(below)
    lengths = range(1, len(beginning) + 1)
    return any(any(beginning[:n]) and end[-n:] == beginning[:n] for n in lengths)
