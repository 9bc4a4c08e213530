"""English that is left over where another language is spoken."""

import re
from functools import cache
from html import unescape

from languages import FOLDER, read_catalogue
from recommender.language import ENGLISH

# So many words of a sentence stand in no text of another language by chance.
MIN_WORDS = 3


def list_left_over(told: str, code: str) -> list[str]:
    """List the parts of English sentences in what is told in the language of a code, attributes included."""
    text = " ".join(unescape(told).split())
    return [part for part in _list_english_parts(code) if part in text]


@cache
def _list_english_parts(code: str) -> tuple[str, ...]:
    parts, translations = set(), []
    for message in read_catalogue(FOLDER / f"{code}.po") if code != ENGLISH.code else ():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        translations += message.string if isinstance(message.string, tuple) else (message.string,)
        parts |= {part.strip() for each in ids for part in re.split(r"<[^>]*>|%\(\w+\)s|\{\w+\}", each)}
    same = "\n".join(translations)
    return tuple(part for part in parts if len(part.split()) >= MIN_WORDS and part not in same)
