"""A tuning in words, as the history and the recipes show it: a list of what differs from the default."""

from collections.abc import Sequence

from recommender.language import mark
from recommender.wishes import PRESETS
from store.tuning import Tuning
from web.language import describe_count, translate
from web.presets import name_preset

#: Field of `Tuning` -> what less of it makes a mix, and what more of it does.
MOODS = {
    "energy": (mark("calmer"), mark("more energetic")),
    "valence": (mark("sadder"), mark("happier")),
    "acousticness": (mark("more electric"), mark("more acoustic")),
    "danceability": (mark("less danceable"), mark("more danceable")),
    "tempo": (mark("slower"), mark("faster")),
}


def describe_tuning(tuning: Tuning, tastes: Sequence[str] = ()) -> str:
    """Describe a tuning by what differs from the default: "Balanced, 50 songs, no explicit".

    Parameters
    ----------
    tastes : the names of the listener's tastes; without them tastes are counted
    """
    return ", ".join(
        [
            _describe_new(tuning.new_percent),
            describe_count("{n} song", "{n} songs", tuning.size),
            *_describe_years(tuning.first_year, tuning.last_year),
            *([] if tuning.explicit else [translate("no explicit")]),
            *_describe_tastes(tuning.taste_percents, tastes),
            *(
                translate(words[getattr(tuning, field) > 0])
                for field, words in MOODS.items()
                if getattr(tuning, field)
            ),
            *([] if tuning.christmas else [translate("no Christmas songs")]),
            *([] if tuning.children else [translate("no children’s songs")]),
        ]
    )


def count_changes(tuning: Tuning) -> int:
    """Return how many of its parts differ from the default; the seed is no part."""
    plain = Tuning()
    parts = ("new_percent", "size", "explicit", *MOODS, "christmas", "children")
    return (
        sum(bool(getattr(tuning, part) != getattr(plain, part)) for part in parts)
        + bool(tuning.first_year or tuning.last_year)
        + sum(percent != 100 for percent in tuning.taste_percents)
    )


def _describe_new(percent: int) -> str:
    named = next((name for name, share in PRESETS.items() if round(100 * share) == percent), None)
    return name_preset(named) if named else translate("{percent} % by new artists").format(percent=percent)


def _describe_years(first: int | None, last: int | None) -> list[str]:
    if first and last:
        return [translate("{first} to {last}").format(first=first, last=last)]
    if first:
        return [translate("from {year}").format(year=first)]
    return [translate("up to {year}").format(year=last)] if last else []


def _describe_tastes(percents: Sequence[int], names: Sequence[str]) -> list[str]:
    if len(names) < len(percents):
        n_changed = sum(percent != 100 for percent in percents)
        return [describe_count("{n} taste changed", "{n} tastes changed", n_changed)] if n_changed else []
    return [
        _describe_taste_share(percent).format(taste=name)
        for name, percent in zip(names, percents, strict=False)
        if percent != 100
    ]


def _describe_taste_share(percent: int) -> str:
    if not percent:
        return translate("without “{taste}”")
    return translate("less “{taste}”") if percent < 100 else translate("more “{taste}”")
