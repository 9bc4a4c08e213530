"""Signals of who made a song: saved artists, alone or as guests, and on one record."""

import numpy as np

from recommender.catalogue.arrays import FloatArray
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


def rate_artist(liked: FloatArray, catalogue: Catalogue) -> Table:
    """Rate each row by the listener's affinity to its first artist."""
    return Table(liked, catalogue.first_artists)


def rate_guests(liked: FloatArray, catalogue: Catalogue) -> Table:
    """Rate each row by the greatest affinity to an artist credited after the first; 0 where there is none."""
    of_guests = liked.take(catalogue.guest_artists)
    credits = np.flatnonzero(of_guests > 0)
    rows, numbers = np.unique(catalogue.guest_rows[credits], return_inverse=True)
    # Few rows have such a guest: behind the zero of all others stand theirs.
    greatest = np.zeros(1 + len(rows), dtype=np.float32)
    np.maximum.at(greatest, 1 + numbers, of_guests[credits])
    places = np.zeros(len(catalogue), dtype=np.min_scalar_type(len(rows)))
    places[rows] = np.arange(1, len(greatest))
    return Table(greatest, places)


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
    starts = np.full(len(catalogue.artist_keys), len(artists) * n_years - first, dtype=np.int32)
    starts[artists] = np.arange(len(artists)) * n_years - first
    places = starts.take(catalogue.first_artists)
    places += catalogue.first_years
    return Table(rate_counts(counts), places)


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
