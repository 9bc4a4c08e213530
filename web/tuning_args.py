"""A tuning as the arguments of an address, and as the fields of a form: numbers, never songs or artists."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from store.tuning import FIRST_YEAR, LAST_YEAR, MAX_SIZE, MAX_TASTE_PERCENT, MIN_SIZE, Tuning

#: Argument -> field of `Tuning`, and the least and the most that it may be.
NUMBERS: Mapping[str, tuple[str, int, int]] = {
    "n": ("new_percent", 0, 100),
    "s": ("size", MIN_SIZE, MAX_SIZE),
    "e": ("energy", -100, 100),
    "v": ("valence", -100, 100),
    "a": ("acousticness", -100, 100),
    "d": ("danceability", -100, 100),
    "b": ("tempo", -100, 100),
    "r": ("seed", 0, 10**6),
}
#: Argument -> field that is either 0 or 1.
FLAGS: Mapping[str, str] = {"x": "explicit", "c": "christmas", "k": "children"}
#: More tastes than anybody has: what stands behind them is ignored.
MAX_TASTES = 50
#: The shares of a taste that its buttons step through, in percent of its usual one.
TASTE_STEPS = (0, 25, 50, 75, 100, 150, 200, 300, MAX_TASTE_PERCENT)


class BadTuning(ValueError):
    """An address or a form holds a tuning that cannot be read."""


def as_args(tuning: Tuning) -> dict[str, Any]:
    """Return a tuning as arguments: what differs from the default, and always `n`.

    So an address with a tuning is told from one without, even where it is the default.
    """
    plain = Tuning()
    args = {
        name: str(getattr(tuning, field))
        for name, (field, _, _) in NUMBERS.items()
        if name == "n" or getattr(tuning, field) != getattr(plain, field)
    }
    args |= {
        name: str(int(getattr(tuning, field)))
        for name, field in FLAGS.items()
        if getattr(tuning, field) != getattr(plain, field)
    }
    if tuning.first_year or tuning.last_year:
        args["y"] = f"{tuning.first_year or ''}-{tuning.last_year or ''}"
    if tuning.taste_percents:
        args["t"] = ",".join(map(str, tuning.taste_percents))
    return args


def has_tuning(args: Mapping[str, str]) -> bool:
    """Return whether the arguments of an address hold a tuning."""
    return "n" in args


def read_args(args: Mapping[str, str]) -> Tuning:
    """Read a tuning from the arguments of an address; what is missing is as usual.

    Raises
    ------
    BadTuning
        If an argument is not what `as_args` writes.
    """
    first, last = _read_years(args.get("y", "-"))
    read: dict[str, Any] = {
        field: _read_number(args, name) for name, (field, _, _) in NUMBERS.items() if name in args
    }
    read |= {field: _read_flag(args[name]) for name, field in FLAGS.items() if name in args}
    return Tuning(**read, first_year=first, last_year=last, taste_percents=_read_tastes(args.get("t", "")))


def read_form(form: MultiDict[str, str], now: Tuning) -> Tuning:
    """Read a tuning from the fields of the Tune form.

    A form that has `n` is complete: a box that is not ticked is sent by no
    browser. The fields are those of an address, but `y0` and `y1` for the
    years, and one `t` for each taste; `taste` with a number and + or - is
    one of the buttons that change the share of a taste, `preset` one of those
    that stand for a value of `n`.

    Raises
    ------
    BadTuning
        If a field is not what the form can send.
    """
    args = {name: value for name, value in form.items() if name in NUMBERS and value.strip()}
    # The box of `x` is ticked for yes, those of the others to leave something out.
    args |= {name: form.get(name, "0" if name == "x" else "1") for name in FLAGS}
    if form.get("preset"):
        args["n"] = form["preset"]
    years = f"{form.get('y0', '').strip()}-{form.get('y1', '').strip()}"
    tastes = ",".join(form.getlist("t")) or ",".join(map(str, now.taste_percents))
    tuning = read_args({"r": str(now.seed), **args, "y": years, "t": tastes})
    return _step_taste(tuning, form["taste"]) if form.get("taste") else tuning


def _step_taste(tuning: Tuning, button: str) -> Tuning:
    """Return the tuning with one taste a step larger or smaller: "2+" is the third, larger."""
    place, sign = button[:-1], button[-1:]
    if sign not in ("+", "-"):
        raise BadTuning("the button of a taste is a number and + or -")
    at = _read_int(place, 0, MAX_TASTES - 1)
    percents = list(tuning.taste_percents) + [100] * (at + 1 - len(tuning.taste_percents))
    now = percents[at]
    steps = [step for step in TASTE_STEPS if (step > now if sign == "+" else step < now)]
    if steps:
        percents[at] = steps[0] if sign == "+" else steps[-1]
    return replace(tuning, taste_percents=tuple(percents))


def _read_number(args: Mapping[str, str], name: str) -> int:
    _, low, high = NUMBERS[name]
    return _read_int(args[name], low, high)


def _read_int(text: str, low: int, high: int) -> int:
    try:
        number = int(text)
    except ValueError:
        raise BadTuning(f"not a number: {text[:20]!r}") from None
    if not low <= number <= high:
        raise BadTuning(f"{number} is not from {low} to {high}")
    return number


def _read_flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise BadTuning("neither 0 nor 1")
    return text == "1"


def _read_years(text: str) -> tuple[int | None, int | None]:
    """Return the first and the last year; two in the wrong order are put in the right one."""
    first, dash, last = text.partition("-")
    if not dash:
        raise BadTuning("years are written as 1970-2026")
    years = [_read_int(year, FIRST_YEAR, LAST_YEAR) if year else None for year in (first, last)]
    if years[0] and years[1] and years[0] > years[1]:
        years.reverse()
    return years[0], years[1]


def _read_tastes(text: str) -> tuple[int, ...]:
    percents = [_read_int(percent, 0, MAX_TASTE_PERCENT) for percent in text.split(",") if percent]
    return tuple(percents[:MAX_TASTES])
