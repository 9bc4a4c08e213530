"""The names that listeners give to playlists, mixes and recipes, and what becomes of a name in a form."""

import re

from flask import request


def read_name(max_length: int) -> str:
    """Return the name in the form, its blanks single and its end cut; "" where there is none."""
    return " ".join(request.form.get("name", "").split())[:max_length]


def is_sent_as(name: str, sent: str) -> bool:
    """Return whether a browser may have sent a name so: it makes every end of a line CR and LF."""
    return _unify_line_ends(name) == _unify_line_ends(sent)


def _unify_line_ends(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text)
