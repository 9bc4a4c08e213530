"""Odd entries in Spotify's answers: each costs itself alone, is counted and told, and nothing wrong is kept."""

import html
import re
from dataclasses import replace
from functools import partial

import pytest

from drafts.kept_library import from_json
from recommender.song import Song
from standin.named_faults import FAULTS, changed
from store import libraries, playlists
from tests.support.odd_answers import OddJobs

pytestmark = pytest.mark.slow

SAVED = "GET /v1/me/tracks"
LOOK = "GET /v1/playlists/{id}/items"
LOCAL = {"is_local": True, "id": None, "duration_ms": {"totalMilliseconds": 188_000}}
PLACE = 3


@pytest.fixture
def desk(site):
    return OddJobs(site)


def put_entry(make):
    """Change the fourth entry of a page into what `make` makes of it."""

    def change(page):
        if len(page["items"]) > PLACE:
            page["items"][PLACE] = make(page["items"][PLACE])
        return page

    return change


def put_track(**fields):
    return put_entry(lambda entry: entry | {"track": entry["track"] | fields})


def without(name):
    return put_entry(
        lambda entry: entry | {"track": {key: entry["track"][key] for key in entry["track"] if key != name}}
    )


def each_entry(make):
    return lambda page: page | {"items": [make(entry) for entry in page["items"]]}


def put_total(find):
    return lambda page: page | {"total": find(page["total"])}


# Shape -> what it does to each page, and the entries of three pages that are songs no more, or nameless.
SHAPES = {
    "entry null": (put_entry(lambda entry: None), 0, 3),
    "track null": (put_entry(lambda entry: entry | {"track": None}), 3, 0),
    "item for track": (each_entry(lambda entry: {"item": entry["track"]}), 0, 0),
    "both track and item": (each_entry(lambda entry: entry | {"item": entry["track"]}), 0, 0),
    "track an empty object": (put_entry(lambda entry: entry | {"track": {}}), 0, 3),
    "artists null": (put_track(artists=None), 0, 0),
    "artists missing": (without("artists"), 0, 0),
    "artists empty": (put_track(artists=[]), 0, 0),
    "an artist null": (put_track(artists=[None, {"name": "A"}]), 0, 0),
    "an artist's name null": (put_track(artists=[{"name": None, "id": None}]), 0, 0),
    "an artist's name empty": (put_track(artists=[{"name": "", "id": None}]), 0, 0),
    "album null": (put_track(album=None), 0, 0),
    "date 0000": (put_track(album={"release_date": "0000"}), 0, 0),
    "date null": (put_track(album={"release_date": None}), 0, 0),
    "date a number": (put_track(album={"release_date": 2019}), 0, 0),
    "date in wide digits": (put_track(album={"release_date": "１９９９"}), 0, 0),
    "duration null": (put_track(duration_ms=None), 0, 0),
    "duration a text": (put_track(duration_ms="180000"), 0, 0),
    "duration with a fraction": (put_track(duration_ms=180000.5), 0, 0),
    "duration huge": (put_track(duration_ms=10**20), 0, 0),
    "duration negative": (put_track(duration_ms=-5), 0, 0),
    "duration an object": (put_track(duration_ms={"totalMilliseconds": 1}), 0, 0),
    "duration missing": (without("duration_ms"), 0, 0),
    "explicit null": (put_track(explicit=None), 0, 0),
    "explicit a text": (put_track(explicit="true"), 0, 0),
    "name null": (put_track(name=None), 0, 0),
    "name empty": (put_track(name=""), 0, 0),
    "name with half a character": (put_track(name="a\ud800b"), 0, 0),
    "name a number": (put_track(name=1999), 0, 0),
    "id a number": (put_track(id=12345), 0, 0),
    "type missing": (without("type"), 0, 0),
    "type null": (put_track(type=None), 0, 0),
    "an episode": (put_track(type="episode"), 3, 0),
    "a chapter": (put_track(type="chapter"), 3, 0),
    "is_local null": (put_track(is_local=None), 0, 0),
    "markets null": (put_track(available_markets=None, restrictions={"reason": "explicit"}, is_playable=False), 0, 0),
    "linked_from": (put_track(linked_from={"id": "x" * 22, "type": "track"}), 0, 0),
    "total a text": (put_total(str), 0, 0),
    "total too high": (put_total(lambda total: total + 7), 0, 0),
    "total too low": (put_total(lambda total: total - 7), 0, 0),
    "capped at 20": (lambda page: page | {"items": page["items"][:20], "limit": 20}, 0, 0),
}  # fmt: skip
OTHER_SHAPES = {
    "total null": put_total(lambda total: None),
    "total missing": lambda page: {key: page[key] for key in page if key != "total"},
    "total negative": put_total(lambda total: -1),
    "items null": lambda page: page | {"items": None},
    "items missing": lambda page: {key: page[key] for key in page if key != "items"},
}


def test_there_are_46_shapes():
    assert len(SHAPES) + len(OTHER_SHAPES) == 46


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_an_odd_entry_of_the_library_costs_itself_alone(desk, name):
    change, n_gone, n_nameless = SHAPES[name]
    desk.faults.add(SAVED, changed(change), times=None)

    jobs = [desk.run(), desk.run()]

    assert [job.state for job in jobs] == ["done", "done"], jobs
    counts, left_out = desk.load_record().counts, desk.load_record().left_out
    assert counts.n_saved == 120 - n_gone
    assert [song.title for song in left_out if song.why == "nameless"] == [""] * n_nameless


@pytest.mark.parametrize("name", OTHER_SHAPES)
def test_an_answer_of_another_shape_is_called_so_and_the_next_job_succeeds(desk, name):
    desk.faults.add(SAVED, changed(OTHER_SHAPES[name]), times=None)

    odd = [desk.run(), desk.run()]
    desk.faults.clear()
    job = desk.run()

    assert [each.error for each in odd] == ["UnknownShape", "UnknownShape"]
    assert job.state == "done"
    assert desk.load_record().counts.n_saved == 120


@pytest.mark.parametrize("page", [0, 1, 2])
@pytest.mark.parametrize(
    "change",
    [put_entry(lambda entry: None), put_track(id=7), put_track(id=7, name=None), put_track(artists=None, name=7)],
    ids=["null", "id a number", "no id and no name", "no artists and no title"],
)  # fmt: skip
def test_what_could_not_be_read_once_is_known_after_the_next_job_but_one(desk, page, change):
    right = [entry.song for entry in desk.listener.saved]
    desk.faults.add(SAVED, changed(change), after=page)
    desk.run()
    assert load_songs(desk) != right

    # A job compares one old page of two.
    desk.run()
    desk.run()

    assert load_songs(desk) == right


def test_several_odd_pages_are_put_right_by_the_next_job(desk):
    desk.faults.add(SAVED, changed(put_entry(lambda entry: None)), times=3)
    desk.run()
    assert load_songs(desk).count(Song("", "", ())) == 3

    desk.run()

    assert load_songs(desk) == [entry.song for entry in desk.listener.saved]


def test_a_page_that_is_odd_once_does_not_spoil_what_was_known(desk):
    desk.run()
    desk.faults.add(SAVED, changed(put_entry(lambda entry: None)), after=1)

    desk.run()

    assert load_songs(desk) == [entry.song for entry in desk.listener.saved]


def load_songs(desk):
    return from_json(desk.load_kept())


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_local_file_with_an_object_for_its_duration_spoils_no_job(desk, after):
    desk.faults.add(SAVED, changed(put_track(**LOCAL)), after=after)

    jobs = [desk.run()]
    for days in (0, 3, 30):
        desk.site.clock.move(days=days)
        jobs.append(desk.run())
    jobs.append(desk.run(reread=True))

    assert [job.state for job in jobs] == ["done"] * 5


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ({"duration_ms": {"totalMilliseconds": 188_000}}, {"duration_ms": 188_000}),
        ({"duration_ms": {"minutes": 3}}, {"duration_ms": None}),
        ({"duration_ms": "180000"}, {"duration_ms": None}),
        ({"duration_ms": 10**20}, {"duration_ms": None}),
        ({"duration_ms": -5}, {"duration_ms": None}),
        ({"is_explicit": "true"}, {"is_explicit": None}),
        ({"is_explicit": []}, {"is_explicit": None}),
        ({"year": 9999}, {"year": None}),
    ],
)
def test_what_an_older_version_kept_wrongly_is_repaired_when_it_is_read(desk, kept, read):
    desk.run()
    library = libraries.load(desk.database, desk.account.id)
    spoilt = [*library.songs[:70], library.songs[70] | kept, *library.songs[71:]]
    libraries.save(desk.database, replace(library, songs=tuple(spoilt)))

    songs = load_songs(desk)
    job = desk.run()

    right, [(name, value)] = desk.listener.saved[70].song, read.items()
    assert songs[70] == replace(right, **read)
    assert job.state == "done"
    assert desk.load_kept()[70][name] in (value, getattr(right, name))


@pytest.mark.parametrize("name", ["null for an entry", "numbers for texts"])
def test_a_refresh_goes_on_where_an_entry_of_the_playlist_is_odd(desk, name):
    desk.run()
    desk.faults.add(LOOK, FAULTS[name], times=None)

    job = desk.run()

    [playlist] = desk.listener.playlists
    assert job.state == "done", job
    written = tuple(entry.song.id for entry in playlist.entries)
    assert playlists.get_latest(desk.database, desk.account.id).song_ids == written
    assert len(written) == 50


def test_a_refresh_that_fails_restores_the_song_that_could_not_be_read(desk):
    desk.run()
    [playlist] = desk.listener.playlists
    before = [entry.song.id for entry in playlist.entries]
    desk.faults.add(LOOK, FAULTS["null for an entry"])
    # What is written is not to be seen.
    desk.faults.add(LOOK, FAULTS["JSON of another shape"])

    job = desk.run()

    assert (job.state, job.error) == ("failed", "UnknownShape")
    assert [entry.song.id for entry in playlist.entries] == before


def test_a_playlist_of_which_nothing_can_be_read_is_left_as_it_was(desk):
    desk.run()
    [playlist] = desk.listener.playlists
    before = [entry.song.id for entry in playlist.entries]
    desk.faults.add(LOOK, changed(each_entry(lambda entry: entry["item"]["id"])), times=None)

    job = desk.run()

    assert (job.state, job.error) == ("failed", "UnknownShape")
    assert [entry.song.id for entry in playlist.entries] == before


def test_operators_read_in_the_log_what_was_odd_without_a_word_of_the_listeners(desk, caplog):
    desk.faults.add(
        SAVED, changed(put_track(artists=None, name=1999, duration_ms="secret words")), times=None
    )
    desk.faults.add(LOOK, FAULTS["null for an entry"], times=None)

    job = desk.run()

    [line] = [each for each in caplog.messages if "odd" in each]
    assert line == (
        f"job {job.id} left out what was odd in Spotify's answers: the title of a saved song (3), the"
        " artists of a saved song (3), the duration of a saved song (3), an entry of a playlist (1)"
    )


def test_the_page_names_what_could_not_be_read_and_what_has_no_title(site):
    listener, browser = site.add_listener("Nora", saved=120), site.browser()
    browser.sign_in(listener)
    odd = put_entry(lambda entry: {"track": {"id": "0" * 22, "name": None, "artists": [{"name": "Nobody"}]}})
    site.standin.state.faults.add(SAVED, changed(put_entry(lambda entry: None)), times=1)
    site.standin.state.faults.add(SAVED, changed(odd), times=1)

    page = browser.client.get(browser.make_playlist(site)).text

    words = " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
    assert "2 songs left out, and why" in words
    assert "A song without a name: it came without a title that can be read" in words
    assert "A song without a name by Nobody: neither it nor its artists are in the catalogue" in words


def test_a_job_that_met_another_shape_says_so_and_offers_to_try_again(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    site.standin.state.faults.add(SAVED, FAULTS["JSON of another shape"], times=None)
    job = browser.post("/playlists").headers["Location"]

    site.work()

    page = html.unescape(browser.client.get(job).text)
    assert "Spotify’s answer is of a kind that this site does not know. Nothing is lost" in page
    assert "did not answer" not in page
    assert "Try again" in page


def test_a_listener_whose_display_name_is_a_number_signs_in(site, caplog):
    listener, browser = site.add_listener("Nora"), site.browser()
    site.standin.state.faults.add("GET /v1/me", changed(partial(dict, display_name=1984)))

    page = browser.sign_in(listener)

    assert listener.id in page.text
    assert "the display name of the user" in caplog.text
