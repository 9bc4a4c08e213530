"""Titles and names that steer what shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.printable import make_printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u202e.gnos live", "\ufffd.gnos live"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\x9b31mred", "\ufffd31mred"),
        ("a\x00b\x07c\x7fd", "a\ufffdb\ufffdc\ufffdd"),
        ("two\nlines\r\tand\u2028more", "two lines  and more"),
        ("\u202aleft\u202c \u2066left\u2069 \u2067right\u2069", "\ufffdleft \ufffdleft \ufffdright"),
        ("half a pair \ud83d", "half a pair \ufffd"),
    ],
)
def test_what_steers_a_terminal_or_turns_text_round_is_replaced(text, shown):
    assert make_printable(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "שיר (Live)",
        "أغنية 1 - Remix",
        "\u200fשיר\u200f",
        "🔥👨\u200d👩\u200d👧",
        "नमस्ते",
        "Beyonce\u0301",
        "no\u00a0break",
        "",
    ],
)
def test_what_people_write_stays_as_it_is(text):
    assert make_printable(text) == text


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_becomes_one_line_that_can_be_written(text):
    shown = make_printable(text)

    assert "\x1b" not in shown and "\u202e" not in shown
    assert len(shown.splitlines()) <= 1
    assert shown.encode().decode() == shown
    assert make_printable(shown) == shown
