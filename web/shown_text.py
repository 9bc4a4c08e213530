"""How pages show text from elsewhere, such as titles and names, whatever is in it."""

import re
from typing import Any

from flask import Flask
from markupsafe import Markup

from recommender.printable import make_printable

_RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
# Words in such a script, with the spaces, digits and punctuation between them.
_RUNS = re.compile(rf"({_RIGHT_TO_LEFT}(?:[\W\d_]*{_RIGHT_TO_LEFT})*)")


def add_shown_text(app: Flask) -> None:
    """Let every text that a template shows be printable, and add the filter `isolate`.

    A name stands in a `<bdi>`. A sentence that may hold names goes through `isolate`. A value that a
    form sends back as it is goes through `e`, so that it is left alone.
    """
    app.jinja_env.finalize = _finalize
    app.jinja_env.filters["isolate"] = isolate


def _finalize(value: Any) -> Any:
    # What is marked as safe is a template's own, or was escaped on purpose.
    return make_printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def isolate(sentence: str) -> Markup:
    """Escape a sentence, and isolate what is written from right to left in it from what stands around it."""
    # Every second part is such a run; joining escapes the others.
    parts = _RUNS.split(make_printable(sentence))
    parts[1::2] = [Markup("<bdi>{}</bdi>").format(run) for run in parts[1::2]]
    return Markup("").join(parts)
