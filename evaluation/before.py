"""The mix before new artists had places of their own, with which today's is compared in the same run."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from math import inf

import numpy as np

from recommender.catalogue.arrays import BoolArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.allocate import interleave
from recommender.ranking.diversity import diversify
from recommender.ranking.signals.affinity import compute_affinity
from recommender.ranking.signals.artists import rate_artist, rate_guests, rate_record
from recommender.ranking.signals.audible import collect_saved_sounds, rate_sound_and_mood
from recommender.ranking.signals.genres import rate_genre_and_scene
from recommender.ranking.signals.table import Table
from recommender.ranking.signals.times import rate_best_known, rate_era, rate_fame
from recommender.tastes.cluster import Tastes
from recommender.tastes.listener import ListenerProfile

WEIGHTS = {
    "sound": 0.3,
    "mood": 2.9,
    "genre": 2.4,
    "scene": 1.1,
    "artist": 3.3,
    "guests": 1.5,
    "era": 6.9,
    "record": 2.6,
    "fame": 1.9,
    "best_known": 2.3,
}
PER_ARTIST = 3
DIVERSITY = 0.03
# Candidates that were scored by all signals at a time, saved songs for the mood, artists for the genre.
N_ROWS, N_SONGS, N_ARTISTS = 256, 512, 128


def rank_as_before(
    listener: ListenerProfile, tastes: Tastes, shares: IntArray, is_candidate: BoolArray, catalogue: Catalogue
) -> IntArray:
    """Return the picks of the mix before, best first: one set of weights for all songs, and no quota.

    They are fewer than the shares have places only where a cluster runs out.

    Parameters
    ----------
    shares : (n_clusters,) int
    is_candidate : (n,) bool, whether each row may be picked
    """
    tables = _build_tables(listener, catalogue)
    looked_up = np.zeros(len(catalogue), dtype=np.float32)
    for name, table in tables.items():
        looked_up += _weigh(name, table.at(slice(None)))
    saved = collect_saved_sounds(tastes, N_SONGS)

    def score(rows: IntArray) -> FloatArray:
        sound, mood = rate_sound_and_mood(rows, saved, catalogue)
        return looked_up[rows] + _weigh("sound", sound) + _weigh("mood", mood)

    def list_best_first(cluster: int) -> Iterator[int]:
        here = catalogue.cluster(cluster)
        rows = here.start + np.flatnonzero(is_candidate[here])
        while len(rows):
            # Partly sorted: the highest come first.
            by_score = np.argpartition(-looked_up[rows], min(N_ROWS, len(rows) - 1))
            head = np.sort(rows[by_score[:N_ROWS]])
            yield from diversify(head, score(head), catalogue, DIVERSITY)
            rows = np.sort(rows[by_score[N_ROWS:]])

    n_by_artist: Counter[int] = Counter()
    versions: set[int] = set()

    def list_allowed(cluster: int) -> Iterator[int]:
        for row in list_best_first(cluster):
            artist, version = int(catalogue.first_artists[row]), int(catalogue.versions[row])
            if n_by_artist[artist] < PER_ARTIST and version not in versions:
                n_by_artist[artist] += 1
                versions.add(version)
                yield row

    allowed = [list_allowed(cluster) for cluster in range(len(shares))]
    picked: list[list[int]] = [[] for _ in allowed]
    for cluster in interleave(shares).tolist():
        picked[cluster] += islice(allowed[cluster], 1)
    in_turn = interleave(np.array([len(rows) for rows in picked]))
    best = np.empty(len(in_turn), dtype=np.int64)
    for cluster, picks in enumerate(picked):
        rows = np.array(sorted(picks), dtype=np.int64)
        best[in_turn == cluster] = rows[np.argsort(-score(rows), kind="stable")]
    return best


def _build_tables(listener: ListenerProfile, catalogue: Catalogue) -> dict[str, Table]:
    liked = compute_affinity(listener, len(catalogue.artist_keys))
    genre, scene = rate_genre_and_scene(liked, catalogue, N_ARTISTS)
    return {
        "genre": genre,
        "scene": scene,
        "artist": rate_artist(liked, catalogue),
        "guests": rate_guests(liked, catalogue),
        "era": rate_era(listener, catalogue, narrow_years=inf),
        "record": rate_record(listener, catalogue),
        "fame": rate_fame(listener, catalogue),
        "best_known": rate_best_known(catalogue),
    }


def _weigh(name: str, values: FloatArray) -> FloatArray:
    weighed: FloatArray = np.float32(WEIGHTS[name] / sum(WEIGHTS.values())) * values
    return weighed
