"""What became of songs that were written: which Spotify refuses, and which are not there or closed."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from spotify import PlaylistEntry


def sort_out(song_ids: Sequence[str], takes: Callable[[Sequence[str]], bool], most: int) -> set[str]:
    """Find by halving which songs of a refused list are taken, asking at most `most` times.

    The largest refused part is halved next. With one bad song among fifty all
    others are found, or all but a few; with several, whole parts stay in doubt
    when the questions are used up. What is in doubt is not in the answer:
    spares serve the listener better than more calls.

    Parameters
    ----------
    song_ids : sequence
        At least one; refused as a whole.
    takes : function of song ids
        Whether Spotify takes all of these.
    """
    taken: set[str] = set()
    refused, n_asked = [list(song_ids)], 0
    while n_asked < most and len(part := max(refused, key=len)) > 1:
        refused.remove(part)
        middle = (len(part) + 1) // 2
        first, second = part[:middle], part[middle:]
        n_asked += 1
        if takes(first):
            # Then it was the second half that was refused: no need to ask.
            taken.update(first)
            refused.append(second)
            continue
        refused.append(first)
        if n_asked < most and takes(second):
            taken.update(second)
        else:
            refused.append(second)
        n_asked += 1
    return taken


def is_whole(song_ids: Sequence[str], entries: Sequence[PlaylistEntry]) -> bool:
    """Say whether every song is there, if under an id of its own as another release of the same song."""
    return set(song_ids) <= set(get_ids(entries)) or _is_in_place(song_ids, entries)


def are_ours(song_ids: Iterable[str], entries: Sequence[PlaylistEntry]) -> bool:
    """Say whether nothing is there but these songs, if under ids of their own as other releases.

    Spotify may give any song under another id from one day to the next. Such a
    one came at the same moment as the rest of its list, most of which is
    known; what the listener adds comes at another.
    """
    known = set(song_ids)
    ours = Counter(entry.added_at for entry in entries if entry.id in known)
    others = [entry for entry in entries if entry.id not in known]
    at_once = Counter(entry.added_at for entry in others)
    return all(
        entry.id and entry.added_at and ours[entry.added_at] > at_once[entry.added_at] for entry in others
    )


def find_lost(song_ids: Sequence[str], entries: Sequence[PlaylistEntry]) -> list[int]:
    """Give the places of the songs that are missing or cannot be played."""
    if _is_in_place(song_ids, entries):
        return [at for at, entry in enumerate(entries) if not entry.is_playable]
    playable = {entry.id for entry in entries if entry.is_playable}
    return [at for at, song_id in enumerate(song_ids) if song_id not in playable]


def _is_in_place(song_ids: Sequence[str], entries: Sequence[PlaylistEntry]) -> bool:
    """Say whether there are as many entries as songs, and most of them are as written."""
    n_as_written = sum(map(str.__eq__, song_ids, get_ids(entries)))
    return len(entries) == len(song_ids) < 2 * n_as_written


def get_ids(entries: Sequence[PlaylistEntry]) -> tuple[str, ...]:
    """Give the ids of a playlist's entries."""
    return tuple(entry.id for entry in entries)
