"""What picks lead with: what carried them, and no kind more than a third of them."""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from recommender.explanation.leads import choose_leads


def test_a_pick_leads_with_what_carried_it_most_where_there_is_room():
    options = [{"artist": 3.0, "era": 1.0}, {"era": 2.0, "artist": 1.0}, {"genre": 1.0, "era": 0.5}]

    assert choose_leads(options) == ["artist", "era", "genre"]


def test_a_kind_that_is_clearly_the_strongest_is_kept_by_those_whose_it_is_most_clearly():
    options = [
        {"artist": 3.0, "era": 2.5, "genre": 1.0},
        {"artist": 3.0, "era": 0.5, "genre": 0.4},
        {"artist": 3.0, "genre": 2.0},
    ]

    assert choose_leads(options) == ["era", "artist", "genre"]


@pytest.mark.parametrize(("n", "most"), [(1, 1), (2, 1), (3, 1), (5, 1), (6, 2), (8, 2), (50, 16), (51, 17)])
def test_no_kind_leads_more_than_a_third(n, most):
    options = [{"artist": 5.0, "era": 4.0, "genre": 3.0, "scene": 2.0, "mood": 1.0, "taste": 0.0}] * n

    leads = choose_leads(options)

    assert max(Counter(leads).values()) <= most
    assert "" not in leads


def test_a_pick_with_little_to_tell_makes_others_lead_with_something_else():
    # Both others can leave the era, the first of them only for what the second leads with.
    options = [{"era": 9.0, "genre": 1.0}, {"genre": 9.0, "artist": 1.0}, {"era": 1.0}]

    assert choose_leads(options) == ["genre", "artist", "era"]


def test_a_pick_for_which_no_kind_is_left_has_no_lead():
    assert choose_leads([{"era": 2.0}, {"era": 1.0}]) == ["era", ""]
    assert choose_leads([]) == []


def test_a_lead_is_found_for_all_picks_wherever_that_is_possible():
    chance = np.random.default_rng(0)
    kinds = ("artist", "era", "genre", "mood")
    for _ in range(200):
        options = [
            {kind: float(chance.random()) for kind in kinds if chance.random() < 0.5}
            for _ in range(int(chance.integers(1, 6)))
        ]

        n_led = sum(lead != "" for lead in choose_leads(options))

        ways = product(*[[*of_pick, ""] for of_pick in options])
        assert n_led == max(sum(map(bool, way)) for way in ways if has_room(way))


def has_room(leads):
    return max(Counter(filter(None, leads)).values(), default=0) <= max(len(leads) // 3, 1)
