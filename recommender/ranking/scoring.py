"""The score of a song: the weighted mean of its signals."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.limits import Limits
from recommender.ranking.signals import artists, genres, times
from recommender.ranking.signals.audible import SavedSounds, saved_sounds, sound_and_mood
from recommender.ranking.signals.table import Table
from recommender.tastes.cluster import Tastes
from recommender.tastes.listener import ListenerProfile
from recommender.weights import Weights


@dataclass(frozen=True, eq=False)
class Scoring:
    """All signals of one listener.

    tables : the signals that are looked up, by name
    saved : what `sound` and `mood` are worked out from
    bounds : how much is looked at closely
    bias : (n,) what is added to each row's score to choose among them; None for nothing
    """

    tables: dict[str, Table]
    saved: SavedSounds
    weights: Weights
    catalogue: Catalogue
    bounds: Limits
    bias: FloatArray | None = None

    def first_stage_scores(self) -> FloatArray:
        """Give for every row what the tables alone say of `order`: (n,)."""
        scores = np.zeros(len(self.catalogue), dtype=np.float32)
        # Tables over the same artists are added up before they are spread over the rows.
        parts = self._parts()
        by_places: dict[int, Table] = {}
        for name, table in self.tables.items():
            values = parts[name] * table.values
            if same := by_places.get(id(table.places)):
                values += same.values
            by_places[id(table.places)] = Table(values, table.places)
        for table in by_places.values():
            scores += table.at(slice(None))
        return scores if self.bias is None else scores + self.bias

    def order(self, rows: IntArray, cluster: int) -> FloatArray:
        """Give by what the rows of one cluster are chosen, the highest first: the score, and the bias."""
        scores = self.scores(rows, cluster)
        return scores if self.bias is None else scores + self.bias[rows]

    def values(self, rows: IntArray, cluster: int) -> dict[str, FloatArray]:
        """Give every signal of some rows of one cluster, by name."""
        values = {name: table.at(rows) for name, table in self.tables.items()}
        values["sound"], values["mood"] = sound_and_mood(rows, cluster, self.saved, self.catalogue)
        return values

    def scores(self, rows: IntArray, cluster: int) -> FloatArray:
        """Score some rows of one cluster by all signals: from 0 to 1."""
        return self.combine(self.values(rows, cluster))

    def combine(self, values: dict[str, FloatArray]) -> FloatArray:
        """Give the weighted mean of the signals."""
        parts = self._parts()
        scores: FloatArray = np.sum([parts[name] * of_name for name, of_name in values.items()], axis=0)
        return scores

    def _parts(self) -> dict[str, np.float32]:
        total = self.weights.total
        return {name: np.float32(weight / total) for name, weight in self.weights.by_signal.items()}


def build_scoring(
    tastes: Tastes, listener: ListenerProfile, catalogue: Catalogue, weights: Weights, bounds: Limits
) -> Scoring:
    """Make the tables of all signals for one listener."""
    liked = artists.affinity(listener, len(catalogue.artist_keys))
    genre, scene = genres.genre_and_scene(liked, catalogue, bounds.artists)
    tables = {
        "genre": genre,
        "scene": scene,
        "artist": artists.artist(liked, catalogue),
        "guests": artists.guests(liked, catalogue),
        "era": times.era(listener, catalogue),
        "record": artists.record(listener, catalogue),
        "fame": times.fame(listener, catalogue),
        "best_known": times.best_known(catalogue),
    }
    return Scoring(tables, saved_sounds(tastes, bounds.songs), weights, catalogue, bounds)
