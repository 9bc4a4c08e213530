"""The words that everyone shares: songs, wishes, picks and the mix they make."""

import ast
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf

#: The features of which a listener may wish for more or less.
NUDGED = ("energy", "valence", "danceability", "acousticness", "tempo")


@dataclass(frozen=True, slots=True)
class Song:
    """One song as Spotify, an export or the catalogue knows it.

    `id` is Spotify's, empty for a local file. `artists` are in the order of
    the credits; an export that joins them by commas gives one text, which
    matching takes apart. What the source does not say is None.
    """

    id: str
    title: str
    artists: tuple[str, ...]
    year: int | None = None
    duration_ms: int | None = None
    is_explicit: bool | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the listener wants of a mix.

    `size` is its length in songs (the pages offer 10 to 100), `per_artist` the
    most songs that one first artist may have in it; both at least 1.
    `diversity` is how much the mix is diversify, from 0 (the best songs, be they
    alike) to 1. `spares` more songs of each taste in it stand by for picks that
    turn out not to be playable. The ids in `unplayable` are not picked; other
    versions of those songs may be. An id that the catalogue lacks, here and
    below, wishes nothing.

    explicit : whether explicit songs may be picked
    years : the first and the last year that songs may be of
    adventure : from 0, what is familiar, to 1, what is new to the listener
    nudges : how much more (up to 1) or less (down to -1) a mix is to have of the features in `NUDGED`
    cluster_weights : by how much each taste's share is multiplied; 0 switches one off
    banned_songs : ids of songs of which no version is ever picked
    banned_artists : names of artists nothing is picked of, not even where they are guests
    kept : ids that stay in the mix, even over the cap, against `explicit`, `years` and `recent`, unless they
        are owned, unplayable or removed, or nothing is saved of their taste any more
    removed : ids of which no version is wanted in this mix
    recent : ids of recent mixes, of which no version is to come again yet
    liked : ids that count as three saved songs of their taste
    seed : chooses among mixes that are about as good as the best, which has none
    """

    size: int = 50
    per_artist: int = 3
    # Measured on playlists: at 0.03 they find as many hidden songs as at 0, and more than from 0.05 on.
    diversity: float = 0.03
    spares: int = 0
    unplayable: frozenset[str] = frozenset()
    explicit: bool = True
    years: tuple[int, int] | None = None
    adventure: float = 0.5
    nudges: Mapping[str, float] = field(default_factory=dict)
    cluster_weights: tuple[float, ...] | None = None
    banned_songs: frozenset[str] = frozenset()
    banned_artists: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    recent: frozenset[str] = frozenset()
    liked: frozenset[str] = frozenset()
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.size < 1 or self.per_artist < 1 or self.spares < 0:
            raise ValueError("size and per_artist must be at least 1, spares at least 0")
        if not 0 <= self.diversity <= 1:
            raise ValueError("diversity must be from 0 to 1")
        if self.years and self.years[0] > self.years[1]:
            raise ValueError("the first of the years must not come after the last")
        if not 0 <= self.adventure <= 1:
            raise ValueError("adventure must be from 0 to 1")
        if not all(name in NUDGED and -1 <= nudge <= 1 for name, nudge in self.nudges.items()):
            raise ValueError(f"nudges must be from -1 to 1, and of {', '.join(NUDGED)}")
        if not all(0 <= weight < inf for weight in self.cluster_weights or ()):
            raise ValueError("cluster_weights must be at least 0")
        if self.seed is not None and self.seed < 0:
            raise ValueError("seed must be at least 0")


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


def artists_from_text(text: str) -> tuple[str, ...]:
    """Read the artists of one table cell, in order.

    A Python-style list (`['A', 'B']`, the Kaggle dataset) is read as such and
    semicolons separate. Commas may be part of a name ("Tyler, The Creator"):
    such text stays whole, and matching takes it apart against the catalogue.
    An empty cell has no artists, and no artist is blank.
    """
    stripped = text.strip()
    if stripped.startswith("[") and stripped.endswith("]"):
        # All that literal_eval is documented to raise on text that is no list.
        with suppress(ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return _not_blank(str(name) for name in ast.literal_eval(stripped))
    return _not_blank(stripped.split(";"))


def _not_blank(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.strip() for name in names if name.strip())
