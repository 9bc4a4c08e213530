"""The language of a page: the one that the listener has chosen, else the one that their browser asks for."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

import languages
from recommender.language import ENGLISH, Language
from web.context import context
from web.destination import find_own_address, find_referring_page, is_local
from web.shown_text import show

bp = Blueprint("language", __name__)

COOKIE = "music_recommender_language"
KEEP = timedelta(days=365)
# All that templates have without placeholders, in a few languages.
MAX_SENTENCES = 4096
# A page asks for it hundreds of times.
_current: ContextVar[Language] = ContextVar("language", default=ENGLISH)


@dataclass(frozen=True)
class LanguageView:
    """A language that a page offers: its tag, what it calls itself, and the address that switches to it."""

    tag: str
    name: str
    address: str
    is_chosen: bool


def add_language(app: Flask, codes: tuple[str, ...]) -> None:
    """Let every page be in one of these languages, and templates word what they show in it.

    Sentences of templates are marked by `trans` and `_`, and may hold HTML; what fills their placeholders
    is escaped. The filters `number`, `decimal`, `percent`, `day` and `clock` write in the language of
    the page.
    """
    app.extensions[COOKIE] = languages.load_languages(codes)
    app.register_blueprint(bp)
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals |= {
        "_": _translate_in_template,
        "gettext": _translate_in_template,
        "ngettext": _translate_count_in_template,
        "find_language_tag": lambda: languages.find_tag(current_language().code),
        "list_languages": list_languages,
    }
    environment.filters |= {
        "number": write_number,
        "decimal": write_decimal,
        "percent": write_percent,
        "day": describe_day,
        "clock": lambda moment: languages.write_clock(moment, current_language()),
    }
    app.before_request(_begin)
    app.after_request(_tell_language)
    app.teardown_request(_end)


def current_language() -> Language:
    """Return the language of the page that is asked for; English where none is."""
    return _current.get()


def translate(sentence: str) -> str:
    """Return an English sentence in the language of the page; its placeholders are filled afterwards."""
    return current_language().translate(sentence)


def translate_count(one: str, many: str, n: int) -> str:
    """Return the sentence for `n` things in the language of the page, with its placeholders."""
    return current_language().translate_count(one, many, n)


def describe_count(one: str, many: str, n: int) -> str:
    """Return the sentence for `n` things in the language of the page, with the number as `{n}`."""
    return translate_count(one, many, n).format(n=write_number(n))


def write_number(n: int) -> str:
    """Write a whole number in the language of the page."""
    return current_language().write_number(n)


def write_decimal(number: float) -> str:
    """Write a number with one decimal in the language of the page."""
    return languages.write_decimal(number, current_language())


def write_percent(percent: float, n_decimals: int = 0) -> str:
    """Write a percentage, 0 to 100, in the language of the page."""
    return languages.write_percent(percent, current_language(), n_decimals)


def describe_day(moment: datetime) -> str:
    """Write the day of a moment in UTC in the language of the page."""
    return languages.write_day(moment, current_language())


def describe_moment(moment: datetime) -> str:
    """Write a moment in UTC in the language of the page: "28 November 2026, 07:05"."""
    day, clock = describe_day(moment), languages.write_clock(moment, current_language())
    return translate("{day}, {clock}").format(day=day, clock=clock)


def list_weekdays() -> tuple[str, ...]:
    """List the days of the week in the language of the page, from Monday on."""
    return languages.list_weekdays(current_language())


def list_languages() -> list[LanguageView]:
    """Return the languages that a page offers."""
    chosen, here = current_language().code, find_own_address()
    return [
        LanguageView(
            tag=languages.find_tag(code),
            name=languages.name_language(code),
            # The templates' own `url_for` keeps what it returns, which may be as long as whoever asks likes.
            address=url_for("language.choose", code=code, next=here),
            is_chosen=code == chosen,
        )
        for code in _find_offered()
    ]


@bp.get("/language/<code>")
def choose(code: str) -> AnyResponse:
    """Keep the language of choice in this browser, and go back; nothing else is changed or kept."""
    if code not in _find_offered():
        abort(404)
    answer = redirect(_find_way_back(), 303)
    answer.set_cookie(
        COOKIE, code, max_age=KEEP, httponly=True, samesite="Lax", secure=context().settings.is_https
    )
    return answer


def _find_way_back() -> str:
    """Return the page whose foot was pressed; a script may have changed its arguments since it was sent."""
    sent, now = request.args.get("next", ""), find_referring_page() or ""
    if not is_local(sent):
        return url_for("pages.home")
    return now if urlsplit(now).path == urlsplit(sent).path else sent


def _begin() -> None:
    _current.set(_choose())


def _end(_: BaseException | None) -> None:
    _current.set(ENGLISH)


def _choose() -> Language:
    offered = _find_offered()
    if chosen := offered.get(request.cookies.get(COOKIE, "")):
        return chosen
    # By the browser's own order: "de-AT" asks for German, also where "en" stands behind it.
    asked = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return offered[next((code for code in asked if code in offered), ENGLISH.code)]


def _find_offered() -> Mapping[str, Language]:
    return cast(Mapping[str, Language], current_app.extensions[COOKIE])


def _translate_in_template(sentence: str, /, **values: object) -> Markup:
    return _fill(translate(sentence), values) if values else _translate_plain(current_language(), sentence)


@lru_cache(MAX_SENTENCES)
def _translate_plain(language: Language, sentence: str) -> Markup:
    return _fill(language.translate(sentence), {})


def _translate_count_in_template(one: str, many: str, n: int, /, **values: object) -> Markup:
    return _fill(translate_count(one, many, n), values)


def _fill(sentence: str, values: Mapping[str, object]) -> Markup:
    """Fill the placeholders of a sentence as a template shows values."""
    return Markup(sentence % {name: show(value) for name, value in values.items()})  # noqa: S704  escaped


def _tell_language(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = languages.find_tag(current_language().code)
        response.vary.update(("Accept-Language", "Cookie"))
    return response
