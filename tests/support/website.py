"""The whole web application against the stand-in, without processes, for the tests of the pages."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import requests
from cryptography.fernet import Fernet
from flask import url_for
from flask.testing import FlaskClient
from huey import Huey
from jinja2 import BytecodeCache
from sqlalchemy import delete

from recommender.song import Song
from settings import Settings
from standin.server import RunningStandin
from standin.state import Listener, StandinEntry, StandinPlaylist
from startup import SESSION_COOKIE, create_app, create_worker_queue
from store import tables
from tests.support.database import FakeClock
from tests.support.secret_search import note
from web.context import context

PUBLIC_URL = "http://127.0.0.1:8000"


class CompiledTemplates(BytecodeCache):
    """The templates as compiled for the first website of a run."""

    def __init__(self):
        self.codes = {}

    def load_bytecode(self, bucket):
        if code := self.codes.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket):
        self.codes[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


def settings_for(standin: RunningStandin, models: Path, folder: Path, **others) -> Settings:
    """Make settings that point at a stand-in, with fresh keys and a database in `folder`."""
    settings = Settings.from_env(
        {
            "PUBLIC_URL": PUBLIC_URL,
            "SECRET_KEY": "a-key-of-the-tests-that-is-long-enough",
            "TOKEN_KEYS": Fernet.generate_key().decode(),
            "SPOTIFY_CLIENT_ID": standin.state.client_id,
            "SPOTIFY_CLIENT_SECRET": standin.state.client_secret,
            "SPOTIFY_ACCOUNTS_URL": standin.url,
            "SPOTIFY_API_URL": f"{standin.url}/v1",
            "SPOTIFY_OPEN_URL": standin.url,
            "RECCOBEATS_URL": f"{standin.url}/reccobeats/v1",
            "STATE_DIR": str(folder),
            "MODELS_DIR": str(models),
            **others,
        }
    )
    note("secret key", settings.secret_key)
    for key in settings.token_keys:
        note("token key", key)
    return settings


class AtHome(FlaskClient):
    """Flask's client as a browser at the site's own address, instead of at `localhost`."""

    @property
    def _home(self):
        with self.application.app_context():
            return context().settings.public_url

    def open(self, *args, **kwargs):
        return super().open(*args, **{"base_url": self._home, **kwargs})

    def session_transaction(self, *args, **kwargs):
        return super().session_transaction(*args, **{"base_url": self._home, **kwargs})

    def get_cookie(self, key, domain=None, path="/"):
        return super().get_cookie(key, domain or urlsplit(self._home).hostname, path)

    def set_cookie(self, key, value="", *, domain=None, **kwargs):
        super().set_cookie(key, value, domain=domain or urlsplit(self._home).hostname, **kwargs)


@dataclass
class Website:
    """The application, its stand-in, and a worker that works when told to."""

    settings: Settings
    standin: RunningStandin
    songs: list[Song]
    clock: FakeClock = field(default_factory=lambda: FakeClock(datetime.now(UTC)))
    _queue: Huey | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.app = create_app(self.settings, self.clock)
        self.app.test_client_class = AtHome
        self.app.jinja_env.bytecode_cache = COMPILED
        with self.app.app_context():
            self.database = context().database

    def add_listener(self, name: str, saved: int = 60) -> Listener:
        """Add a listener to the stand-in who has saved the first `saved` songs of the catalogue."""
        return self.standin.state.add_listener(name, self.songs[:saved])

    def add_own(self, playlist: StandinPlaylist, place: int = 0) -> str:
        """Add a song that a playlist lacks to it, as its owner does in Spotify; return the song's id."""
        held = {entry.song.id for entry in playlist.entries}
        song = [song for song in self.songs if song.id not in held][place]
        # No listener does so in the very second in which the playlist was written.
        playlist.entries.append(StandinEntry(song, self.standin.state.now() + 60))
        return song.id

    def browser(self) -> "Browser":
        """Open a browser that has not been here before."""
        return Browser(self.app.test_client(), self.standin)

    def work(self) -> None:
        """Do what is due and what is in the queue, as the worker process would, which starts the first time.

        Later it looks for what is due as each minute, though the clock may stand still.
        """
        if self._queue is None:
            self._queue = create_worker_queue(self.settings, self.clock)
        else:
            with self.database.writing() as connection:
                connection.execute(delete(tables.chores))
            for task in self._queue.read_periodic(self.clock.now()):
                self._queue.execute(task)
        while (task := self._queue.dequeue()) is not None:
            self._queue.execute(task)

    def forget_mixes(self) -> None:
        """Let the next mix of every listener be picked as if it were their first."""
        with self.database.writing() as connection:
            connection.execute(delete(tables.mixes))
            connection.execute(delete(tables.jobs).where(tables.jobs.c.state == "done"))


@dataclass
class Browser:
    """One browser: the pages by Flask's client, Spotify's by real requests."""

    client: FlaskClient
    standin: RunningStandin

    def go_to_spotify(self) -> str:
        """Press the sign-in link, and return the address at Spotify that it leads to."""
        return self.client.get("/login").headers["Location"]

    def answer(self, authorize_url: str, listener: Listener, answer: str = "agree") -> str:
        """Answer Spotify's question, and return the address on our site that it sends the browser back to."""
        form = {"listener": listener.id, "answer": answer}
        sent_back = requests.post(authorize_url, data=form, allow_redirects=False, timeout=5)
        address = urlsplit(sent_back.headers["Location"])
        return f"{address.path}?{address.query}"

    def sign_in(self, listener: Listener):
        """Sign in from the first click to the return, and return the page that this leads to."""
        returned = self.client.get(self.answer(self.go_to_spotify(), listener))
        assert returned.status_code == 302, returned.text
        note("session cookie", self.client.get_cookie(SESSION_COOKIE).value)
        return self.client.get(returned.headers["Location"])

    def post(self, path: str, **form):
        """Post a form as a page of ours would, with its CSRF token."""
        return self.client.post(path, data={"csrf_token": self.csrf_token(), **form})

    def csrf_token(self) -> str:
        """Read the CSRF token in the forms of the front page."""
        page = self.client.get("/", follow_redirects=True).text
        return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    def make_playlist(self, site: Website, **form) -> str:
        """Make the first playlist, or refresh it and save that; return the address of the playlist's page."""
        home = self.client.get("/")
        if home.status_code == 200:
            return self.do_job(site, "/playlists", **form)
        drafted = self.do_job(site, f"{urlsplit(home.location).path}/refresh", **form)
        return self.do_job(site, f"{drafted}/save", **form)

    def do_job(self, site: Website, path: str, **form) -> str:
        """Post a form that starts a job, let the worker work, and return the path of the page it leads to."""
        job = self.post(path, **form).headers["Location"]
        site.work()
        done = self.client.get(job)
        assert done.status_code in (302, 303), done.text
        return urlsplit(done.headers["Location"]).path


def read_everything(site):
    """Return every row of every table, but not when sessions and accounts were last seen."""
    with site.database.reading() as connection:
        return {
            table.name: sorted(
                str({name: value for name, value in row._mapping.items() if name != "last_seen"})
                for row in connection.execute(table.select())
            )
            for table in tables.metadata.sorted_tables
            if table.name != "sessions"
        }


def find_static_version(site, filename):
    """Return the part of a static file's address that changes with what is in it."""
    with site.app.test_request_context():
        return url_for("static", filename=filename).split("/")[2]
