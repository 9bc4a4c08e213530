"""How the processes of a machine count together, and how any of them answers Prometheus for all.

Each counts in files of its own (prometheus-client's multi-process mode). These are numbered, not named by
process ids: a new process goes on with those of one that has ended, so that sums never fall and files never
pile up. The kernel unlocks the files of a process that dies, and so tells which are free.
"""

import fcntl
import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from socketserver import TCPServer
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app, values
from prometheus_client.exposition import ThreadingWSGIServer
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

log = logging.getLogger(__name__)

FOLDER = "metrics"
#: The types of metrics that are counted; each has a file of its own.
TYPES = ("counter", "histogram")
#: How many processes may count at once: the web processes, their master, and the workers. What others do
#: is not counted.
MAX_PROCESSES = 16
#: Bytes of a file. They are written before it is mapped: touching mapped memory for which the disk
#: has no room kills the process.
FILE_SIZE = 256 * 1024


class Unservable(OSError):
    """The metrics cannot be kept or served; the text says what to do."""


class Processes:
    """The files in which the processes of this machine count, and the address that tells the sums."""

    def __init__(self, state_dir: Path, address: str) -> None:
        """Prepare the files, and listen; nothing is answered before `serve`.

        Raises
        ------
        Unservable
            If the files cannot be written, or the address cannot be listened on.
        """
        self._folder = state_dir / FOLDER
        self._pid = 0
        self._is_counting = True
        # Nothing but the environment tells the library where.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(self._folder)
        self._server = _listen(address)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Before any metric is made, as each takes its values from here.
            values.ValueClass = self._make_value_class()
        except OSError as error:
            raise Unservable(
                f"the metrics cannot be counted in {self._folder} ({error.strerror}): check STATE_DIR"
            ) from error

    def serve(self, measured: Collector) -> None:
        """Answer from a thread of this process what all have counted, and what is measured when asked.

        Each process calls it once it is forked, and so before it counts.
        """
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self._folder))  # type: ignore[no-untyped-call]
        registry.register(measured)
        self._server.set_app(make_wsgi_app(registry))
        self._counts()
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

    def _counts(self) -> bool:
        """Return whether this process counts; what comes of one that does not will not either."""
        if self._is_counting and self._pid != os.getpid():
            self._pid = os.getpid()
            taken = _take_number(self._folder)
            if taken is None:
                self._is_counting = False
                log.warning(
                    "%d processes count in %s already: what this one does is missing in the metrics until one"
                    " of them ends and this one is started anew; systems of their own need a STATE_DIR each",
                    MAX_PROCESSES,
                    self._folder,
                )
            else:
                self._number, self._lock = taken
        return self._is_counting

    def _identify(self) -> str:
        """Return the number of this process's files, "" if it has none."""
        return self._number if self._counts() else ""

    def _make_value_class(self) -> Any:
        """Make the class of the library's values, which count nothing where this process does not."""
        counts = self._counts
        shared: Any = values.MultiProcessValue(self._identify)  # type: ignore[no-untyped-call]

        class Value(shared):  # type: ignore[misc]
            def __init__(self, *names: Any, **options: Any) -> None:
                if counts():
                    super().__init__(*names, **options)

            def inc(self, amount: float) -> None:
                if counts():
                    super().inc(amount)

        return Value


class _Server(ThreadingWSGIServer):
    """A server on a port that web processes and workers of one machine share; the kernel chooses."""

    allow_reuse_port = True

    def server_bind(self) -> None:
        """Bind without asking what this machine is called, for which a slow DNS is waited for."""
        TCPServer.server_bind(self)
        host, port = self.server_address[:2]
        self.server_name, self.server_port = str(host), int(port)
        self.setup_environ()


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *_: object) -> None:
        """Log nothing: Prometheus asks every few seconds."""


def require_free(address: str) -> None:
    """Check that the address can be listened on; raises Unservable."""
    _listen(address).server_close()


def _listen(address: str) -> _Server:
    parts = urlsplit(f"//{address}")
    host, port = parts.hostname or "", parts.port or 0
    try:
        return make_server(host, port, lambda *_: [], _Server6 if ":" in host else _Server, _Silent)
    except OSError as error:
        raise Unservable(
            f"the metrics cannot be told at {address} ({error.strerror}): choose another METRICS_ADDRESS"
        ) from error


def _take_number(folder: Path) -> tuple[str, BufferedRandom] | None:
    """Return the lowest number that no living process has, and the file whose lock keeps it.

    None where all are taken. Where no process has any, all files are emptied: what another
    version of the program has counted may have other labels.
    """
    with _alone(folder):
        files = [_find_file(folder, TYPES[0], number).open("a+b") for number in range(MAX_PROCESSES)]
        free = [number for number, file in enumerate(files) if _lock(file)]
        if len(free) == MAX_PROCESSES:
            for path in (_find_file(folder, kind, number) for kind in TYPES for number in free):
                path.write_bytes(bytes(FILE_SIZE))
        kept = files.pop(free[0]) if free else None
        # Before the next one looks: it would take what is still locked here for what somebody has.
        for file in files:
            file.close()
    return (str(free[0]), kept) if kept else None


def _find_file(folder: Path, kind: str, number: int) -> Path:
    """Return where the library keeps what a process counts."""
    return folder / f"{kind}_{number}.db"


def _lock(file: BufferedRandom) -> bool:
    """Lock a file until this process ends, and return whether no other had it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time look for a number."""
    with (folder / "lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
