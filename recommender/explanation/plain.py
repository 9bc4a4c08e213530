"""What is true of a pick whatever carried it: it leads where the signals have too little to tell."""

from collections.abc import Sequence
from math import inf

from recommender.catalogue.catalogue import Catalogue
from recommender.explanation.likeness import list_common_words
from recommender.explanation.phrases import CHARACTER, DECADE, LIKELY_TASTE, NEW_ARTIST, TASTE
from recommender.ranking.rank import Ranking
from recommender.ranking.signals.audible import AUDIBLE, SOUND
from recommender.ranking.signals.evidence import Fact
from recommender.ranking.signals.times import ERA

#: What may be told of a pick: how much it carried the pick, the name under which it is told, and the fact.
Told = tuple[float, str, Fact]


def list_plain_facts(
    ranking: Ranking, taste_names: Sequence[str], is_estimated: Sequence[bool], catalogue: Catalogue
) -> list[dict[str, Told]]:
    """List what is true of each pick and spare whatever carried it, by kind.

    Its taste and that its artists are new set a pick apart as much as a usual
    song: by nothing. Its decade and its own sound come last of all, and are of
    the kinds of the signals `era` and `sound`, in whose place they stand.

    Parameters
    ----------
    taste_names, is_estimated : (n_tastes,) of each taste, and whether most of its songs are estimated
    """
    sounds = catalogue.standardised[ranking.rows][:, AUDIBLE]
    tastes = [
        (0.0, LIKELY_TASTE if is_guess else TASTE, Fact(words=(name,)))
        for name, is_guess in zip(taste_names, is_estimated, strict=True)
    ]
    is_new = (0.0, NEW_ARTIST, Fact())
    plain: list[dict[str, Told]] = []
    for year, taste, new, character in zip(
        catalogue.find_years(ranking.rows).tolist(),
        ranking.tastes.tolist(),
        ranking.is_new.tolist(),
        list_common_words(sounds, sounds),
        strict=True,
    ):
        told = {TASTE: tastes[taste]}
        if year >= 0:
            told[ERA.name] = (-inf, DECADE, Fact(words=(f"{year // 10}0s",)))
        if new:
            told[NEW_ARTIST] = is_new
        if character:
            told[SOUND.name] = (-inf, CHARACTER, Fact(words=character))
        plain.append(told)
    return plain
