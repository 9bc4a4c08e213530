"""A wish in words on the page of a playlist, with scripts and without."""

import re
from html import unescape

import pytest

from store import drafts, playlists
from store.tuning import Tuning
from tests.support.nora import choosy as nora

__all__ = ["nora"]

HTMX = {"HX-Request": "true"}


def show(browser):
    return browser.client.get(browser.address).text


def wish_with_scripts(browser, words):
    form = {"csrf_token": browser.csrf_token(), "wish": words}
    return browser.client.post(f"{browser.address}/wish", data=form, headers=HTMX)


def list_chips(page):
    """Return the chips that a page shows: part -> words."""
    chips = re.findall(r'class="chip"[^>]* value="([^"]*)">(.*?)<svg', page)
    return {unescape(part): unescape(re.sub("<[^>]*>", "", words)).strip() for part, words in chips}


def read_unmet(page):
    return [
        unescape(each) for each in re.findall(r"<p>(.*?)</p>", re.search(r'id="unmet">(.*?)</div>', page)[1])
    ]


def get_draft(site, browser):
    return drafts.get(site.database, browser.address.rpartition("/")[2], browser.listener.account_id)


def test_a_wish_sets_the_controls_and_its_parts_are_chips_that_can_be_taken_away(site, nora):
    nora.post(f"{nora.address}/wish", wish="calm acoustic songs, 20 songs, no Christmas, polka")

    page = show(nora)
    assert list_chips(page) == {
        "size": "20 songs",
        "energy": "calmer",
        "acousticness": "more acoustic",
        "christmas": "no Christmas songs",
    }
    assert read_unmet(page) == ["We did not understand “polka”."]
    step = get_draft(site, nora)
    assert step.record.tuning == Tuning(size=20, energy=-50, acousticness=50, christmas=False)
    assert len(step.record.songs) == 20

    nora.post(f"{nora.address}/take-back", part="size")
    nora.post(f"{nora.address}/take-back", part="energy")

    page = show(nora)
    assert list_chips(page) == {"acousticness": "more acoustic", "christmas": "no Christmas songs"}
    # What was not understood was said of the wish, and that is longer ago.
    assert read_unmet(page) == []
    assert len(get_draft(site, nora).record.songs) == 50


def test_a_wish_comes_on_top_of_what_is_tuned_and_is_one_step_to_undo(site, nora):
    nora.post(f"{nora.address}/tune", n="100", x="1", s="30")
    before = get_draft(site, nora).record

    nora.post(f"{nora.address}/wish", wish="no explicit lyrics")

    assert get_draft(site, nora).record.tuning == Tuning(new_percent=100, size=30, explicit=False)
    assert "Undo: tuned to “no explicit lyrics”" in show(nora)
    nora.post(f"{nora.address}/undo")
    assert get_draft(site, nora).record == before


def test_tastes_and_artists_of_a_wish_are_the_listeners_own_and_the_catalogues(site, nora):
    playlist = playlists.get(site.database, nora.address.rpartition("/")[2], nora.listener.account_id)
    taste = playlist.record.tastes[0]
    artist = site.songs[3].artists[0]

    nora.post(f"{nora.address}/wish", wish=f"less {taste.name}, like {artist}")

    assert list_chips(show(nora)) == {
        "taste-0": f"less “{taste.name}”",
        f"artist {artist}": f"like “{artist}”",
    }
    record = get_draft(site, nora).record
    assert record.tuning.taste_percents == (50,)
    assert [start.subject for start in record.starts] == [artist]

    nora.post(f"{nora.address}/take-back", part=f"artist {artist}")
    nora.post(f"{nora.address}/take-back", part="taste-0")

    assert list_chips(show(nora)) == {}


def test_of_four_artists_the_oldest_goes_and_of_four_in_one_wish_the_last_is_named(site, nora):
    one, two, three, four = sorted({song.artists[0] for song in site.songs})[:4]

    nora.post(f"{nora.address}/wish", wish=f"like {one}, like {two}, like {three}, like {four}")
    assert read_unmet(show(nora)) == [
        f"A mix starts from three songs and artists at most. There was no room for “{four}”."
    ]
    nora.post(f"{nora.address}/wish", wish=f"like {four}")

    assert [start.subject for start in get_draft(site, nora).record.starts] == [two, three, four]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("polka", "We did not understand “polka”."),
        ("please", "We did not understand “please”."),
        ("  ", "Please type what the songs should be like."),
        ("<b>!", "We did not understand “b”."),
    ],
)
def test_a_wish_that_says_nothing_changes_nothing_and_is_told_by_name(site, nora, wish, said):
    answer = nora.post(f"{nora.address}/wish", wish=wish)

    assert said in unescape(re.sub("<[^>]*>", "", nora.client.get(answer.location).text))
    assert get_draft(site, nora) is None
    # With scripts what was typed stays, to be corrected.
    answer = wish_with_scripts(nora, wish)
    assert said in unescape(re.sub("<[^>]*>", "", answer.text))
    assert f'value="{wish}"'.replace("<", "&lt;").replace(">", "&gt;") in answer.text


def test_with_scripts_the_list_comes_with_the_chips_and_the_address_holds_the_tuning(nora):
    answer = wish_with_scripts(nora, "sad songs, polka")

    assert list_chips(answer.text) == {"valence": "sadder"}
    assert read_unmet(answer.text) == ["We did not understand “polka”."]
    assert "Tuned to “sad songs, polka”." in unescape(answer.text)
    assert "v=-50" in answer.headers["HX-Push-Url"]


def test_a_wish_for_a_previewed_tuning_changes_that_one(site, nora):
    nora.post(f"{nora.address}/wish?n=100", wish="happy songs")

    assert get_draft(site, nora).record.tuning == Tuning(new_percent=100, valence=50)


def test_a_wish_that_leaves_no_song_says_so_and_changes_nothing(site, nora):
    answer = nora.post(f"{nora.address}/wish", wish="songs before 1910")

    assert get_draft(site, nora) is None
    assert "notice-error" in nora.client.get(answer.location).text


def test_a_chip_pressed_twice_is_gone_once(nora):
    nora.post(f"{nora.address}/wish", wish="sad slow songs")

    for _ in range(2):
        assert nora.post(f"{nora.address}/take-back", part="tempo").status_code == 303

    assert list_chips(show(nora)) == {"valence": "sadder"}
