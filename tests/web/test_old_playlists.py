"""The pages of playlists that earlier versions made: they read as they did then, but for empty tastes."""

import re
from html import unescape

import pytest
from markupsafe import escape

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


def describe(song, tastes):
    """Return what the version before showed of the reasons of a song, word for word."""
    because = song["because"]
    credit = f"{because['title']} by {because['artists']}" if because["artists"] else because["title"]
    likeness = f": {song['likeness']}" if song.get("likeness") else ""
    most_like = song.get("most_like", "sounds most like")
    told = [song.get("reason", ""), f"Of your songs there it {most_like} {credit}{likeness}"]
    return " ".join([*told, tastes[song["cluster"]]["name"]]).strip()


@pytest.mark.parametrize(("playlist_id", "account_id", "mix"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_the_page_of_an_old_playlist_reads_as_it_did(browse, playlist_id, account_id, mix):
    page = browse(account_id).get(f"/playlists/{playlist_id}").text

    rows = re.findall(r'<li class="song" id="song-(\w+)">(.*?)</li>', page, re.DOTALL)
    assert [song_id for song_id, _ in rows] == [song["id"] for song in mix["songs"]]
    for (_, row), song in zip(rows, mix["songs"], strict=True):
        [reason] = re.findall(r'<p class="song-reason">(.*?)</p>', row, re.DOTALL)
        assert read_words(reason) == describe(song, mix["tastes"])
        year = f" · {song['year']}" if song["year"] else ""
        assert f"{song['title']} {song['artists']}{year}" in read_words(row)
        artist = [song["first_artist"]] if "first_artist" in song else []
        assert re.findall(r">Never ([^<]+)</button>", row) == ["this song", *map(str, map(escape, artist))]
    tastes = re.findall(r'<li class="taste">(.*?)</li>', page, re.DOTALL)
    used = [taste for taste in mix["tastes"] if taste["saved"]]
    for shown, taste in zip(tastes, used, strict=True):
        assert taste.get("full_name", taste["name"]) in read_words(shown)
        typical = f" · typical: {', '.join(taste['genres'])}" if taste.get("genres") else ""
        assert read_words(shown).endswith(
            f"{taste['picks']} picked, going by {taste['saved']:,} saved songs{typical}"
        )
    for song in mix["left_out"]:
        assert f"{song['title']} by {song['artists']}: {song['why']}" in read_words(page)


def test_a_playlist_that_was_never_written_is_not_shown(browse):
    _, account_id, _ = WRITTEN[0]

    assert browse(account_id).get("/playlists/begun").status_code == 404
