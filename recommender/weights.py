"""How much each signal counts towards the score of a song."""

from dataclasses import dataclass, fields, replace

# What an adventure is away from, and what it is towards.
FAMILIAR = ("artist", "guests", "record", "fame", "best_known")
NEW = ("sound", "mood", "genre", "scene")
# By how much they are multiplied or divided at most.
STRETCH = 8.0


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each signal, at least 0; 0 switches one off.

    The fields have the names of the signals (`recommender.ranking.signals`). Fitted
    to 400 playlists of the Million Playlist Dataset by conditional logit:
    which of the best songs of a taste are those that the listener had hidden.
    """

    sound: float = 0.3
    mood: float = 2.9
    genre: float = 2.4
    scene: float = 1.1
    artist: float = 3.3
    guests: float = 1.5
    era: float = 6.9
    record: float = 2.6
    fame: float = 1.9
    best_known: float = 2.3

    def __post_init__(self) -> None:
        if min(self.by_signal.values()) < 0 or self.total == 0:
            raise ValueError("weights must be at least 0, and one of them more")

    @property
    def by_signal(self) -> dict[str, float]:
        """The weights by the names of their signals."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def total(self) -> float:
        """The sum of all weights: what a song scores where every signal is 1, before it is divided by it."""
        return sum(self.by_signal.values())


def adventurous(weights: Weights, adventure: float) -> Weights:
    """Give the weights for a listener who wants what is familiar (0), or new (1).

    At 0 the signals of `FAMILIAR` count `STRETCH` times as much and those of
    `NEW` as much less, at 1 the other way round; between them by its powers,
    and at 0.5 nothing changes.
    """
    stretch = STRETCH ** (2 * adventure - 1)
    changed = {name: getattr(weights, name) / stretch for name in FAMILIAR}
    changed |= {name: getattr(weights, name) * stretch for name in NEW}
    return replace(weights, **changed)
