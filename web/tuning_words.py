"""A tuning in words, as the draft, the history, the recipes and a recipe's address show it."""

from collections.abc import Sequence
from dataclasses import replace

from recommender.language import mark
from recommender.wishes import PRESETS
from store.tuning import DEFAULT_TUNING, Tuning
from web.language import describe_count, translate, write_percent
from web.presets import name_preset

#: Field of `Tuning` -> what less of it makes a mix, and what more of it does.
MOODS = {
    "energy": (mark("calmer"), mark("more energetic")),
    "valence": (mark("sadder"), mark("happier")),
    "acousticness": (mark("more electric"), mark("more acoustic")),
    "danceability": (mark("less danceable"), mark("more danceable")),
    "tempo": (mark("slower"), mark("faster")),
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
    always = {"new_percent": _describe_new(tuning.new_percent), "size": _describe_size(tuning.size)}
    # These two stand first, and are told by the name of a preset.
    return ", ".join({**always, **changes, **always}.values())


def list_changes(tuning: Tuning, tastes: Sequence[str] = ()) -> dict[str, str]:
    """List the parts of a tuning that differ from the default, in words; the seed is no part.

    Parameters
    ----------
    tastes : as of `describe_tuning`
    """
    said = {
        "new_percent": _describe_share(tuning.new_percent),
        "size": _describe_size(tuning.size),
        YEARS: _describe_years(tuning.first_year, tuning.last_year),
        "explicit": translate("no explicit"),
        **_describe_tastes(tuning.taste_percents, tastes),
        **{field: translate(words[getattr(tuning, field) > 0]) for field, words in MOODS.items()},
        "christmas": translate("no Christmas songs"),
        "children": translate("no children’s songs"),
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
    return name_preset(named) if named else _describe_share(percent)


def _describe_share(percent: int) -> str:
    return translate("{percent} by new artists").format(percent=write_percent(percent))


def _describe_size(n_songs: int) -> str:
    return describe_count("{n} song", "{n} songs", n_songs)


def _describe_years(first: int | None, last: int | None) -> str:
    if first and last:
        return translate("{first} to {last}").format(first=first, last=last)
    if first:
        return translate("from {year}").format(year=first)
    return translate("up to {year}").format(year=last) if last else ""


def _describe_tastes(percents: Sequence[int], names: Sequence[str]) -> dict[str, str]:
    if len(names) < len(percents):
        n_changed = sum(percent != 100 for percent in percents)
        told = describe_count("{n} taste changed", "{n} tastes changed", n_changed)
        return {TASTE: told if n_changed else ""}
    return {
        f"{TASTE}{place}": _describe_taste_share(percent).format(taste=name)
        for place, (name, percent) in enumerate(zip(names, percents, strict=False))
        if percent != 100
    }


def _describe_taste_share(percent: int) -> str:
    if not percent:
        return translate("without “{taste}”")
    return translate("less “{taste}”") if percent < 100 else translate("more “{taste}”")
