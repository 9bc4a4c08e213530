"""A tuning in words, as the history, the recipes and a recipe's address show it."""

from collections.abc import Sequence

from recommender.wishes import PRESETS
from store.tuning import Tuning

#: Field of `Tuning` -> what less of it makes a mix, and what more of it does.
MOODS = {
    "energy": ("calmer", "more energetic"),
    "valence": ("sadder", "happier"),
    "acousticness": ("more electric", "more acoustic"),
    "danceability": ("less danceable", "more danceable"),
    "tempo": ("slower", "faster"),
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
            f"{tuning.size} songs",
            *_describe_years(tuning.first_year, tuning.last_year),
            *([] if tuning.explicit else ["no explicit"]),
            *_describe_tastes(tuning.taste_percents, tastes),
            *(words[getattr(tuning, field) > 0] for field, words in MOODS.items() if getattr(tuning, field)),
            *([] if tuning.christmas else ["no Christmas songs"]),
            *([] if tuning.children else ["no children’s songs"]),
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
    return named.capitalize() if named else f"{percent} % by new artists"


def _describe_years(first: int | None, last: int | None) -> list[str]:
    if first and last:
        return [f"{first} to {last}"]
    if first:
        return [f"from {first}"]
    return [f"up to {last}"] if last else []


def _describe_tastes(percents: Sequence[int], names: Sequence[str]) -> list[str]:
    if len(names) < len(percents):
        n_changed = sum(percent != 100 for percent in percents)
        return [f"{n_changed} {'taste' if n_changed == 1 else 'tastes'} changed"] if n_changed else []
    return [
        f"{'without' if not percent else 'less' if percent < 100 else 'more'} “{name}”"
        for name, percent in zip(names, percents, strict=False)
        if percent != 100
    ]
