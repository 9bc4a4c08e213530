"""The texts of all rows, in which phrases are found."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recommender.matching.normalise import normalise_words
from training.columns import TextColumn, split_into_blocks
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

    titles: TextColumn
    names: Phrases
    tails: Phrases
    artists: Phrases
    genres: Phrases


def read_texts(titles: TextColumn, artists: Sequence[str], genres: Sequence[str]) -> Texts:
    """Read the words of all texts.

    Parameters
    ----------
    artists : m normalised names
    """
    return Texts(
        titles,
        Phrases(_normalise_parts(titles, is_tail=False)),
        Phrases(_normalise_parts(titles, is_tail=True)),
        Phrases(artists),
        Phrases(normalise_words(genres)),
    )


def _normalise_parts(titles: TextColumn, is_tail: bool) -> Iterator[str]:
    """Yield the words of each title up to where its tail begins, or those of the tail."""
    for block in split_into_blocks(len(titles)):
        of_block = titles[block]
        ends = [found.start() if (found := _TAIL.search(title)) else len(title) for title in of_block]
        parts = zip(of_block, ends, strict=True)
        yield from normalise_words([title[end:] if is_tail else title[:end] for title, end in parts])
