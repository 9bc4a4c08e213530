"""What is true of a pick whatever carried it: it leads where the signals have too little to tell."""

from collections.abc import Sequence
from math import inf

from recommender.catalogue.catalogue import Catalogue
from recommender.explanation.likeness import list_common_words
from recommender.explanation.phrases import CHARACTER, DECADE, NEW_ARTIST, TASTE
from recommender.mix import Reason
from recommender.ranking.rank import Ranking
from recommender.ranking.signals.audible import AUDIBLE, SOUND
from recommender.ranking.signals.times import ERA

#: Kinds of reasons, each with how much it carried the pick.
Told = list[tuple[str, float, Reason]]


def list_plain_reasons(ranking: Ranking, taste_names: Sequence[str], catalogue: Catalogue) -> list[Told]:
    """List what is true of each pick and spare whatever carried it.

    Its taste and that its artists are new set a pick apart as much as a usual
    song: by nothing. Its decade and its own sound come last of all, where the
    signals of these kinds have no fact.

    Parameters
    ----------
    taste_names : (n_clusters,) the name of each cluster's taste
    """
    sounds = catalogue.standardised[ranking.rows][:, AUDIBLE]
    plain = []
    for year, cluster, is_new, character in zip(
        catalogue.first_years[ranking.rows].tolist(),
        ranking.clusters.tolist(),
        ranking.is_new.tolist(),
        list_common_words(sounds, sounds),
        strict=True,
    ):
        told = [(TASTE, 0.0, Reason(TASTE, words=(taste_names[cluster],)))]
        if is_new:
            told.append((NEW_ARTIST, 0.0, Reason(NEW_ARTIST)))
        told.append((ERA.name, -inf, Reason(DECADE, words=(f"{year // 10}0s",))))
        if character:
            told.append((SOUND.name, -inf, Reason(CHARACTER, words=character)))
        plain.append(told)
    return plain
