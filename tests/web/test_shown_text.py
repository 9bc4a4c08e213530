"""Titles and names in any direction of writing, and with characters that steer what shows them, on pages."""

import csv
import re
from html.parser import HTMLParser

import pytest

from formats.library_csv import read_library
from invented.catalogue import write_invented_catalogue
from standin.state import State
from store import mixes
from tests.support.secret_search import serve
from tests.support.standin import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI
from tests.support.website import Website, settings_for
from training.train import train
from web.shown_text import isolate

STEERING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
HEBREW = re.compile("[\u0590-\u05ff]")


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Goes with Hello; 3 songs", "Goes with Hello; 3 songs"),
        ("Goes with שיר; 3 songs", "Goes with <bdi>שיר</bdi>; 3 songs"),
        ("שיר 2, אחר (Live) by أغنية", "<bdi>שיר 2, אחר</bdi> (Live) by <bdi>أغنية</bdi>"),
        ("Goes with שיר (חי); 3 songs", "Goes with <bdi>שיר (חי)</bdi>; 3 songs"),
        ("Goes with שיר [חי 2019!] (new)", "Goes with <bdi>שיר [חי 2019!]</bdi> (new)"),
        ("Goes with א (ב [ג]), and ד", "Goes with <bdi>א (ב [ג])</bdi>, and <bdi>ד</bdi>"),
        ("Goes with א “ב”, א «ב», א （ב）; 3", "Goes with <bdi>א “ב”, א «ב», א （ב）</bdi>; 3"),
        ('Goes with "צה"ל"; 3 songs', "Goes with &#34;<bdi>צה&#34;ל</bdi>&#34;; 3 songs"),
        ("Your mix (שיר) and “אחר”", "Your mix (<bdi>שיר</bdi>) and “<bdi>אחר</bdi>”"),
        ("Your mix (א (ב)) and more", "Your mix (<bdi>א (ב)</bdi>) and more"),
        ("Goes with א (ב; 3 songs (new)", "Goes with <bdi>א (ב</bdi>; 3 songs (new)"),
        ("<b>שיר & אחר</b>", "&lt;b&gt;<bdi>שיר &amp; אחר</bdi>&lt;/b&gt;"),
        ("\u202e.gnos live", "\ufffd.gnos live"),
    ],
)
def test_a_sentence_keeps_its_order_whatever_it_names(sentence, shown):
    assert isolate(sentence) == shown


@pytest.fixture(scope="module")
def odd_catalogue(tmp_path_factory):
    """A folder with a catalogue of Hebrew names that would turn a page round, and its models."""
    folder = tmp_path_factory.mktemp("odd")
    data = write_invented_catalogue(folder, n_songs=600)
    with data.open(encoding="utf-8", newline="") as file:
        songs = list(csv.DictReader(file))
    for number, song in enumerate(songs):
        song["name"] = f"\u202eשיר {number} (\x1b[31mLive"
        song["artists"] = str([f"אמן {number // 4} \u2067"])
    with data.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(songs[0]))
        writer.writeheader()
        writer.writerows(songs)
    train([data], folder / "models")
    return folder


@pytest.fixture
def site(odd_catalogue, tmp_path):
    songs = read_library(odd_catalogue / "data.csv")
    state = State(songs, CLIENT_ID, CLIENT_SECRET, (REDIRECT_URI,))
    with serve(state) as running:
        name = "רשימה (1"
        settings = settings_for(running, odd_catalogue / "models", tmp_path, PLAYLIST_NAME=name)
        yield Website(settings, running, songs)


class Texts(HTMLParser):
    """The Hebrew texts of a page, each with whether it is isolated from what stands beside it."""

    def __init__(self, page):
        super().__init__()
        self.open, self.found = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in {"meta", "link", "input", "path", "circle", "use", "img", "rect"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        # A title is a line of its own.
        if HEBREW.search(data) and "title" not in self.open:
            self.found.append((data, "bdi" in self.open))


@pytest.fixture
def nora(site):
    """A signed-in listener with a playlist, whose page is at `address`."""
    browser = site.browser()
    browser.listener = site.add_listener("נורה \u202e", saved=100)
    browser.sign_in(browser.listener)
    browser.home = browser.client.get("/").text
    browser.address = browser.make_playlist(site)
    return browser


def test_no_name_turns_a_page_round_or_steers_what_shows_it(site, nora):
    (playlist,) = nora.listener.playlists
    first, second, third = [entry.song.id for entry in playlist.entries][:3]
    (mix,) = mixes.list_history(site.database, nora.listener.account_id, 1)
    htmx = {"HX-Request": "true"}
    csrf = {"csrf_token": nora.csrf_token()}
    nora.post(f"/history/{mix.id}/name", name="ערב \u202e")
    nora.post("/recipes", playlist_id=playlist.id, name="מתכון", n="80")
    nora.post(f"{nora.address}/starts", about="song", subject=second)
    asked = [nora.client.get(f"{nora.address}/{path}") for path in (f"songs/{first}", "tune?q=שיר", "")]
    # Each tells what it did: as a part of the page, and on the page that comes next.
    for song, change in ((first, "swap"), (second, "like"), (third, "block-song"), (third, "block-artist")):
        path = f"{nora.address}/songs/{song}/{change}"
        asked.append(nora.client.post(path, data=csrf, headers=htmx))
    nora.post(f"{nora.address}/name", name="שם \u202e")
    paths = (nora.address, "/blocked", "/history", f"/history/{mix.id}", f"/history/{mix.id}/compare")
    asked += [nora.client.get(path) for path in paths]
    pages = [nora.home, *(answer.text for answer in asked)]

    texts = [text for page in pages for text in Texts(page).found]

    assert len(texts) > 500
    assert [text for text, is_isolated in texts if not is_isolated] == []
    # What a form sends back is sent as it is.
    shown = [re.sub(r'<input type="hidden"[^>]*>', "", page) for page in pages]
    assert [found for page in shown for found in STEERING.findall(page)] == []
    assert "Hello, <bdi>נורה \ufffd</bdi>" in nora.home


def test_what_is_blocked_by_an_odd_name_can_be_taken_back(nora):
    nora.post(f"{nora.address}/songs/{nora.listener.playlists[0].entries[0].song.id}/block-artist")
    page = nora.client.get("/blocked").text
    (subject,) = re.findall(r'name="subject" value="([^"]+)"', page)

    nora.post("/blocked/undo", about="artist", subject=subject)

    assert "You haven’t blocked anything" in nora.client.get("/blocked").text
