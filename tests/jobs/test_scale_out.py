"""Several instances on PostgreSQL and Redis: the processes as in production, and many listeners at once."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import create_engine, text

from benchmarks.system import WORKER, make_settings, serving
from benchmarks.visit import Visit
from formats.library_csv import read_library
from recommender import recommend
from recommender.catalogue.build import load_build
from standin.state import State
from store.schema import VERSION
from tests.support.secret_search import kept_by_redis, note, search, serve
from tests.support.worker_process import TIMEOUT_S, worker_process

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes by Linux's /proc"),
]
ROOT = Path(__file__).parents[2]
N_LISTENERS = 50


@pytest.fixture
def spotify(invented):
    """A stand-in that knows the invented catalogue, and whose tokens every job must renew."""
    songs = read_library(invented / "data.csv")
    redirects = ("http://127.0.0.1/callback",)
    state = State(songs, "visited", "a-secret-of-the-tests", redirects, token_lifetime_s=60)
    with serve(state) as running:
        yield running


@pytest.fixture
def shared(spotify, invented, tmp_path, postgresql, redis_url):
    """The settings of an instance on an empty PostgreSQL and Redis."""
    with postgresql.new_database() as database_url:
        settings = make_settings(spotify, invented / "models", tmp_path)
        for name in ("SECRET_KEY", "TOKEN_KEYS"):
            note(name, settings[name])
        search("Redis", lambda: b"".join(content for _, content in kept_by_redis(redis_url)))
        yield {**settings, "DATABASE_URL": database_url, "REDIS_URL": redis_url}


@pytest.fixture
def listeners(spotify, invented):
    """Listeners with different libraries of 101 to 150 songs: three pages each."""
    songs = read_library(invented / "data.csv")
    return [
        spotify.state.add_listener(f"Listener {n:02d}", songs[37 * n : 37 * n + 101 + n])
        for n in range(N_LISTENERS)
    ]


def rows(url, query):
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def pick_for(listener, build):
    """Return the songs that the recommender picks for this very library."""
    mix = recommend([entry.song for entry in listener.saved], build.catalogue, build.model)
    return [pick.song.id for pick in mix.playlist]


def test_two_web_and_two_worker_processes_make_50_listeners_at_once_their_own_playlists(
    spotify, shared, listeners, invented, tmp_path
):
    start = Barrier(N_LISTENERS)

    def visited(listener):
        visit = Visit(shared["PUBLIC_URL"])
        start.wait(TIMEOUT_S)
        visit.sign_in(listener)
        return visit.make_playlist()

    with serving(ROOT, shared, tmp_path) as system, worker_process(shared, tmp_path) as second_worker:
        n_processes = len(system.web_workers()), len(system.pids(WORKER)) + (second_worker.poll() is None)
        with ThreadPoolExecutor(N_LISTENERS) as threads:
            pages = list(threads.map(visited, listeners))
        logs = [system.log.read_text(), (tmp_path / "worker.log").read_text()]
    kept = rows(shared["DATABASE_URL"], "SELECT state, runs, count(*) FROM jobs GROUP BY 1, 2")

    assert n_processes == (2, 2)
    build = load_build(invented / "models")
    for listener, page in zip(listeners, pages, strict=True):
        [playlist] = listener.playlists
        songs = [entry.song.id for entry in playlist.entries]
        assert playlist.owner is listener
        assert len(set(songs)) == len(songs) == 50
        assert not set(songs) & {entry.song.id for entry in listener.saved}
        assert songs == pick_for(listener, build)
        assert f"/embed/playlist/{playlist.id}" in page
        assert listener.display_name in page
        assert_only_own_token_was_used(spotify, listener)
    calls = [record for record in spotify.state.requests if record.path.startswith("/v1/")]
    assert {record.listener for record in calls} == set(listeners)
    assert len(spotify.state.playlists) == N_LISTENERS
    # Each signed in, and the token was renewed once, whichever worker did it.
    assert spotify.state.count("POST /api/token") == 2 * N_LISTENERS
    assert kept == [("done", 1, N_LISTENERS)]
    # Either worker made some of them, and nothing went wrong.
    done = [len(re.findall(r"job \S+ done", log)) for log in logs]
    assert sum(done) == N_LISTENERS
    assert all(done)
    assert "Traceback" not in "".join(logs)


def assert_only_own_token_was_used(spotify, listener):
    """Check that every call with the listener's token is about what is theirs, and none is lacking."""
    asked = [
        (record.method, record.path, int(record.query.get("offset", 0)))
        for record in spotify.state.requests
        if record.listener is listener and record.path.startswith("/v1/")
    ]
    [playlist] = listener.playlists
    own = f"/v1/playlists/{playlist.id}/items"
    assert {offset for _, path, offset in asked if path == "/v1/me/tracks"} == {0, 50, 100}
    assert [path for method, path, _ in asked if method == "POST"] == ["/v1/me/playlists"]
    assert {path for _, path, _ in asked if path.startswith("/v1/playlists/")} == {own}
    assert sum(method == "PUT" for method, _, _ in asked) == 1


def test_two_instances_that_start_at_once_make_the_tables_once_and_share_every_session(
    spotify, shared, listeners, tmp_path
):
    # Each takes what the load balancer sends it; listeners know one address.
    instances = [shared, {**shared, "PORT": make_settings(spotify, tmp_path, tmp_path)["PORT"]}]
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()

    with ExitStack() as stack, ThreadPoolExecutor(2) as threads:
        first, second = threads.map(
            lambda settings, folder: stack.enter_context(serving(ROOT, settings, folder)), instances, folders
        )
        visit = Visit(first.url)
        visit.sign_in(listeners[0])
        progress = visit.start_playlist()
        elsewhere = []
        for process in second.web_workers():
            with second.answered_by(process):
                elsewhere.append(visit.get(f"{second.url}/").text)
        page = visit.wait_for_playlist(f"{second.url}{progress}")
        code = [system.stop() for system in (first, second)]
    versions = rows(shared["DATABASE_URL"], "SELECT version_num FROM alembic_version")

    assert [listeners[0].display_name in answer for answer in elsewhere] == [True, True]
    assert f"/embed/playlist/{listeners[0].playlists[0].id}" in page
    assert versions == [(VERSION,)]
    assert code == [0, 0]
