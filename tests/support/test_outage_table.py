"""The table of outages: what was promised, what was seen, and counts that add up."""

import pytest

from tests.support.outage_table import Combinations, format_table


def test_the_table_shows_what_was_promised_and_what_was_seen_and_counts_them():
    combinations = [
        ("disk", "full", "forms", "says so", "says so"),
        ("disk", "full", "pages", "answered", "hangs"),
        ("worker", "hung", "pages", "answered", "answered"),
    ]

    assert list(format_table(combinations)) == [
        "disk full",
        "    forms: says so (as promised)",
        "    pages: answered (BROKEN: hangs)",
        "worker hung",
        "    pages: answered (as promised)",
        "",
        "3 combinations of an outage and what it meets, 2 as promised",
    ]


@pytest.mark.parametrize(
    ("seen", "broken"), [("answered", []), ("hangs", [("disk", "full", "pages", "answered", "hangs")])]
)
def test_a_combination_is_broken_where_something_else_was_seen(seen, broken):
    recorded = []
    combinations = Combinations(lambda name, value: recorded.append(value))

    combinations.note(("disk", "full"), "pages", "answered", seen)

    assert combinations.broken == broken
    assert recorded == [("disk", "full", "pages", "answered", seen)]
