"""One of the listener's playlists in place of their liked songs: listed, chosen, read, kept and forgotten."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import update

from recommender.song import Song
from standin.state import StandinEntry
from store import drafts, libraries, own_playlists, playlists, tables
from tests.support.website import read_everything

pytestmark = pytest.mark.slow

USE = "Use this playlist"


@pytest.fixture
def nora(site):
    """A listener with sixty liked songs, who has signed in."""
    browser = site.browser()
    browser.listener = site.add_listener("Nora")
    browser.sign_in(browser.listener)
    return browser


def add_playlist(site, listener, name="Party", songs=()):
    playlist = site.standin.state.add_playlist(listener, name, "", is_public=False, is_collaborative=False)
    playlist.entries[:] = [StandinEntry(song, site.standin.state.now()) for song in songs]
    return playlist


def list_playlists(site, browser):
    """Have the list read, and return the page that it leads to."""
    job = browser.post("/songs/playlists").headers["Location"]
    site.work()
    done = browser.client.get(job).headers["Location"]
    assert done == "/songs#playlists"
    return browser.client.get("/songs").text


def use(site, browser, playlist):
    """Choose a playlist, and return the page of the job that it leads to."""
    list_playlists(site, browser)
    job = browser.post("/songs/playlist", playlist=playlist.id).headers["Location"]
    site.work()
    return browser.client.get(job)


def load_draft(site, account_id):
    latest = playlists.get_latest_written(site.database, account_id)
    step = drafts.get(site.database, latest.id, account_id)
    return step.record if step else latest.record


def test_the_list_has_the_listener_s_own_playlists_but_none_that_was_made_here(site, nora):
    add_playlist(site, nora.listener, "\u202eEvenings <b>", site.songs[100:103])
    theirs = add_playlist(site, site.add_listener("Omar"), "Omar’s", site.songs[:5])
    nora.listener.playlists.append(theirs)
    nora.make_playlist(site)
    old = add_playlist(site, nora.listener, "An old mix", site.songs[:5])
    old.description = "New songs. mix0123456789ab"

    page = list_playlists(site, nora)

    names = re.findall(r'name="playlist"[^>]*> <bdi>([^<]*)</bdi> <small>([^<]*)</small>', page)
    assert len(nora.listener.playlists) == 4
    assert names == [("\ufffdEvenings &lt;b&gt;", "3 songs")]
    assert USE in page


@pytest.mark.parametrize("state", ["running", "parked"])
def test_while_the_list_is_read_no_page_speaks_of_a_playlist_that_is_made(site, nora, state):
    job = nora.post("/songs/playlists").headers["Location"]
    parked = {"parked_until": site.clock.now() + timedelta(hours=1), "error": "RateLimited"}
    with site.database.writing() as connection:
        connection.execute(update(tables.jobs).values(state=state, **(parked if state == "parked" else {})))

    answer = nora.post("/playlists")
    pages = [nora.client.get(address).text for address in ("/", job)]

    assert answer.headers["Location"] == job
    assert "Something else is being made at this moment" in pages[0]
    for page in pages:
        assert "Looking for your playlists" in page
        assert "our playlist is being made" not in page
        assert "our playlist goes on" not in page
        assert ("t goes on by itself at" in page) == (state == "parked")


def test_without_a_playlist_of_their_own_a_listener_is_told_so(site, nora):
    assert USE not in nora.client.get("/songs").text

    page = list_playlists(site, nora)

    assert "There is no playlist of yours at Spotify" in page
    assert USE not in page


def test_a_first_mix_goes_by_a_playlist_and_has_neither_its_songs_nor_liked_ones(site, nora):
    playlist = add_playlist(site, nora.listener, "Party", site.songs[300:400])

    done = use(site, nora, playlist)

    record = load_draft(site, nora.listener.account_id)
    assert done.headers["Location"].startswith(f"/playlists/{nora.listener.playlists[0].id}")
    assert record.counts.n_saved == 100
    picked = {song.id for song in record.songs}
    assert len(picked) == 50
    assert not picked & {song.id for song in (*site.songs[:60], *site.songs[300:400])}
    assert "by the songs of your playlist <bdi>Party</bdi>" in nora.client.get("/account").text
    assert "Party" in nora.client.get("/songs").text


def test_later_mixes_and_changes_go_by_the_same_songs_until_the_library_is_read_again(site, nora):
    nora.make_playlist(site)
    playlist = add_playlist(site, nora.listener, "Party", site.songs[300:400])
    use(site, nora, playlist)
    account_id, page = nora.listener.account_id, nora.client.get("/").headers["Location"].partition("?")[0]
    of_playlist = {song.id for song in (*site.songs[:60], *site.songs[300:400])}

    nora.do_job(site, f"{page}/refresh")
    assert load_draft(site, account_id).counts.n_saved == 100
    nora.post(f"{page}/tune", n="50", s="100")
    record = load_draft(site, account_id)
    assert (record.counts.n_saved, len(record.songs)) == (100, 100)
    assert not {song.id for song in record.songs} & of_playlist
    # The two pages of the playlist were read once.
    assert site.standin.state.count(f"GET /v1/playlists/{playlist.id}/items") == 2

    nora.do_job(site, f"{page}/refresh", reread="on")
    assert load_draft(site, account_id).counts.n_saved == 60
    assert libraries.load(site.database, account_id).playlist_songs == ()
    assert "in place of your liked songs." not in nora.client.get("/account").text


@pytest.mark.slow
def test_of_a_long_playlist_the_first_five_thousand_songs_count(site, nora):
    use(site, nora, add_playlist(site, nora.listener, songs=(2 * site.songs)[:5_060]))

    kept = libraries.load(site.database, nora.listener.account_id)
    assert len(kept.playlist_songs) == 5_000


def test_the_page_of_the_job_speaks_of_the_playlist_though_a_file_was_brought_before(site, nora):
    content = "title,artist\n" + "".join(f"{song.title},{song.artists[0]}\n" for song in site.songs[:60])
    nora.client.post(
        "/songs", data={"csrf_token": nora.csrf_token(), "file": (BytesIO(content.encode()), "mine.csv")}
    )
    site.work()
    playlist = add_playlist(site, nora.listener, songs=site.songs[100:160])
    list_playlists(site, nora)

    job = nora.post("/songs/playlist", playlist=playlist.id).headers["Location"]

    page = nora.client.get(job).text
    assert "Reading the songs of your playlist" in page
    assert "of your file" not in page


def test_artists_of_liked_songs_are_not_called_new(site, nora):
    playlist = add_playlist(site, nora.listener, "Party", site.songs[300:400])

    use(site, nora, playlist)

    known = {artist for song in (*site.songs[:60], *site.songs[300:400]) for artist in song.artists}
    record = load_draft(site, nora.listener.account_id)
    assert record.new_artists > 0
    assert not {song.first_artist for song in record.songs if song.is_new_artist} & known


def test_local_files_in_a_playlist_are_songs_without_an_id(site, nora):
    songs = [*site.songs[300:340], Song("", "Demo tape", ("Me",))]

    use(site, nora, add_playlist(site, nora.listener, "Party", songs))

    record = load_draft(site, nora.listener.account_id)
    assert (record.counts.n_saved, record.counts.n_left_out) == (41, 1)


def remove(site, playlist):
    del site.standin.state.playlists[playlist.id]


def give_away(site, playlist):
    playlist.owner = site.add_listener("Omar")


def empty(site, playlist):
    playlist.entries.clear()


def fill_with_unknown_songs(site, playlist):
    playlist.entries[:] = [StandinEntry(Song("", "Demo tape", ("Me",)), 0.0)]


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (remove, "is no longer in Spotify"),
        (give_away, "does not let us read the playlist"),
        (empty, "has no songs"),
        (fill_with_unknown_songs, "is in our catalogue yet"),
    ],
)
def test_a_playlist_that_is_of_no_use_is_told_in_a_sentence_and_the_liked_songs_stay(
    site, nora, happens, sentence
):
    nora.make_playlist(site)
    playlist = add_playlist(site, nora.listener, "Party", site.songs[300:400])
    list_playlists(site, nora)
    before = libraries.load(site.database, nora.listener.account_id)
    job = nora.post("/songs/playlist", playlist=playlist.id).headers["Location"]

    happens(site, playlist)
    site.work()

    page = nora.client.get(job).text
    assert sentence in page
    assert '<a class="button" href="/songs">Choose other songs</a>' in page
    assert libraries.load(site.database, nora.listener.account_id) == before


def test_a_playlist_that_is_not_in_the_list_cannot_be_chosen(site, nora):
    theirs = add_playlist(site, site.add_listener("Omar"), "Omar’s", site.songs[:5])

    for chosen in (theirs.id, "", "../me"):
        answer = nora.post("/songs/playlist", playlist=chosen)
        assert (answer.status_code, "choose one of your playlists" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("path", "form"), [("/songs/playlists", {}), ("/songs/playlist", {"preset": "discover"})]
)
def test_a_job_that_was_stopped_can_be_started_again(site, nora, path, form):
    playlist = add_playlist(site, nora.listener, "Party", site.songs[300:400])
    list_playlists(site, nora)
    job = nora.post(path, playlist=playlist.id, **form).headers["Location"]
    nora.post(f"{job}/cancel")

    page = nora.client.get(job).text

    action, fields = re.search(rf'action="({path}[^"]*)".*?</form>', page, re.S)[1], page
    assert (f'name="playlist" value="{playlist.id}"' in fields) == (path == "/songs/playlist")
    again = nora.post(action.replace("&amp;", "&"), playlist=playlist.id)
    assert again.status_code == 303
    site.work()
    done = nora.client.get(again.headers["Location"]).headers["Location"]
    if form:
        assert "n=80" in done or load_draft(site, nora.listener.account_id).tuning.new_percent != 50


def test_a_file_takes_the_place_of_a_playlist_and_a_playlist_that_of_a_file(site, nora):
    account_id = nora.listener.account_id
    use(site, nora, add_playlist(site, nora.listener, "Party", site.songs[300:400]))
    kept = libraries.load(site.database, account_id)

    libraries.save(
        site.database,
        libraries.KeptLibrary(account_id, kept.playlist_songs, 100, kept.read_at, kept.read_at, 1, "x.csv"),
    )
    assert "of your file “<bdi>x.csv</bdi>”" in nora.client.get("/account").text
    use(site, nora, add_playlist(site, nora.listener, "Home", site.songs[400:450]))

    now = libraries.load(site.database, account_id)
    assert (now.source, now.playlist, len(now.songs), len(now.playlist_songs)) == ("", "Home", 60, 50)


def test_disconnecting_deletes_the_list_and_the_songs(site, nora):
    account_id = nora.listener.account_id
    use(site, nora, add_playlist(site, nora.listener, "Party", site.songs[300:400]))
    assert own_playlists.load(site.database, account_id)

    nora.post("/disconnect")

    assert own_playlists.load(site.database, account_id) is None
    assert "Party" not in str(read_everything(site))
