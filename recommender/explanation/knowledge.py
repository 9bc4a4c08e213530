"""How much is known of a listener's songs, in words, and what would make it more."""

from recommender.language import ENGLISH, Language, mark

# Below this share of songs found in the catalogue, a mix rests on little.
MIN_KNOWN = 1 / 5
#: What helps whoever runs this where something is lacking; listeners are not told.
HELP = mark(
    "Who runs this can train with more and newer songs (./run fetch-data --newer; data/README.md), and ask"
    " for the sound of songs that the catalogue lacks (FEATURE_SOURCE)."
)


def describe_knowledge(
    n_saved: int, n_matched: int, n_newer: int, language: Language = ENGLISH
) -> tuple[str, ...]:
    """Describe what the catalogue lacks of a listener's songs; empty where all is well.

    What would help is `HELP`, for whoever runs this.

    Parameters
    ----------
    n_matched : saved songs found in the catalogue
    n_newer : saved songs from later years than any song of the catalogue
    """
    sentences = []
    if n_matched < MIN_KNOWN * n_saved:
        told = language.translate("We know {n} of your {n_saved} songs, so this mix rests on little.")
        n, n_all = language.write_number(n_matched), language.write_number(n_saved)
        sentences.append(told.format(n=n, n_saved=n_all))
    if n_newer:
        sentences.append(describe_newer(n_newer, language))
    return tuple(sentences)


def describe_newer(n_newer: int, language: Language = ENGLISH) -> str:
    """Describe how many of a listener's songs are newer than the catalogue; "" where none is.

    Every page that shows what was picked by their songs says it so.
    """
    told = language.translate_count(
        "{n} of your songs is newer than every song of the catalogue.",
        "{n} of your songs are newer than every song of the catalogue.",
        n_newer,
    )
    return told.format(n=language.write_number(n_newer)) if n_newer else ""
