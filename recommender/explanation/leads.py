"""Which of its reasons each pick leads with, so that the leads of a mix differ."""

from collections.abc import Mapping, Sequence

import numpy as np

# No kind of reason leads more than this part of the picks.
MAX_PART = 3


def choose_leads(options: Sequence[Mapping[str, float]]) -> list[str]:
    """Choose the kind of reason that each pick leads with; "" where there is none left.

    No kind leads more than a third of the picks, rounded down, or 1. The picks
    with the clearest first choice take theirs first; whoever finds all its
    kinds taken asks those that lead with them to take another.

    Parameters
    ----------
    options : for each pick its kinds of reasons, each with its strength, the strongest first
    """
    most = max(len(options) // MAX_PART, 1)
    leads = [""] * len(options)
    led: dict[str, list[int]] = {}
    clearest = np.argsort([-_compute_margin(kinds) for kinds in options], kind="stable")
    for pick in clearest.tolist():
        _place(pick, options, most, leads, led, set())
    return leads


def _compute_margin(kinds: Mapping[str, float]) -> float:
    """Return by how much the strongest kind is ahead of the second, which may be none."""
    first, second, *_ = *kinds.values(), 0.0, 0.0
    return first - second


def _place(
    pick: int,
    options: Sequence[Mapping[str, float]],
    most: int,
    leads: list[str],
    led: dict[str, list[int]],
    asked: set[str],
) -> bool:
    """Let a pick lead with a kind that has room, or that another pick can leave; return whether it does.

    This looks for an augmenting path (H. W. Kuhn, "The Hungarian method for the assignment problem", 1955):
    it fails only where no assignment has room for the pick.
    """
    for kind in options[pick]:
        if len(led.setdefault(kind, [])) < most:
            led[kind].append(pick)
            leads[pick] = kind
            return True
    for kind in options[pick]:
        if kind in asked:
            continue
        asked.add(kind)
        # Who came last had the least clear choice.
        for other in reversed(led[kind]):
            if _place(other, options, most, leads, led, asked):
                led[kind].remove(other)
                led[kind].append(pick)
                leads[pick] = kind
                return True
    return False
