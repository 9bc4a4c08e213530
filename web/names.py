"""The names that listeners give to playlists, mixes and recipes."""

from flask import request


def read_name(max_length: int) -> str:
    """Return the name in the form, its blanks single and its end cut; "" where there is none."""
    return " ".join(request.form.get("name", "").split())[:max_length]
