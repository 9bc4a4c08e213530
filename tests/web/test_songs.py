"""Songs that are brought in a file: a visitor's way from it to a mix and out again, and a listener's."""

import io
import json
import re
from dataclasses import replace

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from formats.library import read_content
from formats.written_songs import SONG_FILES, write_csv
from recommender.song import Song
from standin.faults import Fault
from standin.named_faults import FAULTS
from store import libraries, playlists, tables, weekly
from store.visits import MAX_VISIT, MAX_VISITS
from tests.support.brought_files import WRITERS, write_file
from tests.support.songs import song_id
from tests.support.website import read_everything
from web.songs import MAX_SONGS

FROM_HERE = {"Origin": "http://127.0.0.1:8000"}


def bring(browser, name, content, **form):
    """Send a file as a stranger's browser does from the front page, or a listener's with a token."""
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(content), name), **form})
    content_type = f"multipart/form-data; boundary={boundary}"
    return browser.client.post("/songs", data=body, content_type=content_type, headers=FROM_HERE)


def bring_songs(site, browser, name="exportify.csv", n_songs=60):
    answer = bring(browser, name, write_file(name, site.songs[:n_songs]))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


@pytest.fixture
def visitor(site):
    """A browser whose listener has brought sixty songs."""
    browser = site.browser()
    browser.page = bring_songs(site, browser)
    return browser


def list_calls(site):
    return list(site.standin.state.requests)


def list_accounts(site):
    with site.database.reading() as connection:
        return connection.execute(tables.accounts.select()).all()


@pytest.mark.parametrize("name", WRITERS)
def test_each_form_of_file_leads_a_stranger_to_a_mix_with_links_and_out_again(site, name):
    browser = site.browser()

    page = browser.client.get(bring_songs(site, browser, name)).text

    assert "60 of 60 songs recognised." in page
    shown = re.findall(rf'href="{site.standin.url}/track/(\w+)"[^>]*data-play', page)
    assert len(shown) == 50
    assert not set(shown) & {song.id for song in site.songs[:60]}
    assert "iframe" not in page
    assert "Update my playlist" not in page
    assert "Sign in to save" in page
    home = browser.client.get("/").headers["Location"]
    path = home.partition("?")[0]
    for form in SONG_FILES:
        read = read_content(f"songs.{form}", browser.client.get(f"{path}/export/{form}").data).songs
        if form != "txt":
            assert [song.id for song in read] == shown
        else:
            assert len(read) == 50


def test_songs_whose_titles_hold_half_a_character_or_a_nul_lead_to_a_mix(site):
    """As an export leaves them that cuts long titles off in the middle of an emoji."""
    browser = site.browser()
    known = [{"trackName": song.title, "artistName": song.artists[0]} for song in site.songs[:60]]
    odd = [
        {"trackName": f"{each}, never heard of", "artistName": each} for each in ("\ud83d", "\0\0", "x\udfb5")
    ]

    answer = bring(browser, "songs.json", json.dumps([*known, *odd]).encode())

    page = browser.client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert page.text.count('<li class="song') == 50
    assert page.text.count("\N{REPLACEMENT CHARACTER}, never heard of") == 3
    assert browser.client.get("/", follow_redirects=True).status_code == 200


def test_songs_with_half_a_character_that_were_kept_before_are_shown_and_handed_out(site, visitor):
    (account,) = list_accounts(site)
    kept = libraries.load(site.database, account.id)
    odd = {**kept.songs[0], "id": "", "title": "cut \ud83d", "artists": ["\ud83d", site.songs[0].artists[0]]}
    libraries.save(site.database, replace(kept, songs=(*kept.songs, odd), total=61))

    assert visitor.client.get(f"{visitor.page}").status_code == 200
    assert visitor.client.get("/taste").status_code == 200
    exported = visitor.client.get("/account/export")
    assert "cut ?" in [song["title"] for song in json.loads(exported.text)["libraries"][0]["songs"]]


def test_the_plays_of_a_history_are_told_and_kept(site):
    browser = site.browser()
    plays = json.loads(write_file("Streaming_History_Audio_2022.json", site.songs[:60]))

    answer = bring(browser, "history.json", json.dumps([*plays, *plays[:30], *plays[:30]]).encode())

    page = browser.client.get(answer.headers["Location"]).text
    assert "120 plays counted: what you play often weighs more." in page
    (account,) = list_accounts(site)
    kept = libraries.load(site.database, account.id).songs
    assert [song["n_plays"] for song in kept] == [3] * 30 + [1] * 30
    assert (
        "<dt>plays counted: what you play often weighs more</dt><dd>120</dd>"
        in browser.client.get("/taste").text
    )


def test_spotify_is_never_asked_for_a_visitor_whatever_they_do(site, visitor, capfd):
    n_before = len(list_calls(site))
    path = visitor.page.partition("?")[0]

    for change in ("like", "keep", "swap", "remove", "block-song", "block-artist"):
        song = re.search(r'id="song-(\w+)"', visitor.client.get(path).text)[1]
        assert visitor.post(f"{path}/songs/{song}/{change}").status_code == 303
    for step in ("tune", "shuffle", "name", "undo", "discard"):
        assert visitor.post(f"{path}/{step}", n="20", s="30", name="Mine").status_code == 303
    for step in ("refresh", "save", "weekly"):
        refused = visitor.post(f"{path}/{step}")
        assert (refused.status_code, "This needs your account at Spotify" in refused.text) == (403, True)
    assert visitor.post("/playlists").status_code == 403
    site.work()

    assert list_calls(site)[n_before:] == []


def test_a_visitor_presses_a_button_and_everything_of_theirs_is_gone(site, visitor):
    page = visitor.client.get(visitor.page).text
    assert 'action="/songs/delete"' in page
    (account,) = list_accounts(site)

    visitor.post("/songs/delete")

    assert "have been deleted" in visitor.client.get("/").text
    assert visitor.client.get(visitor.page).status_code == 302
    left = {name: rows for name, rows in read_everything(site).items() if account.id in str(rows)}
    assert left == {}


def test_after_24_hours_everything_of_a_visitor_is_gone(site, visitor):
    (account,) = list_accounts(site)
    site.clock.move(seconds=MAX_VISIT.total_seconds() - 60)
    site.work()
    assert visitor.client.get(visitor.page).status_code == 200

    site.clock.move(seconds=60)

    # By the clock, whether a worker has come by or not.
    assert visitor.client.get(visitor.page).status_code == 302
    site.work()
    assert account.id not in str(read_everything(site))


def test_a_visitor_who_brings_another_file_has_only_that_one(site, visitor):
    (before,) = list_accounts(site)

    bring(
        visitor, "more.csv", write_file("exportify.csv", site.songs[60:200]), csrf_token=visitor.csrf_token()
    )

    (account,) = list_accounts(site)
    assert account.id != before.id
    assert libraries.load(site.database, account.id).total == 140


def test_two_visitors_see_nothing_of_each_other(site, visitor):
    other = site.browser()
    bring_songs(site, other, n_songs=100)

    assert other.client.get(visitor.page).status_code in (302, 404)
    assert other.client.get(visitor.page.partition("?")[0]).status_code == 404


def test_what_is_kept_of_a_visitor_is_handed_out_to_them(site, visitor):
    kept = json.loads(visitor.client.get("/account/export").text)

    assert len(kept["libraries"][0]["songs"]) == 60
    assert kept["tokens"] == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "empty.csv is empty"),
        ("notes.txt", b"Dear diary,\nnothing to see here\n", "has no columns that name songs"),
        ("cut.json", b'{"tracks": [', "is no whole JSON"),
        ("bad.zip", b"PK\x03\x04" + b"x" * 90, "cannot be read"),
        ("unknown.txt", b"Nobody - Never\n", "None of the songs in your file is in our catalogue yet"),
    ],
    ids=["empty", "prose", "cut off", "a broken zip", "of nothing known"],
)
def test_a_file_that_leads_to_no_mix_is_answered_in_a_sentence_and_not_kept(site, name, content, sentence):
    browser = site.browser()
    before = read_everything(site)

    answer = bring(browser, name, content)

    assert (answer.status_code, sentence in answer.text) == (422, True), answer.text
    assert 'type="file"' in answer.text
    assert read_everything(site) == before


def test_no_file_is_answered_in_a_sentence(site):
    answer = site.browser().client.post("/songs", headers=FROM_HERE)

    assert (answer.status_code, "choose a file" in answer.text) == (422, True)


def test_a_form_of_another_site_makes_nobody_a_visitor(site):
    for headers in ({}, {"Origin": "null"}, {"Origin": "https://evil.example"}):
        data = {"file": (io.BytesIO(write_file("exportify.csv", site.songs[:60])), "x.csv")}
        answer = site.browser().client.post(
            "/songs", data=data, content_type="multipart/form-data", headers=headers
        )
        assert answer.status_code == 400
    assert list_accounts(site) == []


@pytest.mark.slow
def test_of_more_than_20_000_songs_the_first_are_kept_and_that_is_told(site):
    others = [Song(song_id(number), f"Other {number}", ("Nobody",)) for number in range(MAX_SONGS)]
    browser = site.browser()

    answer = bring(browser, "many.csv", write_csv("", [*site.songs[:60], *others]).encode())

    page = browser.client.get(answer.headers["Location"]).text
    assert "Your file has more than 20,000 songs. The first 20,000 count here." in page
    assert "60 of 20,000 songs recognised." in page
    (account,) = list_accounts(site)
    assert libraries.load(site.database, account.id).total == MAX_SONGS


def test_a_file_may_be_large_but_no_other_form(site, visitor):
    padding = b"#" * 400_000 + b"\n"
    lines = write_file("playlist.m3u8", site.songs[:60])

    assert bring(site.browser(), "large.m3u8", lines + padding).status_code == 303
    assert visitor.post(f"{visitor.page}/name", name="x" * 100_000).status_code == 413


def test_too_many_files_are_refused_for_a_while(site):
    browser = site.browser()
    answers = [bring(browser, "x.txt", b"").status_code for _ in range(31)]

    assert answers == [422] * 30 + [429]


def list_shown(page):
    return re.findall(r'id="song-(\w+)"', page)


def test_signing_in_takes_the_mix_its_draft_and_the_songs_along_to_be_saved(site, visitor):
    path = visitor.page.partition("?")[0]
    visitor.post(f"{path}/shuffle")
    visitor.post(f"{path}/name", name="Mine")
    shown = list_shown(visitor.client.get(path).text)
    listener = site.add_listener("Nora")

    came = visitor.client.get(visitor.sign_in(listener).headers["Location"]).text

    (account,) = list_accounts(site)
    assert account.display_name == "Nora"
    assert "Your mix came along, and so did the songs of your file" in came
    assert list_shown(came) == shown
    assert ("Save to Spotify" in came, "Update my playlist" in came, "data-player" in came) == (
        True,
        False,
        False,
    )
    assert "Undo: renamed" in came
    assert listener.playlists == []
    saved = visitor.do_job(site, f"{path}/save")
    (playlist,) = listener.playlists
    assert (saved, playlist.name) == (f"/playlists/{playlist.id}", "Mine")
    assert [entry.song.id for entry in playlist.entries] == shown
    assert "/me/tracks" not in str(list_calls(site))
    kept = read_everything(site)
    assert (len(kept["playlists"]), len(kept["mixes"]), kept["draft_steps"]) == (1, 1, [])
    page = visitor.client.get(saved).text
    assert ("Save to Spotify" in page, "data-player" in page) == (False, True)
    visitor.do_job(site, f"{saved}/refresh", reread="on")
    assert libraries.load(site.database, account.id).source == ""


def test_a_mix_that_came_along_unchanged_is_refreshed_and_saved_too(site, visitor):
    listener = site.add_listener("Nora")
    visitor.sign_in(listener)

    refreshed = visitor.do_job(site, f"{visitor.page.partition('?')[0]}/refresh")
    visitor.do_job(site, f"{refreshed}/save")

    (playlist,) = listener.playlists
    assert len(playlist.entries) == 50
    assert len(read_everything(site)["playlists"]) == 1


def test_a_save_of_a_mix_that_came_along_creates_one_playlist_however_often_it_is_tried(site, visitor):
    listener = site.add_listener("Nora")
    visitor.sign_in(listener)
    path = visitor.page.partition("?")[0]
    for fault in ("403 not on the list", "429 long"):
        site.standin.state.faults.add("PUT /v1/playlists/{id}/items", FAULTS[fault])
        job = visitor.post(f"{path}/save").headers["Location"]
        site.work()
        visitor.post(f"{job}/cancel")
        # Longer than Spotify asks to wait.
        site.clock.move(hours=2)
    assert [len(playlist.entries) for playlist in listener.playlists] == [0]

    saved = visitor.do_job(site, f"{path}/save")

    (playlist,) = listener.playlists
    assert (saved, len(playlist.entries)) == (f"/playlists/{playlist.id}", 50)


def test_the_page_of_a_job_leads_to_the_playlist_that_a_mix_that_came_along_has_become(site, visitor):
    visitor.sign_in(site.add_listener("Nora"))
    path = visitor.page.partition("?")[0]
    job = visitor.post(f"{path}/refresh").headers["Location"]
    site.work()

    saved = visitor.do_job(site, f"{path}/save")

    assert visitor.client.get(job).headers["Location"].partition("?")[0] == saved


def test_a_mix_that_came_along_can_be_refreshed_every_week_once_it_is_saved(site, visitor):
    listener = site.add_listener("Nora")
    visitor.sign_in(listener)
    path, monday = visitor.page.partition("?")[0], {"weekday": "0", "hour": "7", "time_zone": "UTC"}
    assert "Refresh every week" not in visitor.client.get("/history").text

    refused = visitor.client.get(visitor.post(f"{path}/weekly", **monday).headers["Location"]).text

    assert "Save this mix to Spotify first" in refused
    assert weekly.get(site.database, listener.account_id) is None
    saved = visitor.do_job(site, f"{path}/save")
    assert "Refresh every week" in visitor.client.get("/history").text
    visitor.post(f"{saved}/weekly", **monday)
    (playlist,) = listener.playlists
    assert weekly.get(site.database, listener.account_id).playlist_id == playlist.id


def test_what_is_changed_while_a_mix_that_came_along_is_saved_is_a_draft_of_the_playlist(site, visitor):
    listener = site.add_listener("Nora")
    visitor.sign_in(listener)
    path = visitor.page.partition("?")[0]
    job = visitor.post(f"{path}/save").headers["Location"]
    visitor.post(f"{path}/name", name="Later")

    site.work()

    page = visitor.client.get(visitor.client.get(job).headers["Location"]).text
    assert "Undo: renamed to “Later”" in page
    assert "Update my playlist" in page


def test_a_listener_with_a_playlist_finds_the_mix_of_their_visit_as_a_step_that_can_be_undone(
    site, nora, visitor
):
    own = nora.make_playlist(site)
    nora.post(f"{own}/name", name="My own draft")
    before = nora.client.get(own).text
    shown = list_shown(visitor.client.get(visitor.page).text)
    written = [entry.song.id for entry in nora.listener.playlists[0].entries]

    came = visitor.client.get(visitor.sign_in(nora.listener).headers["Location"]).text

    assert "Your mix came along, as a draft of your playlist" in came
    assert list_shown(came) == shown
    assert "Undo: brought a mix along" in came
    assert "Update my playlist" in came
    assert [entry.song.id for entry in nora.listener.playlists[0].entries] == written
    visitor.post(f"{own}/undo")
    assert list_shown(visitor.client.get(own).text) == list_shown(before)
    assert "Undo: renamed to “My own draft”" in visitor.client.get(own).text
    assert visitor.client.get(visitor.page.partition("?")[0]).status_code == 404


def test_the_mix_of_a_second_visit_is_a_step_of_the_first_s_where_that_is_not_saved_yet(site, visitor):
    listener = site.add_listener("Nora")
    visitor.sign_in(listener)
    again = site.browser()
    again.page = bring_songs(site, again, n_songs=100)
    shown = list_shown(again.client.get(again.page).text)

    came = again.client.get(again.sign_in(listener).headers["Location"]).text

    assert "“Undo” takes it back" in came
    assert "Undo: brought a mix along" in came
    assert list_shown(came) == shown


def test_songs_of_a_visit_stay_though_a_job_was_reading_the_liked_ones_at_the_sign_in(site, nora, visitor):
    nora.post("/playlists")
    sign_in = Fault(first=lambda: visitor.sign_in(nora.listener))
    site.standin.state.faults.add("GET /v1/me/tracks", sign_in)

    site.work()

    kept = libraries.load(site.database, nora.listener.account_id)
    assert (kept.source, kept.total) == ("exportify.csv", 60)
    nora.do_job(site, f"/playlists/{nora.listener.playlists[0].id}/refresh", reread="on")
    assert libraries.load(site.database, nora.listener.account_id).source == ""


def test_a_sign_in_after_the_visit_is_over_is_one_like_any_other(site, visitor):
    site.clock.move(seconds=MAX_VISIT.total_seconds())

    page = visitor.sign_in(site.add_listener("Nora")).text

    assert "came along" not in page
    assert "Make my playlist" in page


def test_a_visit_that_finds_no_room_is_told_when_to_come_back_and_nothing_of_it_is_kept(site):
    now = site.clock.now()
    row = {
        "display_name": "Visitor",
        "user_id": "",
        "last_seen": now,
        "expires_at": now + MAX_VISIT,
        "n_bytes": 1,
    }
    with site.database.writing() as connection:
        connection.execute(tables.accounts.insert(), [{"id": str(n), **row} for n in range(MAX_VISITS)])
    site.clock.move(minutes=48)
    before = read_everything(site)
    browser = site.browser()

    answer = bring(browser, "mine.csv", write_file("exportify.csv", site.songs[:60]))

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "720")
    assert "Many people are trying this right now" in answer.text
    assert "please wait 12 minutes, then try again" in answer.text
    assert read_everything(site) == before
    site.clock.move(minutes=12)
    bring_songs(site, browser)
    assert len(list_accounts(site)) == MAX_VISITS


@pytest.fixture
def nora(site):
    browser = site.browser()
    browser.listener = site.add_listener("Nora")
    browser.sign_in(browser.listener)
    return browser


def test_a_listener_brings_a_file_in_place_of_their_liked_songs(site, nora):
    answer = bring(
        nora, "x.csv", write_file("exportify.csv", site.songs[300:400]), csrf_token=nora.csrf_token()
    )
    site.work()

    done = nora.client.get(answer.headers["Location"])
    page = done.headers["Location"].partition("?")[0]
    playlist = playlists.get_latest_written(site.database, nora.listener.account_id)
    assert playlist.record.counts.n_saved == 100
    assert nora.listener.playlists[0].id == playlist.id
    assert "/me/tracks" not in str(list_calls(site))
    # Their next mix goes by the same songs, until they read their library again.
    nora.do_job(site, f"{page}/refresh")
    assert "/me/tracks" not in str(list_calls(site))
    nora.do_job(site, f"{page}/refresh", reread="on")
    assert libraries.load(site.database, nora.listener.account_id).total == 60


def test_a_listener_needs_a_token_to_bring_a_file(site, nora):
    assert bring(nora, "x.csv", write_file("exportify.csv", site.songs[:99])).status_code == 400


@pytest.mark.parametrize("content", [b"Nobody - Never\n", b"Dear diary\n"], ids=["of nothing known", "prose"])
def test_a_file_of_a_listener_that_leads_to_no_mix_leaves_their_songs_as_they_are(site, nora, content):
    nora.make_playlist(site)
    before = read_everything(site)

    answer = bring(nora, "x.txt", content, csrf_token=nora.csrf_token())

    assert answer.status_code == 422
    assert read_everything(site) == before


def test_what_is_kept_of_a_file_stands_on_the_page_of_the_account(site, nora, visitor):
    nora.make_playlist(site)
    assert "60 liked songs, as last read on" in nora.client.get("/account").text
    name = "<b>mine & yours.csv"
    bring(nora, name, write_file("exportify.csv", site.songs[300:400]), csrf_token=nora.csrf_token())

    for browser, count, shown in (
        (nora, 100, "&lt;b&gt;mine &amp; yours.csv"),
        (visitor, 60, "exportify.csv"),
    ):
        page = browser.client.get("/account").text
        assert f"{count} songs of your file “<bdi>{shown}</bdi>”, brought on" in page
        assert "liked songs, as last read" not in page
        assert ("Read my library again" in page) == (browser is nora)


def test_while_a_mix_of_a_file_is_made_its_page_does_not_speak_of_liked_songs(site, nora):
    job = bring(nora, "x.csv", write_file("exportify.csv", site.songs[300:400]), csrf_token=nora.csrf_token())

    page = nora.client.get(job.headers["Location"]).text

    assert "Reading the songs of your file" in page
    assert "liked songs" not in page


def test_while_the_library_is_read_again_after_a_file_its_page_speaks_of_liked_songs(site, nora):
    path = nora.make_playlist(site)
    bring(nora, "x.csv", write_file("exportify.csv", site.songs[300:400]), csrf_token=nora.csrf_token())
    site.work()

    page = nora.client.get(nora.post(f"{path}/refresh", reread="on").headers["Location"]).text

    assert "Reading your liked songs" in page


def test_a_visitor_sees_the_taste_of_their_songs_and_its_card(site, visitor):
    page = visitor.client.get("/taste").text

    assert "What your songs have in common." in page
    assert re.search(r"of your songs read</dt><dd>60</dd>", page)
    for words in ("liked", "playlist of your account"):
        assert words not in page.casefold()
    for kind, beginning in (("svg", b"<svg"), ("png", b"\x89PNG")):
        card = visitor.client.get(f"/taste/card.{kind}")
        assert (card.status_code, card.data[:4]) == (200, beginning)
        assert b"Visitor" not in card.data


def test_the_map_of_a_visitor_has_the_songs_of_their_file_and_of_their_mix(site, visitor):
    before = visitor.client.get("/taste").text
    titles = {song.title for song in site.songs[:60]}
    shown = set(re.findall(r"<cite><bdi>([^<]+)</bdi></cite>", before))
    assert titles & shown
    path = visitor.page.partition("?")[0]

    visitor.post(f"{path}/tune", n="20", s="10")

    assert visitor.client.get("/taste").text != before


def test_after_a_visit_its_taste_is_nobodys(site, visitor):
    other = site.browser()
    bring_songs(site, other, n_songs=300)
    assert visitor.client.get("/taste").text != other.client.get("/taste").text

    visitor.post("/songs/delete")

    for address in ("/taste", "/taste/card.svg", "/taste/card.png"):
        assert visitor.client.get(address).status_code == 302
