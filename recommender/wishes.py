"""What a listener may wish of a mix."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

#: The features of which a listener may wish for more or less.
NUDGED = ("energy", "valence", "danceability", "acousticness", "tempo")


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
