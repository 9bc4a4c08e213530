"""The score of a song: the weighted mean of its signals, weighed otherwise for known artists than for new."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil

import numpy as np

from recommender.catalogue.arrays import BLOCK, BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.limits import Limits
from recommender.ranking.signals.affinity import compute_affinity
from recommender.ranking.signals.signal import Refine, RowValues, Signal, SignalInputs
from recommender.ranking.signals.table import Table, add_up
from recommender.tastes.cluster import Tastes
from recommender.tastes.listener import ListenerProfile, find_new_rows

# At most this many songs, evenly taken from a cluster, show what is usual in it.
USUAL_SONGS = 64


@dataclass(frozen=True, eq=False)
class Scoring:
    """All signals of one listener.

    signals : in the order in which they are reported and summed
    inputs : what they are computed from
    """

    signals: Sequence[Signal]
    inputs: SignalInputs

    @property
    def catalogue(self) -> Catalogue:
        """The songs that are scored."""
        return self.inputs.catalogue

    @property
    def limits(self) -> Limits:
        """How many candidates are looked at closely."""
        return self.inputs.limits

    @cached_property
    def is_new(self) -> BoolArray:
        """Whether the listener knows none of the artists of each row: (n,)."""
        return find_new_rows(self.inputs.listener.is_known_artist, self.catalogue)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The signals that are looked up, by name; those of one function are built at once."""
        build_all = dict.fromkeys(signal.tables for signal in self.signals if signal.tables)
        built = {build: build(self.inputs) for build in build_all}
        return {signal.name: built[signal.tables][signal.column] for signal in self.signals if signal.tables}

    @cached_property
    def prepared(self) -> list[tuple[RowValues, dict[str, int]]]:
        """What computes the other signals, each function with the columns of its signals by name."""
        columns: dict[Callable[[SignalInputs], RowValues], dict[str, int]] = {}
        for signal in self.signals:
            if signal.prepare:
                columns.setdefault(signal.prepare, {})[signal.name] = signal.column
        return [(prepare(self.inputs), by_name) for prepare, by_name in columns.items()]

    @cached_property
    def refined(self) -> dict[str, Refine]:
        """What computes the signals that depend on all others, by name."""
        return {signal.name: signal.refine(self.inputs) for signal in self.signals if signal.refine}

    @cached_property
    def first_stage_scores(self) -> FloatArray:
        """The part of every row's score that needs no more than look-ups: (n,)."""
        scores = np.zeros(len(self.catalogue), dtype=np.float32)
        for table in self._add_up_tables(is_new=True):
            for start in range(0, len(scores), BLOCK):
                scores[start : start + BLOCK] += table.at(slice(start, start + BLOCK))
        # Most rows are by new artists, so that looking up the others alone costs less than all again.
        rows = np.flatnonzero(~self.is_new)
        of_known = np.zeros(len(rows), dtype=np.float32)
        for table in self._add_up_tables(is_new=False):
            of_known += table.at(rows)
        scores[rows] = of_known
        return scores

    @cached_property
    def usual_values(self) -> dict[str, FloatArray]:
        """The mean of each signal that depends on no others over some songs of each cluster, by name.

        The songs are evenly taken; a cluster without any has 0.
        """
        n_clusters = self.catalogue.n_clusters
        starts = self.catalogue.cluster_starts.tolist()
        of_clusters = [
            np.arange(start, end, max(1, ceil((end - start) / USUAL_SONGS)))
            for start, end in pairwise(starts)
        ]
        clusters = np.repeat(np.arange(n_clusters), list(map(len, of_clusters)))
        n_songs = np.maximum(np.bincount(clusters, minlength=n_clusters), 1)
        return {
            name: (np.bincount(clusters, values, minlength=n_clusters) / n_songs).astype(np.float32)
            for name, values in self.plain_values(np.concatenate(of_clusters)).items()
        }

    def _add_up_tables(self, is_new: bool) -> Iterable[Table]:
        """Return the tables weighted for new artists or known ones, those over the same places added up.

        Each is built when it is asked for, as it may be as large as the catalogue.
        """
        by_places: dict[int, list[tuple[np.float32, Table]]] = {}
        for name, table in self.tables.items():
            fraction = self.fractions[name][is_new]
            if fraction:
                by_places.setdefault(id(table.places), []).append((fraction, table))
        return map(add_up, by_places.values())

    def values(self, rows: IntArray) -> dict[str, FloatArray]:
        """Compute every signal of some rows, by name."""
        values, is_new = self.plain_values(rows), self.is_new[rows]
        return values | {name: refine(rows, values, is_new) for name, refine in self.refined.items()}

    def plain_values(self, rows: IntArray) -> dict[str, FloatArray]:
        """Compute the signals that do not depend on others, of some rows, by name."""
        values = {name: table.at(rows) for name, table in self.tables.items()}
        for compute, columns in self.prepared:
            computed = compute(rows)
            values |= {name: computed[column] for name, column in columns.items()}
        return values

    def scores(self, rows: IntArray) -> FloatArray:
        """Score some rows by all signals: from 0 to 1."""
        return self.combine(self.values(rows), self.is_new[rows])

    def combine(self, values: Mapping[str, FloatArray], is_new: BoolArray) -> FloatArray:
        """Return the weighted mean of the signals of some rows, summed in the order of `values`.

        Parameters
        ----------
        values : name -> (k,) float32
        is_new : (k,) bool
            Which weights count for each row.
        """
        # Both fractions of each signal, then those of each row: all at once costs half of a kind at a time.
        fractions = np.array([self.fractions[name] for name in values]).take(is_new, axis=1)
        fractions *= list(values.values())
        scores: FloatArray = fractions.sum(axis=0)
        return scores

    @cached_property
    def fractions(self) -> dict[str, tuple[np.float32, np.float32]]:
        """Each signal's fraction of all weights, for songs by known artists and by new ones, by name."""
        of_known, of_new = self.compute_totals()
        return {
            signal.name: (np.float32(signal.known_weight) / of_known, np.float32(signal.new_weight) / of_new)
            for signal in self.signals
        }

    def compute_totals(self) -> tuple[np.float32, np.float32]:
        """Return the sum of all weights, for songs by known artists and by new ones."""
        return (
            np.float32(sum(signal.known_weight for signal in self.signals)),
            np.float32(sum(signal.new_weight for signal in self.signals)),
        )


def build_scoring(
    tastes: Tastes,
    listener: ListenerProfile,
    catalogue: Catalogue,
    signals: Sequence[Signal],
    limits: Limits,
) -> Scoring:
    """Bring together what the signals of one listener are computed from; they are computed when asked for.

    Raises
    ------
    ValueError
        If every weight of the signals that apply is 0, for known artists or for new ones.
    """
    liked = compute_affinity(listener, len(catalogue.artist_keys))
    inputs = SignalInputs(listener, tastes, liked, catalogue, limits)
    signals = [signal for signal in signals if not signal.applies or signal.applies(inputs)]
    if not (any(signal.known_weight for signal in signals) and any(signal.new_weight for signal in signals)):
        raise ValueError("at least one signal must have a weight above 0, for known artists and for new ones")
    return Scoring(signals, inputs)
