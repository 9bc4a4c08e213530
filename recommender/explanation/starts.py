"""What a pick has to do with the songs and artists that its mix starts from."""

from collections.abc import Sequence

import numpy as np

from recommender.catalogue.arrays import DoubleArray, FloatArray
from recommender.catalogue.catalogue import Catalogue
from recommender.explanation.phrases import BY_START, IS_START, LIKE_START
from recommender.explanation.plain import Told
from recommender.ranking.bias import MAX_START
from recommender.ranking.rank import Ranking
from recommender.ranking.scoring import Scoring
from recommender.ranking.signals.evidence import Evidence, Fact
from recommender.ranking.starts import Start

# A song is called like a start from this likeness on. Of 150 well-known artists the median has 1.2 % of all
# songs that are so like them, a tenth more than 14 %: those of wide genres.
MIN_LIKENESS = 0.5


def list_start_facts(
    ranking: Ranking, starts: Sequence[Start], likeness: FloatArray, scoring: Scoring, evidence: Evidence
) -> list[dict[str, Told]]:
    """List for each pick and spare which start it is, is by or is most like, if that carried it, by its kind.

    It is as strong as what the start adds to the score beyond what it adds to a usual song of the cluster,
    in the measure of the signals.

    Parameters
    ----------
    starts : as `recommender.ranking.starts.find_starts` finds them
    likeness : (n_starts, n) how like each of them each row is
    """
    if not starts:
        return [{}] * len(ranking.rows)
    catalogue = scoring.catalogue
    of_picks = likeness[:, ranking.rows]
    greatest = of_picks.max(axis=0)
    of_known, of_new = scoring.compute_totals()
    beyond = greatest - _average_by_cluster(likeness.max(axis=0), catalogue)[ranking.clusters]
    strengths = MAX_START * beyond * np.where(ranking.is_new, of_new, of_known)
    return [
        {IS_START: (strength, *_find_fact(row, starts[nearest], evidence))} if told and strength > 0 else {}
        for row, nearest, strength, told in zip(
            ranking.rows.tolist(),
            of_picks.argmax(axis=0).tolist(),
            strengths.tolist(),
            (greatest >= MIN_LIKENESS).tolist(),
            strict=True,
        )
    ]


def _average_by_cluster(values: FloatArray, catalogue: Catalogue) -> DoubleArray:
    """Return the mean over the rows of each cluster, 0 where it has none: (n_clusters,)."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])[catalogue.cluster_starts]
    means: DoubleArray = np.diff(sums) / np.maximum(np.diff(catalogue.cluster_starts), 1)
    return means


def _find_fact(row: int, start: Start, evidence: Evidence) -> tuple[str, Fact]:
    catalogue = evidence.catalogue
    if start.row >= 0:
        recording, other = catalogue.find_recordings(np.array([row, start.row])).tolist()
        song = catalogue.song(start.row)
        is_it = recording == other
        return (IS_START, Fact()) if is_it else (LIKE_START, Fact(0, ", ".join(song.artists), (), song.title))
    groups = catalogue.artist_groups[catalogue.get_artists(row)]
    is_by = bool((groups == catalogue.artist_groups[start.artist]).any())
    return BY_START if is_by else LIKE_START, Fact(artist=evidence.name_artist(start.artist))
