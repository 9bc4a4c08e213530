"""How much is known of a listener's songs, in words, and what would make it more."""

# Below this share of songs found in the catalogue, a mix rests on little.
MIN_KNOWN = 1 / 5
HELP = (
    "Who runs this can train with more and newer songs (./run fetch-data --newer; data/README.md), and ask"
    " for the sound of songs that the catalogue lacks (FEATURE_SOURCE)."
)


def describe_knowledge(n_saved: int, n_matched: int, n_newer: int) -> tuple[str, ...]:
    """Describe what the catalogue lacks of a listener's songs, and what would help; empty where all is well.

    Parameters
    ----------
    n_matched : saved songs found in the catalogue
    n_newer : saved songs from later years than any song of the catalogue
    """
    sentences = []
    if n_matched < MIN_KNOWN * n_saved:
        sentences.append(f"We know {n_matched:,} of your {n_saved:,} songs, so this mix rests on little.")
    if n_newer:
        sentences.append(describe_newer(n_newer))
    return (*sentences, HELP) if sentences else ()


def describe_newer(n_newer: int) -> str:
    """Describe how many of a listener's songs are newer than the catalogue; "" where none is.

    Every page that shows what was picked by their songs says it so.
    """
    if n_newer == 1:
        return "1 of your songs is newer than every song of the catalogue."
    return f"{n_newer:,} of your songs are newer than every song of the catalogue." if n_newer else ""
