"""The pages as a listener meets them, from the first look to the playlist."""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from standin.faults import Fault
from standin.named_faults import FAULTS, refused
from store import jobs, libraries, runs, tables
from tests.support.standin import made_up_songs
from version import VERSION


def test_a_stranger_reads_what_is_read_written_and_kept_before_signing_in(site):
    page = site.browser().client.get("/").text

    for heading in ("What it reads", "What it writes", "What is kept"):
        assert heading in page
    assert 'href="/login"' in page


def test_a_playlist_is_made_from_the_library_and_shown_with_a_reason_for_every_song(site):
    listener = site.add_listener("Nora", saved=320)
    browser = site.browser()
    browser.sign_in(listener)

    page = browser.client.get(browser.make_playlist(site)).text

    (playlist,) = listener.playlists
    written = [entry.song for entry in playlist.entries]
    assert len({song.id for song in written}) == 50
    assert not {song.id for song in written} & {entry.song.id for entry in listener.saved}
    assert len(re.findall(r'class="song-reason">\s*\S', page)) == 50
    assert f'src="{site.standin.url}/embed/playlist/{playlist.id}' in page
    assert f'href="{site.standin.url}/playlist/{playlist.id}"' in page
    # A genre and artists of the listener's own.
    assert re.search(r'<span class="taste-name" title="[^"]+: [^"]+, [^"]+">', page)
    assert len(re.findall("You’ve saved [0-9]+ of their songs", page)) > 5


def test_the_page_of_a_playlist_tells_how_new_the_catalogue_is(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora", saved=60))

    page = browser.client.get(browser.make_playlist(site)).text

    newest = max(song.year for song in site.songs)
    assert f"The newest songs of the catalogue are from {newest}." in page


def test_the_playlist_is_written_in_the_order_of_its_page(site):
    listener = site.add_listener("Nora", saved=100)
    browser = site.browser()
    browser.sign_in(listener)

    page = browser.client.get(browser.make_playlist(site)).text

    shown = re.findall(rf"{site.standin.url}/track/(\w+)", page)
    assert shown == [entry.song.id for entry in listener.playlists[0].entries]


def test_the_playlist_is_named_described_and_private_as_the_settings_say(make_site):
    site = make_site(PLAYLIST_NAME="Songs of the week", PLAYLIST_PUBLIC="no")
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)

    browser.make_playlist(site)

    (playlist,) = listener.playlists
    assert playlist.name == "Songs of the week"
    assert playlist.is_public is False
    assert 0 < len(playlist.description) <= 300


def test_the_library_is_read_in_pages_of_fifty(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora", saved=120))

    browser.make_playlist(site)

    assert site.standin.state.count("GET /v1/me/tracks") == 3


def test_a_refresh_writes_into_the_same_playlist(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    first = browser.make_playlist(site)

    again = browser.make_playlist(site)

    assert again == first
    assert len(listener.playlists) == 1


def test_who_asks_for_a_new_playlist_keeps_the_old_one(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    first = browser.make_playlist(site)

    again = browser.make_playlist(site, as_new="on")

    assert again != first
    assert [len(playlist.entries) for playlist in listener.playlists] == [50, 50]


@pytest.mark.parametrize(
    ("answer", "n_songs", "n_playlists"),
    [({"on_change": "keep"}, 51, 1), ({"on_change": "overwrite"}, 50, 1), ({"as_new": "on"}, 51, 2)],
    ids=["keep", "overwrite", "as new"],
)
def test_what_the_listener_added_by_hand_is_asked_about(site, answer, n_songs, n_playlists):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    page = browser.make_playlist(site)
    changed = listener.playlists[0]
    changed.entries.append(listener.saved[0])
    browser.post(f"{page}/shuffle")

    job = browser.post(f"{page}/save").headers["Location"]
    site.work()
    asked = browser.client.get(job).text
    assert "You have changed this playlist in Spotify" in asked
    assert "Keep my changes" in asked
    assert "Try again" not in asked
    assert (len(changed.entries), len(listener.playlists)) == (51, 1)
    [form] = re.findall(r'<form class="actions" method="post" action="([^"]+)"', asked)
    browser.do_job(site, form, **answer)

    assert (len(changed.entries), len(listener.playlists)) == (n_songs, n_playlists)
    assert (listener.saved[0].song in [entry.song for entry in changed.entries]) == (n_songs == 51)


def test_a_playlist_that_the_listener_removed_is_not_written_unseen(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    browser.make_playlist(site)
    listener.playlists.clear()

    browser.make_playlist(site)

    assert len(listener.playlists) == 1


def test_pressing_twice_shows_the_first_job(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))

    first, second = browser.post("/playlists"), browser.post("/playlists")

    assert first.headers["Location"] == second.headers["Location"]
    assert "Your playlist is being made" in browser.client.get("/").text


def test_the_making_page_says_how_far_it_is(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora", saved=120))
    address = browser.post("/playlists").headers["Location"]
    job_id = address.rpartition("/")[2]
    runs.claim(site.database, job_id, "me")
    runs.progress(site.database, job_id, "me", "read", 50, 120)

    page = browser.client.get(address).text
    part = browser.client.get(f"{address}/progress").text

    for shown in (page, part):
        assert "Read 50 of 120 liked songs" in shown
    assert 'hx-trigger="load delay:300ms, every 5s"' in part
    assert '<meta http-equiv="refresh"' in page  # for browsers without scripts


def test_a_page_that_is_watched_for_long_asks_less_often(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    address = browser.post("/playlists").headers["Location"]
    site.clock.move(seconds=10)

    assert 'hx-trigger="load delay:1s, every 5s"' in browser.client.get(f"{address}/progress").text


def test_a_finished_job_leads_to_its_playlist_with_and_without_scripts(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    job = browser.post("/playlists").headers["Location"]
    site.work()

    polled, loaded = browser.client.get(f"{job}/progress"), browser.client.get(job)

    assert polled.headers["HX-Redirect"] == loaded.headers["Location"]
    assert loaded.headers["Location"].startswith("/playlists/")


def make_failed_job(browser, site):
    """Start a job that fails, and return the page that tells so."""
    job = browser.post("/playlists").headers["Location"]
    site.work()
    return browser.client.get(job)


def test_a_listener_with_nothing_saved_is_told_to_save_some(site):
    listener = site.add_listener("Nora", saved=0)
    browser = site.browser()
    browser.sign_in(listener)

    page = make_failed_job(browser, site)

    assert "You have no liked songs yet" in page.text
    assert listener.playlists == []


def test_a_listener_of_whom_no_song_is_known_is_told_so(site):
    listener = site.standin.state.add_listener("Nora", made_up_songs(30))
    browser = site.browser()
    browser.sign_in(listener)

    page = make_failed_job(browser, site)

    assert "None of your liked songs is in our catalogue yet" in page.text
    assert listener.playlists == []


def test_a_listener_who_took_the_permission_back_is_asked_to_sign_in_again(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    site.standin.state.expire_tokens()
    site.standin.state.revoke(listener)

    page = make_failed_job(browser, site)

    assert "Please sign in again" in page.text
    assert 'href="/login"' in page.text
    assert listener.playlists == []


def test_a_token_about_to_end_is_refreshed_before_the_work(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    site.clock.move(minutes=58)

    page = browser.client.get(browser.make_playlist(site))

    assert page.status_code == 200
    assert site.standin.state.count("POST /api/token") == 2


def test_spotify_out_of_reach_is_an_answer_not_a_crash(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    job = browser.post("/playlists").headers["Location"]
    site.standin.close()

    site.work()

    assert "Spotify did not answer. Nothing is lost" in browser.client.get(job).text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("403 not on the list", "Ask the owner to add you"),
        ("403 owner without Premium", "while its owner has a Premium subscription"),
        ("403 missing scope", "You did not allow everything that this needs"),
        ("403 removed endpoint", "Spotify no longer offers something"),
    ],
)
@pytest.mark.parametrize("form", ["", ", in plain text"])
def test_each_kind_of_403_has_a_sentence_of_its_own(site, name, sentence, form):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    site.standin.state.faults.add("GET /v1/me/tracks", FAULTS[name + form])

    assert sentence in make_failed_job(browser, site).text


def test_any_other_refusal_is_named_as_one(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    site.standin.state.faults.add("GET /v1/me/tracks", refused(403, "Forbidden by the owner"))

    assert "Spotify refused this. Nothing is lost" in make_failed_job(browser, site).text


def test_after_a_failure_the_listener_can_try_again(site):
    listener = site.add_listener("Nora", saved=0)
    browser = site.browser()
    browser.sign_in(listener)
    make_failed_job(browser, site)
    listener.saved[:] = site.add_listener("Another", saved=60).saved

    browser.make_playlist(site)

    assert len(listener.playlists[0].entries) == 50


def test_an_empty_playlist_left_by_a_failure_is_used_by_the_next_try(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    browser.make_playlist(site)
    with site.database.writing() as connection:
        # As a job leaves it that failed between creating and writing.
        connection.execute(text("UPDATE playlists SET song_ids = '[]', mix = '{}'"))
    listener.playlists[0].entries.clear()
    assert "Make my playlist" in browser.client.get("/").text

    browser.make_playlist(site, as_new="on")

    assert [len(playlist.entries) for playlist in listener.playlists] == [50]


def test_trying_again_keeps_the_wish_for_a_new_playlist(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    page = browser.make_playlist(site)
    job = browser.post(f"{page}/save", as_new="on").headers["Location"]
    browser.post(f"{job}/cancel")

    assert '<input type="hidden" name="as_new" value="on">' in browser.client.get(job).text


def test_a_failed_new_playlist_does_not_hide_the_old_one(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    old = browser.make_playlist(site)
    browser.make_playlist(site, as_new="on")
    with site.database.writing() as connection:
        # As a job leaves it that failed between creating and writing.
        connection.execute(
            text("UPDATE playlists SET song_ids = '[]', mix = '{}' WHERE id != :old"),
            {"old": old.rpartition("/")[2]},
        )

    assert urlsplit(browser.client.get("/").location).path == old


def test_a_job_whose_message_was_lost_is_queued_again_by_pressing_again(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    job, _ = jobs.start(site.database, listener.account_id)  # a row, but nothing in the queue

    assert browser.make_playlist(site).startswith("/playlists/")
    assert jobs.get(site.database, job.id, listener.account_id).state == "done"


def test_a_worker_queues_again_what_has_been_left(site):
    listener = site.add_listener("Nora")
    site.browser().sign_in(listener)
    jobs.start(site.database, listener.account_id)  # a row, but nothing in the queue

    site.work()

    assert len(listener.playlists[0].entries) == 50


def test_a_listener_who_has_everything_is_told_so(site):
    everything = site.add_listener("Nora", saved=len(site.songs))
    browser = site.browser()
    browser.sign_in(everything)

    page = make_failed_job(browser, site)

    assert "You already have every song" in page.text
    assert everything.playlists == []


def test_an_error_page_does_not_need_the_database(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    with site.database.writing() as connection:
        connection.execute(text("DROP TABLE jobs"))

    page = browser.client.get("/")

    assert page.status_code == 503
    assert "We cannot get at our own data right now" in page.text


def test_a_token_that_is_refused_is_renewed_once_and_the_work_goes_on(site):
    listener = site.add_listener("Nora", saved=120)
    browser = site.browser()
    browser.sign_in(listener)
    site.standin.state.expire_tokens()

    browser.make_playlist(site)

    assert len(listener.playlists[0].entries) == 50
    assert site.standin.state.count("POST /api/token") == 2


def test_a_quota_parks_the_job_until_the_time_that_spotify_says_and_then_it_goes_on(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    site.standin.state.faults.add("GET /v1/me/tracks", FAULTS["429 quota"])
    job = browser.post("/playlists").headers["Location"]
    site.work()

    pages = [browser.client.get(path).text for path in (job, "/")]
    again = jobs.get(site.database, job.rpartition("/")[2], listener.account_id).parked_until
    site.clock.move(hours=14)
    site.work()

    # A script shows it in the listener's time; without one the page names the zone.
    told = f'<time datetime="{again.isoformat()}" data-local="{{clock}} on {{day}}">{again:%H:%M on %-d %B %Y}</time><noscript> UTC</noscript>'
    for page in pages:
        assert "Spotify asks us to wait" in page
        assert told in page
    assert len(listener.playlists[0].entries) == 50


def read_calls(site):
    """Return the calls of the last job by its row."""
    with site.database.reading() as connection:
        return connection.execute(text("SELECT calls FROM jobs ORDER BY created_at DESC")).scalar()


def count_calls(site, listener):
    """Return the calls of the last job by its row, which are those that the stand-in got but for the sign-in's."""
    calls = read_calls(site)
    assert calls == site.standin.state.count("{any} /v1/{rest*}") - site.standin.state.count("GET /v1/me")
    return calls


@pytest.mark.parametrize(
    ("fault", "end", "calls"),
    [
        (None, "done", 2 + 3),
        ("403 removed endpoint", "failed", 2),
        ("429 quota", "parked", 2),
        ("429 short", "done", 3 + 3),
        ("empty body", "done", 3 + 3),
    ],
)
def test_every_end_of_a_job_is_logged_with_the_calls_it_made(site, caplog, fault, end, calls):
    listener = site.add_listener("Nora", saved=60)
    browser = site.browser()
    browser.sign_in(listener)
    job = browser.post("/playlists").headers["Location"].rpartition("/")[2]
    if fault:
        site.standin.state.faults.add("GET /v1/me/tracks", FAULTS[fault], after=1)
    caplog.set_level("INFO", logger="jobs.outcome")

    site.work()

    assert count_calls(site, listener) == calls
    [line] = [
        record.message
        for record in caplog.records
        if (record.name, record.levelname) == ("jobs.outcome", "INFO")
    ]
    stages = r"read [\d.]+ s, mix [\d.]+ s, write [\d.]+ s" if end == "done" else r"read [\d.]+ s"
    assert re.fullmatch(rf"job {job} {end} \({stages}\) with {calls} calls to Spotify", line)


def test_a_job_that_is_stopped_while_it_runs_keeps_its_count(site, caplog):
    listener = site.add_listener("Nora", saved=120)
    browser = site.browser()
    browser.sign_in(listener)
    job = browser.post("/playlists").headers["Location"]
    stop = Fault(first=lambda: jobs.cancel(site.database, job.rpartition("/")[2], listener.account_id))
    site.standin.state.faults.add("GET /v1/me/tracks", stop)
    caplog.set_level("INFO", logger="jobs.outcome")

    site.work()

    assert count_calls(site, listener) == 1
    assert "cancelled (read 0.0 s) with 1 calls" in caplog.text


def test_the_calls_of_all_runs_of_a_job_are_counted(site):
    listener = site.add_listener("Nora", saved=60)
    browser = site.browser()
    browser.sign_in(listener)
    site.standin.state.faults.add("GET /v1/me/tracks", FAULTS["429 quota"])
    job = browser.post("/playlists").headers["Location"]
    site.work()
    parked = count_calls(site, listener)
    site.clock.move(hours=14)
    site.work()

    # One of them looks whether the first run had created a playlist.
    assert (parked, count_calls(site, listener)) == (1, 7)
    for address in (job, browser.client.get(job).headers["Location"], "/", "/privacy"):
        assert "calls" not in browser.client.get(address).text


def test_a_first_playlist_of_2000_songs_costs_43_calls_and_the_next_six(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora", saved=2_000))

    browser.make_playlist(site)
    first = read_calls(site)
    site.clock.move(minutes=1)
    page = urlsplit(browser.client.get("/").location).path
    browser.do_job(site, f"{page}/refresh")
    refresh = read_calls(site)
    site.clock.move(minutes=1)
    browser.do_job(site, f"{page}/save")

    # 40 pages; creating, writing, looking. Then the top and an old page.
    assert (first, refresh) == (43, 2)
    # Is it kept, and as we wrote it? Then writing and looking.
    assert read_calls(site) == 4


def test_the_library_is_read_again_whole_when_the_listener_asks_for_it(site):
    listener = site.add_listener("Nora", saved=120)
    browser = site.browser()
    browser.sign_in(listener)
    page = browser.make_playlist(site)
    gone = listener.saved.pop(100)

    assert "Read my library again" in browser.client.get(page).text
    browser.do_job(site, f"{page}/refresh", reread="on")

    assert len(libraries.load(site.database, listener.account_id).songs) == 119
    assert site.standin.state.count("GET /v1/me/tracks") == 3 + 3
    assert gone not in listener.saved


def test_trying_again_keeps_the_wish_to_read_again(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora", saved=60))
    page = browser.make_playlist(site)
    job = browser.post(f"{page}/refresh", reread="on").headers["Location"]
    browser.post(f"{job}/cancel")

    assert '<input type="hidden" name="reread" value="on">' in browser.client.get(job).text


def test_a_job_can_be_stopped(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    job = browser.post("/playlists").headers["Location"]

    browser.post(f"{job}/cancel")
    site.work()

    assert "You stopped this" in browser.client.get(job).text
    assert listener.playlists == []


def test_songs_that_cannot_be_played_are_replaced_and_not_picked_again(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    browser.make_playlist(site)
    first = [entry.song.id for entry in listener.playlists[0].entries]
    dead, closed = set(first[:3]), set(first[3:5])
    site.standin.state.dead |= dead
    site.standin.state.unplayable |= closed
    site.forget_mixes()

    browser.make_playlist(site)
    site.forget_mixes()
    browser.make_playlist(site)

    now = [entry.song.id for entry in listener.playlists[0].entries]
    assert len(set(now)) == 50
    assert not set(now) & (dead | closed)


def test_disconnecting_deletes_every_row_of_the_account(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    browser.make_playlist(site)
    browser.post("/playlists")

    front = browser.post("/disconnect")

    assert "Everything about you has been deleted" in browser.client.get(front.headers["Location"]).text
    with site.database.reading() as connection:
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(table.select()):
                assert listener.account_id not in map(str, row), table
    assert len(listener.playlists) == 1  # it stays in the listener's account


def test_the_privacy_page_can_be_read_before_signing_in(site):
    front = site.browser().client.get("/").text

    assert 'href="/privacy"' in front
    privacy = site.browser().client.get("/privacy").text
    assert "What it keeps, and for how long" in privacy
    assert "Your liked songs as last read" in privacy
    assert "When you were last here" in privacy
    assert privacy.count("<dt>A cookie") == 3, (
        "that of the session, of the language, and of a redirect to the public host"
    )
    assert "your liked songs as last read" in front
    assert "not kept" not in front


def test_a_job_run_twice_leaves_one_playlist(site):
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    browser.make_playlist(site)
    with site.database.writing() as connection:
        # As a worker leaves it that was killed just before it noted the end.
        connection.execute(
            text("UPDATE jobs SET state = 'running', heartbeat = '2020-01-01 00:00:00.000000'")
        )

    site.work()

    assert len(listener.playlists) == 1
    assert len(listener.playlists[0].entries) == 50


@pytest.mark.parametrize("address", ["/", "/nothing-here", "/assets/0/style.css", "/healthz"])
def test_every_answer_forbids_what_our_pages_do_not_do(site, address):
    headers = site.browser().client.get(address).headers

    spotify = site.standin.url
    assert read_policy(headers) == {
        "default-src": "'none'",
        "script-src": f"'self' {spotify}/embed/iframe-api/v1",
        "style-src": "'self'",
        "img-src": f"'self' data: {spotify}",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "frame-src": spotify,
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/", "/privacy", "/blocked", "/nothing-here"])
def test_no_page_is_kept_by_a_browser_or_a_proxy(site, address):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))

    assert browser.client.get(address).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("public_url", "transport"),
    [("https://songs.example", "max-age=31536000"), ("http://127.0.0.1:8000", None)],
    ids=["https", "http"],
)
def test_under_https_the_browser_is_told_to_come_by_no_other_way(make_site, public_url, transport):
    headers = make_site(PUBLIC_URL=public_url).browser().client.get("/").headers

    assert headers.get("Strict-Transport-Security") == transport


def test_the_browser_lets_the_player_play_and_nobody_see_or_hear(site):
    headers = site.browser().client.get("/").headers

    assert dict(each.split("=") for each in headers["Permissions-Policy"].split(", ")) == {
        **dict.fromkeys(
            ("autoplay", "clipboard-write", "encrypted-media", "fullscreen", "picture-in-picture"),
            f'(self "{site.settings.spotify_open_url}")',
        ),
        **dict.fromkeys(
            ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb"),
            "()",
        ),
    }


def test_with_the_real_spotify_only_its_player_and_its_covers_come_from_elsewhere(make_site):
    site = make_site(SPOTIFY_OPEN_URL="https://open.spotify.com")

    policy = read_policy(site.browser().client.get("/").headers)

    from_elsewhere = {name: re.findall(r"https:\S+", sources) for name, sources in policy.items()}
    assert {name: hosts for name, hosts in from_elsewhere.items() if hosts} == {
        "script-src": ["https://open.spotify.com/embed/iframe-api/v1", "https://embed-cdn.spotifycdn.com"],
        "img-src": ["https://i.scdn.co"],
        "frame-src": ["https://open.spotify.com"],
    }


def read_policy(headers):
    """Return the Content-Security-Policy by directive."""
    directives = headers["Content-Security-Policy"].split("; ")
    return dict(directive.split(" ", 1) for directive in directives)


def test_a_page_that_does_not_exist_leads_back(site):
    page = site.browser().client.get("/nothing-here")

    assert page.status_code == 404
    assert 'href="/"' in page.text


def test_healthz_answers_without_session_and_database(site):
    answer = site.browser().client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, f"ok\nversion: {VERSION}\n")
    assert "Set-Cookie" not in answer.headers
