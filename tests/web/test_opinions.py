"""What a listener never wants to hear: ruled out on the playlist's page, respected, listed, taken back."""

import re
from html.parser import HTMLParser

import pytest
from markupsafe import escape

from store import opinions, playlists

pytestmark = pytest.mark.slow


@pytest.fixture
def nora(site):
    """A signed-in listener with a playlist; `address` is its page, `songs` are in it."""
    browser = site.browser()
    browser.listener = site.add_listener("Nora", saved=100)
    browser.sign_in(browser.listener)
    browser.address = browser.make_playlist(site)
    return browser


def list_songs(browser):
    return [entry.song for entry in browser.listener.playlists[0].entries]


def press(browser, song, change):
    """Press a button beside a song."""
    return browser.post(f"{browser.address}/songs/{song.id}/{change}")


def read_songs(browser):
    """Return the ids of the songs that the page shows, in order."""
    return re.findall(r'id="song-(\w+)"', browser.client.get(browser.address).text)


def test_every_song_offers_to_block_it_or_its_artist(nora):
    for song in list_songs(nora)[:5]:
        sheet = nora.client.get(f"{nora.address}/songs/{song.id}").text
        assert "Block this song" in sheet
        assert f"Block <bdi>{escape(song.artists[0])}</bdi>" in sheet


@pytest.mark.parametrize("kind", ["song", "artist"])
def test_what_is_blocked_is_replaced_at_once_and_in_no_later_mix(site, nora, kind):
    unwanted = list_songs(nora)[0]

    press(nora, unwanted, f"block-{kind}")

    gone = {song.id for song in site.songs if unwanted.artists[0] in song.artists or song.id == unwanted.id}
    gone = gone if kind == "artist" else {unwanted.id}
    assert not gone & set(read_songs(nora))
    assert len(read_songs(nora)) == 50
    site.forget_mixes()
    nora.make_playlist(site)
    assert not gone & {song.id for song in list_songs(nora)}
    assert len(list_songs(nora)) == 50


@pytest.mark.parametrize("kind", ["song", "artist"])
def test_undo_takes_a_block_back(site, nora, kind):
    before = read_songs(nora)
    press(nora, list_songs(nora)[0], f"block-{kind}")

    nora.post(f"{nora.address}/undo")

    assert read_songs(nora) == before
    assert opinions.list_opinions(site.database, nora.listener.account_id) == []


def test_the_list_names_what_is_ruled_out_and_takes_it_back(site, nora):
    first, second = list_songs(nora)[:2]
    press(nora, first, "block-song")
    press(nora, second, "block-artist")

    page = nora.client.get("/blocked").text
    assert f"<cite>{escape(first.title)} – {escape(', '.join(first.artists))}</cite>" in page
    assert f"<cite>{escape(second.artists[0])}</cite>" in page
    nora.post("/blocked/undo", about="song", subject=first.id)
    nora.post("/blocked/undo", about="artist", subject=second.artists[0])

    assert opinions.list_opinions(site.database, nora.listener.account_id) == []
    assert "You haven’t blocked anything" in nora.client.get("/blocked").text


def test_the_list_can_be_found_from_the_start_and_from_the_playlist(nora):
    for page in (nora.address, "/privacy", "/history"):
        assert 'href="/blocked"' in nora.client.get(page).text


def test_the_lists_old_address_leads_to_it(nora):
    answer = nora.client.get("/opinions")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/blocked")


def test_htmx_gets_only_the_part_that_changes(nora):
    song = list_songs(nora)[0]
    address = f"{nora.address}/songs/{song.id}/block-song"

    part = nora.client.post(address, data={"csrf_token": nora.csrf_token()}, headers={"HX-Request": "true"})

    assert part.status_code == 200
    assert "<html" not in part.text
    assert part.text.count('<li class="song') == 50
    assert "We won’t pick" in part.text


def test_a_form_that_is_none_of_ours_is_refused(site, nora):
    assert press(nora, list_songs(nora)[0], "block-album").status_code == 404
    assert nora.post("/blocked/undo", about="album", subject="x").status_code == 400
    assert opinions.list_opinions(site.database, nora.listener.account_id) == []


def test_only_songs_of_the_list_can_be_blocked(site, nora):
    stranger = next(song for song in site.songs if song not in list_songs(nora))

    press(nora, stranger, "block-song")
    assert opinions.list_opinions(site.database, nora.listener.account_id) == []
    assert nora.post(f"/playlists/none/songs/{stranger.id}/block-song").status_code == 404


def test_a_wish_for_more_is_no_block(site, nora):
    wanted = list_songs(nora)[0]
    press(nora, wanted, "like")

    assert "You haven’t blocked anything" in nora.client.get("/blocked").text
    assert wanted.id in read_songs(nora)


def test_a_like_can_be_taken_back_when_its_song_has_gone(site, nora):
    liked = list_songs(nora)[0]
    press(nora, liked, "like")
    press(nora, liked, "remove")

    page = nora.client.get("/blocked").text
    assert "We pick more like these." in page
    assert f"<cite>{escape(liked.title)} – {escape(', '.join(liked.artists))}</cite>" in page
    nora.post("/blocked/undo", about="song", subject=liked.id)

    assert opinions.list_opinions(site.database, nora.listener.account_id) == []
    assert "We pick more like these." not in nora.client.get("/blocked").text


@pytest.mark.parametrize("wished", [1, 2, 3])
def test_of_a_taste_of_whose_songs_more_is_wished_there_are_more(site, nora, wished):
    account_id = nora.listener.account_id
    before = playlists.get_latest(site.database, account_id).record
    for song in before.songs:
        if song.taste == wished:
            opinions.give(site.database, account_id, "song", song.id, "more", song.title)

    nora.make_playlist(site)

    after = playlists.get_latest(site.database, account_id).record
    assert after.tastes[wished].n_picks > before.tastes[wished].n_picks > 0


def test_who_has_ruled_everything_out_is_told_so(site, nora):
    for artist in {name for song in site.songs for name in song.artists}:
        opinions.give(site.database, nora.listener.account_id, "artist", artist, "never", artist)

    job = nora.post(f"{nora.address}/refresh").headers["Location"]
    site.work()
    page = nora.client.get(job).text

    assert "The songs and artists that you have blocked leave nothing to pick." in page
    assert 'href="/blocked">See what is blocked' in page
    assert "Try again" not in page
    assert len(list_songs(nora)) == 50


#: Whatever stands in the data, or in what Spotify sends.
NAMES = {
    "line end": "Guns\nRoses",
    "carriage return": "Guns\rRoses",
    "both": "Guns\r\nRoses",
    "line end at the start": "\nGuns",
    "line ends at the end": "Guns\n\r\n",
    "tab": "\tGuns\tRoses",
    "spaces around": "  Guns ",
    "spaces inside": "Guns   Roses",
    "no-break space": "\u00a0Guns\u00a0Roses\u00a0",
    "escape": "Guns\x1b[31mRoses",
    "delete": "Guns\x7fRoses",
    "form feed": "Guns\x0cRoses\x0b",
    "next line": "Guns\x85Roses\u2028",
    "marks of direction": "\u202eGuns\u2066Roses\u200f",
    "joined letters": "Guns\u200d\u0301\ufeff",
    "markup": "<b>Guns</b> &amp; &lt;Roses&gt;",
    "quotes": '"Guns" N\' \\Roses\\',
    "per cent": "Guns%0ARoses%00+&=",
    "formula": "=Guns+Roses",
    "emoji": "Guns 🔫🌹",
    "long": "Guns " * 500,
    "one space": " ",
}


class SentFields(HTMLParser):
    """The hidden fields of a page as a browser sends them."""

    def __init__(self, page):
        super().__init__()
        self.fields = []
        # As a browser reads any page (HTML, 13.2.3.5).
        self.feed(page.replace("\r\n", "\n").replace("\r", "\n"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "input" and given.get("name") == "subject":
            # As a browser sends any field (HTML, 4.10.21.4).
            self.fields.append(re.sub("\r\n|\r|\n", "\r\n", given["value"]))


@pytest.mark.parametrize("kind", NAMES)
def test_an_artist_of_whatever_name_can_be_blocked_and_taken_back(site, nora, kind):
    account_id = nora.listener.account_id
    opinions.give(site.database, account_id, "artist", NAMES[kind], "never", NAMES[kind])
    opinions.give(site.database, account_id, "artist", "Another", "never", "Another")

    sent = SentFields(nora.client.get("/blocked").text).fields
    [subject] = [each for each in sent if each != "Another"]
    undone = nora.post("/blocked/undo", about="artist", subject=subject)

    assert undone.status_code == 303
    assert [each.subject for each in opinions.list_opinions(site.database, account_id)] == ["Another"]
