"""In what the songs of a listener, or of a taste, differ from those of the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import FloatArray
from recommender.catalogue.features import FEATURE_WORDS, NAMES
from recommender.catalogue.model import Model

#: What a listener's profile shows, in this order.
PROFILE = (
    "energy",
    "valence",
    "danceability",
    "acousticness",
    "instrumentalness",
    "speechiness",
    "liveness",
    "tempo",
    "popularity",
)
_WORDED = [NAMES.index(name) for name in FEATURE_WORDS]
# In standard deviations of the catalogue's songs: less is not worth a word.
MIN_DIFFERENCE = 0.3
MAX_TRAITS = 3


@dataclass(frozen=True, slots=True)
class Trait:
    """The mean of a feature beside that of the catalogue, both in the feature's own unit.

    words : how a song with little of it is, and one with much
    """

    feature: str
    mean: float
    catalogue_mean: float
    words: tuple[str, str]

    @property
    def is_high(self) -> bool:
        """Whether the songs have more of it than those of the catalogue."""
        return self.mean > self.catalogue_mean

    @property
    def word(self) -> str:
        """How the songs are beside those of the catalogue."""
        return self.words[self.is_high]


def compare_with_catalogue(vectors: FloatArray, model: Model) -> tuple[Trait, ...]:
    """Compare songs with the catalogue in each feature of `PROFILE`; `vectors` are (n, 15), at least one."""
    return _describe(vectors.mean(axis=0), PROFILE, model)


def find_strongest_traits(vectors: FloatArray, model: Model) -> tuple[Trait, ...]:
    """Find in what songs differ most from the catalogue, at most `MAX_TRAITS`, the strongest first."""
    means = vectors.mean(axis=0)
    strongest = sorted(_WORDED, key=lambda place: -abs(float(means[place])))[:MAX_TRAITS]
    marked = [place for place in strongest if abs(float(means[place])) >= MIN_DIFFERENCE]
    return _describe(means, [NAMES[place] for place in marked], model)


def _describe(means: FloatArray, names: Sequence[str], model: Model) -> tuple[Trait, ...]:
    both = np.stack([means, np.zeros_like(means)])
    compared = [(name, *model.restore(both, name).tolist()) for name in names]
    return tuple(Trait(name, mean, usual, FEATURE_WORDS[name]) for name, mean, usual in compared)
