"""The name and the description of a new playlist: in the language of the page where it was asked for."""

from io import BytesIO

import pytest

from drafts.mix_names import USUAL_NAME
from settings import Settings
from tests.support.brought_files import write_file
from web.language import COOKIE


@pytest.fixture
def german(site):
    """A browser whose listener has chosen German."""
    browser = site.browser()
    browser.client.set_cookie(COOKIE, "de")
    return browser


def test_the_first_playlist_is_named_and_described_in_the_language_of_the_page(site, german):
    listener = site.add_listener("Nora")
    german.sign_in(listener)
    page = german.client.get(german.make_playlist(site)).text

    [playlist] = listener.playlists
    assert playlist.name == "Neue Songs für dich"
    assert playlist.description.startswith("Neue Songs im Verhältnis zu deinen Vorlieben, ausgesucht")
    assert "Neue Songs für dich" in page


def test_a_refresh_leaves_the_name_as_it_is(site, german):
    listener = site.add_listener("Nora")
    german.sign_in(listener)
    german.make_playlist(site)
    german.client.set_cookie(COOKIE, "en")
    german.make_playlist(site)

    assert [playlist.name for playlist in listener.playlists] == ["Neue Songs für dich"]


def test_a_visitors_mix_is_named_so_too(site, german):
    file = BytesIO(write_file("exportify.csv", site.songs[:60])), "exportify.csv"
    answer = german.client.post("/songs", data={"file": file}, headers={"Origin": "http://127.0.0.1:8000"})

    assert "Neue Songs für dich" in german.client.get(answer.headers["Location"]).text


# The second is a sentence of ours, too.
@pytest.mark.parametrize("name", ["Fifty more", "Discover"])
def test_a_name_that_the_operator_has_chosen_stays(make_site, name):
    site = make_site(PLAYLIST_NAME=name)
    browser, listener = site.browser(), site.add_listener("Nora")
    browser.client.set_cookie(COOKIE, "de")
    browser.sign_in(listener)
    browser.make_playlist(site)

    assert [playlist.name for playlist in listener.playlists] == [name]


def test_the_usual_name_is_the_one_that_is_translated():
    assert Settings.model_fields["playlist_name"].default == USUAL_NAME
