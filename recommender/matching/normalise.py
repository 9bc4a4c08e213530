"""Titles and artists' names made comparable: without case, accents, punctuation or version."""

import re
import unicodedata
from collections.abc import Sequence

from recommender.latin_letters import LATIN_LETTERS

# A bracket, or a tail after " - ", that names the version of a song and not the
# song: "(feat. B)", "[Live at C]", "- 2011 Remaster", "- Radio Edit".
_VERSION_WORDS = (
    r"(?:.*\b(?:feat|ft|featuring|remaster|remastered|remix|version|edit|mix|mono|stereo|demo|acoustic"
    r"|unplugged|instrumental|extended|bonus|deluxe|anniversary|sessions?|rerecorded|re-recorded"
    r"|remasteri[sz]\w*|versi[oó]n|vers[aã]o|ao vivo|en vivo|en directo|dal vivo|slowed|sped up|explicit)\b.*"
    r"|(?:with|from|live|original|single|album|radio|take|karaoke|official|prod)\b.*"
    r"|.*\b(?:live|single|ver\.)|clean)"
)
_BRACKET = re.compile(rf"\s*(?:\({_VERSION_WORDS}\)|\[{_VERSION_WORDS}\])".replace(".*", r"[^()\[\]]*"))
_TAIL = re.compile(rf"\s+[-–]\s+{_VERSION_WORDS}$")
# Whatever follows each dash is looked through to its end: a title of nothing but dashes would take seconds.
MAX_DASHES = 8
# What is searched takes time by the square of its length; the longest title of the dataset has 529.
MAX_SEARCHED = 1_000
_FEATURED = re.compile(r"\s(?:feat|ft|featuring)\b\.?\s.*$")
_SPACES = re.compile("  +")
# Looking for the accent first is faster.
_LATIN_ACCENT = re.compile(f"(?=[\u0300-\u036f])(?<=[a-z{''.join(LATIN_LETTERS)}])[\u0300-\u036f]+")
# The brackets and dashes of Chinese, Japanese and Korean titles, and the long dash.
_WIDE_SIGNS = re.compile("[（［【〔－—]")
_NARROW_SIGNS = str.maketrans("（）［］【】〔〕－—", "()[][][]--")


def _is_between_words(code: int) -> bool:
    return chr(code).isspace() or unicodedata.category(chr(code))[0] in "PS"


class _PunctuationToSpaces(dict[int, str]):
    """A translation table, filled on demand, that turns punctuation, symbols and white space into spaces.

    What it holds from the start is read as that.
    """

    def __missing__(self, code: int) -> str:
        self[code] = " " if _is_between_words(code) else chr(code)
        return self[code]


# Apostrophes stand inside words (don't = dont); an ampersand is read as "and", "ø" as "o".
_TABLE = _PunctuationToSpaces(
    {ord(letter): read for letter, read in {**LATIN_LETTERS, "'": "", "’": "", "`": "", "&": " and "}.items()}
)
# The same for ASCII, which four titles in five are: bytes are translated twice as fast.
_ASCII = bytes(ord(" ") if _is_between_words(code) else code for code in range(256))


# Put between texts that are normalised as one: a character that no step changes, adds or drops.
_BREAK = "\0"


def normalise(text: str) -> str:
    """Fold case, accents, strokes and ligatures of Latin letters, punctuation and runs of spaces.

    Other scripts keep their marks. Text of nothing but punctuation ("???")
    is only casefolded, so that no two such titles become the same "".
    """
    folded = _fold(text)
    return _join_words(folded) or folded.strip()


def normalise_all(texts: Sequence[str]) -> list[str]:
    """Normalise many texts as `normalise` does."""
    return [words or normalise(text) for text, words in zip(texts, normalise_words(texts), strict=True)]


def normalise_words(texts: Sequence[str]) -> list[str]:
    """Normalise many texts as `normalise` does, but those of nothing but punctuation to ""."""
    # ASCII texts, four in five, apart from the others, which take five times as long.
    words = _join_all_words([text if text.isascii() else "" for text in texts])
    others = [at for at, text in enumerate(texts) if not text.isascii()]
    for at, joined in zip(others, _join_all_words([texts[at] for at in others]), strict=True):
        words[at] = joined
    return words


def _join_all_words(texts: list[str]) -> list[str]:
    """Return the words of each text; each step is one call for all of them."""
    words = _join_words(_fold(_BREAK.join(texts))).split(_BREAK)
    # There are no texts, or one contains the break.
    if len(words) != len(texts):
        return [_join_words(_fold(text)) for text in texts]
    return [each.strip(" ") for each in words]


def _fold(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    # Decomposition may bring capitals back ("℃", "𝐀").
    stripped = _LATIN_ACCENT.sub("", unicodedata.normalize("NFKD", folded).casefold())
    return unicodedata.normalize("NFKC", stripped)


def _join_words(folded: str) -> str:
    if folded.isascii():
        spaced = folded.replace("&", " and ").encode().translate(_ASCII, b"'`").decode()
    else:
        spaced = folded.translate(_TABLE)
    # Faster than splitting and joining, as most words stand one space apart.
    return _SPACES.sub(" ", spaced).strip(" ")


def normalise_title(title: str) -> str:
    """Normalise the title of a song, whichever version of it `title` names.

    Brackets and tails with version words are cut off ("- 2011 Remaster", "(Live)", "[Explicit]",
    "（feat. B）"); a title of nothing else ("Remix") is kept.
    """
    return normalise(_cut_version(title))


def normalise_titles(titles: Sequence[str]) -> list[str]:
    """Normalise many titles as `normalise_title` does."""
    return normalise_all([_cut_version(title) for title in titles])


def _cut_version(title: str) -> str:
    """Return a title casefolded and without what names its version, or as it is if nothing else is left.

    One of more than `MAX_SEARCHED` characters is left as it is, too.
    """
    if len(title) > MAX_SEARCHED:
        return title
    cut = title.casefold()
    if not cut.isascii() and _WIDE_SIGNS.search(cut):
        cut = cut.translate(_NARROW_SIGNS)
    # Most titles contain none of these, and looking for a character is fast.
    if "(" in cut or "[" in cut:
        cut = _BRACKET.sub("", cut)
    if 0 < cut.count("-") + cut.count("–") <= MAX_DASHES:
        cut = _TAIL.sub("", cut)
    if "ft" in cut or "feat" in cut:
        cut = _FEATURED.sub("", cut)
    return cut if cut.strip(" -–") else title
