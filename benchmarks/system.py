"""A running system against a stand-in: started as the Procfile says, inspected, and always stopped."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests
from cryptography.fernet import Fernet

from benchmarks.errors import BenchmarkError
from recommender.song import Song
from standin.server import RunningStandin
from standin.state import State

PROC = Path("/proc")
#: The names of the programs that the Procfile starts.
WEB, WORKER = "uwsgi", "huey_consumer"
MAX_START_S, MAX_STOP_S, MAX_ANSWER_S = 60.0, 40.0, 30.0
BETWEEN_LOOKS_S = 0.1
MAX_ROUNDS = 5


def make_standin_state(songs: list[Song]) -> State:
    """Make the state of a stand-in that knows these songs, and an app on any port of this machine."""
    return State(songs, "visited", secrets.token_urlsafe(16), ("http://127.0.0.1/callback",))


def find_port() -> int:
    """Return a port of this machine that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def make_settings(standin: RunningStandin, models: Path, folder: Path) -> dict[str, str]:
    """Make every setting of a system on a free port, against a stand-in, with its database in `folder`."""
    port = find_port()
    return {
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": secrets.token_urlsafe(32),
        "TOKEN_KEYS": Fernet.generate_key().decode(),
        "SPOTIFY_CLIENT_ID": standin.state.client_id,
        "SPOTIFY_CLIENT_SECRET": standin.state.client_secret,
        "SPOTIFY_ACCOUNTS_URL": standin.url,
        "SPOTIFY_API_URL": f"{standin.url}/v1",
        "SPOTIFY_OPEN_URL": standin.url,
        "DATABASE_URL": f"sqlite:///{folder.resolve() / 'recommender.db'}",
        "MODELS_DIR": str(models.resolve()),
        # Each visit names an address of its own (`benchmarks.visit`).
        "PROXY_HOPS": "1",
        # A proxy that this machine is set up with would not find the stand-in.
        "NO_PROXY": "127.0.0.1",
    }


@dataclass(frozen=True)
class System:
    """The Procfile's processes, started by `./run serve`; `log` holds everything they print."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]
    #: A variable that only this system's processes have in their environment.
    mark: bytes

    def pids(self, program: str = "") -> list[int]:
        """Return the ids of the processes that run a program, or of all, in order of their start."""
        found = [int(entry.name) for entry in PROC.glob("[0-9]*") if self._holds(entry)]
        return sorted(pid for pid in found if not program or _program(pid) == program)

    def web_workers(self) -> list[int]:
        """Return the ids of the processes that answer requests: uWSGI's, except the master."""
        web = self.pids(WEB)
        return [pid for pid in web if _parent(pid) in web]

    @contextmanager
    def answered_by(self, worker: int) -> Iterator[None]:
        """Let one web worker answer everything: the others are stopped meanwhile and take no connection."""
        others = [pid for pid in self.web_workers() if pid != worker]
        try:
            for pid in others:
                os.kill(pid, signal.SIGSTOP)
                _wait_for_sleep(pid)
            yield
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)

    def stop(self) -> int | None:
        """Ask the system to stop and return its exit code; kill what is left after a while."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(MAX_STOP_S)
        code = self.process.poll()
        self.process.kill()
        self.process.wait(MAX_STOP_S)
        # A process killed in one round may have started another one first.
        for _ in range(MAX_ROUNDS):
            for pid in self.pids():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                time.sleep(BETWEEN_LOOKS_S)
        return code

    def _holds(self, entry: Path) -> bool:
        try:
            return self.mark in (entry / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended, or belongs to another user
            return False


@contextmanager
def serving(
    root: Path, settings: Mapping[str, str], folder: Path, command: Sequence[str] = ("serve",)
) -> Iterator[System]:
    """Run `./run serve` in a process of its own; yield once it answers, and leave nothing behind.

    `folder` gets the log; `command` may be another one that serves.

    Raises
    ------
    BenchmarkError
        If it ends before it answers, or does not answer in time.
    """
    log = folder / "system.log"
    mark = secrets.token_hex(16)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", *command],
            cwd=root,
            env={**os.environ, **settings, "SYSTEM": mark},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    system = System(f"http://127.0.0.1:{settings['PORT']}", log, process, f"SYSTEM={mark}".encode())
    try:
        n_web = re.search(r"^processes = (\d+)", (root / "uwsgi.ini").read_text(), re.MULTILINE)
        _wait_for_start(system, int(n_web[1]) if n_web else 1)
        yield system
    finally:
        system.stop()


def _wait_for_start(system: System, n_web: int) -> None:
    deadline = time.monotonic() + MAX_START_S
    while time.monotonic() < deadline and system.process.poll() is None:
        # The first web process may answer before the last has been started.
        is_whole = not PROC.exists() or (len(system.web_workers()) == n_web and system.pids(WORKER))
        if is_whole and _answers(f"{system.url}/healthz"):
            return
        time.sleep(BETWEEN_LOOKS_S)
    last = system.log.read_text(errors="replace").strip().rpartition("\n")[2]
    raise BenchmarkError(f"the system did not start; the last line of its log: {last}")


def _answers(url: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(url, timeout=MAX_ANSWER_S).ok
        except requests.RequestException:
            return False


def _wait_for_sleep(pid: int) -> None:
    """Wait until every thread has stopped: one that has not may still take a connection."""
    deadline = time.monotonic() + MAX_ANSWER_S
    while any(_fields(thread)[0] != "T" for thread in (PROC / str(pid) / "task").iterdir()):
        if time.monotonic() > deadline:
            raise BenchmarkError(f"process {pid} does not stop when it is told to")
        time.sleep(0.001)


def _program(pid: int) -> str:
    """Return the name of the program that a process runs; for a Python script, the script's."""
    with suppress(OSError):
        words = (PROC / str(pid) / "cmdline").read_text().split("\0")
        names = [Path(word).name for word in words]
        return names[1] if names[0].startswith("python") else names[0]
    return ""


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int(_fields(PROC / str(pid))[1])
    return 0


def _fields(process: Path) -> list[str]:
    """Read the kernel's status fields of a process or thread: its state, its parent, ..."""
    # The name before them is in brackets and may contain spaces.
    return (process / "stat").read_text().rpartition(")")[2].split()
