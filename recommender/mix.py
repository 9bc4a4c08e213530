"""What a recommendation consists of: the picks, why each was picked, and how they came about."""

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.song import Song


@dataclass(frozen=True, slots=True)
class Reason:
    """Something true of a pick: the signal that it speaks of, and facts of `recommender.explanation.facts`.

    `artist` is the one it names, `words` genres or how the song sounds,
    `n_songs` counts saved songs. `is_guess` says that how the saved song sounds
    is only estimated. What a signal has no use for is empty.
    """

    signal: str
    n_songs: int = 0
    artist: str = ""
    words: tuple[str, ...] = ()
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """A recommended song, and why.

    `cluster` is the taste it stands for, `score` the weighted mean of its
    `signals` (0 to 1), `rank` its place in the playlist from 1 (0 for a spare),
    `because` the saved song of that taste it sounds closest to. `reasons` are
    what carried it, the most first, and at last what the two have in common.
    """

    song: Song
    cluster: int
    score: float
    rank: int
    because: Song
    signals: Mapping[str, float]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A saved song that took no part, and the reason in words."""

    song: Song
    why: str


@dataclass(frozen=True, slots=True)
class Mix:
    """What `recommend` gives: the picks in order of rank and how they came about.

    `shares` counts the picks of each cluster, `saved` the library songs in it
    that count towards the shares.
    `matched` counts the library songs found in the catalogue, `estimated` those
    that took part by features from elsewhere, measured there or not, what was
    unknown of them filled in; with the length of `left_out` they sum to the
    library.
    `spares` are the next best of each taste with a share, best first.
    `short_because` names the `Wishes` but for which a mix would be longer that
    is shorter than wished; it is empty where the catalogue has no more.
    `written` are the places of the picks in the order in which a playlist has them
    (`recommender.ranking.sequence`); none for that of rank.
    """

    picks: tuple[Pick, ...]
    shares: tuple[int, ...]
    saved: tuple[int, ...]
    matched: int
    estimated: int
    left_out: tuple[LeftOut, ...]
    spares: tuple[Pick, ...] = ()
    short_because: tuple[str, ...] = ()
    written: tuple[int, ...] = ()

    @property
    def playlist(self) -> tuple[Pick, ...]:
        """The picks in the order in which they are written."""
        return tuple(self.picks[place] for place in self.written) or self.picks
