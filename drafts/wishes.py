"""What a listener wants of a mix, from their tuning and from what they have said and found before."""

from collections.abc import Collection
from datetime import datetime

from recommender import Wishes
from recommender.wishes import NUDGED
from store import opinions, unplayable
from store.database import Database
from store.opinions import About, Wish
from store.record import Start
from store.tuning import Tuning

# Before and after every song.
NO_YEAR, LAST_YEAR = 0, 9999
DECEMBER = 12


def load_wishes(
    database: Database,
    account_id: str,
    tuning: Tuning,
    at: datetime,
    kept: Collection[str] = (),
    removed: Collection[str] = (),
    starts: Collection[Start] = (),
    spares: int = 0,
) -> Wishes:
    """Load what the listener wants of this mix and of every one, and which songs they could not play.

    Nothing in it is left to chance: the same arguments and opinions lead to the same wishes.

    Parameters
    ----------
    at : when the mix was asked for, as some songs are for some times of the year
    kept, removed : ids of songs that must be, and must not be, in the mix
    starts : the songs and artists that the mix starts from
    spares : how many songs of each taste stand by for picks that cannot be played; they cost as much as picks
    """
    given = opinions.list_opinions(database, account_id)

    def list_subjects(about: About, wish: Wish) -> frozenset[str]:
        return frozenset(each.subject for each in given if (each.about, each.wish) == (about, wish))

    return Wishes(
        size=tuning.size,
        new_artists=tuning.new_percent / 100,
        spares=spares,
        unplayable=unplayable.list_songs(database, account_id),
        explicit=tuning.explicit,
        years=_span_years(tuning),
        nudges={name: getattr(tuning, name) / 100 for name in NUDGED if getattr(tuning, name)},
        banned_songs=list_subjects("song", "never"),
        banned_artists=list_subjects("artist", "never"),
        kept=frozenset(kept),
        removed=frozenset(removed),
        leave_out=_list_unwished_kinds(tuning),
        allow=list_seasonal_kinds(at),
        liked=list_subjects("song", "more"),
        seed=tuning.seed or None,
        taste_weights=tuple(percent / 100 for percent in tuning.taste_percents) or None,
        start_songs=frozenset(start.subject for start in starts if start.about == "song"),
        start_artists=frozenset(start.subject for start in starts if start.about == "artist"),
    )


def list_seasonal_kinds(at: datetime) -> frozenset[str]:
    """Return the kinds of blunder that are none at this time of the year: Christmas songs in December."""
    return frozenset({"christmas"} if at.month == DECEMBER else ())


def _list_unwished_kinds(tuning: Tuning) -> frozenset[str]:
    """Return the kinds of blunder that the listener leaves out, though they may save such songs."""
    return frozenset(kind for kind in ("christmas", "children") if not getattr(tuning, kind))


def _span_years(tuning: Tuning) -> tuple[int, int] | None:
    if tuning.first_year is None and tuning.last_year is None:
        return None
    first, last = tuning.first_year, tuning.last_year
    return NO_YEAR if first is None else first, LAST_YEAR if last is None else last
