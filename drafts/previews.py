"""Picking songs at once: the libraries of the listeners who were here last, prepared and kept in memory."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from drafts.kept_library import read_kept
from recommender import Prepared, Song, prepare
from recommender.catalogue.build import Build
from recommender.errors import BadModels, EmptyLibrary, NoRecommendation
from recommender.tastes.known_features import Features
from store import features, libraries
from store.database import Database

MEGABYTE = 1_000_000
# Of so many listeners, the last ones, what scores their songs is kept as long as they are: as many as ask at
# once.
N_SCORED = 8
# Where no song has a known year: those of most music that people save.
DEFAULT_DECADES = (1950, 2020)
# Of so many listeners the decades of their songs are known without their libraries, which take megabytes.
MAX_DECADES = 200


class _Kept(NamedTuple):
    """What was made of a library, when that was read, and about how much memory it took when last used."""

    read_at: datetime
    prepared: Prepared
    nbytes: int


class Previews:
    """What previews need, made once for each process: the models, the database, and a cache within a bound.

    What does not depend on a listener's wishes is worked out once and kept. To make room, what scores the
    songs goes first, which is soon worked out again, but for the last few listeners; then all of the
    listener of longest ago. One who needs more than the bound alone is not kept.
    """

    def __init__(self, build: Build, database: Database, max_megabytes: int) -> None:
        self.database = database
        self._build = build
        self._max_bytes = max_megabytes * MEGABYTE
        # Account -> what is kept of its library; the last used at the end.
        self._prepared: OrderedDict[str, _Kept] = OrderedDict()
        # Account -> the same of the first and the last decade of its songs.
        self._decades: OrderedDict[str, tuple[datetime | None, tuple[int, int]]] = OrderedDict()
        self._lock = Lock()
        # One library is prepared at a time: several would take as long, and the memory of all of them.
        self._preparing = Lock()

    def has_read(self, account_id: str) -> bool:
        """Return whether a listener's library was ever read."""
        return libraries.get_read_at(self.database, account_id) is not None

    @contextmanager
    def use(self, account_id: str) -> Iterator[Prepared]:
        """Yield what is known of a listener's library as last read, from the cache where that is fresh.

        What is worked out meanwhile is kept, too, as far as there is room.

        Raises
        ------
        EmptyLibrary
            If it has no songs, or was never read.
        NothingMatched
            If nothing in it is known.
        BadModels
            If a file of the models was cut off: whoever picks songs would be killed.
        """
        self._build.require_whole()
        prepared = self._prepare(account_id)
        try:
            yield prepared
        finally:
            self._count(account_id, prepared)

    def prepare_songs(self, songs: Sequence[Song], owned: Sequence[Song] = ()) -> Prepared:
        """Return what is known of songs that need not be anybody's library; raises as `use`.

        Parameters
        ----------
        owned : as for `recommender.preparation.prepare`
        """
        self._build.require_whole()
        return prepare(songs, self._build.catalogue, self._build.model, look_up=self._look_up, owned=owned)

    def keep(self, account_id: str, read_at: datetime, prepared: Prepared) -> None:
        """Keep what was made of a listener's library, as read at this time, as far as there is room."""
        with self._lock:
            self._prepared[account_id] = _Kept(read_at, prepared, prepared.nbytes)
            self._prepared.move_to_end(account_id)
            self._make_room()

    def forget(self, account_id: str) -> None:
        """Drop what is kept of a listener who has disconnected."""
        with self._lock:
            self._prepared.pop(account_id, None)
            self._decades.pop(account_id, None)

    def find_decades(self, account_id: str) -> tuple[int, int]:
        """Return the first year of the oldest and of the newest decade of a listener's saved songs.

        Those of the catalogue where the library cannot be prepared, or tells no year;
        `DEFAULT_DECADES` where the catalogue tells none either, or a file of the models was cut off.
        """
        read_at = libraries.get_read_at(self.database, account_id)
        if known := self._get_decades(account_id, read_at):
            return known
        with self._preparing:
            return self._get_decades(account_id, read_at) or self._learn_decades(account_id, read_at)

    @property
    def nbytes(self) -> int:
        """How many bytes all that is kept took when each was last used."""
        return sum(kept.nbytes for kept in self._prepared.values())

    def _prepare(self, account_id: str) -> Prepared:
        read_at = libraries.get_read_at(self.database, account_id)
        self._drop_forgotten()
        if kept := self._get_prepared(account_id, read_at):
            return kept
        with self._preparing:
            # Another request may have been faster.
            if kept := self._get_prepared(account_id, read_at):
                return kept
            read_at, prepared = self._prepare_anew(account_id)
            self.keep(account_id, read_at, prepared)
            return prepared

    def _count(self, account_id: str, prepared: Prepared) -> None:
        """Count what is kept of a listener anew, where it is still this."""
        with self._lock:
            kept = self._prepared.get(account_id)
            if kept and kept.prepared is prepared:
                self._prepared[account_id] = kept._replace(nbytes=prepared.nbytes)
                self._make_room()

    def _get_prepared(self, account_id: str, read_at: datetime | None) -> Prepared | None:
        with self._lock:
            kept = self._prepared.get(account_id)
            if kept is None or kept.read_at != read_at:
                return None
            self._prepared.move_to_end(account_id)
            return kept.prepared

    def _get_decades(self, account_id: str, read_at: datetime | None) -> tuple[int, int] | None:
        with self._lock:
            known = self._decades.get(account_id)
            if known is None or known[0] != read_at:
                return None
            self._decades.move_to_end(account_id)
            return known[1]

    def _learn_decades(self, account_id: str, read_at: datetime | None) -> tuple[int, int]:
        try:
            self._build.require_whole()
            # Not kept: most who look at a page do not tune, and a library takes megabytes.
            known = self._get_prepared(account_id, read_at)
            saved = (known or self._prepare_anew(account_id)[1]).listener.years
        except NoRecommendation:
            saved = np.zeros(0, dtype=np.int64)
        except BadModels:
            # The page of a saved playlist needs no more of them; it is asked again with the next.
            return DEFAULT_DECADES
        decades = _span_decades(saved) or _span_decades(self._build.catalogue.first_years) or DEFAULT_DECADES
        self._drop_forgotten()
        with self._lock:
            self._decades[account_id] = read_at, decades
            if len(self._decades) > MAX_DECADES:
                self._decades.popitem(last=False)
        return decades

    def _prepare_anew(self, account_id: str) -> tuple[datetime, Prepared]:
        kept = libraries.load(self.database, account_id)
        if kept is None:
            raise EmptyLibrary("the library was never read")
        library = read_kept(kept)
        return kept.read_at, self.prepare_songs(library.songs, library.saved_besides)

    def _drop_forgotten(self) -> None:
        """Drop what is kept of accounts that are gone: another process may have deleted them."""
        with self._lock:
            kept = [*self._prepared, *self._decades]
        for account_id in set(kept) - libraries.list_accounts(self.database, kept):
            self.forget(account_id)

    def _make_room(self) -> None:
        for account_id in list(self._prepared)[:-N_SCORED]:
            self._drop_scores_beyond(account_id)
        while len(self._prepared) > 1 and self.nbytes > self._max_bytes:
            self._prepared.popitem(last=False)
        for account_id in self._prepared:
            self._drop_scores_beyond(account_id)
        if self.nbytes > self._max_bytes:
            self._prepared.clear()

    def _drop_scores_beyond(self, account_id: str) -> None:
        """Drop what scores the songs of a listener, where all takes more than the bound."""
        kept = self._prepared[account_id]
        if self.nbytes > self._max_bytes and kept.prepared.has_scores:
            kept.prepared.drop_scores()
            self._prepared[account_id] = kept._replace(nbytes=kept.prepared.nbytes)

    def _look_up(self, songs: Sequence[Song]) -> dict[str, Features]:
        """Return the features that jobs have fetched from elsewhere; a page asks nobody."""
        known = features.load(self.database, [song.id for song in songs])
        return {song_id: measured for song_id, measured in known.items() if measured}


def _span_decades(years: npt.NDArray[np.integer[Any]]) -> tuple[int, int] | None:
    """Return the first years of the oldest and the newest decade of those that are known; None of none."""
    known = years[years > 0]
    return (int(known.min()) // 10 * 10, int(known.max()) // 10 * 10) if len(known) else None
