"""Artists' names without what varies: "Beatles" is "The Beatles", "Prince & The Revolution" is "Prince"."""

import re

# What follows a name that also stands alone: a band of theirs, or a guest. Normalised, "&" is "and".
_TAIL = re.compile(
    r" (?:(?:and|with) (?:the|his|her|their)|y (?:su|sus|los|las|la)|e (?:os|as|seus)|und seine|et ses"
    r"|feat|ft|featuring) "
)
# Only after two words or more: "Bill Evans Trio" is Bill Evans, but "Alkaline Trio" is not Alkaline.
_ENSEMBLE = re.compile(
    r"(\w+ .*\w)(?: (?:big band|band|orchestra|orquesta|ensemble|group|trio|quartet|quintet|sextet|septet)$"
    r"| with )"
)


def canonicalise(name: str) -> str:
    """Return what the variants of a normalised artist's name have in common.

    A leading "the" goes, a tail such as "and the wailers", "and his orchestra" or "feat somebody",
    and "band", "trio" or "with somebody" after two words or more. A name that is nothing else is kept.
    """
    canonical = name.removeprefix("the ") or name
    if " " not in canonical:
        return canonical
    if tail := _TAIL.search(canonical, 1):
        canonical = canonical[: tail.start()]
    if ensemble := _ENSEMBLE.match(canonical):
        canonical = ensemble[1]
    return canonical
