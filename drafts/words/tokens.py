"""A typed line as tokens: words and what stands between them."""

import re
from dataclasses import dataclass

from drafts.words.lexicon import fold

#: More says no more, and a pasted page would only take time.
MAX_CHARACTERS = 200
# Words with apostrophes inside, a sign that ends what was said, a dash, or a sign that joins.
_TOKEN = re.compile(r"[^\W_]+(?:['’‘`´][^\W_]+)*|[,;:.!?()\[\]\n…|]|(?<=[\s\d])[-–—](?=[\s\d])|[&+/]")

BREAKS = frozenset(",;:.!?()[]\n…|")
JOINS = frozenset("&+/")
DASHES = frozenset("-–—")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a sign between words: `key` is the word folded, "" for a sign."""

    key: str
    text: str
    start: int
    end: int


def split(text: str) -> list[Token]:
    """Return the tokens of the first `MAX_CHARACTERS` of a line."""
    found = _TOKEN.finditer(text[:MAX_CHARACTERS])
    return [Token(fold(each[0]), each[0], each.start(), each.end()) for each in found]
