"""What the learned signal is fitted to: candidates of playlists, and which of them were hidden."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from pathlib import Path
from zlib import crc32

import numpy as np

from evaluation.hiding import HidingProtocol, hide
from formats.source_playlist import SourcePlaylist
from recommender import Song, prepare
from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.build import Build, load_build
from recommender.ranking.candidates import Candidates, select_candidates
from recommender.ranking.scoring import Scoring
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.traits import TRAITS, build_trait_tables
from recommender.wishes import Wishes

# A mix seldom looks further than at so many candidates of a cluster, the first by look-ups.
N_CANDIDATES = 256
# Of those that were not hidden a random part is enough.
MAX_OTHERS = 200
# Playlists that a process takes at a time.
CHUNK = 4


@dataclass(frozen=True, eq=False)
class Samples:
    """Candidates, those of one playlist and cluster together, of which at least one was hidden.

    traits : (n, n_traits) float32, in the order of `TRAITS`
    scores : (n,) float32, the sum of the other signals by their weights
    is_hidden : (n,) bool
    sizes : (n_groups,) how many candidates there are of each playlist and cluster
    """

    traits: FloatArray
    scores: FloatArray
    is_hidden: BoolArray
    sizes: IntArray


def collect_samples(playlists: Sequence[SourcePlaylist], models: Path, protocol: HidingProtocol) -> Samples:
    """Collect the candidates of all playlists: by new artists where artists are hidden, else by known ones.

    Playlists with too few songs, or with nothing hidden among the candidates, have none.
    """
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        collect_one = partial(_collect, models=models, protocol=protocol)
        of_playlists = processes.map(collect_one, playlists, chunksize=CHUNK)
        return join_samples(chain.from_iterable(of_playlists))


def join_samples(parts: Iterable[Samples]) -> Samples:
    """Join samples, in their order; none make an empty one."""
    traits, scores, is_hidden, sizes = zip(
        (
            np.empty((0, len(TRAITS)), np.float32),
            np.empty(0, np.float32),
            np.empty(0, bool),
            np.empty(0, int),
        ),
        *((part.traits, part.scores, part.is_hidden, part.sizes) for part in parts),
        strict=True,
    )
    return Samples(*map(np.concatenate, (traits, scores, is_hidden, sizes)))


# Every process loads the models once.
_build = cache(load_build)


def _collect(playlist: SourcePlaylist, models: Path, protocol: HidingProtocol) -> list[Samples]:
    """Collect the candidates of one playlist, cluster by cluster."""
    build = _build(models)
    case = hide(playlist, build.catalogue, protocol)
    if case is None:
        return []
    scoring, candidates = _prepare(case.visible, build)
    # Not the numbers by which songs were hidden.
    rng = np.random.default_rng([protocol.seed, crc32(playlist.name.encode()), N_CANDIDATES])
    return list(_list_samples(scoring, candidates, case.hidden, case.is_new_only, rng))


def _prepare(library: Sequence[Song], build: Build) -> tuple[Scoring, Candidates]:
    """Prepare the scores of a library as `recommender.pipeline` does, without the learned signal."""
    signals = [signal for signal in SIGNALS if not signal.refine]
    prepared = prepare(library, build.catalogue, build.model, signals=signals)
    candidates = select_candidates(prepared, Wishes())
    return prepared.score(candidates.liked), candidates


def _list_samples(
    scoring: Scoring, candidates: Candidates, hidden: IntArray, is_new: bool, rng: np.random.Generator
) -> Iterator[Samples]:
    catalogue = scoring.catalogue
    first_stage_scores = scoring.first_stage_scores
    is_of_kind = candidates.is_eligible & (scoring.is_new == is_new)
    tables = build_trait_tables(scoring.inputs)
    weights = {
        signal.name: np.float32(signal.new_weight if is_new else signal.known_weight)
        for signal in scoring.signals
    }
    for cluster in range(catalogue.n_clusters):
        here = catalogue.cluster(cluster)
        rows = here.start + np.flatnonzero(is_of_kind[here])
        rows = rows[np.argsort(-first_stage_scores[rows], kind="stable")[:N_CANDIDATES]]
        is_hidden = np.isin(catalogue.versions[rows], hidden)
        if not is_hidden.any():
            continue
        others = np.flatnonzero(~is_hidden)
        others = rng.choice(others, min(len(others), MAX_OTHERS), replace=False)
        taken = np.concatenate([np.flatnonzero(is_hidden), others])
        values = scoring.values(rows[taken])
        scores = np.sum([weights[name] * value for name, value in values.items()], axis=0)
        traits = tables.collect(rows[taken], values).T
        yield Samples(traits, scores, is_hidden[taken], np.array([len(taken)]))
