"""Real PostgreSQL and Redis servers of the tests' own, on free loopback ports.

Each server starts with the first test that asks for it and serves until the
last; where tests run in several processes, each has servers of its own.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import event
from sqlalchemy.pool import Pool

from tests.support import secret_search

MAX_START_S = 30
MAX_STOP_S = 10
# Another process may take a free port before the server does.
MAX_ATTEMPTS = 3
# Nothing here outlives the tests: what only guards against a power cut is off. The log that is searched
# for secrets stays short: segments of 1 MB, and only those in use.
OPTIONS = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200 -c timezone=UTC"
    " -c min_wal_size=2MB -c max_wal_size=16MB"
)

# The one user who has to know a password; a test that needs this user makes it.
WITH_PASSWORD = "guarded"


class StartFailed(Exception):
    """A server did not come up; the text is what it said."""


@dataclass(frozen=True)
class PostgreSQL:
    """A running PostgreSQL, in which each test makes a database of its own."""

    port: int
    folder: Path
    # Stops it at once, and starts it again.
    stop: Callable[[], None]
    start: Callable[[], None]
    _numbers: Iterator[int] = field(default_factory=count, repr=False)

    def pids(self) -> list[int]:
        """Return the ids of its processes, as Linux knows them: the first one, then those that it started."""
        first = int((self.folder / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text()
        return [first, *map(int, children.split())]

    def url(self, database: str) -> str:
        return f"postgresql://tests@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """Make an empty database, yield its URL, and drop it afterwards; what is written is searched for secrets."""
        secret_search.search("PostgreSQL", self.bytes_on_disk)
        with self.one_of_several_databases() as url, connections_closed():
            yield url

    @contextmanager
    def one_of_several_databases(self) -> Iterator[str]:
        """Make an empty database for one of several threads; whoever opens connections to it closes them."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run a statement outside the tests' databases and outside a transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def bytes_on_disk(self) -> bytes:
        """Return everything that the server has written so far, the write-ahead log included."""
        self.run("CHECKPOINT")
        parts = (secret_search.written_in(self.folder / part) for part in ("base", "pg_wal"))
        return b"".join(content for part in parts for _, content in part)


@contextmanager
def connections_closed() -> Iterator[None]:
    """Close what is opened in the block and left in a pool: psycopg warns of it."""
    opened: list[psycopg.Connection] = []

    def remember(connection: psycopg.Connection, _: object) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", remember)
    try:
        yield
    finally:
        event.remove(Pool, "connect", remember)
        for connection in opened:
            connection.close()


def postgresql_programs() -> Path | None:
    """Find the folder with PostgreSQL's server programs; Debian keeps them off the PATH."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


@contextmanager
def running_postgresql(programs: Path) -> Iterator[PostgreSQL]:
    """Run a new PostgreSQL until the end of the block."""
    # PostgreSQL refuses to run as root, and pytest's folders are closed to other users.
    become = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="tests-postgresql-") as folder:
        if become:
            shutil.chown(folder, "postgres", "postgres")
        cluster = Path(folder) / "cluster"

        def call(program: str, *arguments: str) -> None:
            called = subprocess.run(
                [programs / program, "-D", cluster, *arguments],
                check=False,
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=MAX_START_S + 5,
                **become,
            )
            if called.returncode != 0:
                raise StartFailed(f"{program}: {called.stdout}{called.stderr}")

        def start(port: int) -> None:
            options = f"{OPTIONS} -p {port} -c listen_addresses=127.0.0.1 -k {folder}"
            call("pg_ctl", "start", "-w", "-t", str(MAX_START_S), "-l", f"{folder}/log", "-o", options)

        call(
            "initdb", "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--wal-segsize=1"
        )
        rules = cluster / "pg_hba.conf"
        rules.write_text(f"host all {WITH_PASSWORD} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        port = on_free_port(start)

        def stop() -> None:
            call("pg_ctl", "stop", "-m", "fast", "-w", "-t", str(MAX_STOP_S))

        try:
            yield PostgreSQL(port, cluster, stop, partial(start, port))
        finally:
            stop()


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Run a new, empty Redis until the end of the block, and yield its URL."""
    started: list[subprocess.Popen[bytes]] = []

    def start(port: int) -> None:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with (folder / "redis.log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        started.append(server)
        deadline = time.monotonic() + MAX_START_S
        with Redis(port=port) as client:
            while server.poll() is None and time.monotonic() < deadline:
                with suppress(RedisError):
                    client.ping()
                    return
                time.sleep(0.02)
        raise StartFailed((folder / "redis.log").read_text())

    try:
        yield f"redis://127.0.0.1:{on_free_port(start)}/0"
    finally:
        for server in started:
            end(server)


def end(server: subprocess.Popen[bytes]) -> None:
    """Ask a server to stop, and kill it where it does not."""
    server.terminate()
    try:
        server.wait(MAX_STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(MAX_STOP_S)


def on_free_port(start: Callable[[int], None]) -> int:
    """Start a server on a port that is free, and return that port."""
    for attempt in range(MAX_ATTEMPTS):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        try:
            start(port)
            break
        except StartFailed:
            if attempt == MAX_ATTEMPTS - 1:
                raise
    return port


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server."""
    # Not at the top: conftest may import this module.
    from tests.support.needs import needs

    programs = postgresql_programs()
    needs("postgresql", programs is not None, "PostgreSQL is not installed (apt install postgresql)")
    with running_postgresql(programs) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis server, which holds what earlier tests have left."""
    from tests.support.needs import needs

    is_there = shutil.which("redis-server") is not None
    needs("redis", is_there, "Redis is not installed (apt install redis-server)")
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The URL of an empty Redis server."""
    with Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database: each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/store.db"
        return
    with request.getfixturevalue("postgresql").new_database() as url:
        yield url
