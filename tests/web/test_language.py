"""The language of a page: the browser's, or the one that was chosen at the foot of a page."""

import re
from calendar import day_name
from gettext import NullTranslations
from html import unescape
from io import BytesIO

import pytest

from invented.genres import GENRES
from recommender.language import Language
from standin.music import make_user_id
from startup import create_app
from store import mixes
from tests.support.brought_files import write_file
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
        ("de-AT,en-US;q=0.7,en;q=0.3", "de"),
        ("en-GB,de;q=0.5", "en-GB"),
        ("*,de;q=0.5", "de"),
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


def test_a_choice_leads_back_to_the_page_as_scripts_have_changed_its_address(client):
    def choose(referrer):
        query = {"next": "/privacy?n=50"}
        return client.get("/language/de", query_string=query, headers={"Referer": referrer}).headers[
            "Location"
        ]

    assert choose("http://127.0.0.1:8000/privacy?n=35&r=2") == "/privacy?n=35&r=2"
    assert choose("http://127.0.0.1:8000/history") == "/privacy?n=50"
    assert choose("https://evil.example/privacy") == "/privacy?n=50"


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


class Marked(NullTranslations):
    """A language in which every sentence stands between brackets."""

    def gettext(self, message):
        return f"⟦{message}⟧"

    def ngettext(self, one, many, n):
        return f"⟦{one if n == 1 else many}⟧"


@pytest.fixture
def site(make_site):
    """A site whose operator is Nora, in a language in which every sentence is marked."""
    site = make_site(OPERATOR_ID=make_user_id(0, "Nora"), SPOTIFY_CALLS_A_DAY="500")
    site.app.extensions["music_recommender_language"] = {"en": Language("en", Marked(), "{:,}".format)}
    return site


@pytest.fixture
def nora(site):
    """A signed-in listener with a playlist, a draft of it, a recipe, opinions, a weekly refresh and a job."""
    browser = site.browser()
    listener = site.add_listener("Nora")
    browser.sign_in(listener)
    page = browser.make_playlist(site)
    songs = [entry.song.id for entry in listener.playlists[0].entries]
    for song, change in zip(songs, ("like", "keep", "swap", "block-song", "block-artist"), strict=False):
        browser.post(f"{page}/songs/{song}/{change}")
    browser.post(f"{page}/starts", about="song", subject=songs[9])
    browser.post(f"{page}/weekly", weekday="0", hour="7", time_zone="UTC")
    browser.post("/recipes", name="Nora", n="35", t="0,50,200", y="1970-1999")
    mix = mixes.list_history(site.database, listener.account_id, 1)[0].id
    job = browser.post(f"{page}/refresh").headers["Location"]
    browser.addresses = {"page": page, "song": songs[5], "mix": f"/history/{mix}", "job": job}
    return browser


# Attributes whose values a listener sees or hears.
SPOKEN = re.compile(
    r'\b(?:alt|aria-label|placeholder|title|data-(?:busy|copied|failed|gone|offline|title))="([^"]*)'
)
# What no translation changes.
SAME = re.compile(
    r"Music Recommender|for Spotify|\bSpotify\b|\bPython\b|Nora|UTC|\bE\b|English|https?:\S+|[A-Z]\w+/[A-Z]\w+|CSV|M3U8|JSPF|BPM|dB"
)


def bring(browser, name, content):
    """Send a file as a stranger's browser does from the front page."""
    data = {"file": (BytesIO(content), name)}
    return browser.client.post("/songs", data=data, headers={"Origin": "http://127.0.0.1:8000"})


def list_names(site):
    """List the words that pages tell as they are: Days are Babel's, and the playlist's name is a setting."""
    named = [site.settings.playlist_name, *day_name, *(genre.name for genre in GENRES)]
    named += [f"{song.title} {song.artists}" for song in site.songs]
    return set(re.findall(r"[^\W\d_]+", " ".join(named).casefold()))


def list_untold(page, names):
    """List what a page tells outside of the brackets, but for names."""
    assert "⟦" in page
    if page.startswith("<svg"):
        # A picture by itself is read; on a page its table is. A name may be cut off.
        page = re.sub(r"\w+…</text>", "</text>", page.replace("svg", "g"))
    text = re.sub(
        r"<(script|style|svg|textarea)\b.*?</\1>|<!--.*?-->|<(bdi|cite)>.*?</\2>", " ", page, flags=re.S
    )
    spoken = SPOKEN.findall(text)
    text = " ".join([re.sub(r"<[^>]*>", " ", text), *spoken])
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    text = SAME.sub(" ", unescape(text))
    return sorted({word for word in re.findall(r"[^\W\d_]+", text) if word.casefold() not in names})


ADDRESSES = [
    "/nowhere",
    "/songs",
    "/operator",
    "/privacy",
    "/account",
    "/disconnect",
    "/blocked",
    "/history",
    "/taste",
    "/taste/card.svg",
    "{page}",
    "{page}?n=35&t=0,50,200&y=1970-1999&e=-50&x=0&c=0&k=0",
    "{page}?only=new&sort=energy",
    "{page}/tune",
    "{page}/starts?q=a",
    "{page}/songs/{song}",
    "{page}/export",
    "{job}",
    "{mix}",
    "{mix}/compare",
    "{mix}/export",
]


def test_everything_that_a_page_tells_can_be_translated(site, nora):
    names, untold = list_names(site), {}
    for address in ADDRESSES:
        page = nora.client.get(address.format(**nora.addresses), follow_redirects=True).text
        untold[address] = list_untold(page, names)

    assert {address: words for address, words in untold.items() if words} == {}


def test_so_can_everything_that_a_visitor_is_told(site):
    browser, names = site.browser(), list_names(site)
    page = bring(browser, "exportify.csv", write_file("exportify.csv", site.songs[:60])).headers["Location"]
    playlist = page.partition("?")[0]

    untold = {}
    for address in ("/", page, f"{playlist}/export", "/songs", "/account", "/history", "/taste", "/privacy"):
        page = browser.client.get(address, follow_redirects=True).text
        untold[address] = list_untold(page, names)

    assert {address: words for address, words in untold.items() if words} == {}
    assert "<bdi>⟦Visitor⟧</bdi>" in browser.client.get("/account").text


def test_so_can_everything_that_a_newcomer_is_told(site):
    browser, names = site.browser(), list_names(site)
    browser.sign_in(site.add_listener("Nora"))

    pages = {address: browser.client.get(address) for address in ("/", "/taste", "/songs")}

    assert {address: page.status_code for address, page in pages.items()} == dict.fromkeys(pages, 200)
    untold = {address: list_untold(page.text, names) for address, page in pages.items()}
    assert {address: words for address, words in untold.items() if words} == {}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("notes.txt", b"Dear diary,\nnothing to see here\n"),
        ("cut.json", b'{"tracks": ['),
        ("bad.zip", b"PK\x03\x04" + b"x" * 90),
        ("podcasts.csv", b"id,name,artists\n,,Cash\n"),
        ("unknown.txt", b"Nobody - Never\n"),
    ],
)
def test_so_can_what_is_wrong_with_a_file(site, name, content):
    page = bring(site.browser(), name, content).text

    assert list_untold(page, {*re.findall(r"\w+", name), "dear", "diary"}) == []
