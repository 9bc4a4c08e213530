"""The real processes: started by `./run serve`, visited over HTTP, stopped, killed."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.system import WEB, WORKER, find_port, make_settings, make_standin_state, serving
from benchmarks.visit import Visit
from formats.library_csv import read_library
from tests.support.limited_user import CAP_DAC_OVERRIDE, CAP_NET_BIND_SERVICE, give_up
from tests.support.secret_search import note, serve
from tests.support.worker_process import wait_until
from version import VERSION

ROOT = Path(__file__).parents[2]
# How long a process of ours may live once what has started it was killed.
MAX_LEFT_S = 5
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes by Linux's /proc"),
]


class Tollgate(list):
    """A stand-in's record of requests that holds one request up until it is opened."""

    def __init__(self, asked):
        super().__init__()
        self._asked = re.compile(asked)
        self.reached, self.opened = Event(), Event()

    def append(self, record):
        super().append(record)
        if self._asked.fullmatch(f"{record.method} {record.path}"):
            self.reached.set()
            self.opened.wait(30)


@pytest.fixture
def spotify(invented):
    """A stand-in that knows the invented catalogue."""
    songs = read_library(invented / "data.csv")
    with serve(make_standin_state(songs)) as running:
        yield running


@pytest.fixture
def settings(spotify, invented, tmp_path):
    made = make_settings(spotify, invented / "models", tmp_path)
    for name in ("SECRET_KEY", "TOKEN_KEYS"):
        note(name, made[name])
    # At DEBUG, so that the search for secrets covers everything that the processes can print.
    return {**made, "LOG_LEVEL": "DEBUG"}


@pytest.fixture
def listener(spotify, invented):
    """A listener with 300 saved songs, all of the catalogue."""
    return spotify.state.add_listener("Lisa", read_library(invented / "data.csv")[:300])


def until(is_so, seconds=20):
    """Wait until another process has done something."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


def is_ready(settings):
    """Return whether the site answers."""
    try:
        Visit(settings["PUBLIC_URL"]).get("/healthz")
    except BenchmarkError:
        return False
    return True


def end(system, number):
    """Send a signal to `./run serve`; return its exit code and how many seconds it took."""
    start = time.monotonic()
    system.process.send_signal(number)
    return system.process.wait(40), time.monotonic() - start


def refusal(settings, command="serve", root=ROOT, without=()):
    """Start a command that cannot work, without some of root's rights; return the one sentence it ends with."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", command],
        cwd=root,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=give_up(*without),
    )
    assert (done.returncode, done.stdout) == (1, ""), done
    assert re.fullmatch(r"run: .+\n", done.stderr), done.stderr
    return done.stderr


def test_two_web_processes_and_a_worker_make_one_playlist_of_50_songs(spotify, settings, listener, tmp_path):
    with serving(ROOT, settings, tmp_path) as system:
        visit = Visit(system.url)
        visit.sign_in(listener)
        first, second = system.web_workers()
        # The other process is paused meanwhile, so each page is answered by the one named.
        with system.answered_by(first):
            progress = visit.start_playlist()
        with system.answered_by(second):
            page = visit.wait_for_playlist(progress)
        with system.answered_by(first):
            health = visit.get("/healthz").text

    [playlist] = spotify.state.playlists.values()
    assert playlist.owner is listener
    assert len({entry.song.id for entry in playlist.entries}) == 50
    assert f"/embed/playlist/{playlist.id}" in page
    assert health == f"ok\nversion: {VERSION}\n"


def test_as_json_each_line_is_an_object_and_each_request_and_job_has_one(settings, listener, tmp_path):
    with serving(ROOT, {**settings, "LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}, tmp_path) as system:
        visit = Visit(system.url)
        visit.sign_in(listener)
        visit.make_playlist()
        # It is printed on the way through two more processes.
        wait_until(lambda: '"outcome"' in system.log.read_text(), system.log.read_text)

    printed = [line.partition("| ")[2] for line in system.log.read_text().splitlines()]
    lines = [json.loads(line) for line in printed if line.startswith("{")]
    # But for what uWSGI prints before it has read its settings, and the demo's own words.
    assert not [
        line for line in printed[printed.index(next(filter(is_object, printed))) :] if "INFO " in line
    ]
    [job] = [line for line in lines if "outcome" in line]
    assert (job["outcome"], job["kind"], job["calls"]) == ("done", "make", 9)
    assert job["stages_s"].keys() == {"read", "mix", "write"}
    requests = [(line["method"], line["route"], line["status"]) for line in lines if "route" in line]
    assert {("GET", "/callback", 302), ("POST", "/playlists", 303), ("GET", "/", 200)} <= set(requests)
    assert "/healthz" not in {route for _, route, _ in requests}
    assert not [line for line in lines if line["logger"].startswith("huey")]


def is_object(line):
    return line.startswith("{")


def test_two_listeners_at_once_get_a_playlist_each(spotify, settings, listener, invented, tmp_path):
    other = spotify.state.add_listener("Mary", read_library(invented / "data.csv")[1000:1200])

    def visited(who):
        visit = Visit(settings["PUBLIC_URL"])
        visit.sign_in(who)
        return visit.make_playlist()

    with serving(ROOT, settings, tmp_path), ThreadPoolExecutor() as threads:
        pages = list(threads.map(visited, [listener, other]))

    for who, page in zip([listener, other], pages, strict=True):
        [playlist] = who.playlists
        assert len(playlist.entries) == 50
        assert playlist.id in page


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda each: each.name)
def test_a_signal_stops_everything_and_leaves_no_process(settings, tmp_path, number):
    with serving(ROOT, settings, tmp_path) as system:
        n_programs = [len(system.pids(program)) for program in (WEB, WORKER)]
        code, seconds = end(system, number)
        left = system.pids()

    assert n_programs == [3, 1]
    assert (code, left) == (0, [])
    assert seconds < 15


def test_a_closed_output_does_not_keep_anything_from_stopping(settings, tmp_path):
    with (tmp_path / "errors.log").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve"],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    process.stdout.readline()
    process.stdout.close()
    until(lambda: is_ready(settings))
    process.terminate()
    code = process.wait(40)

    assert code == 0
    assert (tmp_path / "errors.log").read_text() == ""
    with socket.create_server(("127.0.0.1", int(settings["PORT"]))) as free:
        assert free


def test_a_request_in_flight_is_answered_before_the_end(spotify, settings, listener, tmp_path):
    gate = spotify.state.requests = Tollgate("POST /api/token")
    with serving(ROOT, settings, tmp_path) as system, ThreadPoolExecutor() as threads:
        visit = Visit(system.url)
        answer = threads.submit(visit.get, visit.agree(listener), follow=False)
        assert gate.reached.wait(20)
        system.process.send_signal(signal.SIGTERM)
        until(lambda: "Gracefully killing worker" in system.log.read_text())
        gate.opened.set()

        assert answer.result(30).status_code == 302
        assert system.process.wait(40) == 0
        assert system.pids() == []


def test_a_killed_worker_ends_the_system_so_that_it_is_started_again_whole(settings, tmp_path):
    with serving(ROOT, settings, tmp_path) as system:
        os.kill(system.pids(WORKER)[0], signal.SIGKILL)
        code = system.process.wait(40)
        left = system.pids()

    assert (code, left) == (1, [])


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_works(settings, tmp_path):
    with serving(ROOT, settings, tmp_path) as system:
        os.kill(system.process.pid, signal.SIGKILL)
        system.process.wait(5)
        until(lambda: system.pids() == [], MAX_LEFT_S)
    with serving(ROOT, settings, tmp_path) as again:
        assert is_ready(settings)
        assert end(again, signal.SIGTERM)[0] == 0


def test_a_killed_master_of_the_web_processes_leaves_none_of_them(settings, tmp_path):
    with serving(ROOT, settings, tmp_path) as system:
        # Nobody is there to stop them.
        os.kill(system.process.pid, signal.SIGSTOP)
        os.kill(system.pids(WEB)[0], signal.SIGKILL)
        until(lambda: system.pids(WEB) == [], MAX_LEFT_S)
        os.kill(system.process.pid, signal.SIGCONT)

        code = system.process.wait(40)
        left = system.pids()

    assert (code, left) == (1, [])


def test_a_job_in_the_middle_of_a_stop_goes_on_at_once_after_the_next_start(
    spotify, settings, listener, tmp_path
):
    gate = spotify.state.requests = Tollgate("GET /v1/me/tracks")
    with serving(ROOT, settings, tmp_path) as system:
        visit = Visit(system.url)
        visit.sign_in(listener)
        progress = visit.start_playlist()
        assert gate.reached.wait(20)
        system.process.send_signal(signal.SIGTERM)
        until(lambda: "jobs to hand back: 1" in system.log.read_text())
        gate.opened.set()
        code = system.process.wait(40)
    with serving(ROOT, settings, tmp_path):
        page = visit.wait_for_playlist(progress)

    assert code == 0
    [playlist] = spotify.state.playlists.values()
    assert len({entry.song.id for entry in playlist.entries}) == 50
    assert playlist.id in page


def test_a_taken_port_is_one_sentence(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert f"port {port} " in refusal({**settings, "PORT": str(port)})


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_needs_a_right_is_one_sentence_that_says_so(settings, checkout, command):
    first_free = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if first_free.exists() and int(first_free.read_text()) <= 80:
        pytest.skip("every user of this machine may listen on port 80")

    sentence = refusal(
        {**settings, "PORT": "80", "STANDIN_PORT": str(find_port())},
        command,
        checkout,
        [CAP_NET_BIND_SERVICE],
    )

    assert "port 80 cannot be used: ports below 1024 need a right that this user lacks" in sentence
    assert "PORT=8010 ./run" in sentence


def test_a_port_that_is_no_number_is_one_sentence(settings):
    assert "PORT" in refusal({**settings, "PORT": "eight thousand"})


def test_missing_settings_are_named_all_in_one_sentence(settings):
    # An empty setting counts as not set, and overrides what .env may hold.
    sentence = refusal({**settings, "SPOTIFY_CLIENT_ID": "", "SECRET_KEY": "", "PUBLIC_URL": ""})

    assert "not set: PUBLIC_URL, SECRET_KEY, SPOTIFY_CLIENT_ID;" in sentence


def test_keys_that_are_no_keys_are_one_sentence(settings):
    sentence = refusal({**settings, "TOKEN_KEYS": "no-fernet-key"})

    assert "TOKEN_KEYS" in sentence
    assert "no-fernet-key" not in sentence


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgresql://lisa:qu1et@127.0.0.1:{port}/songs"),
        ("REDIS_URL", "redis://:qu1et@127.0.0.1:{port}/0"),
    ],
)
def test_a_server_that_is_not_there_is_one_sentence_without_the_password(settings, name, url):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        sentence = refusal({**settings, name: url.format(port=nobody.getsockname()[1])})

    assert f"check {name}" in sentence
    assert "qu1et" not in sentence


def test_a_database_of_a_newer_version_is_one_sentence(settings, tmp_path):
    database = sqlite3.connect(tmp_path / "recommender.db")
    with database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('0099')")
    database.close()

    assert "update the program" in refusal(settings)


def test_missing_models_are_one_sentence(settings, tmp_path):
    assert "./run train" in refusal({**settings, "MODELS_DIR": str(tmp_path / "none")})


def test_damaged_models_are_one_sentence(settings, invented, tmp_path):
    models = tmp_path / "models"
    shutil.copytree(invented / "models", models)
    [years] = models.glob("arrays-*/years.npy")
    content = bytearray(years.read_bytes())
    content[-1] ^= 1
    years.write_bytes(content)

    sentence = refusal({**settings, "MODELS_DIR": str(models)})

    assert "years.npy is damaged" in sentence


def test_the_real_spotify_with_an_invented_catalogue_is_one_sentence(settings):
    real = {"SPOTIFY_ACCOUNTS_URL": "", "SPOTIFY_API_URL": "", "SPOTIFY_OPEN_URL": ""}

    assert "invented catalogue" in refusal({**settings, **real})


@pytest.fixture
def checkout(tmp_path):
    """A copy of this checkout as it is, for commands that write into it."""
    folder = tmp_path / "checkout"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode != 0:
        pytest.skip("needs the git checkout, and this is none")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def test_the_demo_makes_a_playlist_for_a_listener_of_a_file_and_stops_whole(checkout, invented, tmp_path):
    library = tmp_path / "from-a-file.csv"
    lines = (invented / "data.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    library.write_text("".join(lines[:201]), encoding="utf-8")
    port = str(find_port())
    state = checkout / "instance" / "demo" / f"state-{port}"
    settings = {
        "PORT": port,
        "STANDIN_PORT": str(find_port()),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{state / 'recommender.db'}",
    }
    command = ["demo", "--data", str(invented / "data.csv"), "--library", str(library)]

    with serving(checkout, settings, tmp_path, command) as system:
        visit = Visit(system.url)
        consent = visit.get("/login").text
        listeners = re.findall(r'name="listener" value="([^"]+)"', consent)
        visit.sign_in(SimpleNamespace(id=listeners[0], display_name="from-a-file"))
        page = visit.make_playlist()
        code, _ = end(system, signal.SIGTERM)
        left = system.pids()

    assert len(listeners) == 7
    assert page.count('<li class="song"') == 50
    assert (code, left) == (0, [])
    assert (checkout / "instance" / "keys.env").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def read_only(checkout):
    """A checkout in which nobody may write, as one that root has installed."""
    folders = [checkout, *(path for path in checkout.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    yield checkout
    for folder in folders:
        folder.chmod(0o755)


def list_files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def leave_out(settings, *names):
    """Return the settings without some, and with a port of its own for the demo's stand-in."""
    return {"STANDIN_PORT": str(find_port()), **{n: value for n, value in settings.items() if n not in names}}


KEYS = ("SECRET_KEY", "TOKEN_KEYS")


@pytest.mark.parametrize(("command", "keys"), [("serve", ()), ("demo", ()), ("demo", KEYS)], ids=str)
def test_a_read_only_checkout_is_one_sentence_that_names_the_setting(settings, read_only, command, keys):
    given = leave_out(settings, "DATABASE_URL", *keys)

    sentence = refusal(given, command, read_only, [CAP_DAC_OVERRIDE])

    assert "instance" in sentence
    assert "Permission denied" in sentence
    assert "set STATE_DIR" in sentence
    assert "instance" not in list_files(read_only)


def test_a_state_folder_that_cannot_be_written_is_one_sentence(settings, tmp_path):
    (tmp_path / "state").mkdir(0o555)
    given = {**leave_out(settings, "DATABASE_URL"), "STATE_DIR": str(tmp_path / "state")}

    sentence = refusal(given, without=[CAP_DAC_OVERRIDE])

    assert f"the database sqlite:///{tmp_path}/state/recommender.db cannot be used" in sentence
    assert "set STATE_DIR" in sentence


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_read_only_checkout_works_and_all_that_is_kept_lies_in_the_state_folder(
    settings, invented, checkout, tmp_path, command
):
    # It may be written to here, so that whatever is written shows, under root as well.
    before = list_files(checkout)
    state = tmp_path / "state" / "of songs"
    given = {
        **leave_out(settings, "DATABASE_URL", *(KEYS if command == "demo" else ())),
        "STATE_DIR": str(state),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    words = ["demo", "--data", str(invented / "data.csv")] if command == "demo" else ["serve"]

    with serving(checkout, given, tmp_path, words) as system:
        home = Visit(system.url).get("/").text

    kept = list_files(state)
    assert "Sign in with Spotify" in home
    assert list_files(checkout) == before
    if command == "demo":
        assert (state / "keys.env").stat().st_mode & 0o777 == 0o600
        assert f"demo/state-{settings['PORT']}/recommender.db" in kept
    else:
        assert {"recommender.db", "recommender.queue.db"} <= set(kept)


def test_the_tables_are_made_in_the_state_folder(read_only, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "cli", "db", "upgrade"],
        cwd=read_only,
        env={**os.environ, "STATE_DIR": str(tmp_path / "state"), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=give_up(CAP_DAC_OVERRIDE),
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "state" / "recommender.db").is_file()


def test_models_that_cannot_be_written_are_one_sentence_with_the_way_out(read_only, invented):
    done = subprocess.run(
        [sys.executable, "-m", "cli", "train", "--data", invented / "data.csv"],
        cwd=read_only,
        env={**os.environ},
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=give_up(CAP_DAC_OVERRIDE),
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"run: {read_only}/models cannot be written to (Permission denied): choose another folder with --out,"
        " and name it by MODELS_DIR\n"
    )
