"""The known features of the saved songs: the catalogue's, else those that were measured elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import FEATURES, NAMES
from recommender.catalogue.model import Model
from recommender.song import Song

#: The known features of one song by name.
Features = Mapping[str, float]

# From this many measured songs on, the proportions of the tastes need no estimates.
MIN_MEASURED = 30


@dataclass(frozen=True, eq=False)
class KnownFeatures:
    """The songs of a library with known features, in library order.

    places : (n_known,) place of each in the library
    vectors : (n_known, 15) float32, the features of each in standardised space
    is_measured : (n_known,) False for an estimate
    """

    places: IntArray
    vectors: FloatArray
    is_measured: BoolArray

    @property
    def counts(self) -> BoolArray:
        """Whether each song counts towards the proportions of the tastes: (n_known,).

        Three estimates in ten are of the wrong cluster and would blur them:
        they count only where few songs are measured.
        """
        return self.is_measured if self.is_measured.sum() >= MIN_MEASURED else np.ones_like(self.is_measured)


def collect_known_features(
    library: Sequence[Song],
    rows: IntArray,
    catalogue: Catalogue,
    model: Model,
    features: Mapping[str, Features],
) -> KnownFeatures:
    """Collect the standardised features of every song that has any, in the catalogue or elsewhere.

    Parameters
    ----------
    rows : (n_library,) int
        Catalogue row of each song, -1 where it has none.
    features : Spotify id -> features, in the units and ranges of `recommender.catalogue.features`
        Read only for songs without a row.
    """
    is_known = rows >= 0
    if features:
        is_known |= np.array([bool(song.id) and song.id in features for song in library], dtype=bool)
    places = np.flatnonzero(is_known)
    known_rows = rows[places]
    # A row of -1 reads the last row, which is overwritten below.
    vectors: FloatArray = catalogue.standardised.take(known_rows, axis=0)
    elsewhere = [library[place] for place in places[known_rows < 0].tolist()]
    vectors[known_rows < 0] = model.standardise(
        np.array([_complete(song, features[song.id], model) for song in elsewhere]).reshape(-1, len(NAMES))
    )
    return KnownFeatures(places, vectors, np.ones(len(places), dtype=bool))


def _complete(song: Song, measured: Features, model: Model) -> list[float]:
    """Return all 15 features of a song, in their order and units.

    Year, duration and explicit are the saved song's own where it has them.
    What is unknown, such as the popularity, or out of range is the catalogue's
    mean: being 0 when standardised, it draws the song nowhere.
    """
    own = {"year": song.year, "duration_ms": song.duration_ms, "explicit": song.is_explicit}
    known = {**measured, **{name: float(value) for name, value in own.items() if value is not None}}
    return [
        known[feature.name] if feature.low <= known.get(feature.name, nan) <= feature.high else mean
        for feature, mean in zip(FEATURES, model.mean.tolist(), strict=True)
    ]
