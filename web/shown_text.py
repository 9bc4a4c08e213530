"""How pages show text from elsewhere, such as titles and names, whatever is in it."""

import re
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from recommender.printable import make_printable
from web.template_environment import TemplateEnvironment

_RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
# Words in such a script, with the spaces, digits and punctuation between them.
_RUNS = re.compile(rf"{_RIGHT_TO_LEFT}(?:[\W\d_]*{_RIGHT_TO_LEFT})*")
# What closes a bracket or quotation, and what opens it; a straight quotation mark may abbreviate Hebrew.
_OPENERS = {")": "(", "]": "[", "}": "{", "\uff09": "\uff08", "”": "“", "»": "«"}
_ESCAPED = re.compile("[&<>'\"]")
_CLOSING = re.compile(rf"[\W\d_]*?([{re.escape(''.join(_OPENERS))}])")


def add_shown_text(app: Flask) -> None:
    """Let every text that a template shows be printable, and add the filters `isolate`, `shown` and `fill`.

    A name stands in a `<bdi>`. A sentence that may hold names goes through `isolate`. A value that a
    form sends back as it is goes through `e`, so that it is left alone. What is shown several times goes
    through `shown` once, and `fill` puts it into a pattern.
    """
    app.jinja_environment = TemplateEnvironment
    app.jinja_env.finalize = show
    app.jinja_env.filters["isolate"] = isolate
    app.jinja_env.filters["fill"] = fill
    app.jinja_env.filters["shown"] = lambda value: Markup(show(value))  # noqa: S704  escaped by `show`


def show(value: Any) -> str:
    """Escape a value and make it printable; what is marked as safe is returned as it is."""
    if type(value) is not str:
        # That is a template's own, or was escaped on purpose.
        if isinstance(value, Markup):
            return value
        value = str(value)
    # Two thousand times on a page, and nearly all are as they should be.
    return value if value.isprintable() and not _ESCAPED.search(value) else escape(make_printable(value))


def isolate(sentence: str) -> Markup:
    """Escape a sentence, and isolate what is written from right to left in it from what stands around it."""
    # As in nearly all, a hundred and fifty times on a page.
    if sentence.isascii() or not _RUNS.search(sentence):
        return Markup(show(sentence))  # noqa: S704  escaped by `show`
    text = make_printable(sentence)
    shown, place = Markup(), 0
    for run in _RUNS.finditer(text):
        end = _find_end(text, run.start(), run.end())
        # Adding to what is marked as safe escapes.
        shown += text[place : run.start()]
        shown += Markup("<bdi>{}</bdi>").format(text[run.start() : end])
        place = end
    return shown + text[place:]


def fill(pattern: Markup, **values: Markup) -> Markup:
    """Put values into a pattern, one after the other: only the last may itself hold `{name}`."""
    filled = str(pattern)
    for name, value in values.items():
        filled = filled.replace(f"{{{name}}}", value)
    return Markup(filled)  # noqa: S704  each was escaped


def _find_end(text: str, start: int, end: int) -> int:
    """Return where a run ends together with the brackets that were opened in it."""
    while closing := _CLOSING.match(text, end):
        run, closer = text[start:end], closing[1]
        if run.count(_OPENERS[closer]) <= run.count(closer):
            break
        end = closing.end()
    return end
