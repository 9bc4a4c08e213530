"""What a listener may wish for in a mix."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

#: The shares of new artists that a listener chooses among, by name.
PRESETS: Mapping[str, float] = {"familiar": 0.2, "balanced": 0.5, "discover": 1.0}
DEFAULT_PRESET = "balanced"

#: The features that a listener may want more or less of.
NUDGED = ("energy", "valence", "danceability", "acousticness", "tempo")

#: The most songs and artists, together, that a mix starts from.
MAX_STARTS = 3


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the listener wants of a mix; the defaults ask for nothing in particular.

    Ids are Spotify's; one that the catalogue lacks has no effect.

    size : length in songs, at least 1; the pages offer 10 to 100
    new_artists : share of the picks that are by artists new to the listener, from 0 to 1
        New is an artist of whom nothing is saved or liked, not even as a guest or by a variant of the name.
    per_artist, per_new_artist : cap on the songs of one first artist who is known to the listener, or new;
        at least 1
    diversity : weight of variety in re-ranking, from 0 (the best songs, however alike) to 1
    spares : songs of each taste in the mix that stand by for picks that turn out not to be playable
    unplayable : ids that are not picked; other versions of the songs may be
    explicit : whether explicit songs may be picked
    years : the first and the last year that songs may be from
    nudges : how much more (up to 1) or less (down to -1) a mix should have of the features in `NUDGED`
    taste_weights : factor on the share of each of the listener's own tastes, by its place in `Mix.tastes`
        0 switches a taste off: none of its songs is picked. Those behind the last count 1.
    start_songs, start_artists : ids of songs and names of artists of the catalogue that the mix starts from,
        at most `MAX_STARTS` together; picks lean towards songs like them
    banned_songs : ids of songs of which no version is ever picked
    banned_artists : names of artists whose songs are never picked, not even those they are guests on
    kept : ids that are pinned: they stay even over the cap and against `explicit`, `years` and `recent`
        Not if owned, unplayable, banned or removed, or of a taste of which nothing is saved any more.
    removed : ids of which no version is wanted in this mix
    leave_out : kinds of `recommender.ranking.blunders.BLUNDERS` that are not picked, even if such are saved
    allow : kinds of `recommender.ranking.blunders.BLUNDERS` that may be picked though the listener saves none
    recent : ids from recent mixes, of which no version should come again yet
    liked : ids that count as three saved songs of their taste
    seed : chooses another mix, of which about half are other songs; the best is that of None
    """

    size: int = 50
    per_artist: int = 3
    per_new_artist: int = 2
    new_artists: float = PRESETS[DEFAULT_PRESET]
    # Measured on playlists: 0.03 finds as many hidden songs as 0, and more than 0.05 or above.
    diversity: float = 0.03
    spares: int = 0
    unplayable: frozenset[str] = frozenset()
    explicit: bool = True
    years: tuple[int, int] | None = None
    nudges: Mapping[str, float] = field(default_factory=dict)
    taste_weights: tuple[float, ...] | None = None
    start_songs: frozenset[str] = frozenset()
    start_artists: frozenset[str] = frozenset()
    banned_songs: frozenset[str] = frozenset()
    banned_artists: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    leave_out: frozenset[str] = frozenset()
    allow: frozenset[str] = frozenset()
    recent: frozenset[str] = frozenset()
    liked: frozenset[str] = frozenset()
    seed: int | None = None

    def __post_init__(self) -> None:
        if min(self.size, self.per_artist, self.per_new_artist) < 1 or self.spares < 0:
            raise ValueError("size and the caps of artists must be at least 1, spares at least 0")
        if not 0 <= self.new_artists <= 1:
            raise ValueError("new_artists must be from 0 to 1")
        if not 0 <= self.diversity <= 1:
            raise ValueError("diversity must be from 0 to 1")
        if self.years and self.years[0] > self.years[1]:
            raise ValueError("the first of the years must not come after the last")
        if not all(name in NUDGED and -1 <= nudge <= 1 for name, nudge in self.nudges.items()):
            raise ValueError(f"nudges must be from -1 to 1, and of {', '.join(NUDGED)}")
        if not all(0 <= weight < inf for weight in self.taste_weights or ()):
            raise ValueError("taste_weights must be at least 0")
        if len(self.start_songs) + len(self.start_artists) > MAX_STARTS:
            raise ValueError(f"a mix starts from at most {MAX_STARTS} songs and artists")
        if self.seed is not None and self.seed < 0:
            raise ValueError("seed must be at least 0")
