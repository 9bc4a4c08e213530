"""An instance of Elastic Beanstalk: what a deployment does on it, in its order."""

import os
import shlex
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import yaml
from honcho.environ import parse_procfile

from cli import tied
from rehearsal.errors import RehearsalError

ENVIRONMENT = "aws:elasticbeanstalk:application:environment"
#: Where the hook keeps what outlives deployments, on a machine of Amazon's.
STATE = "/var/lib/music-recommender"
# Only Amazon's machines have the user that the hook names.
INSTALL = '#!/bin/sh\n[ "$*" = "-d -o webapp -g webapp -m 0700 $8" ] && mkdir -p -m 0700 "$8"\n'
MAX_INSTALL_S, MAX_HOOK_S, MAX_STOP_S = 600, 60, 40


@dataclass(frozen=True)
class Instance:
    """An empty machine; `folder` is its disk, `properties` what the operator has set for the environment."""

    folder: Path
    properties: Mapping[str, str]

    @property
    def app(self) -> Path:
        """The application's folder."""
        return self.folder / "app"

    @property
    def venv(self) -> Path:
        """The application's virtual environment."""
        return self.folder / "venv"

    @property
    def logs(self) -> Path:
        """Where everything that runs writes its log."""
        return self.folder / "logs"

    def unpack(self, bundle: Path) -> None:
        """Unpack the bundle into an empty folder, each file with its mode."""
        self.logs.mkdir(parents=True)
        with zipfile.ZipFile(bundle) as packed:
            packed.extractall(self.app)
            files = [entry for entry in packed.infolist() if not entry.is_dir()]
        for entry in files:
            if mode := entry.external_attr >> 16 & 0o777:
                (self.app / entry.filename).chmod(mode)
        self._move_state()

    def _move_state(self) -> None:
        """Let the hooks keep the state on this disk instead of the machine's."""
        for hook in (self.app / ".platform").rglob("*.sh"):
            hook.write_text(hook.read_text().replace(STATE, str(self.folder / "state")))
        programs = self.folder / "programs"
        programs.mkdir()
        (programs / "install").write_text(INSTALL)
        (programs / "install").chmod(0o755)

    def install(self) -> None:
        """Make the virtual environment, by plain pip from requirements.txt alone."""
        pip: list[str | Path] = [
            self.venv / "bin" / "pip",
            "install",
            "--quiet",
            "-r",
            self.app / "requirements.txt",
        ]
        self._do("venv", [sys.executable, "-m", "venv", self.venv], os.environ, MAX_INSTALL_S)
        # It finds the packages as this machine's pip does.
        self._do("pip", pip, os.environ, MAX_INSTALL_S)

    def run_hooks(self, stage: str) -> None:
        """Run the bundle's hooks of a stage, in the order of their names."""
        hooks = sorted((self.app / ".platform" / "hooks" / stage).glob("*"))
        programs = f"{self.folder / 'programs'}:{os.environ['PATH']}"
        for hook in hooks:
            self._do(hook.name, [hook], {**self.build_environment(), "PATH": programs}, MAX_HOOK_S)

    def build_environment(self) -> dict[str, str]:
        """Build the environment of the processes, without anything of this machine's own."""
        given: dict[str, str] = {}
        for path in sorted((self.app / ".ebextensions").glob("*.config")):
            settings = yaml.safe_load(path.read_text(encoding="utf-8")).get("option_settings", {})
            given |= settings.get(ENVIRONMENT, {})
        return {**given, **self.properties, "PATH": f"{self.venv / 'bin'}:/usr/bin:/bin"}

    def back_up(self) -> Path:
        """Back the database up by the project's own command, with what is installed; return the copy."""
        copy = self.folder / "copy.db"
        words: list[str | Path] = [self.venv / "bin" / "python", "-m", "cli", "db", "backup", copy]
        self._do("backup", words, self.build_environment(), MAX_HOOK_S)
        return copy

    @contextmanager
    def run_procfile(self) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
        """Run the Procfile's processes, each with a log of its own, and stop them at the end."""
        environment = self.build_environment()
        started: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for name, command in parse_procfile((self.app / "Procfile").read_text()).processes.items():
                started[name] = start(
                    shlex.split(command), self.logs / f"{name}.stdout.log", self.app, environment
                )
            yield started
        finally:
            for process in started.values():
                stop(process)

    def _do(
        self, name: str, words: Sequence[str | Path], environment: Mapping[str, str], most_s: float
    ) -> None:
        """Run a step of the deployment to its end, with a log of its own."""
        with (self.logs / f"{name}.log").open("wb") as log:
            done = subprocess.run(
                words, cwd=self.app, env=environment, stdout=log, stderr=log, timeout=most_s, check=False
            )
        if done.returncode != 0:
            raise RehearsalError(f"{name} ended with {done.returncode}")


def start(
    words: Sequence[str], log: Path, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own that ends with this one, even where this one is killed."""
    tie = [sys.executable, "-P", tied.__file__, str(os.getpid())]
    with log.open("ab") as output:
        return subprocess.Popen(
            [*tie, *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes]) -> int:
    """Ask a process and its group to stop, as a service manager does; return its exit code."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        return process.wait(MAX_STOP_S)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(MAX_STOP_S)
