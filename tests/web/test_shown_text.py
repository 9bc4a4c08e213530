"""Titles and names on pages: in any direction of writing, with characters that steer what shows them, as markup."""

import csv
import re
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from formats.library_csv import read_library
from invented.catalogue import write_invented_catalogue
from standin.state import State
from store import mixes
from tests.support.secret_search import serve
from tests.support.standin import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI
from tests.support.website import Website, settings_for
from training.train import train
from web.shown_text import fill, isolate

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


def test_a_title_that_looks_like_a_place_in_a_pattern_is_put_in_as_it_is():
    filled = fill(
        Markup("<b id={id}>{title}</b> by {artist}"), id=Markup("1"), title=Markup("{id} & {title}")
    )

    assert filled == "<b id=1>{id} & {title}</b> by {artist}"


def write_catalogue(folder, title, artist):
    """Write a catalogue in which all songs and artists are named alike, with numbers, and its models."""
    data = write_invented_catalogue(folder, n_songs=600)
    with data.open(encoding="utf-8", newline="") as file:
        songs = list(csv.DictReader(file))
    for number, song in enumerate(songs):
        song["name"] = title.format(number)
        song["artists"] = str([artist.format(number // 4)])
    with data.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(songs[0]))
        writer.writeheader()
        writer.writerows(songs)
    train([data], folder / "models")
    return folder


@pytest.fixture(scope="module")
def odd_catalogue(tmp_path_factory):
    """A folder with a catalogue of Hebrew names that would turn a page round, and its models."""
    return write_catalogue(tmp_path_factory.mktemp("odd"), "\u202eשיר {} (\x1b[31mLive", "אמן {} \u2067")


@contextmanager
def opened(catalogue, folder, playlist_name):
    """Open a website of a catalogue for the length of the block."""
    songs = read_library(catalogue / "data.csv")
    state = State(songs, CLIENT_ID, CLIENT_SECRET, (REDIRECT_URI,))
    with serve(state) as running:
        settings = settings_for(running, catalogue / "models", folder, PLAYLIST_NAME=playlist_name)
        yield Website(settings, running, songs)


@pytest.fixture
def site(odd_catalogue, tmp_path):
    with opened(odd_catalogue, tmp_path, "רשימה (1") as site:
        yield site


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
    return join(site, "נורה \u202e")


def join(site, name):
    """Sign a listener in who has a playlist, and return their browser."""
    browser = site.browser()
    browser.listener = site.add_listener(name, saved=100)
    browser.sign_in(browser.listener)
    browser.home = browser.client.get("/").text
    browser.address = browser.make_playlist(site)
    return browser


def ask_for_all_that_shows_names(site, nora, mix_name, recipe, draft_name, search):
    """Name all that can have a name, and return every page and part of a page that shows them."""
    (playlist,) = nora.listener.playlists
    first, second, third, fourth = [entry.song.id for entry in playlist.entries][:4]
    (mix,) = mixes.list_history(site.database, nora.listener.account_id, 1)
    htmx = {"HX-Request": "true"}
    csrf = {"csrf_token": nora.csrf_token()}
    nora.post(f"/history/{mix.id}/name", name=mix_name)
    nora.post("/recipes", playlist_id=playlist.id, name=recipe, n="80")
    asked = [nora.client.get(f"{nora.address}/{path}") for path in (f"songs/{first}", f"tune?q={search}")]
    # Each tells what it did: as a part of the page, and on the page that comes next.
    for song, change in ((first, "swap"), (second, "like"), (third, "block-song"), (third, "block-artist")):
        path = f"{nora.address}/songs/{song}/{change}"
        asked.append(nora.client.post(path, data=csrf, headers=htmx))
    nora.post(f"{nora.address}/starts", about="song", subject=fourth)
    nora.post(f"{nora.address}/name", name=draft_name)
    paths = (nora.address, "/blocked", "/history", f"/history/{mix.id}", f"/history/{mix.id}/compare")
    asked += [nora.client.get(path) for path in paths]
    assert [(answer.request.path, answer.status_code) for answer in asked if answer.status_code != 200] == []
    return [nora.home, *(answer.text for answer in asked)]


def test_no_name_turns_a_page_round_or_steers_what_shows_it(site, nora):
    pages = ask_for_all_that_shows_names(site, nora, "ערב \u202e", "מתכון", "שם \u202e", "שיר")

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


#: What would be an element, end an attribute, a title, a comment or a script, or be taken for a template.
MARKUP = """<b class=planted>"><i onfocus='x'><script>alert({})</script></title><!-- {{{{ 7 * 7 }}}}"""


class Elements(HTMLParser):
    """What of a page would run or was planted: scripts with a text of their own, handlers, elements of ours."""

    def __init__(self, page):
        super().__init__()
        self.found, self._is_script = [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._is_script = tag == "script"
        self.found += [name for name, value in attrs if name.startswith("on") or value == "planted"]

    def handle_endtag(self, tag):
        self._is_script = False

    def handle_data(self, data):
        if self._is_script and data.strip():
            self.found.append(data)


def test_names_that_are_markup_are_shown_as_text(tmp_path):
    catalogue = write_catalogue(tmp_path, MARKUP, f"artist {MARKUP}")
    name = MARKUP.format(1)
    with opened(catalogue, tmp_path, name[:90]) as site:
        nora = join(site, name)
        pages = ask_for_all_that_shows_names(site, nora, name[:60], name[:40], name[:90], "alert")

    assert sum(page.count("&lt;b class=planted&gt;") for page in pages) > 500
    assert [found for page in pages for found in Elements(page).found] == []
    assert "{{ 7 * 7 }}" in nora.home
