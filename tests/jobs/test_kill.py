"""The worker process is killed at every point of its work, and the next one finishes what it began.

The points are before each call, while its answer is on the way, right after
it, and before and after each commit; `WHOLE` says which of them differ. The processes are real, and so are the
stand-in, the database and the queue: SQLite for both, or PostgreSQL and Redis.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

import pytest
from redis import Redis
from sqlalchemy import select, update

from formats.library_csv import read_library
from recommender import Wishes, recommend
from recommender.catalogue.build import load_build
from standin.effects import rotate_refresh_token
from standin.faults import Fault, Sent
from standin.server import serve
from standin.state import StandinEntry, State
from store import drafts, jobs, playlists, tables, weekly
from store.drafts import DraftStep
from tests.support.killed_worker import die_at
from tests.support.secret_search import find, written_in
from tests.support.worker_process import TIMEOUT_S, site_with_workers, wait_until

pytestmark = pytest.mark.slow

# Two pages of the library; so many that a reading is kept before it is whole.
N_SAVED, N_SAVED_LONG = 60, 520
SIDE_BY_SIDE = 2
# Python 3.11 at times fails with a SystemError where two threads parse code at once, as Werkzeug does for routes
# and NumPy for the heads of arrays.
PARSING = Lock()
# Shorter than the time left at which a token is renewed: every job begins with a renewal.
TOKEN_LIFETIME_S = 60

TOKEN, SAVED = "POST /api/token", "GET /v1/me/tracks"
CREATE, IS_KEPT = "POST /v1/me/playlists", "GET /v1/me/library/contains"
WRITE, ADD, LOOK = (f"{method} /v1/playlists/{{id}}/items" for method in ("PUT", "POST", "GET"))
CALL_POINTS = ("before", "on the way", "after")
COMMIT_POINTS = ("before commit", "after commit")
# All points are tried in these. In the others one is left out that leaves behind what another does: a call that
# only asks changes nothing, and of one that was done it makes no difference whether its answer has arrived.
WHOLE = ("a first playlist", "a rotated refresh token")

# Story -> the calls at which the worker is killed; the number is how many of the same kind pass first.
CALLS = {
    "a first playlist": [(TOKEN, 0), (SAVED, 0), (SAVED, 1), (CREATE, 0), (WRITE, 0), (LOOK, 0)],
    "a refresh": [(SAVED, 0), (SAVED, 1), (IS_KEPT, 0), (LOOK, 0), (WRITE, 0), (LOOK, 1)],
    "a dead song": [(WRITE, 1)],
    "a refused song": [(ADD, 0), (ADD, 2), (WRITE, 1)],
    "a rotated refresh token": [(TOKEN, 0)],
    "a save": [(IS_KEPT, 0), (LOOK, 0), (WRITE, 0), (ADD, 0), (LOOK, 3)],
    "a weekly refresh": [(WRITE, 0), (ADD, 0)],
}
# Story -> its commits, by a pattern found in their statements; the number as above.
COMMITS = {
    "a first playlist": [
        ("claimed", r"UPDATE jobs .*runs=\(jobs.runs \+", 0),
        ("token leased", r"UPDATE tokens SET lease=.*leased_until IS NULL", 0),
        ("token kept", "UPDATE tokens SET encrypted", 0),
        ("lease given back", r"UPDATE tokens SET lease=.*tokens.lease =", 0),
        ("to be read", "UPDATE jobs SET stage=.*'read'", 0),
        ("first page read", "UPDATE jobs SET stage=.*'read'", 1),
        ("second page read", "UPDATE jobs SET stage=.*'read'", 2),
        ("library kept", "INSERT INTO libraries", 0),
        ("mixed", "UPDATE jobs SET stage=.*'mix'", 0),
        ("to be written", "UPDATE jobs SET stage=.*'write'", 0),
        ("playlist remembered", "INSERT INTO playlists", 0),
        ("finished", "INSERT INTO playlists", 1),
    ],
    "a refresh": [
        ("library kept", "INSERT INTO libraries", 0),
        ("playlist remembered", "INSERT INTO playlists", 0),
        ("finished", "INSERT INTO playlists", 1),
    ],
    "a long library": [
        ("library kept in the middle", "INSERT INTO libraries", 0),
        ("library kept at the end", "INSERT INTO libraries", 1),
    ],
    "a dead song": [("unplayable song remembered", "INSERT INTO unplayable_songs", 0)],
    "a rotated refresh token": [("token kept", "UPDATE tokens SET encrypted", 0)],
    "a save": [
        ("playlist remembered", "INSERT INTO playlists", 0),
        ("finished", "INSERT INTO playlists", 1),
    ],
    "a draft": [("finished", "INSERT INTO draft_steps", 0)],
    "a weekly refresh": [("started", "INSERT INTO jobs", 0), ("finished", "INSERT INTO playlists", 1)],
}  # fmt: skip
# With ours, more songs than fit a call.
N_ADDED = 70


@dataclass(frozen=True)
class Point:
    """Where the worker is killed: `what` is a call, or a pattern of the statements of a commit."""

    story: str
    when: str
    name: str
    what: str
    nth: int

    def __str__(self):
        ordinal = f" number {self.nth + 1}" if self.nth and self.what == self.name else ""
        return f"{self.story}: {self.when} {self.name}{ordinal}"

    @property
    def loses_sign_in(self):
        """Whether Spotify has replaced the refresh token, and the new one was not kept."""
        lost = (("on the way", TOKEN), ("after", TOKEN), ("before commit", "token kept"))
        return self.story == "a rotated refresh token" and (self.when, self.name) in lost


def list_call_points(story, call):
    """Return when the worker is killed at a call of a story."""
    if story in WHOLE:
        return CALL_POINTS
    return ("on the way",) if call.startswith("GET") else ("before", "on the way")


POINTS = [
    Point(story, when, call, call, nth)
    for story, calls in CALLS.items()
    for call, nth in calls
    for when in list_call_points(story, call)
] + [
    Point(story, when, name, statements, nth)
    for story, commits in COMMITS.items()
    for name, statements, nth in commits
    for when in COMMIT_POINTS
]

# These have nearly all kinds of commits; what lies between two of them is tried on files only.
POINTS_IN_SERVERS = [point for point in POINTS if point.story in WHOLE and point.when in COMMIT_POINTS]


@dataclass(frozen=True)
class Place:
    """Where the processes of a point run; `own` makes the settings of an unshared database and queue."""

    folder: Path
    models: Path
    songs: list
    own: Callable[[], AbstractContextManager[dict]]


def arm(site, point):
    """Prepare a worker's death at the point; return what it calls first, and the list that takes its process."""
    faults = site.website.standin.state.faults
    victims = []

    def kill(response=None):
        if response is not None and point.story == "a rotated refresh token":
            rotate_refresh_token(response)
        victims[0].kill()
        victims[0].wait(TIMEOUT_S)

    if point.when == "before":
        faults.add(point.what, Fault(first=kill, is_done=False, sent=Sent.NOTHING), after=point.nth)
    elif point.when == "on the way":
        faults.add(point.what, Fault(then=kill, sent=Sent.NOTHING), after=point.nth)
    if point.story == "a rotated refresh token" and point.when != "on the way":
        faults.add(TOKEN, Fault(then=rotate_refresh_token))
    if point.when in ("before", "on the way"):
        return None, victims
    return partial(die_at, point.when, point.what, point.nth), victims


def prepare(site, browser, listener, point):
    """Bring about what the story begins with."""
    state = site.website.standin.state
    if point.story in ("a refresh", "a save", "a draft", "a weekly refresh"):
        browser.make_playlist(site.website)
    if point.story == "a refresh":
        for song in site.website.songs[1000:1020]:
            listener.keep(song, state.now())
    elif point.story == "a dead song":
        state.dead.add(pick_for(site, listener, [])[0])
    elif point.story == "a refused song":
        state.refused.add(pick_for(site, listener, [])[30])


def begin(site, browser, listener, story):
    """Start the story's job, and return the address of its page; "" where the worker starts it."""
    database, account_id = site.database, listener.account_id
    if story not in ENDS and not listener.playlists:
        return browser.post("/playlists").headers["Location"]
    saved = playlists.get_latest(database, account_id)
    if story in ("a save", "a weekly refresh"):
        now = site.website.standin.state.now()
        listener.playlists[0].entries += [StandinEntry(song, now) for song in list_added(site, saved)]
    if story == "a weekly refresh":
        weekly.turn_on(database, account_id, saved.id, 0, 8, "UTC")
        with database.writing() as connection:
            due = update(tables.weekly_refreshes).values(next_at=database.clock.now())
            connection.execute(due)
        return ""
    options = {"draft_of": saved.id}
    if story == "a save":
        record = replace(saved.record, songs=saved.record.songs[10:][::-1])
        step = drafts.add(
            database,
            account_id,
            saved.id,
            0,
            DraftStep(0, saved.made_at, "tuned", "", "Sunday", record),
        )
        options |= {"step": step.number, "on_change": "keep"}
    kind = "make" if story == "a refresh" else story.removeprefix("a ")
    job, _ = jobs.start(database, account_id, kind, **options)
    return f"/jobs/{job.id}"


def list_added(site, saved):
    """Return the songs that the listener adds in Spotify."""
    return [song for song in site.website.songs[1000:] if song.id not in saved.song_ids][:N_ADDED]


def find_weekly_job(site):
    """Wait until a worker has started the weekly refresh, and return the address of its one job."""

    def list_ids():
        wanted = select(tables.jobs.c.id).where(tables.jobs.c.kind == "weekly")
        with site.database.reading() as connection:
            return connection.scalars(wanted).all()

    wait_until(list_ids, site.log)
    [job_id] = list_ids()
    return f"/jobs/{job_id}"


def assert_saved(site, listener, job, before):
    """Check that the playlist has the draft's songs, then the listener's, under the draft's name."""
    assert job.state == "done", (job, site.log())
    [playlist] = listener.playlists
    songs = [entry.song.id for entry in playlist.entries]
    assert songs[:40] == before[10:][::-1]
    assert len(set(songs)) == len(songs) == 40 + N_ADDED
    assert playlist.name == "Sunday"
    assert list_mixes(site) == [before, songs[:40]]
    assert drafts.get(site.database, playlist.id, listener.account_id) is None


def assert_drafted(site, listener, job, before):
    """Check that the draft has one step, of other songs, and that the playlist is as it was."""
    assert job.state == "done", (job, site.log())
    [playlist] = listener.playlists
    assert [entry.song.id for entry in playlist.entries] == before
    step = drafts.get(site.database, playlist.id, listener.account_id)
    assert (step.number, step.action) == (1, "refreshed")
    assert [song.id for song in step.record.songs] == pick_for(site, listener, before)


def assert_refreshed(site, listener, job, before):
    """Check that the playlist has fifty other songs, then the listener's, by one job."""
    assert job.state == "done", (job, site.log())
    [playlist] = listener.playlists
    songs = [entry.song.id for entry in playlist.entries]
    theirs = songs[50:]
    assert len(set(songs)) == len(songs) == 50 + N_ADDED
    assert songs[:50] == pick_for(site, listener, before, theirs)
    assert list_mixes(site) == [before, songs[:50]]


#: Stories that do not end in a first playlist or a refresh -> the check of what they leave.
ENDS = {"a save": assert_saved, "a draft": assert_drafted, "a weekly refresh": assert_refreshed}


def pick_for(site, listener, before, removed=()):
    """Return the songs that the recommender picks when all can be played, after a mix of those `before`."""
    with PARSING:
        build = load_build(site.website.settings.models_dir)
    wishes = Wishes(recent=frozenset(before), seed=1 if before else None, removed=frozenset(removed))
    mix = recommend([entry.song for entry in listener.saved], build.catalogue, build.model, wishes)
    return [pick.song.id for pick in mix.playlist]


def run_point(point, place):
    """Kill a worker at the point, start the next one, and check what it leaves."""
    state = State(
        place.songs,
        "app",
        "a-secret-of-the-tests",
        ("http://127.0.0.1/callback",),
        token_lifetime_s=TOKEN_LIFETIME_S,
    )
    with ExitStack() as stack:
        settings = stack.enter_context(place.own())
        with PARSING:
            standin = stack.enter_context(serve(state))
            site = site_with_workers(standin, place.models, place.folder, place.songs, **settings)
        stack.callback(site.database.engine.dispose)
        listener = site.website.add_listener(
            "Nora", N_SAVED_LONG if point.story == "a long library" else N_SAVED
        )
        browser = site.website.browser()
        browser.sign_in(listener)
        prepare(site, browser, listener, point)
        before = [entry.song.id for playlist in listener.playlists for entry in playlist.entries]
        address = begin(site, browser, listener, point.story)
        watch, victims = arm(site, point)
        with site.worker(watch) as victim:
            victims.append(victim)
            assert victim.wait(TIMEOUT_S) == -9, site.log()
        state.faults.clear()

        site.let_time_pass()
        with site.worker():
            address = address or find_weekly_job(site)
            job = site.wait_for_end(address)
            if point.loses_sign_in:
                assert_asks_to_sign_in(browser, address, job)
                browser.sign_in(listener)
                address = browser.post("/playlists").headers["Location"]
                job = site.wait_for_end(address)
        if point.story in ENDS:
            ENDS[point.story](site, listener, job, before)
        else:
            assert_one_right_playlist(site, browser, address, listener, job, before)
    assert find(state.secrets(), written_in(place.folder)) == []


def assert_asks_to_sign_in(browser, address, job):
    page = browser.client.get(address).text
    assert (job.state, job.error) == ("failed", "SignInExpired")
    assert 'href="/login">Sign in with Spotify' in page


def assert_one_right_playlist(site, browser, address, listener, job, before):
    """Check that the library has one playlist, with the right 50 songs, which its page shows.

    They are remembered as one mix, after that of the songs `before`.
    """
    assert job.state == "done", (job, site.log())
    [playlist] = listener.playlists
    songs = [entry.song.id for entry in playlist.entries]
    state = site.website.standin.state
    bad = state.dead | state.refused
    assert len(set(songs)) == len(songs) == 50
    assert not set(songs) & ({entry.song.id for entry in listener.saved} | bad)
    if not bad:
        assert songs == pick_for(site, listener, before)
    assert list_mixes(site) == [mix for mix in (before, songs) if mix]
    page = browser.client.get(address, follow_redirects=True).text
    assert f"/embed/playlist/{playlist.id}" in page
    assert [song for song in songs if f"/track/{song}" not in page] == []


def list_mixes(site):
    """Return the songs of each mix that is remembered, the oldest first."""
    with site.database.reading() as connection:
        return connection.scalars(select(tables.mixes.c.song_ids).order_by(tables.mixes.c.made_at)).all()


def run_all_points(request, own):
    """Run all points that the test is asked for, side by side; return the future of each."""
    models = request.getfixturevalue("invented") / "models"
    folders = request.getfixturevalue("tmp_path_factory")
    songs = read_library(models.parent / "data.csv")
    points = [
        item.callspec.params["point"]
        for item in request.session.items
        if item.module is request.module and request.fixturename in item.fixturenames
    ]

    def run(point):
        run_point(point, Place(folders.mktemp("kill"), models, songs, own))

    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        return {point: threads.submit(run, point) for point in points}


@pytest.fixture(scope="module")
def futures_in_files(request):
    """The future of each point where SQLite keeps rows and queue."""
    return run_all_points(request, lambda: nullcontext({}))


@pytest.fixture(scope="module")
def futures_in_servers(request, postgresql, redis_server):
    """The future of each point where PostgreSQL keeps the rows and Redis the queue."""
    addresses = SimpleQueue()
    for number in range(16):
        addresses.put(f"{redis_server.rpartition('/')[0]}/{number}")

    @contextmanager
    def own():
        address = addresses.get()
        with postgresql.one_of_several_databases() as database_url:
            yield {"DATABASE_URL": database_url, "REDIS_URL": address}
        with Redis.from_url(address) as redis:
            redis.flushdb()
        addresses.put(address)

    return run_all_points(request, own)


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_after_a_killed_worker_the_next_one_leaves_one_right_playlist(futures_in_files, point):
    futures_in_files[point].result()


@pytest.mark.parametrize("point", POINTS_IN_SERVERS, ids=str)
def test_after_a_killed_worker_the_next_one_leaves_one_right_playlist_on_postgresql_and_redis(
    futures_in_servers, point
):
    futures_in_servers[point].result()
