"""The pages of playlists that earlier versions made: nothing of them is lost."""

import re
from html import unescape

import pytest

from tests.support.old_database import make_old_database, read_old_rows

WRITTEN = [row for row in read_old_rows() if row[2]]


@pytest.fixture
def browse(make_site, tmp_path):
    """Sign an old account in at a site that has opened the old database, and return its client."""
    make_old_database(tmp_path / "recommender.db")
    site = make_site()

    def sign_in(account_id):
        client = site.browser().client
        with client.session_transaction() as session:
            session["account_id"] = account_id
        return client

    return sign_in


def read_words(html):
    """Return what a reader sees of a piece of a page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def list_facts(song):
    """Return what the version before showed of the reasons of a song."""
    because = song["because"]
    credit = f"{because['title']} by {because['artists']}" if because["artists"] else because["title"]
    return [fact for fact in (song.get("reason", ""), credit if because["title"] else "") if fact]


@pytest.mark.parametrize(("playlist_id", "account_id", "mix"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_the_page_of_an_old_playlist_shows_its_songs_with_their_reasons(browse, playlist_id, account_id, mix):
    client = browse(account_id)
    page = client.get(f"/playlists/{playlist_id}").text

    rows = re.findall(r'<li class="song[^"]*" id="song-(\w+)">(.*?)</li>', page, re.DOTALL)
    assert [song_id for song_id, _ in rows] == [song["id"] for song in mix["songs"]]
    for (_, row), song in zip(rows, mix["songs"], strict=True):
        shown = read_words(row)
        assert song["title"] in shown
        assert song["artists"] in shown
        assert str(song["year"] or "") in shown
    song = mix["songs"][0]
    sheet = read_words(client.get(f"/playlists/{playlist_id}/songs/{song['id']}").text)
    for fact in list_facts(song):
        assert fact[1:] in sheet
    for left_out in mix["left_out"]:
        assert f"{left_out['title']} by {left_out['artists']}: {left_out['why']}" in read_words(page)


def test_a_playlist_that_was_never_written_is_not_shown(browse):
    _, account_id, _ = WRITTEN[0]

    assert browse(account_id).get("/playlists/begun").status_code == 404
