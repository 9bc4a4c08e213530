"""The processes of a running system: the Procfile's, and whatever stands beside them."""

import os
import queue
import shlex
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import honcho.manager
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

import startup
from cli import tied
from cli.errors import CommandError
from cli.terminal import drop_output
from settings import Settings

DEFAULT_PORT = 8000
MAX_START_S = 60.0
# How long the others may take once the first has stopped: longer than a worker needs to hand back its jobs.
MAX_STOP_S = 15
# The exit codes of honcho when it was asked to stop: as the shell counts them, or as Python does.
STOPPED = (128 + signal.SIGINT, -signal.SIGINT, 128 + signal.SIGTERM)


@dataclass(frozen=True)
class Companion:
    """A process that runs beside the Procfile's; it listens on a port of this machine."""

    name: str
    command: str
    port: int


def serve(root: Path, environment: Mapping[str, str], companion: Companion | None = None) -> int:
    """Run the Procfile's processes and their companion, and stop them together.

    Returns when one of them has ended, or at Ctrl-C or SIGTERM: 0 if they were asked
    to stop or the first ended well, else 1.

    Raises
    ------
    CommandError
        If the port cannot be listened on or is not a port.
    SettingsError, BadModels, StoreError, QueueUnusable
        If the settings, the models, the database or the queue cannot be used: checked
        here for one sentence instead of the same traceback from each process.
    """
    os.chdir(root)  # relative paths in the settings start at the project
    settings = Settings.from_env(environment)
    startup.check(settings)
    port = read_port(environment, "PORT", DEFAULT_PORT)
    require_free(port, "PORT=8010 ./run")
    environment = {
        **environment,
        "PORT": str(port),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    # A closed terminal sends SIGHUP to this process alone; the children would not get it.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    honcho.manager.KILL_WAIT = MAX_STOP_S
    manager = _Manager(Printer(_Terminal()))
    # Else whatever kills this process alone would leave the others behind, and the port taken.
    tie = "exec " + shlex.join([sys.executable, "-P", tied.__file__, str(os.getpid())])
    procfile = parse_procfile((root / "Procfile").read_text())
    commands = {companion.name: companion.command} if companion else {}
    for name, command in {**commands, **procfile.processes}.items():
        manager.add_process(
            name, f"{tie} {command}", cwd=str(root), env={**environment, "PYTHONUNBUFFERED": "1"}
        )
    operator_url = f"{settings.public_url}/operator" if settings.operator_id else ""
    announcing = (port, settings.public_url, companion, operator_url)
    threading.Thread(target=announce, args=announcing, daemon=True).start()
    manager.loop()
    return 0 if manager.returncode in (0, *STOPPED) else 1


def read_port(environment: Mapping[str, str], name: str, default: int) -> int:
    """Read the port that a variable names.

    Raises
    ------
    CommandError
        If it is not a port.
    """
    text = environment.get(name, "").strip() or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CommandError(f"{name} must be a port, a number from 1 to 65535; it is {text}")
    return int(text)


def require_free(port: int, another: str) -> None:
    """Check that a port of this machine can be listened on; `another` is a command that chooses another.

    Raises
    ------
    CommandError
        If it is taken, or this user has no right to it.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise CommandError(
                f"port {port} cannot be used: ports below 1024 need a right that this user lacks;"
                f" choose another: {another}"
            ) from error
        except OSError as error:
            raise CommandError(
                f"port {port} cannot be used: another program listens on it; stop that, or choose another:"
                f" {another}"
            ) from error


class _Manager(honcho.manager.Manager):  # type: ignore[misc]
    """Honcho's manager, but all processes are children of this one, so that they can be tied to it.

    Honcho itself has a process of its own beside each, which would outlive it. A request to stop that
    comes too early waits until all have started: Honcho would miss those whose process id it does not
    know yet.
    """

    _is_asked_early = False

    def __init__(self, printer: Printer) -> None:
        super().__init__(printer)
        self.events: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def _start(self) -> None:
        """Start each process from a thread that lives as long: to the kernel that thread is its parent."""
        for process in self._processes.values():
            threading.Thread(target=process["obj"].run, args=(self.events,), daemon=True).start()

    def terminate(self) -> None:
        """Stop all processes."""
        if self._all_started():
            super().terminate()
        else:
            self._is_asked_early = True

    def _any_stopped(self) -> bool:
        """Return whether the others must stop, too."""
        return self._is_asked_early or bool(super()._any_stopped())


class _Terminal:
    """Standard output; it may be closed while the processes run, and they must still be stopped."""

    def write(self, text: str) -> None:
        """Write; once nobody reads any more, drop this and all that follows."""
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            drop_output()

    def flush(self) -> None:
        """Do nothing: `write` has flushed."""

    def isatty(self) -> bool:
        """Return whether colours can be seen."""
        return sys.stdout.isatty()


def announce(port: int, address: str, companion: Companion | None, operator_url: str = "") -> None:
    """Print the address as soon as it can be used, and the operator's page; or what does not answer."""
    terminal = _Terminal()
    deadline = time.monotonic() + MAX_START_S
    waiting: dict[str, Callable[[], bool]] = {"web": partial(_answers, port)}
    if companion:
        waiting[companion.name] = partial(_listens, companion.port)
    while time.monotonic() < deadline:
        waiting = {name: is_there for name, is_there in waiting.items() if not is_there()}
        if not waiting:
            page = f"  The operator's page: {operator_url}\n" if operator_url else ""
            terminal.write(f"\n  Ready: open {address}  (stop with Ctrl-C)\n{page}\n")
            return
        time.sleep(0.1)
    names = " and ".join(waiting)
    terminal.write(f"No answer from {names} after {MAX_START_S:.0f} s: see the lines above.\n")


def _answers(port: int) -> bool:
    # Without the machine's proxy, which does not know our loopback port.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}/healthz", timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
