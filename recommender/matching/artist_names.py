"""Artists' names without what varies: "Beatles" is "The Beatles", "Prince & The Revolution" is "Prince"."""

import re

_ARTICLE = re.compile(r"^the (?=.)")
# What follows a name that also stands alone: a band of its own, or a guest. Normalised, "&" is "and".
_TAIL = re.compile(r"(?<=.) (?:(?:and|with) (?:the|his|her|their)|feat|ft|featuring)\b.+$")


def canonicalise(name: str) -> str:
    """Return what the variants of a normalised artist's name have in common.

    A leading "the" goes, and a tail such as "and the wailers", "and his orchestra" or "feat somebody".
    A name that is nothing else is kept.
    """
    return _TAIL.sub("", _ARTICLE.sub("", name))
