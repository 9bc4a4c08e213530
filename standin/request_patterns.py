"""How tests name requests: `"GET /v1/me/tracks"`, with `{...}` as a wildcard."""

import re


def compile_pattern(asked: str) -> re.Pattern[str]:
    """Compile a pattern that must match a request's whole `"METHOD /path"`.

    Parameters
    ----------
    asked : str
        `{name}` in it stands for any one part, `{name*}` for one part or
        more: `"{any} /v1/{rest*}"` matches every call of the Web API.
    """
    fixed_and_stars = re.split(r"\{\w+(\*?)\}", asked)
    patterns = [re.escape(fixed_and_stars[0])]
    for star, fixed in zip(fixed_and_stars[1::2], fixed_and_stars[2::2], strict=True):
        patterns += [".+" if star else "[^/]+", re.escape(fixed)]
    return re.compile("".join(patterns))
