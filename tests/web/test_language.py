"""The language of a page: the browser's, or the one that was chosen at the foot of a page."""

import pytest

from startup import create_app
from tests.support.website import AtHome


@pytest.fixture
def client(site):
    """A browser at a site that offers English and German."""
    app = create_app(site.settings, site.clock, ("en", "de"))
    app.test_client_class = AtHome
    return app.test_client()


@pytest.mark.parametrize(
    ("wanted", "tag"),
    [
        ("", "en-GB"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en-GB"),
        ("fr-FR,fr;q=0.9", "en-GB"),
        ("fr-FR,fr;q=0.9,de;q=0.5", "de"),
        ("de;q=0,en", "en-GB"),
        ("\x00;q=x", "en-GB"),
    ],
)
def test_a_page_is_in_the_language_that_the_browser_asks_for(client, wanted, tag):
    answer = client.get("/", headers={"Accept-Language": wanted})

    assert f'<html lang="{tag}">' in answer.text
    assert answer.headers["Content-Language"] == tag
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)
    told = "Mit Spotify anmelden" if tag == "de" else "Sign in with Spotify"
    assert told in answer.text


def test_the_language_is_chosen_on_the_page_and_stays_chosen(client):
    german = client.get("/language/de?next=/privacy", headers={"Accept-Language": "en"})

    assert (german.status_code, german.headers["Location"]) == (303, "/privacy")
    assert "HttpOnly" in german.headers["Set-Cookie"] and "SameSite=Lax" in german.headers["Set-Cookie"]
    assert (
        "Was gespeichert wird, und wie lange"
        in client.get("/privacy", headers={"Accept-Language": "en"}).text
    )
    client.get("/language/en")
    assert "What it keeps, and for how long" in client.get("/privacy", headers={"Accept-Language": "de"}).text


def test_each_page_offers_the_languages_by_their_own_names_and_leads_back_to_itself(client):
    page = client.get("/privacy?a=b").text

    assert (
        'href="/language/de?next=/privacy?a%3Db" lang="de" hreflang="de" rel="nofollow">Deutsch</a>' in page
    )
    assert 'hreflang="en-GB" rel="nofollow" aria-current="true">English</a>' in page


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "/\\evil.example", "no path"])
def test_a_choice_never_leads_away_from_the_site(client, away):
    assert client.get("/language/de", query_string={"next": away}).headers["Location"] == "/"


@pytest.mark.parametrize("code", ["fr", "DE", "../de", "en-GB"])
def test_a_language_that_is_not_offered_is_not_found(client, code):
    answer = client.get(f"/language/{code}")

    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_a_forged_choice_is_passed_over(client):
    client.set_cookie("music_recommender_language", "xx")

    assert '<html lang="de">' in client.get("/", headers={"Accept-Language": "de"}).text


def test_errors_are_told_in_the_language_of_the_page(client):
    headers = {"Accept-Language": "de"}

    assert (
        "Diese Seite gibt es nicht, oder sie gehört jemand anderem."
        in client.get("/nowhere", headers=headers).text
    )
    assert "So lässt sich diese Seite nicht aufrufen." in client.delete("/privacy", headers=headers).text
    assert "Die Seite war zu alt." in client.post("/logout", headers=headers).text
