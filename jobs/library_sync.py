"""A listener's library, read at the price of few calls: what is known of it is not read again.

A page of 50 saved songs is a call, and calls are scarce. So the library is
kept: the next reading begins at the newest song and ends at one that is known.
"""

from collections.abc import Generator
from contextlib import closing
from datetime import timedelta

from jobs.library_merge import (
    LibraryEntry,
    each_once,
    find_places,
    from_kept,
    get_ids,
    joined,
    list_songs,
    overlaps,
    to_keep,
)
from jobs.run import Run
from jobs.stop import WorkerStops
from recommender import Song
from spotify import PAGE_SIZE, Client, Page, SpotifyError, saved_page, saved_pages
from store import libraries
from store.errors import JobCancelled, SignInNeeded
from store.job import Job
from store.libraries import KeptLibrary

#: Between two readings of the whole library that the listener did not ask for.
BETWEEN_FULL_READS = timedelta(days=1)
# What a worker that is killed can lose of a long reading, in pages.
PAGES_UNKEPT = 10
# More that is new is the beginning of a whole reading: several pages at a time, kept on the way.
MAX_NEW_PAGES = 10
# How often a reading looks where it is in a library that changes meanwhile.
MAX_CHANGES = 5


def sync_library(client: Client, run: Run) -> list[Song]:
    """Give the listener's saved songs, newest first, each id once, and keep them for the next time.

    What a reading has read is kept even where it is broken off; the next one
    goes on from there. A job that wants to `reread` forgets what was known
    before it began.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    JobLost, JobCancelled, WorkerStops
        See `Run.progress`.
    """
    reading = _Reading(client, run, libraries.load(run.parts.database, run.job.account_id))
    try:
        reading.read()
    except (SpotifyError, SignInNeeded, JobCancelled, WorkerStops):
        reading.keep()
        raise
    reading.keep()
    return list_songs(reading.entries)


def _is_older(kept: KeptLibrary, job: Job) -> bool:
    """Say whether the library was kept before the job began; one that never called has read nothing of it."""
    return job.calls == 0 or kept.read_at < job.created_at


class _Reading:
    """What is known of a library while it is read; `entries` are its beginning, or all of it."""

    def __init__(self, client: Client, run: Run, kept: KeptLibrary | None) -> None:
        self._client = client
        self._run = run
        self._clock = run.parts.database.clock
        self._has_read = False
        if kept is None or (run.job.reread and _is_older(kept, run.job)):
            kept = KeptLibrary(run.job.account_id, (), 0, self._clock.now(), None, 1)
        self._kept = kept
        self.entries: list[LibraryEntry] = from_kept(kept.songs)
        self._total = kept.total
        self._full_read_at = kept.full_read_at
        self._next_old_page = kept.next_old_page

    def read(self) -> None:
        """Read what is not known, or everything where what is known cannot be right."""
        if self._full_read_at and not self._read_top() and self._full_read_at and not self._is_right():
            if self._clock.now() - self._full_read_at >= BETWEEN_FULL_READS:
                self.entries, self._full_read_at, self._has_read = [], None, False
        if self._full_read_at is None:
            self._read_to_the_end()

    def keep(self) -> None:
        """Keep what is known, if anything was read."""
        if self._has_read:
            known = KeptLibrary(
                account_id=self._run.job.account_id,
                songs=to_keep(self.entries),
                total=self._total,
                read_at=self._clock.now(),
                full_read_at=self._full_read_at,
                next_old_page=self._next_old_page,
            )
            libraries.save(self._run.parts.database, known)

    def _read_top(self) -> bool:
        """Read the newest entries until they meet what is known; True where that was the whole library."""
        top: list[LibraryEntry] = []
        for _ in range(MAX_NEW_PAGES):
            page = saved_page(self._client, len(top))
            top += page.songs
            is_all = not page.songs or len(top) >= page.total
            entries = top if is_all else joined(top, self.entries)
            if entries is not None:
                break
            self._run.progress("read", len(top), page.total)
        else:
            entries, self._full_read_at = top, None
        self.entries = entries
        self._note(page.total)
        if is_all:
            self._full_read_at = self._clock.now()
        return is_all

    def _is_right(self) -> bool:
        """Say whether what is known adds up to Spotify's total, and an old page is as it is known.

        Each job looks at another page. One that is not as it is known stays
        the next, for the case that a full reading must wait.
        """
        if len(self.entries) != self._total:
            return False
        number = self._next_old_page if self._next_old_page * PAGE_SIZE < self._total else 1
        start = number * PAGE_SIZE
        page = saved_page(self._client, start)
        # Of a library that changed at this very moment nothing can be said.
        if page.total == self._total:
            if get_ids(page.songs) != get_ids(self.entries[start : start + PAGE_SIZE]):
                return False
            self._next_old_page = number + 1
        return True

    def _read_to_the_end(self) -> None:
        """Read on from what is known of the beginning.

        A song saved or unsaved meanwhile moves all that follow: then the
        reading finds its place again. In a library that never stands still it
        gives that up; without what came twice, the next job finds the sums wrong.
        """
        for may_change in (*(False,) * MAX_CHANGES, True):
            if (self.entries and self._read_top()) or self._read_rest(may_change):
                break
        if may_change:
            self.entries = each_once(self.entries)
        self._full_read_at = self._clock.now()

    def _read_rest(self, may_change: bool) -> bool:
        """Read the pages that are not known yet; False where the library has changed meanwhile."""
        with closing(self._pages_from_known()) as pages:
            for number, page in enumerate(pages, start=1):
                has_moved = page.total != self._total or overlaps(self.entries, page.songs)
                if self.entries and has_moved and not may_change:
                    return False
                self.entries += page.songs
                self._note(page.total)
                if number % PAGES_UNKEPT == 0:
                    self.keep()
        return True

    def _pages_from_known(self) -> Generator[Page]:
        """Give the pages from a known song on, and forget what was known from there.

        It is the last one that is known, unless it has moved up: then the
        reading begins further up, so that nothing is passed over.
        """
        places = find_places(self.entries)
        start = max(places.values(), default=0)
        while True:
            pages = saved_pages(self._client, start)
            first = next(pages)
            known = next(map(places.get, get_ids(first.songs)), None)
            # What is known from far above is another place of the same song.
            if start == 0 or (known is not None and known > start - PAGE_SIZE):
                break
            start = max(min(start, first.total) - PAGE_SIZE, 0)
        del self.entries[known if start and known else 0 :]
        yield first
        yield from pages

    def _note(self, total: int) -> None:
        """Note how far the reading is, for the page and for what is kept."""
        self._has_read = True
        self._total = total
        self._run.progress("read", min(len(self.entries), total), total)
