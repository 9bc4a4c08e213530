"""Signals of who made a song: saved artists, alone or as guests, and on one record."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import FloatArray, IntArray, look_up
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.signals.affinity import rate_counts
from recommender.ranking.signals.evidence import Evidence, Fact, PickedRow, name_years
from recommender.ranking.signals.signal import Signal
from recommender.ranking.signals.table import Table
from recommender.tastes.listener import ListenerProfile

# Songs further apart in years than this are never of one record.
MAX_RECORD_YEARS = 4
# Saved songs that are called "from about that year" are at most this many years away.
SAME_RECORD_YEARS = 1


@dataclass(frozen=True, eq=False)
class _GuestPlaces:
    """The places of rows among a few: 1 for the first of these, 0 for all others.

    rows : ascending, and last one above all
    """

    rows: IntArray

    def __getitem__(self, rows: slice) -> IntArray:
        return self.take(np.arange(*rows.indices(int(self.rows[-1]))))

    def take(self, rows: IntArray) -> IntArray:
        """Return the places of some rows."""
        places = np.searchsorted(self.rows, rows)
        return np.where(self.rows.take(places) == rows, places + 1, 0)


@dataclass(frozen=True, eq=False)
class _RecordPlaces:
    """The places of rows in a table of the years of each artist.

    numbers : (m,) the number of each artist in the table
    first, n_years : its first year, and how many it has
    """

    numbers: npt.NDArray[np.unsignedinteger[Any]]
    catalogue: Catalogue
    first: int
    n_years: int

    def __getitem__(self, rows: slice) -> IntArray:
        return self._find(self.catalogue.first_artists[rows], self.catalogue.first_years[rows])

    def take(self, rows: IntArray) -> IntArray:
        """Return the places of some rows."""
        return self._find(self.catalogue.first_artists.take(rows), self.catalogue.first_years.take(rows))

    def _find(self, artists: npt.NDArray[np.int32], years: npt.NDArray[np.int16]) -> IntArray:
        return self.numbers.take(artists).astype(np.int64) * self.n_years + years - self.first


def rate_artist(liked: FloatArray, catalogue: Catalogue) -> Table:
    """Rate each row by the listener's affinity to its first artist."""
    return Table(liked, catalogue.first_artists)


def rate_guests(liked: FloatArray, catalogue: Catalogue) -> Table:
    """Rate each row by the greatest affinity to an artist credited after the first; 0 where there is none."""
    of_guests = look_up(liked, catalogue.guest_artists)
    credits = np.flatnonzero(of_guests > 0)
    rows, numbers = np.unique(catalogue.guest_rows[credits], return_inverse=True)
    # Behind the zero of all other rows stand theirs.
    greatest = np.zeros(1 + len(rows), dtype=np.float32)
    np.maximum.at(greatest, 1 + numbers, of_guests[credits])
    return Table(greatest, _GuestPlaces(np.append(rows, len(catalogue))))


def rate_record(listener: ListenerProfile, catalogue: Catalogue) -> Table:
    """Rate how likely each row is from a record of which the listener has songs.

    Counted are the saved songs of its first artist, each by exp(-years between):
    the catalogue knows no albums.
    """
    is_known = (listener.artists >= 0) & (listener.years >= 0)
    artists, numbers = np.unique(listener.artists[is_known], return_inverse=True)
    first = int(catalogue.first_years.min())
    n_years = int(catalogue.first_years.max()) - first + 1
    apart = np.arange(-MAX_RECORD_YEARS, MAX_RECORD_YEARS + 1)[:, np.newaxis]
    years = listener.years[is_known] - first + apart
    # A song from before or after all years of the catalogue counts where it is near.
    is_inside = (years >= 0) & (years < n_years)
    weights = np.broadcast_to(np.exp(-np.abs(apart)), years.shape)[is_inside]
    # Behind the years of each artist stand as many zeros, for all of whom the listener has no song.
    counts = np.bincount(
        (numbers * n_years + years)[is_inside], weights, minlength=(len(artists) + 1) * n_years
    )
    places = np.full(len(catalogue.artist_keys), len(artists), dtype=np.min_scalar_type(len(artists)))
    places[artists] = np.arange(len(artists))
    return Table(rate_counts(counts), _RecordPlaces(places, catalogue, first, n_years))


def _find_artist_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    n_songs = int(evidence.n_by[pick.artist])
    return Fact(n_songs) if n_songs else None


def _find_guest_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the guest with most saved songs."""
    guests = evidence.catalogue.get_artists(pick.row)[1:]
    if not len(guests) or not evidence.n_by[guests].any():
        return None
    place = int(evidence.n_by[guests].argmax())
    _, artists = evidence.catalogue.read_text(pick.row)
    return Fact(int(evidence.n_by[guests[place]]), artists[place + 1])


def _find_record_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    if not evidence.n_by[pick.artist]:
        return None
    listener, year = evidence.listener, int(evidence.catalogue.find_years(np.array(pick.row)))
    years = listener.years[(listener.artists == pick.artist) & (listener.years >= 0)]
    years = years[np.abs(years - year) <= SAME_RECORD_YEARS]
    if not len(years):
        return None
    return Fact(
        len(years),
        words=(name_years(int(years.min()), int(years.max())),),
        is_minimum=evidence.n_dated < evidence.n_saved,
    )


ARTIST = Signal(
    "artist",
    known_weight=3.2,
    new_weight=0.0,
    tables=lambda given: (rate_artist(given.affinity, given.catalogue),),
    fact=_find_artist_fact,
    phrase="you’ve saved {n} of their songs",
)
GUESTS = Signal(
    "guests",
    known_weight=1.0,
    new_weight=0.0,
    tables=lambda given: (rate_guests(given.affinity, given.catalogue),),
    fact=_find_guest_fact,
    phrase="with {artist} (you’ve saved {songs})",
    shorter=(("with a guest you’ve saved {songs} by", "the guest is {artist}"),),
)
RECORD = Signal(
    "record",
    known_weight=2.4,
    new_weight=0.0,
    tables=lambda given: (rate_record(given.listener, given.catalogue),),
    fact=_find_record_fact,
    phrase="you’ve saved {n} of their songs from {words}",
    shorter=(("{n} of their songs from {words}", ""), ("{n} of their songs from then", "")),
    told_as="artist",
)
