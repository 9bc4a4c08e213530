"""Single values as people's files write them: ids, years, durations, flags."""

import re

from recommender.song import MAX_DURATION_MS

# A track's address in any form: URI, page (of any language), embedded player, Web API.
TRACK = re.compile(
    r"(?:spotify:track:|spotify\.com/(?:[\w-]+/){0,3}tracks?/)([0-9A-Za-z]{22})(?![0-9A-Za-z])"
)
BARE_ID = re.compile(r"[0-9A-Za-z]{22}")
# What has an address at Spotify, too, but is no song.
NO_TRACK = re.compile(r"(?:spotify:|spotify\.com/(?:[\w-]+/){0,3})(?:episode|show|chapter|audiobook)s?[:/]")
# The recordings that are sold begin with the phonograph; a later year than this is a misprint.
YEAR = re.compile(r"(?<!\d)(?:18[6-9]\d|19\d\d|20\d\d)(?!\d)")
CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d\d)(?:[.,]\d+)?")
NUMBER = re.compile(r"\d{1,12}(?:[.,]\d{0,9})?")
# Where no unit is told, a duration below this is in seconds: no song is as short in milliseconds.
MAX_SECONDS = 10_000
# What a spreadsheet takes for a formula, in either width; exporters put an apostrophe before it.
FORMULA = re.compile("'*[=+\\-@\uff1d\uff0b\uff0d\uff20]")
# Excel writes TRUE and FALSE in its own language.
FLAGS = dict.fromkeys(
    "1 true yes y explicit wahr ja vrai oui verdadero sí si vero waar verdadeiro sim sant doğru evet".split(),
    True,
) | dict.fromkeys(
    "0 false no n clean falsch nein faux non falso onwaar nee não nao falskt nej yanlış hayır".split(), False
)


def parse_track_id(text: str) -> str:
    """Return the id in a bare id, a URI or an address; "" where there is none, as for a local file."""
    if BARE_ID.fullmatch(text):
        return text
    found = TRACK.search(text)
    return found[1] if found else ""


def is_no_track(text: str) -> bool:
    """Return whether an address is Spotify's of something else than a song, an episode for example."""
    return NO_TRACK.search(text) is not None


def parse_year(text: str) -> int | None:
    """Return the year of a date in any order, as long as it is written with four digits."""
    found = YEAR.search(text)
    return int(found[0]) if found else None


def parse_duration_ms(text: str, unit_ms: int) -> int | None:
    """Return a duration written as `3:45`, or as a number of `unit_ms`; None if that cannot be one."""
    if clock := CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        duration = (hours * 3600 + minutes * 60 + seconds) * 1000
    else:
        number = parse_number(text.removesuffix("ms").removesuffix("s").rstrip())
        if number is None:
            return None
        duration = int(number * unit_ms)
    return duration if duration <= MAX_DURATION_MS else None


def parse_number(text: str) -> float | None:
    """Return a number that is not negative, with a decimal point or comma; None for anything else."""
    return float(text.replace(",", ".")) if NUMBER.fullmatch(text) else None


def parse_flag(text: str) -> bool | None:
    """Return a yes or no, in the languages that spreadsheets write it in."""
    return FLAGS.get(text.lower())


def shield_formula(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula; `unshield_formula` takes that back."""
    return f"'{text}" if FORMULA.match(text) else text


def unshield_formula(text: str) -> str:
    """Return a cell without the apostrophe that keeps it from being a formula."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
