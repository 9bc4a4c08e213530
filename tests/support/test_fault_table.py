"""The table of faults: every combination in it once, and counts that add up."""

from tests.support.fault_table import format_table


def test_the_table_shows_how_each_combination_ended_and_counts_them():
    combinations = [
        ("a refresh", "PUT", "502", "done"),
        ("a refresh", "PUT", "500", "done"),
        ("a refresh", "PUT", "403", "failed: Removed"),
        ("a refresh", "GET", "500", "done"),
    ]

    assert list(format_table(combinations)) == [
        "a refresh: PUT",
        "    done (2): 502; 500",
        "    failed: Removed (1): 403",
        "a refresh: GET",
        "    done (1): 500",
        "",
        "4 combinations of a call and a fault",
        "     3  done",
        "     1  failed: Removed",
    ]
