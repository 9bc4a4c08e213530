"""Titles and artists made comparable: text normalised, then hashed to 64-bit keys."""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

KeyArray = npt.NDArray[np.uint64]

# A bracket or a tail after " - " that says which version of a song this is,
# not which song: "(feat. B)", "[Live at C]", "- 2011 Remaster", "- Radio Edit".
_VERSION_WORDS = (
    r"(?:.*\b(?:feat|ft|featuring|remaster|remastered|remix|version|edit|mix|mono|stereo|demo|acoustic"
    r"|unplugged|instrumental|extended|bonus|deluxe|anniversary|sessions?|rerecorded|re-recorded)\b.*"
    r"|(?:with|from|live|original|single|album|radio|take|karaoke)\b.*|.*\b(?:live|single))"
)
_BRACKET = re.compile(rf"\s*(?:\({_VERSION_WORDS}\)|\[{_VERSION_WORDS}\])".replace(".*", r"[^()\[\]]*"))
_TAIL = re.compile(rf"\s+[-–]\s+{_VERSION_WORDS}$")
_FEATURED = re.compile(r"\s(?:feat|ft|featuring)\b\.?\s.*$")
_MAY_NAME_VERSION = re.compile(r"[(\[]|\s[-–]\s|\s(?:feat|ft)")
_LATIN_ACCENT = re.compile("([a-z])[\u0300-\u036f]+")
_SEPARATOR = "\x1f"  # stands in no title: "a" + "b c" and "a b" + "c" stay apart


class _WithoutPunctuation(dict[int, str]):
    """A translation table filled as characters turn up: punctuation and symbols become spaces."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = " " if unicodedata.category(character)[0] in "PS" else character
        return self[code]


# Apostrophes stand inside words (don't = dont); an ampersand is read aloud.
_TABLE = _WithoutPunctuation({ord("'"): "", ord("’"): "", ord("`"): "", ord("&"): " and "})


def plain(text: str) -> str:
    """Fold case, accents of Latin letters, punctuation and runs of spaces.

    Other scripts keep their marks. Text of nothing but punctuation ("???")
    stays as it is, casefolded, so that no two titles fall together in "".
    """
    folded = text.casefold()
    if folded.isascii() and folded.replace(" ", "").isalnum():
        return " ".join(folded.split())  # nothing to fold, as in two names of three
    if not folded.isascii():
        # Decomposing may bring capitals back ("℃", "𝐀").
        stripped = _LATIN_ACCENT.sub(r"\1", unicodedata.normalize("NFKD", folded).casefold())
        folded = unicodedata.normalize("NFKC", stripped)
    return " ".join(folded.translate(_TABLE).split()) or folded.strip()


def song_title(title: str) -> str:
    """Give the plain title of the song, whichever version of it `title` names.

    Brackets and tails with version words are cut ("- 2011 Remaster", "(Live)",
    "feat. B"); a title of nothing else ("Remix") is kept.
    """
    folded = title.casefold()
    if _MAY_NAME_VERSION.search(folded):
        cut = _FEATURED.sub("", _TAIL.sub("", _BRACKET.sub("", folded)))
        if cut.strip(" -–"):
            return plain(cut)
    return plain(title)


def keys_of(texts: Iterable[tuple[str, ...]]) -> KeyArray:
    """Hash tuples of plain texts to (n,) 64-bit keys, equal for equal tuples on every machine.

    Among 200,000 different tuples two share a key once in about 10^9 catalogues.
    """
    digests = b"".join(blake2b(_SEPARATOR.join(text).encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def find(keys: KeyArray, sorted_keys: KeyArray) -> npt.NDArray[np.int64]:
    """Give the place of each key in `sorted_keys`, the first of equals, -1 where it is absent."""
    if len(sorted_keys) == 0:
        return np.full(len(keys), -1, dtype=np.int64)
    places = np.searchsorted(sorted_keys, keys)
    places[places == len(sorted_keys)] = 0
    return np.where(sorted_keys[places] == keys, places, -1)
