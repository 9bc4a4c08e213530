"""The record of a signal: its weight, how it is computed, and how it is explained."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.limits import Limits
from recommender.ranking.signals.evidence import Evidence, Fact, PickedRow
from recommender.ranking.signals.table import Table
from recommender.tastes.cluster import Tastes
from recommender.tastes.listener import ListenerProfile


@dataclass(frozen=True, eq=False)
class SignalInputs:
    """What the signals of one listener are computed from.

    affinity : (m,) float32, how much the listener likes each artist, 0 to 1
    """

    listener: ListenerProfile
    tastes: Tastes
    affinity: FloatArray
    catalogue: Catalogue
    limits: Limits


#: Computes one or more signals of some rows: values of each signal.
RowValues = Callable[[IntArray], tuple[FloatArray, ...]]
#: Computes a signal of some rows from all others: (rows, their values by name, is_new of each) -> values.
Refine = Callable[[IntArray, Mapping[str, FloatArray], BoolArray], FloatArray]


@dataclass(frozen=True, eq=False)
class Signal:
    """What is known of one signal.

    Its values come from `tables`, where each row only has to be looked up, or
    from `prepare`, whose result is called for the best rows alone, or from
    `refine`, the same with the values of the other signals. Signals that
    share a computation share the function, which is called once; `column` is
    the place of this signal's among its results.

    name : its key in `Pick.signals`, `Reason.signal` and the JSON report
    known_weight, new_weight : its share in the score of a song by a known artist, and by new ones
        At least 0; 0 switches it off. Fitted to playlists of the Million Playlist Dataset by conditional
        logit, which of the best songs of a cluster are those that were hidden, and rounded by hand:
        `docs/quality.md` tells on which.
    fact : returns what is true of a pick by this signal, None where nothing is
        Without it the signal is scored, but not given as a reason.
    phrase : the reason in words
        A template with `{songs}` ("4 songs"), `{n}` ("4"), `{artist}`, `{title}`, `{credit}` (title and
        artist), `{words}` ("calm, dark"), `{pair}` ("calm and dark"), `{together}` of `{playlists}`.
    shorter : for a lead, which has at most eight words: phrases, each with what it leaves out
        The first in which nothing is missing and that is short enough is told, and what it leaves out
        behind it. They come longest first; the last should never have more than eight words.
    when_new : for a lead about a song by a new artist: like `shorter`, and tried before `phrase`
        The page tells that the artist is new before it.
    applies : returns whether catalogue and library have what it is computed from; None where all have
        Where it does not apply, the signal counts neither in the score nor in the reasons.
    told_as : the signal that tells nearly the same, if there is one
        Of signals that are told as one, only the strongest is given as a reason.
    told_last : whether it is given as a reason only where none of those that are told as one with it is
    """

    name: str
    known_weight: float
    new_weight: float
    tables: Callable[[SignalInputs], tuple[Table, ...]] | None = None
    prepare: Callable[[SignalInputs], RowValues] | None = None
    refine: Callable[[SignalInputs], Refine] | None = None
    column: int = 0
    fact: Callable[[PickedRow, Evidence], Fact | None] | None = None
    phrase: str = ""
    shorter: tuple[tuple[str, str], ...] = ()
    when_new: tuple[tuple[str, str], ...] = ()
    told_as: str = ""
    told_last: bool = False
    applies: Callable[[SignalInputs], bool] | None = None

    def __post_init__(self) -> None:
        if not (self.known_weight >= 0 and self.new_weight >= 0):
            raise ValueError(f"the weights of {self.name} must be at least 0")
        if sum(way is not None for way in (self.tables, self.prepare, self.refine)) != 1:
            raise ValueError(f"{self.name} needs one of tables, prepare and refine")
        if self.fact and not self.phrase:
            raise ValueError(f"{self.name} has a fact, but no phrase to tell it")
