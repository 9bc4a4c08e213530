"""The languages of pages and terminal: sentences from `translations/`, numbers and dates by Babel."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache, partial
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent, get_decimal_symbol

from recommender.language import ENGLISH, Language

FOLDER = Path(__file__).parent / "translations"
#: In these a listener can read every page; the first is that of whoever asks for none of them.
OFFERED = (ENGLISH.code, "de")
#: Where a terminal names its languages, the first choice first.
TERMINAL_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
# Sentences and dates are British.
_LOCALES = {ENGLISH.code: "en_GB"}
# A page has hundreds of numbers, most of them small.
MAX_NUMBERS = 4096


def load_languages(codes: tuple[str, ...] = OFFERED) -> Mapping[str, Language]:
    """Load languages by their codes; of each but English `translations/` has a catalogue."""
    return {code: load_language(code) for code in codes}


@cache
def load_language(code: str) -> Language:
    """Load a language by its code, once; of each but English `translations/` has a catalogue."""
    write_number = lru_cache(MAX_NUMBERS)(partial(format_decimal, locale=_find_locale(code)))
    texts = NullTranslations() if code == ENGLISH.code else _read_texts(code)
    return Language(code, texts, write_number, get_decimal_symbol(_find_locale(code)))


def load_offered(code: str) -> Language:
    """Load a language by its code; English where it is not offered: a job of another version may name it."""
    return load_language(code if code in OFFERED else ENGLISH.code)


def load_terminal_language(environment: Mapping[str, str]) -> Language:
    """Load the language that a terminal's environment asks for, as gettext does; else English.

    The first of the variables that is set counts, and of `LANGUAGE` the first language that is offered.
    """
    wanted = next(filter(None, map(environment.get, TERMINAL_VARIABLES)), "")
    codes = (re.split("[_.@]", name)[0] for name in wanted.split(":"))
    return load_language(next((code for code in codes if code in OFFERED), ENGLISH.code))


def list_catalogues() -> list[str]:
    """List the codes of the languages that sentences are translated to."""
    return sorted(path.stem for path in FOLDER.glob("*.po"))


def read_catalogue(path: Path) -> Catalog:
    """Read the translations to the language that a file is named by, as translators wrote them."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def write_decimal(number: float, language: Language) -> str:
    """Write a number with one decimal: "32.7", or "32,7"."""
    return format_decimal(number, "#,##0.0", _find_locale(language.code))


@lru_cache(MAX_NUMBERS)
def write_percent(percent: float, language: Language, n_decimals: int = 0) -> str:
    """Write a percentage, 0 to 100: "44%", or "44\N{NO-BREAK SPACE}%"."""
    locale = _find_locale(language.code)
    # "#,##0%" becomes "#,##0.0%".
    pattern = locale.percent_formats[None].pattern
    pattern = pattern.replace("#0", f"#0.{n_decimals * '0'}") if n_decimals else pattern
    return format_percent(percent / 100, pattern, locale)


def write_day(moment: datetime, language: Language) -> str:
    """Write the day of a moment in UTC: "28 November 2026"."""
    return format_date(moment, "long", locale=_find_locale(language.code))


def write_clock(moment: datetime, language: Language) -> str:
    """Write the time of the day of a moment in UTC: "07:05"."""
    return format_time(moment, "short", locale=_find_locale(language.code))


def list_weekdays(language: Language) -> tuple[str, ...]:
    """List the days of the week by name, from Monday on."""
    names = get_day_names("wide", "stand-alone", _find_locale(language.code))
    return tuple(names[day] for day in range(7))


@cache
def name_language(code: str) -> str:
    """Return what a language calls itself: "Deutsch"."""
    return str(Locale.parse(code).get_display_name(code)).capitalize()


@cache
def find_tag(code: str) -> str:
    """Return the tag of a language as pages declare it and browsers write dates by: "en-GB"."""
    return str(_find_locale(code)).replace("_", "-")


def _read_texts(code: str) -> NullTranslations:
    # Compiled here, in a twentieth of a second: so no file can be older than what translators wrote.
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(FOLDER / f"{code}.po"))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _find_locale(code: str) -> Locale:
    return Locale.parse(_LOCALES.get(code, code))
