"""Signals of when a song was made and how well known it is, beside the saved songs."""

from bisect import bisect_left, bisect_right

import numpy as np

from recommender.catalogue.arrays import DoubleArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.signals.evidence import Evidence, Fact, PickedRow, name_years
from recommender.ranking.signals.signal import Signal
from recommender.ranking.signals.table import Table, scale_by_logarithm
from recommender.tastes.listener import ListenerProfile

N_YEARS = 2101  # the years of `recommender.catalogue.features` end in 2100
YEARS_APART = np.abs(np.arange(-100.0, 101.0))
N_POPULARITIES = 101
# Popularities this far apart are alike to 1/e.
POPULARITY_STEP = 6.0
# A density below this is as good as none.
FLOOR = 1e-3
# In years, the standard deviation of the saved songs' years up to which an era counts in full; a playlist's.
NARROW_YEARS = 4.0
# Of an artist's songs, those from this rank on are rated alike.
LAST_KNOWN = 1000
# Saved songs at most this many years away are called "from the same few years".
ERA_YEARS = 2
# Called well known is a song of the artist's first three, of whom there are ten or more.
BEST_PLACES = 3
MIN_SONGS = 10


def rate_era(listener: ListenerProfile, catalogue: Catalogue, narrow_years: float = NARROW_YEARS) -> Table:
    """Rate how near each row's year is to the years of the saved songs.

    The mean of 1 / (1 + years apart)^1.5 over the saved songs: a year counts
    above all by the songs of the year itself, and far years still count. The wider
    the saved years spread, the lower all values, from a standard deviation of
    `narrow_years` on.
    """
    values = scale_by_logarithm(_spread_years(listener, (1.0 + YEARS_APART) ** -1.5), FLOOR)
    # Years that spread wide tell little: those of a library, more than of a playlist.
    years = _list_years(listener)
    spread = float(years.std()) if len(years) else 0.0
    return Table(values * np.float32(min(1.0, narrow_years / max(spread, 1.0))), catalogue.first_years)


def rate_near_years(listener: ListenerProfile, catalogue: Catalogue) -> Table:
    """Rate how near each row's year is to the saved songs' by the mean of exp(-years apart)."""
    return Table(_spread_years(listener, np.exp(-YEARS_APART)).astype(np.float32), catalogue.first_years)


def _spread_years(listener: ListenerProfile, kernel: DoubleArray) -> DoubleArray:
    """Return for each year the mean over the saved songs of the kernel at so many years apart: (N_YEARS,)."""
    years = _list_years(listener)
    counts = np.bincount(years, minlength=N_YEARS) / max(len(years), 1)
    return np.convolve(counts, kernel, mode="same")


def _list_years(listener: ListenerProfile) -> IntArray:
    return listener.years[(listener.years >= 0) & (listener.years < N_YEARS)]


def rate_fame(listener: ListenerProfile, catalogue: Catalogue) -> Table:
    """Rate how typical each row's popularity is of the saved songs.

    The listener's density at that popularity as a share of the listener's and the
    catalogue's together: 1/2 where the two are alike, as for everyone who saves
    songs regardless of fame; 1 where only the listener has such songs.
    """
    n_saved = np.bincount(listener.popularity, minlength=N_POPULARITIES)
    of_listener = _estimate_density(n_saved) + FLOOR
    of_catalogue = _estimate_density(catalogue.n_by_popularity) + FLOOR
    return Table((of_listener / (of_listener + of_catalogue)).astype(np.float32), catalogue.popularity)


def rate_best_known(catalogue: Catalogue) -> Table:
    """Rate how well known each row is among the songs of its first artist: 1 for the most popular."""
    ranks = np.minimum(np.arange(int(catalogue.popularity_ranks.max()) + 1), LAST_KNOWN - 1)
    values: FloatArray = (1 - np.log1p(ranks) / np.log(LAST_KNOWN)).astype(np.float32)
    return Table(values, catalogue.popularity_ranks)


def _estimate_density(n_songs: IntArray) -> DoubleArray:
    """Estimate the density at each popularity from the number of songs that have it."""
    counts = n_songs / max(int(n_songs.sum()), 1)
    apart = np.abs(np.arange(-N_POPULARITIES + 1, N_POPULARITIES))
    spread = np.convolve(counts, np.exp(-apart / POPULARITY_STEP))
    return spread[N_POPULARITIES - 1 : 2 * N_POPULARITIES - 1]


def _find_era_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    years, year = evidence.years, int(evidence.catalogue.find_years(np.array(pick.row)))
    start, end = bisect_left(years, year - ERA_YEARS), bisect_right(years, year + ERA_YEARS)
    if not evidence.is_habit(end - start):
        return None
    words = (name_years(years[start], years[end - 1]),)
    return Fact(end - start, words=words, is_minimum=evidence.n_dated < evidence.n_saved)


def _find_best_known_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    catalogue = evidence.catalogue
    is_best = catalogue.popularity_ranks[pick.row] < BEST_PLACES
    if not is_best or catalogue.n_rows_by[pick.artist] < MIN_SONGS:
        return None
    _, artists = catalogue.read_text(pick.row)
    return Fact(artist=artists[0])


ERA = Signal(
    "era",
    known_weight=6.5,
    new_weight=6.5,
    tables=lambda given: (rate_era(given.listener, given.catalogue),),
    fact=_find_era_fact,
    phrase="you’ve saved {songs} from {words}",
    shorter=(("you’ve saved {songs} from about that time", ""),),
)
# It has no fact: that a song is as well known as saved ones tells a listener nothing.
FAME = Signal(
    "fame",
    known_weight=1.6,
    new_weight=2.2,
    tables=lambda given: (rate_fame(given.listener, given.catalogue),),
)
BEST_KNOWN = Signal(
    "best_known",
    known_weight=2.4,
    new_weight=0.5,
    tables=lambda given: (rate_best_known(given.catalogue),),
    fact=_find_best_known_fact,
    phrase="one of their best-known songs",
)
