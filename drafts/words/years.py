"""Years and decades of a wish, as words and signs around them say them."""

import re

from drafts.words.meanings import Sign, Years

# "90s", "90er", "90ern", "1990s", "90ies", and "90iger", which is often written so.
_DECADE = re.compile(r"(19|20)?(\d)0(?:s|er|ern|ies|ties|iger|igern)")
_YEAR = re.compile(r"(?:19|20)\d\d")
# The decades up to the twenties are those of this century where it is not said.
LAST_OF_THIS_CENTURY = 2


def find_years(word: str) -> tuple[int, int] | None:
    """Return the years that a word such as "90s", "1990s" or "1994" stands for; None where it is none."""
    if _YEAR.fullmatch(word):
        return int(word), int(word)
    found = _DECADE.fullmatch(word)
    if not found:
        return None
    century = found[1] or ("20" if int(found[2]) <= LAST_OF_THIS_CENTURY else "19")
    first = int(f"{century}{found[2]}0")
    return first, first + 9


def cut_decade(first: int, last: int, part: Sign) -> tuple[int, int]:
    """Return the early, the middle or the late years of a decade; a single year is all of them."""
    if first == last:
        return first, last
    return {Sign.EARLY: (first, last - 5), Sign.MIDDLE: (first + 3, last - 3), Sign.LATE: (first + 5, last)}[
        part
    ]


def open_end(first: int, last: int, lead: Sign | None) -> Years:
    """Return the years that a sign before a year or a decade leads to: "since 1990", "before the 80s"."""
    match lead:
        case Sign.SINCE:
            return Years(first, None)
        case Sign.AFTER:
            return Years(last + 1, None)
        case Sign.BEFORE:
            return Years(None, first - 1)
        case Sign.TO:
            return Years(None, last)
        case _:
            return Years(first, last)


def turn_round(years: Years) -> Years | None:
    """Return all other years; None where those have a gap."""
    if years.first and years.last:
        return None
    return Years(years.last and years.last + 1, years.first and years.first - 1)


def combine(before: Years | None, years: Years) -> Years:
    """Return the years that two parts of a wish leave: from the first of two decades to the last.

    Where one end is open, each part says its own end; where that leaves none, the later part counts.
    """
    if before is None:
        return years
    first = before.first if years.first is None else years.first
    last = before.last if years.last is None else years.last
    if before.first and before.last and years.first and years.last:
        return Years(min(before.first, years.first), max(before.last, years.last))
    return years if first and last and first > last else Years(first, last)
