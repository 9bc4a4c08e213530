"""The stand-in's public pages: playlists, the embedded player, songs and covers."""

import re
import xml.etree.ElementTree as ET

import pytest
import requests

from recommender.song import Song
from standin.state import StandinEntry


@pytest.fixture
def playlist(standin):
    """Two songs, of 3:00 and 61:40."""
    listener = standin.add_listener(name="Lisa & Co")
    songs = [
        Song("a" * 22, "Loud <b>", ("One", "Two"), 1999, 180_000, True),
        Song("b" * 22, "Long", ("Two",), None, 3_700_000, False),
    ]
    standin.state.music.add(songs)
    playlist = standin.state.add_playlist(listener, "Mix & match", "Made by hand", False, False)
    playlist.entries[:] = [StandinEntry(song, 0.0) for song in songs]
    return playlist


def get(standin, path):
    return requests.get(standin.url + path, timeout=5)


@pytest.mark.parametrize("path", ["/playlist/", "/embed/playlist/"])
def test_a_playlist_shows_its_songs_to_everybody(standin, playlist, path):
    page = get(standin, path + playlist.id)

    assert page.status_code == 200
    for text in (
        "Mix &amp; match",
        "Lisa &amp; Co",
        "2 songs, 1 h 5 min",
        "Loud &lt;b&gt;",
        "One, Two",
        "3:00",
        "61:40",
    ):
        assert text in page.text


def test_only_the_player_may_be_framed(standin, playlist):
    embed = get(standin, f"/embed/playlist/{playlist.id}?utm_source=generator&theme=0")
    page = get(standin, f"/playlist/{playlist.id}")

    assert "frame-ancestors *" in embed.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in embed.headers


def test_no_page_has_inline_styles_or_scripts(standin, playlist):
    song = "a" * 22
    players = (f"/embed/playlist/{playlist.id}", f"/embed/track/{song}")
    for path in (f"/playlist/{playlist.id}", f"/track/{song}", "/authorize", *players):
        page = get(standin, path)
        assert not re.search(r"<script(?! defer src=)|<style|\sstyle=|\son\w+=", page.text)
        policy = page.headers["Content-Security-Policy"]
        assert ("script-src 'self'" in policy) == (path in players)
        assert "unsafe" not in policy


def test_the_iframe_api_is_a_script_that_is_asked_for_again(standin):
    script = get(standin, "/embed/iframe-api/v1")

    assert script.headers["Content-Type"].startswith("text/javascript")
    assert script.headers["Cache-Control"] == "no-cache"
    assert "onSpotifyIframeApiReady" in script.text


def test_a_song_has_a_player_of_its_own(standin, playlist):
    player = get(standin, f"/embed/track/{'a' * 22}")

    assert player.status_code == 200
    for text in (
        "Loud &lt;b&gt;",
        "One, Two",
        f'data-song="spotify:track:{"a" * 22}"',
        'data-duration="180000"',
    ):
        assert text in player.text
    assert "frame-ancestors *" in player.headers["Content-Security-Policy"]


def test_an_empty_playlist_says_so(standin, playlist):
    playlist.entries.clear()

    page = get(standin, f"/embed/playlist/{playlist.id}").text

    assert "0 songs, 0 min" in page
    assert "There are no songs in this playlist yet." in page


def test_a_song_shows_its_album_and_year(standin, playlist):
    page = get(standin, f"/track/{'a' * 22}").text

    assert "Loud &lt;b&gt; · 1999 · 3:00" in page


@pytest.mark.parametrize(
    "path", ["/playlist/", "/embed/playlist/", "/track/", "/embed/track/", "/cover/", "/album/"]
)
def test_an_address_that_does_not_exist_gets_a_page_that_says_so(standin, path):
    page = get(standin, path + "9" * 22)

    assert page.status_code == 404
    assert "Page not found" in page.text


def test_a_link_to_spotify_itself_leads_somewhere(standin):
    front = get(standin, "/")

    assert front.status_code == 200
    assert "Spotify would open here" in front.text


def test_a_cover_is_drawn_from_the_id_alone(standin):
    first, again, other = (get(standin, f"/cover/{letter * 22}.svg") for letter in "aab")

    assert first.headers["Content-Type"].startswith("image/svg+xml")
    assert ET.fromstring(first.text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own
    assert first.text == again.text != other.text


def test_the_stylesheet_is_there(standin, playlist):
    [address] = re.findall(
        r'<link rel="stylesheet" href="(.+?)"', get(standin, f"/playlist/{playlist.id}").text
    )

    assert get(standin, address).headers["Content-Type"].startswith("text/css")
