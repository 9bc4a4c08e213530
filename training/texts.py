"""The texts of all rows, in which phrases are found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.matching.normalise import normalise_words
from training.phrases import Phrases

# Where the title proper ends: at a bracket or a dash, but not at one that begins the title.
_TAIL = re.compile(r"(?<!^)[(\[]|\s[-–]\s")


@dataclass(frozen=True, eq=False)
class Texts:
    """The words of n titles, m artists and all genres.

    titles : n titles as written
    names : their words up to the first bracket or dash
    tails : their words after it
    artists : the words of the artists' names
    genres : the words of the genres' names
    """

    titles: Sequence[str]
    names: Phrases
    tails: Phrases
    artists: Phrases
    genres: Phrases


def read_texts(titles: Sequence[str], artists: Sequence[str], genres: Sequence[str]) -> Texts:
    """Read the words of all texts.

    Parameters
    ----------
    artists : m normalised names
    """
    ends = [found.start() if (found := _TAIL.search(title)) else len(title) for title in titles]
    parts = [(title[:end], title[end:]) for title, end in zip(titles, ends, strict=True)]
    return Texts(
        titles,
        Phrases(normalise_words([name for name, _ in parts])),
        Phrases(normalise_words([tail for _, tail in parts])),
        Phrases(artists),
        Phrases(normalise_words(genres)),
    )
