"""Reading a listener's library in few calls: what is known of it is not read again.

A page of 50 saved songs is a call, and calls are scarce. So the library is
kept: the next reading begins at the newest song and ends at one that is known.
"""

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from drafts.kept_library import (
    JsonEntry,
    Library,
    LibraryEntry,
    choose_fuller,
    drop_duplicates,
    from_json,
    get_id,
    read_kept,
    to_json,
)
from jobs.library_merge import find_positions, get_ids, merge_top, overlaps
from jobs.run import Run
from jobs.stop import WorkerStops
from spotify import PAGE_SIZE, Client, Page, SpotifyError, read_saved_page, read_saved_pages
from store import libraries
from store.errors import JobCancelled, SignInNeeded, TooMuchMade
from store.job import Job
from store.libraries import KeptLibrary

#: The least time between two full readings that the listener did not ask for.
BETWEEN_FULL_READS = timedelta(days=1)
# A worker that is killed during a long reading loses at most this many pages.
KEEP_EVERY_PAGES = 10
# More new pages than these make a full reading: several pages at a time, kept on the way.
MAX_NEW_PAGES = 10
# How often a reading finds its position again in a library that changes meanwhile.
MAX_CHANGES = 5


def sync_library(
    client: Client, run: Run, source: tuple[str, tuple[LibraryEntry, ...]] | None = None
) -> Library:
    """Read the listener's saved songs, newest first, each id once, and keep them for the next reading.

    What was read is kept even where the reading is broken off; the next one
    goes on from there. A job that wants to `reread` forgets what was known
    before it began. A library that comes from a file is returned as it is, without a call,
    until a job rereads, or has a `source`. The songs of a playlist stay until then, too; the saved
    songs are read all the same, as none of them is picked. Songs of a file that are brought during the
    reading are what stays kept.

    Parameters
    ----------
    source : the name and the entries of a playlist that count from now on
        None leaves it as it is.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    JobLost, JobCancelled, TooMuchMade, WorkerStops
        See `Run.progress`.
    """
    kept = libraries.load(run.parts.database, run.job.account_id)
    if kept and kept.source and not run.job.reread and not source:
        return read_kept(kept)
    if source:
        name, entries = source
        reading = _Reading(client, run, kept, name, to_json(entries))
    elif kept and not run.job.reread:
        reading = _Reading(client, run, kept, kept.playlist, kept.playlist_songs)
    else:
        reading = _Reading(client, run, kept)
    try:
        library = _read(reading, _recall(run.job, kept))
    except (SpotifyError, SignInNeeded, JobCancelled, TooMuchMade, WorkerStops):
        reading.keep()
        raise
    return read_kept(reading.save(library))


@dataclass(frozen=True)
class _Library:
    """What is known of a library: `entries` are its beginning, or all of it once `full_read_at` is set."""

    entries: tuple[LibraryEntry, ...]
    # Spotify's count.
    total: int
    full_read_at: datetime | None
    # The page that is compared next.
    next_old_page: int


class _Reading:
    """The client of one reading, and the latest of what it has read: that is kept, however it ends.

    With it the songs of the playlist are kept that count in place of the saved ones, if one does.
    """

    def __init__(
        self,
        client: Client,
        run: Run,
        kept: KeptLibrary | None,
        playlist: str = "",
        playlist_songs: Iterable[JsonEntry] = (),
    ) -> None:
        self.client = client
        self._run = run
        # Before the reading.
        self._kept = kept
        self._playlist = playlist
        self._playlist_songs = tuple(playlist_songs)
        self._latest: _Library | None = None

    def now(self) -> datetime:
        return self._run.parts.database.clock.now()

    def remember(self, library: _Library) -> _Library:
        self._latest = library
        return library

    def forget(self) -> None:
        """Leave what is kept as it is until something is read again."""
        self._latest = None

    def note(self, library: _Library) -> _Library:
        """Remember what was read, and report it."""
        self.remember(library)
        self.report(min(len(library.entries), library.total), library.total)
        return library

    def report(self, done: int, total: int) -> None:
        """Report how far the reading is; raises as `Run.progress`."""
        self._run.progress("read", done, total)

    def keep(self) -> None:
        """Save the latest, if anything was read."""
        if self._latest is not None:
            self.save(self._latest)

    def save(self, library: _Library) -> KeptLibrary:
        """Save what was read, and return it, though songs of a file that were brought meanwhile stay kept."""
        read = KeptLibrary(
            account_id=self._run.job.account_id,
            songs=to_json(library.entries),
            total=library.total,
            read_at=self.now(),
            full_read_at=library.full_read_at,
            next_old_page=library.next_old_page,
            playlist=self._playlist,
            playlist_songs=self._playlist_songs,
        )
        libraries.save_reading(self._run.parts.database, read, self._kept)
        return read


def _recall(job: Job, kept: KeptLibrary | None) -> _Library:
    """Return what is known of the library; nothing where the job is to read all of it again."""
    if kept is None or kept.source or (job.reread and _is_older(kept, job)):
        return _Library((), total=0, full_read_at=None, next_old_page=1)
    return _Library(tuple(from_json(kept.songs)), kept.total, kept.full_read_at, kept.next_old_page)


def _is_older(kept: KeptLibrary, job: Job) -> bool:
    """Return whether the library was kept before the job read any of it."""
    return job.calls == 0 or kept.read_at < job.created_at


def _read(reading: _Reading, known: _Library) -> _Library:
    """Read what is not known, or everything where what is known cannot be right."""
    if known.full_read_at is None:
        return _read_to_the_end(reading, known)
    known, is_all = _read_top(reading, known)
    if is_all:
        return known
    if known.full_read_at is None:
        return _read_to_the_end(reading, known)
    if checked := _check_old_pages(reading.client, known):
        return checked
    if reading.now() - known.full_read_at < BETWEEN_FULL_READS:
        return known
    reading.forget()
    return _read_to_the_end(reading, replace(known, entries=(), full_read_at=None))


def _read_top(reading: _Reading, known: _Library) -> tuple[_Library, bool]:
    """Read the newest entries until they meet what is known.

    Returns
    -------
    library, is_all
        `is_all` where the pages that were read are the whole library. Where
        too many pages are new, the library is known by these alone.
    """
    top: list[LibraryEntry] = []
    for _ in range(MAX_NEW_PAGES):
        page = read_saved_page(reading.client, len(top))
        top += page.songs
        if not page.songs or len(top) >= page.total:
            library = reading.note(replace(known, entries=tuple(top), total=page.total))
            return replace(library, full_read_at=reading.now()), True
        entries = merge_top(top, known.entries)
        if entries is not None:
            return reading.note(replace(known, entries=tuple(entries), total=page.total)), False
        reading.report(len(top), page.total)
    beginning = replace(known, entries=tuple(top), total=page.total, full_read_at=None)
    return reading.note(beginning), False


def _check_old_pages(client: Client, known: _Library) -> _Library | None:
    """Compare the sums and one old page with Spotify's, another page for each job; None where one is wrong.

    A page that is wrong stays the next, in case the full reading must wait.
    What could not be read before is put right; then the next page is compared
    as well, as that may have happened to several.
    """
    if len(known.entries) != known.total:
        return None
    for _ in range(MAX_NEW_PAGES):
        number = known.next_old_page if known.next_old_page * PAGE_SIZE < known.total else 1
        start = number * PAGE_SIZE
        page = read_saved_page(client, start)
        if page.total != known.total:
            # The library changed at this very moment: the page shows nothing.
            return known
        old = known.entries[start : start + PAGE_SIZE]
        if len(page.songs) != len(old) or not all(map(_is_same, old, page.songs)):
            return None
        fuller = tuple(map(choose_fuller, old, page.songs))
        entries = (*known.entries[:start], *fuller, *known.entries[start + len(fuller) :])
        known = replace(known, entries=entries, next_old_page=number + 1)
        if fuller == old:
            break
    return known


def _is_same(old: LibraryEntry, new: LibraryEntry) -> bool:
    """Return whether two readings of a position can be of one entry: an id may be unknown to either."""
    is_unread = any(entry is not None and entry.is_nameless for entry in (old, new))
    return is_unread or not get_id(old) or get_id(old) == get_id(new)


def _read_to_the_end(reading: _Reading, known: _Library) -> _Library:
    """Read on from the beginning that is known.

    A song saved or unsaved meanwhile moves all that follow: then the reading
    finds its position again. In a library that never stands still it gives
    that up and drops what it read twice; the next job finds the sums wrong.
    """
    for _ in range(MAX_CHANGES):
        known, is_all = _read_on(reading, known, stops_at_change=True)
        if is_all:
            return _complete(reading, known)
    known, _ = _read_on(reading, known, stops_at_change=False)
    return _complete(reading, replace(known, entries=tuple(drop_duplicates(known.entries))))


def _complete(reading: _Reading, known: _Library) -> _Library:
    """Return the library as read to its end; the first page with something unread is compared next."""
    unread = [place for place, entry in enumerate(known.entries) if entry is not None and entry.is_nameless]
    page = max(unread[0] // PAGE_SIZE, 1) if unread else known.next_old_page
    return replace(known, full_read_at=reading.now(), next_old_page=page)


def _read_on(reading: _Reading, known: _Library, stops_at_change: bool) -> tuple[_Library, bool]:
    """Read what is new at the top, then the rest; False where the library changed meanwhile."""
    if known.entries:
        known, is_all = _read_top(reading, known)
        if is_all:
            return known, True
    return _read_rest(reading, known, stops_at_change)


def _read_rest(reading: _Reading, known: _Library, stops_at_change: bool) -> tuple[_Library, bool]:
    """Read the pages that are not known yet; False where the library changed meanwhile."""
    n_kept, first, pages = _find_known_position(reading.client, known.entries)
    library = reading.remember(replace(known, entries=known.entries[:n_kept]))
    with closing(pages):
        for number, page in enumerate(chain([first], pages), start=1):
            has_changed = page.total != library.total or overlaps(library.entries, page.songs)
            if library.entries and has_changed and stops_at_change:
                return library, False
            entries = (*library.entries, *page.songs)
            library = reading.note(replace(library, entries=entries, total=page.total))
            if number % KEEP_EVERY_PAGES == 0:
                reading.keep()
    return library, True


def _find_known_position(
    client: Client, entries: tuple[LibraryEntry, ...]
) -> tuple[int, Page, Generator[Page]]:
    """Find where the library can be read on, so that nothing is passed over.

    That is at the last song that is known, unless it has moved up: then
    further up.

    Returns
    -------
    n_kept, first, pages
        How many of the entries lie above the first page; that page; and those
        that follow it, still to be read.
    """
    positions = find_positions(entries)
    start = max(positions.values(), default=0)
    while True:
        pages = read_saved_pages(client, start)
        first = next(pages)
        if start == 0:
            return 0, first, pages
        position = next(map(positions.get, get_ids(first.songs)), None)
        # What is known from further up is another position of the same song.
        if position is not None and position > start - PAGE_SIZE:
            return position, first, pages
        start = max(min(start, first.total) - PAGE_SIZE, 0)
