"""How each saved song sounds: as the catalogue has it, else by features that were measured elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.features import FEATURES, NAMES
from recommender.catalogue.model import Model
from recommender.song import Song

#: The features of one song by their names, as far as they are known.
Features = Mapping[str, float]

# So many songs of a known sound tell the tastes' proportions by themselves.
MIN_MEASURED = 30


@dataclass(frozen=True, eq=False)
class KnownFeatures:
    """The songs of a library whose sound is known, in library order.

    places : (n_known,) where each stands in the library
    vectors : (n_known, 15) float32, the features of each in standardised space
    is_measured : (n_known,) False for an estimate
    """

    places: IntArray
    vectors: FloatArray
    is_measured: BoolArray

    @property
    def counts(self) -> BoolArray:
        """(n_known,) whether each song counts towards the proportions of the tastes.

        Three estimates of ten are of the wrong cluster and would blur them:
        they count only where little else is known.
        """
        return self.is_measured if self.is_measured.sum() >= MIN_MEASURED else np.ones_like(self.is_measured)


def collect_known_features(
    library: Sequence[Song],
    rows: IntArray,
    catalogue: Catalogue,
    model: Model,
    features: Mapping[str, Features],
) -> KnownFeatures:
    """Give the standardised features of every song that has any, in the catalogue or elsewhere.

    Parameters
    ----------
    rows : (n_library,) int
        Catalogue row of each song, -1 where it has none.
    features : Spotify id -> features, in the units and ranges of `recommender.catalogue.features`
        Looked at for songs without a row only.
    """
    is_elsewhere = np.array([bool(song.id) and song.id in features for song in library], dtype=bool)
    places = np.flatnonzero((rows >= 0) | is_elsewhere)
    known = rows[places]
    # A row of -1 stands for the last row until it is written over.
    vectors: FloatArray = catalogue.standardised[known]
    elsewhere = [library[place] for place in places[known < 0].tolist()]
    vectors[known < 0] = model.standardise(
        np.array([_completed(song, features[song.id], model) for song in elsewhere]).reshape(-1, len(NAMES))
    )
    return KnownFeatures(places, vectors, np.ones(len(places), dtype=bool))


def _completed(song: Song, measured: Features, model: Model) -> list[float]:
    """Give all 15 features of a song, in their order and units.

    Year, duration and explicitness are those of the very song that was saved.
    What nobody says, such as the popularity, or says out of range, is the
    catalogue's mean: being 0 when standardised, it draws the song nowhere.
    """
    own = {"year": song.year, "duration_ms": song.duration_ms, "explicit": song.is_explicit}
    said = {**measured, **{name: float(value) for name, value in own.items() if value is not None}}
    return [
        said[feature.name] if feature.low <= said.get(feature.name, nan) <= feature.high else mean
        for feature, mean in zip(FEATURES, model.mean.tolist(), strict=True)
    ]
