"""After every test with a stand-in: none of the secrets there were is in a log, a file or a database.

Tests start their stand-in by `serve` of this module, and `note` what else is
secret. Those tests log at DEBUG; before their fixtures go, everything that was
logged or written is searched. How many secrets there were is a property of the
test's report, so that they can be counted whichever process it ran in.
"""

import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from urllib.parse import quote

import pytest
from redis import Redis

from standin import server
from standin.server import RunningStandin
from standin.state import State

# The characters of secrets and their encodings; only runs of these can hold one.
WRITTEN_WITH = rb"A-Za-z0-9+/=_%.:~-"
MIN_SECRET_LENGTH = 16
# A page of a database may end in the middle of a secret, and a log may cut it short: of a long one either
# half counts.
LONG = 64
# Under which a test's report holds its number of secrets.
PROPERTY = "secrets"
LOGGERS_WITH_LEVELS = ("authlib", "urllib3", "spotipy", "werkzeug", "huey")

Secrets = Mapping[str, str]
Places = Iterable[tuple[str, bytes]]


def encode_forms(secret: str) -> set[bytes]:
    """Return a secret as it may be written: plain, URL-encoded, and in base64 at any place of a longer text."""
    if not re.fullmatch(rb"[%b]{%d,}" % (WRITTEN_WITH, MIN_SECRET_LENGTH), secret.encode()):
        raise ValueError("a secret so short or with such characters would be missed")
    forms = set()
    half = len(secret) // 2
    for part in (secret[:half], secret[half:]) if len(secret) >= LONG else (secret,):
        encoded = quote(part, safe="")
        lower = re.sub("%..", lambda found: found[0].lower(), encoded)
        forms |= {part.encode(), encoded.encode(), lower.encode(), *_in_base64(part.encode())}
    return forms


def _in_base64(part: bytes) -> Iterator[bytes]:
    for before in range(3):
        padded = b64encode(bytes(before) + part)
        # The first and the last characters depend on the neighbours too.
        own = padded[(before * 8 + 5) // 6 : (before + len(part)) * 8 // 6]
        yield own
        yield own.translate(bytes.maketrans(b"+/", b"-_"))


def find(secrets: Secrets, places: Places) -> list[str]:
    """Find which kinds of secrets are in which places; the secrets themselves are never named."""
    forms = [(kind, form) for secret, kind in secrets.items() for form in encode_forms(secret)]
    shortest = min((len(form) for _, form in forms), default=MIN_SECRET_LENGTH)
    found = set()
    for name, content in places:
        runs = re.findall(rb"[%b]{%d,}" % (WRITTEN_WITH, shortest), content)
        all_runs, long_runs = (b"\n".join(r for r in runs if len(r) >= least) for least in (0, LONG // 2))
        found |= {
            f"{name} holds a secret: {kind}"
            for kind, form in forms
            if form in (long_runs if len(form) >= LONG // 2 else all_runs)
        }
    return sorted(found)


class _Listening(logging.Handler):
    """Keeps every line that is logged, from DEBUG on, while a test with secrets runs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        # A test that visits the site is the listener's browser: its own line is no log of ours.
        if not (record.name.startswith("urllib3") and "/callback?" in line):
            self.lines.append(line)

    def start(self, is_alone: bool) -> None:
        root = logging.getLogger()
        self._level = root.level
        root.setLevel(logging.DEBUG)
        root.addHandler(self)
        # Huey's consumer logs by a handler of its own.
        logging.getLogger("huey").addHandler(self)
        for name in LOGGERS_WITH_LEVELS if is_alone else ():
            # What keeps them quiet must be what this test has started, not an earlier one.
            logging.getLogger(name).setLevel(logging.NOTSET)

    def stop(self) -> None:
        logging.getLogger().setLevel(self._level)
        logging.getLogger().removeHandler(self)
        logging.getLogger("huey").removeHandler(self)


class _Watch:
    """What is secret in the test that runs."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.states: list[State] = []
        self.ended: list[State] = []
        self.noted: dict[str, str] = {}
        self.places: dict[str, Callable[[], bytes]] = {}
        self.listening: _Listening | None = None

    def listen(self, own: State) -> None:
        # Tests that run side by side start their stand-ins in threads.
        with self.lock:
            if self.listening is None:
                others = [state for state in self.states if state not in (own, *self.ended)]
                self.listening = _Listening()
                # Another test that goes on in a thread has kept the loggers quiet already.
                self.listening.start(is_alone=not others)

    def secrets(self) -> dict[str, str]:
        return self.noted | {
            secret: kind for state in self.states for secret, kind in state.secrets().items()
        }

    def end_test(self) -> None:
        with self.lock:
            if self.listening:
                self.listening.stop()
            self.listening = None
        self.noted.clear()
        self.places.clear()
        self.states = [state for state in self.states if state not in self.ended]
        self.ended.clear()


_watch = _Watch()


@contextmanager
def serve(state: State) -> Iterator[RunningStandin]:
    """Run a stand-in whose secrets must be found nowhere, for one test or for several."""
    _watch.states.append(state)
    _watch.listen(state)
    try:
        with server.serve(state) as running:
            yield running
    finally:
        _watch.ended.append(state)


def note(kind: str, secret: str) -> None:
    """Search for one more secret after this test."""
    _watch.noted[secret] = kind


def search(place: str, content: Callable[[], bytes]) -> None:
    """Search in one more place after this test."""
    _watch.places[place] = content


def written_in(folder: Path) -> Places:
    """Yield the name and the content of every file in a folder."""
    for path in sorted(folder.rglob("*")):
        # A server that runs removes files of its own between the two.
        with suppress(FileNotFoundError):
            if path.is_file() and not path.is_symlink():
                yield str(path.relative_to(folder)), path.read_bytes()


def kept_by_redis(url: str) -> Places:
    """Yield what a Redis server holds, as it would write it to the disk, and its log."""
    with Redis.from_url(url) as client:
        client.config_set("rdbcompression", "no")
        client.save()
        folder = client.config_get("dir")["dir"]
    yield from written_in(Path(folder))


def _places(item: pytest.Item) -> Places:
    if _watch.listening:
        yield "the log", "\n".join(_watch.listening.lines).encode()
    for name, content in _watch.places.items():
        yield name, content()
    fixtures = getattr(item, "funcargs", {})
    if "tmp_path" in fixtures:
        yield from written_in(fixtures["tmp_path"])
    if "redis_url" in fixtures:
        yield from kept_by_redis(fixtures["redis_url"])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Search while everything that the test used is still there."""
    secrets = _watch.secrets() if _watch.states or _watch.noted else {}
    try:
        try:
            found = find(secrets, _places(item)) if secrets else []
            if secrets:
                item.user_properties.append((PROPERTY, len(secrets)))
        finally:
            # A search that fails fails this test alone: what the test used is put away all the same.
            yield
    finally:
        _watch.end_test()
    if found:
        pytest.fail("; ".join(found), pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how much was searched for."""
    counts = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "teardown"
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    if counts:
        terminalreporter.write_line(
            f"{sum(counts):,} secrets of {len(counts):,} tests were searched for in logs, files and databases"
        )
