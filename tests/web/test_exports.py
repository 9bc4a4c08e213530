"""A mix is taken along as it is shown: a draft with its changes, a preview, or a mix of the history."""

import html
import json
import re

import pytest

from formats.library import read_content
from formats.written_songs import SONG_FILES
from startup import SESSION_COOKIE
from store import drafts, mixes, playlists
from store.tokens import load_token
from tests.support.nora import browser, nora

__all__ = ["browser", "nora"]


def read_names(songs):
    return [(song.title, song.artists[0]) for song in songs]


def list_recorded(record):
    return [(song.title, song.artists) for song in record.songs]


@pytest.fixture
def page(site, browser):
    return browser.make_playlist(site)


@pytest.mark.parametrize("form", SONG_FILES)
def test_a_playlist_is_downloaded_as_a_file_of_each_form(site, browser, nora, page, form):
    playlist = playlists.get_latest_written(site.database, nora.account_id)

    answer = browser.client.get(f"{page}/export/{form}")

    assert answer.mimetype == SONG_FILES[form].mimetype
    assert f'filename="{playlist.name}.{form}"' in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    read = read_content(f"songs.{form}", answer.data).songs
    assert read_names(read) == list_recorded(playlist.record)
    if form != "txt":
        assert [song.id for song in read] == [song.id for song in playlist.record.songs]


def test_a_draft_is_taken_along_with_its_changes(site, browser, nora, page):
    browser.post(f"{page}/shuffle")
    playlist_id = page.rpartition("/")[2]
    step = drafts.get(site.database, playlist_id, nora.account_id)

    read = read_content("songs.csv", browser.client.get(f"{page}/export/csv").data).songs

    assert read_names(read) == list_recorded(step.record)


def test_a_preview_is_taken_along_as_its_address_tells_it(browser, page):
    offered = browser.client.get(f"{page}/export?n=50&s=12").text
    (link,) = re.findall(r'href="([^"]+/csv[^"]*)"', offered)

    read = read_content("songs.csv", browser.client.get(html.unescape(link)).data).songs

    assert len(read) == 12


def test_the_text_to_copy_has_every_song_in_a_line(site, browser, nora, page):
    playlist = playlists.get_latest_written(site.database, nora.account_id)

    offered = browser.client.get(f"{page}/export").text

    text = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", offered, re.DOTALL)[1])
    assert read_names(read_content("songs.txt", text.encode()).songs) == list_recorded(playlist.record)


@pytest.mark.parametrize("form", SONG_FILES)
def test_a_mix_of_the_history_is_downloaded_as_it_was(site, browser, nora, page, form):
    (line,) = mixes.list_history(site.database, nora.account_id, 9)
    mix = mixes.get(site.database, line.id, nora.account_id)
    browser.make_playlist(site)

    offered = browser.client.get(f"/history/{line.id}/export")
    answer = browser.client.get(f"/history/{line.id}/export/{form}")

    assert f'href="/history/{line.id}/export/{form}"' in offered.text
    assert read_names(read_content(f"songs.{form}", answer.data).songs) == list_recorded(mix.record)


def test_another_form_is_not_found(browser, page):
    assert browser.client.get(f"{page}/export/exe").status_code == 404


@pytest.mark.parametrize(
    ("name", "file_name"),
    [("A/B: \\ “x”", "A B x.csv"), ("...", "songs.csv"), ("x" * 90, "x" * 80 + ".csv")],
    ids=["with what no file may have", "of dots", "too long"],
)
def test_a_file_has_a_name_that_every_system_takes(browser, page, name, file_name):
    browser.post(f"{page}/name", name=name)

    answer = browser.client.get(f"{page}/export/csv")

    assert answer.headers["Content-Disposition"].replace('"', "") == f"attachment; filename={file_name}"


def test_the_account_page_hands_out_everything_that_is_kept_and_no_secret(site, browser, nora, page):
    ole = site.browser()
    ole.sign_in(site.add_listener("Ole"))
    ole.make_playlist(site)
    linked = browser.client.get("/account").text

    answer = browser.client.get("/account/export")

    assert 'href="/account/export"' in linked
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    kept = json.loads(answer.text)
    assert kept["accounts"][0]["display_name"] == "Nora"
    assert [row["id"] for row in kept["playlists"]] == [page.rpartition("/")[2]]
    assert "Ole" not in answer.text
    token = load_token(site.database, nora.account_id)
    for secret in (token.access_token, token.refresh_token, browser.client.get_cookie(SESSION_COOKIE).value):
        assert secret not in answer.text
