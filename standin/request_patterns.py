"""How tests name requests: `"GET /v1/me/tracks"`, with `{...}` for what may be anything."""

import re


def compile_pattern(asked: str) -> re.Pattern[str]:
    """Make the pattern that a request's `"METHOD /path"` fits as a whole.

    Parameters
    ----------
    asked : str
        `{name}` in it stands for any one part, `{name*}` for one part or
        more: `"{any} /v1/{rest*}"` is every call of the Web API.
    """
    fixed_and_stars = re.split(r"\{\w+(\*?)\}", asked)
    patterns = [re.escape(fixed_and_stars[0])]
    for star, fixed in zip(fixed_and_stars[1::2], fixed_and_stars[2::2], strict=True):
        patterns += [".+" if star else "[^/]+", re.escape(fixed)]
    return re.compile("".join(patterns))
