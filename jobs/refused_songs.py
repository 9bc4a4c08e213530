"""What became of songs that were written: which Spotify refuses, and which are missing or unplayable."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from spotify import PlaylistEntry


def find_accepted(
    song_ids: Sequence[str], accepts: Callable[[Sequence[str]], bool], max_probes: int
) -> set[str]:
    """Find by halving which songs of a refused list are accepted, with at most `max_probes` probes.

    The largest refused part is halved next. With one bad song among fifty all
    others are found, or all but a few; with several, whole parts stay in doubt
    when the probes are used up. Songs in doubt are not in the answer: spares
    serve the listener better than more calls.

    Parameters
    ----------
    song_ids : sequence
        At least one; refused as a whole.
    accepts : function of song ids
        Whether Spotify accepts all of these.
    """
    accepted: set[str] = set()
    refused, n_probes = [list(song_ids)], 0
    while n_probes < max_probes and len(part := max(refused, key=len)) > 1:
        refused.remove(part)
        middle = (len(part) + 1) // 2
        first, second = part[:middle], part[middle:]
        n_probes += 1
        if accepts(first):
            # Then it was the second half that was refused: no need to probe it.
            accepted.update(first)
            refused.append(second)
            continue
        refused.append(first)
        if n_probes < max_probes and accepts(second):
            accepted.update(second)
        else:
            refused.append(second)
        n_probes += 1
    return accepted


def has_all(song_ids: Sequence[str], entries: Sequence[PlaylistEntry]) -> bool:
    """Return whether every song is there, if only as another release under another id."""
    return set(song_ids) <= set(get_ids(entries)) or _is_as_written(song_ids, entries)


def find_added(
    ours: Iterable[str], additions: Collection[str], entries: Sequence[PlaylistEntry]
) -> list[PlaylistEntry]:
    """Return the entries that the listener has added, in order.

    Spotify may give any song another id from one day to the next. Such a song
    was added at the same moment as the rest of its list, most of which is
    known; what the listener adds comes at another. The songs of theirs that we
    wrote with ours have the same moment: where some of them are missing, as
    many unknown ones, the last, are taken to be these.

    Parameters
    ----------
    ours : ids of the songs that we have put there
    additions : ids of songs of the listener's that we have written back; one that is ours as well is theirs
    """
    known = set(ours).difference(additions)
    n_ours_at = Counter(entry.added_at for entry in entries if entry.id in known)
    unknown = [at for at, entry in enumerate(entries) if entry.id not in known and entry.id not in additions]
    n_unknown_at = Counter(entries[at].added_at for at in unknown)
    renamed = [
        at
        for at in unknown
        if entries[at].id
        and entries[at].added_at
        and n_ours_at[entries[at].added_at] > n_unknown_at[entries[at].added_at]
    ]
    n_missing = len(set(additions) - set(get_ids(entries)))
    renamed_ours = set(renamed[: max(len(renamed) - n_missing, 0)])
    return [entry for at, entry in enumerate(entries) if entry.id not in known and at not in renamed_ours]


def find_lost(song_ids: Sequence[str], entries: Sequence[PlaylistEntry]) -> list[int]:
    """Return the positions of the songs that are missing or unplayable."""
    if _is_as_written(song_ids, entries):
        return [at for at, entry in enumerate(entries) if not entry.is_playable]
    playable = {entry.id for entry in entries if entry.is_playable}
    return [at for at, song_id in enumerate(song_ids) if song_id not in playable]


def _is_as_written(song_ids: Sequence[str], entries: Sequence[PlaylistEntry]) -> bool:
    """Return whether there are as many entries as songs, and most have the id that was written."""
    n_same_id = sum(map(str.__eq__, song_ids, get_ids(entries)))
    return len(entries) == len(song_ids) < 2 * n_same_id


def get_ids(entries: Sequence[PlaylistEntry]) -> tuple[str, ...]:
    """Return the ids of a playlist's entries."""
    return tuple(entry.id for entry in entries)
