import pytest

from formats.artists_cell import parse_artists


@pytest.mark.parametrize(
    ("text", "artists"),
    [
        ("", ()),
        ("   ", ()),
        ("[]", ()),
        ("[ ]", ()),
        ("['']", ()),
        (";", ()),
        ("Abba", ("Abba",)),
        (" Abba ", ("Abba",)),
        ("['Abba']", ("Abba",)),
        ("['Abba', \"Destiny's Child\"]", ("Abba", "Destiny's Child")),
        ("[' Abba ', ' ']", ("Abba",)),
        ("[1999]", ("1999",)),
        ("Abba;Cher ; ", ("Abba", "Cher")),
        ("NA", ("NA",)),
        ("None", ("None",)),
        ("Кино; が", ("Кино", "が")),
        (r"['half \ud83d', '\ud83c\udfb5']", ("half \ufffd", "\U0001f3b5")),
    ],
)
def test_artists_are_read_from_a_list_or_plain_text(text, artists):
    assert parse_artists(text) == artists


@pytest.mark.parametrize(
    "text", ["Tyler, The Creator", "Abba,Cher", "[spunge]", "[Abba] feat. [Cher]", "[{[]}]"]
)
def test_text_that_is_no_list_stays_whole(text):
    assert parse_artists(text) == (text,)


def test_a_number_that_is_too_large_to_be_one_is_plain_text():
    text = f"[1{'0' * 400}+1j]"

    assert parse_artists(text) == (text,)


@pytest.mark.parametrize("nesting", [1_000, 100_000])
def test_a_list_nested_too_deeply_is_plain_text(nesting):
    text = "[" * nesting + "]" * nesting

    assert parse_artists(text) == (text,)
