"""Where a listener has songs that are newer than the catalogue, each page that shows their mix says so."""

import re
from dataclasses import replace

import pytest

from recommender.explanation.knowledge import HELP
from standin.music import make_user_id
from tests.support.songs import song_id

SAID = "{} newer than every song of the catalogue."


@pytest.mark.parametrize(
    ("n_newer", "said"),
    [(0, ""), (1, "1 of your songs is"), (3, "3 of your songs are")],
    ids=["none", "one", "three"],
)
def test_each_page_of_a_mix_says_how_many_songs_are_newer_in_the_same_sentence(site, n_newer, said):
    new = [
        replace(song, id=song_id(at), title=f"Of tomorrow {at}", year=2090)
        for at, song in enumerate(site.songs[:n_newer])
    ]
    browser = site.browser()
    browser.sign_in(site.standin.state.add_listener("Nora", [*new, *site.songs[:60]]))
    address = browser.make_playlist(site)
    history = browser.client.get("/history").text
    mix = re.search(r'href="(/history/[^"/]+)"', history)[1]

    for page in (address, "/taste", mix):
        shown = browser.client.get(page).text
        assert "Nora" in shown
        assert shown.count("newer than every song of the catalogue") == bool(n_newer), page
        assert not n_newer or SAID.format(said) in shown, page


@pytest.mark.parametrize("name", ["Olga", "Nora"])
def test_only_the_operator_is_told_what_they_can_do_about_it(make_site, name):
    site = make_site(OPERATOR_ID=make_user_id(0, "Olga"))
    new = replace(site.songs[0], id=song_id(0), title="Of tomorrow", year=2090)
    browser = site.browser()
    browser.sign_in(site.standin.state.add_listener(name, [new, *site.songs[:60]]))

    page = browser.client.get(browser.make_playlist(site)).text

    assert SAID.format("1 of your songs is") in page
    assert (HELP in page) == (name == "Olga")
    assert ("./run" in page) == (name == "Olga")
