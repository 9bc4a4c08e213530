"""A tuning in words, as the draft, the history, the recipes and a recipe's address show it."""

from collections.abc import Sequence
from dataclasses import replace

from recommender.wishes import PRESETS
from store.tuning import DEFAULT_TUNING, Tuning

#: Field of `Tuning` -> what less of it makes a mix, and what more of it does.
MOODS = {
    "energy": ("calmer", "more energetic"),
    "valence": ("sadder", "happier"),
    "acousticness": ("more electric", "more acoustic"),
    "danceability": ("less danceable", "more danceable"),
    "tempo": ("slower", "faster"),
}
#: What the parts of a tuning are called that are not a field of it: its years, and each of its tastes.
YEARS, TASTE = "years", "taste-"


def describe_tuning(tuning: Tuning, tastes: Sequence[str] = ()) -> str:
    """Describe a tuning by what differs from the default: "Balanced, 50 songs, no explicit".

    Parameters
    ----------
    tastes : the names of the listener's tastes; without them tastes are counted
    """
    changes = list_changes(tuning, tastes)
    always = {"new_percent": _describe_new(tuning.new_percent), "size": f"{tuning.size} songs"}
    # These two stand first, and are told by the name of a preset.
    return ", ".join({**always, **changes, **always}.values())


def list_changes(tuning: Tuning, tastes: Sequence[str] = ()) -> dict[str, str]:
    """List the parts of a tuning that differ from the default, in words; the seed is no part.

    Parameters
    ----------
    tastes : as of `describe_tuning`
    """
    said = {
        "new_percent": f"{tuning.new_percent} % by new artists",
        "size": f"{tuning.size} songs",
        YEARS: _describe_years(tuning.first_year, tuning.last_year),
        "explicit": "no explicit",
        **_describe_tastes(tuning.taste_percents, tastes),
        **{field: words[getattr(tuning, field) > 0] for field, words in MOODS.items()},
        "christmas": "no Christmas songs",
        "children": "no children’s songs",
    }
    plain = DEFAULT_TUNING.to_json()
    return {
        part: words
        for part, words in said.items()
        if words and (part not in plain or getattr(tuning, part) != plain[part])
    }


def take_back(tuning: Tuning, part: str) -> Tuning:
    """Return a tuning with one part of `list_changes` as usual; any other changes nothing."""
    if part == YEARS:
        return replace(tuning, first_year=None, last_year=None)
    if part in list_changes(replace(tuning, taste_percents=())):
        return replace(tuning, **{part: DEFAULT_TUNING.to_json()[part]})
    percents = [
        100 if part == f"{TASTE}{place}" else percent for place, percent in enumerate(tuning.taste_percents)
    ]
    return replace(tuning, taste_percents=tuple(percents))


def _describe_new(percent: int) -> str:
    named = next((name for name, share in PRESETS.items() if round(100 * share) == percent), None)
    return named.capitalize() if named else f"{percent} % by new artists"


def _describe_years(first: int | None, last: int | None) -> str:
    if first and last:
        return f"{first} to {last}"
    if first:
        return f"from {first}"
    return f"up to {last}" if last else ""


def _describe_tastes(percents: Sequence[int], names: Sequence[str]) -> dict[str, str]:
    if len(names) < len(percents):
        n_changed = sum(percent != 100 for percent in percents)
        return {TASTE: f"{n_changed} {'taste' if n_changed == 1 else 'tastes'} changed" if n_changed else ""}
    return {
        f"{TASTE}{place}": f"{'without' if not percent else 'less' if percent < 100 else 'more'} “{name}”"
        for place, (name, percent) in enumerate(zip(names, percents, strict=False))
        if percent != 100
    }
