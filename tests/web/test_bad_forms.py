"""Forms and addresses that no page of ours sends: refused with a sentence, never a failure, and nothing is changed."""

import re

import pytest

from store import mixes
from tests.support.website import read_everything

pytestmark = pytest.mark.slow

LONG, HUGE = "x" * 5_000, "9" * 5_000
#: Whatever a browser or a person may send in place of a number or a word.
ODD = [
    "",
    " ",
    "-1",
    "1.5",
    "1e9",
    "NaN",
    "²",
    "None",
    "[]",
    "{}",
    "<b>",
    "'; --",
    LONG,
    HUGE,
    f"-{HUGE}",
]
NOT_NUMBERS = [odd for odd in ODD if odd.strip()]
# Some fields may be left empty, and some numbers are below 0.
TUNING = {
    **{name: [odd for odd in NOT_NUMBERS if odd != "-1"] for name in ("e", "v", "a", "d", "b")},
    **{name: NOT_NUMBERS for name in ("n", "s", "r", "y0", "y1")},
    **{name: ["2", *NOT_NUMBERS] for name in ("x", "c", "k")},
    "t": ["401", "100,x", *NOT_NUMBERS],
    "taste": ["1", "+", "x+", "50+", "-1-", f"{HUGE}+", *NOT_NUMBERS],
    "preset": ["101", *NOT_NUMBERS],
}
#: What stands for a playlist's address -> forms that it refuses: of each, one field at a time is wrong.
REFUSED = {
    "{playlist}/tune": [
        {"n": "50", "x": "1", field: odd}
        for field, odds in TUNING.items()
        for odd in odds
        if (field, odd) != ("t", "-1")
    ],
    "{playlist}/tune?n={odd}": [{"odd": odd} for odd in NOT_NUMBERS],
    "{playlist}/shuffle?n=50&y={odd}": [{"odd": odd} for odd in ("1970", "x-y", "-1-2", f"{HUGE}-", "1800-")],
    "{playlist}/songs/{song}/{odd}": [{"odd": odd} for odd in ("none", "SWAP", LONG)],
    "{playlist}/starts": [
        *({"about": about, "subject": "x"} for about in ("", "album", "Song", LONG)),
        *({"about": "song", "subject": subject} for subject in ("none", LONG, "")),
        *({"about": "artist", "subject": subject} for subject in ("", "Nobody of that name", LONG)),
        {},
    ],
    "{playlist}/starts/remove": [{"about": "album", "subject": "x"}, {"about": "song", "subject": LONG}, {}],
    "{playlist}/save": [{"on_change": odd} for odd in ("", "Keep", "none", LONG, HUGE)],
    "{playlist}/save?n=many": [{}],
    "{playlist}/refresh?n=many": [{}],
    "{playlist}/weekly": [
        *({"weekday": odd, "hour": "9"} for odd in ("7", *ODD)),
        *(
            {"weekday": "1", "hour": odd}
            for odd in ("24", "0009999", "00000000000000000009", "0" * 5_000, *ODD)
        ),
        {"weekday": "1"},
        {},
    ],
    "/recipes": [
        *({"name": odd, "n": "18"} for odd in ("", " \t ")),
        *({"name": "x", name: odd} for name in ("n", "s", "e", "x", "t") for odd in ("many", LONG, HUGE)),
        {"n": "18"},
    ],
    "/blocked/undo": [{"about": odd, "subject": "x"} for odd in ("", "album", "SONG", LONG)] + [{}],
    **{
        f"/playlists/{{odd}}/{rest}": [{"odd": odd, "name": "x", "n": "20"} for odd in ("none", LONG, HUGE)]
        for rest in (
            "tune",
            "shuffle",
            "refresh",
            "name",
            "undo",
            "discard",
            "starts",
            "save",
            "weekly",
            "songs/{song}/like",
        )
    },
    **{
        f"/history/{{odd}}/{change}": [{"odd": odd, "name": "x"} for odd in ("none", LONG, HUGE)]
        for change in ("restore", "name", "delete")
    },
}
#: Fields that take any words: too long ones are cut, those that name nothing change nothing.
TAKEN = {
    "{playlist}/name": [{"name": odd} for odd in ODD],
    "{playlist}/weekly": [{"weekday": "1", "hour": "9", "time_zone": odd} for odd in ODD],
    "{playlist}/songs/{song}/like": [{"sort": odd, "only": odd} for odd in ODD],
    "/recipes": [{"name": odd, "n": "18"} for odd in NOT_NUMBERS],
    "/recipes/delete": [{"name": odd} for odd in ODD],
    "/blocked/undo": [{"about": about, "subject": odd} for about in ("song", "artist") for odd in ODD],
    "/history/{mix}/name": [{"name": odd} for odd in ODD],
}
#: Addresses that can be asked for, with odd words in them.
ASKED = [
    "{playlist}?sort={odd}&only={odd}",
    "{playlist}/starts?q={odd}",
    "{playlist}?utm={odd}",
    "/history?{odd}",
]


@pytest.fixture
def nora(site):
    """A signed-in listener with a playlist, and a draft of it."""
    browser = site.browser()
    browser.listener = site.add_listener("Nora")
    browser.sign_in(browser.listener)
    address = browser.make_playlist(site)
    song = re.search(r'id="song-(\w+)"', browser.client.get(address).text)[1]
    [mix] = mixes.list_history(site.database, browser.listener.account_id, 10)
    browser.names = {"playlist": address, "song": song, "mix": mix.id}
    browser.post(f"{address}/songs/{song}/keep")
    return browser


def post(nora, token, path, form, headers=None):
    """Post a form to an address in which `odd` is what the form says it is."""
    odd = form.get("odd", "")
    address = path.format(**nora.names, odd=odd)
    fields = {name: value for name, value in form.items() if name != "odd"}
    return nora.client.post(address, data={"csrf_token": token, **fields}, headers=headers)


def read_sentence(answer):
    found = re.search(r"<main.*?<p[^>]*>([^<]+)</p>", answer.text, re.DOTALL)
    return found[1].strip() if found else ""


@pytest.mark.parametrize("path", REFUSED)
def test_a_form_that_no_page_sends_is_refused_with_a_sentence_and_changes_nothing(site, nora, path):
    before, token = read_everything(site), nora.csrf_token()

    for form in REFUSED[path]:
        answer = post(nora, token, path, form)
        assert answer.status_code in (400, 404), (form, answer.status_code)
        assert read_sentence(answer).endswith((".", "?")), (form, answer.text)
        assert "Traceback" not in answer.text
    assert read_everything(site) == before


@pytest.mark.parametrize("path", TAKEN)
def test_odd_words_are_cut_or_change_nothing_else(nora, path):
    token = nora.csrf_token()

    for form in TAKEN[path]:
        assert post(nora, token, path, form).status_code in (302, 303, 400), form
    page = nora.client.get(nora.names["playlist"])
    assert page.status_code == 200
    assert LONG not in page.text


@pytest.mark.parametrize("path", ASKED)
def test_an_address_with_odd_words_is_a_page(nora, path):
    for odd in ODD:
        assert nora.client.get(path.format(**nora.names, odd=odd)).status_code == 200, odd


@pytest.mark.parametrize("path", sorted({*REFUSED, *TAKEN}))
def test_a_nul_is_refused_everywhere_and_changes_nothing(site, nora, path):
    before, token = read_everything(site), nora.csrf_token()

    for name in ("name", "n", "about", "subject", "on_change", "weekday", "time_zone", "taste", "sort"):
        answer = post(nora, token, path, {"odd": "none", name: "a\0b"})
        assert (answer.status_code, read_sentence(answer)[-1:]) == (404, "."), name
    assert read_everything(site) == before


def test_a_form_of_another_kind_or_too_large_is_refused(site, nora):
    before, token = read_everything(site), nora.csrf_token()
    address = nora.names["playlist"]

    json = nora.client.post(f"{address}/name", json={"name": "x"}, headers={"X-CSRFToken": token})
    large = nora.client.post(f"{address}/name", data={"csrf_token": token, "name": "x" * 70_000})

    assert large.status_code == 413
    # Without a name, as of an empty field, the playlist keeps the one that it has.
    assert json.status_code in (303, 400)
    assert nora.listener.playlists[0].name in nora.client.get(address).text
    assert {name: rows for name, rows in read_everything(site).items() if name != "draft_steps"} == {
        name: rows for name, rows in before.items() if name != "draft_steps"
    }


def test_a_nul_in_the_second_of_two_fields_is_refused_as_well(nora):
    token, address = nora.csrf_token(), nora.names["playlist"]

    twice = nora.client.post(f"{address}/tune", data={"csrf_token": token, "n": "50", "t": ["100", "1\0"]})
    in_both = nora.client.post(f"{address}/name?name=x", data={"csrf_token": token, "name": "a\0b"})

    assert (twice.status_code, in_both.status_code) == (404, 404)
