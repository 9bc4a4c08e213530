"""What can be checked of the container, Compose and systemd files without Docker or a machine to deploy to."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from honcho.environ import parse_procfile

from cli.environment import LEAN
from settings import Settings
from tests.support.imports import list_files_needed
from tests.support.needs import needs

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
UNITS = sorted((ROOT / "deploy").glob("recommender-*"))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
WORKER = parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes["worker"]


def test_the_dockerfile_is_good_style():
    done = subprocess.run(
        [BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_the_compose_file_is_what_compose_takes():
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "compose.yaml"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_understands_each_unit(unit, tmp_path):
    is_there = shutil.which("systemd-analyze") is not None
    needs("systemd", is_there, "systemd is not installed (apt install systemd)")
    # Whether a program is there is looked at, too.
    for part in UNITS:
        text = part.read_text(encoding="utf-8").replace("/srv/recommender/.venv/bin/", "/bin/true ")
        (tmp_path / part.name).write_text(
            re.sub("^User=.*\n", "", text, flags=re.MULTILINE), encoding="utf-8"
        )

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / unit.name],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def read_unit(name):
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    return [tuple(line.split("=", 1)) for line in text.splitlines() if re.match(r"\w+=", line)]


def test_the_worker_is_started_everywhere_as_the_procfile_says():
    [by_systemd] = [value for name, value in read_unit("recommender-worker.service") if name == "ExecStart"]

    assert COMPOSE["services"]["worker"]["command"] == WORKER
    assert by_systemd == f"/srv/recommender/.venv/bin/{WORKER}"


def test_the_web_processes_can_begin_anew_without_letting_go_of_their_socket():
    unit = dict(read_unit("recommender-web.service"))

    # What SIGHUP does, tests/test_rolling_restart.py shows; uWSGI then looks for `python` on the PATH.
    assert unit["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert "\nbinary-path = python\n" in (ROOT / "uwsgi.ini").read_text(encoding="utf-8")
    assert "PATH=/srv/recommender/.venv/bin:" in unit["Environment"]


@pytest.mark.parametrize("name", ["recommender-web.service", "recommender-worker.service"])
def test_the_processes_are_as_lean_everywhere(name):
    words = [word for key, value in read_unit(name) if key == "Environment" for word in shlex.split(value)]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    for setting, value in LEAN.items():
        assert f"{setting}={value}" in words
        assert f"{setting}={value} " in dockerfile


def test_compose_sets_only_what_is_a_setting():
    names = set(COMPOSE["x-recommender"]["environment"]) - {"PORT"}

    assert names <= {name.upper() for name in Settings.model_fields}


def test_the_image_holds_all_that_the_processes_import_and_read():
    kept = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }

    needed = {file.parts[0] for file in list_files_needed(["application.py", "worker.py"])}

    read = {
        "models",
        "pyproject.toml",
        "requirements.txt",
        "static",
        "templates",
        "translations",
        "uwsgi.ini",
    }
    assert kept == needed | read


def test_the_image_runs_as_nobody_in_particular_and_waits_for_health():
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert re.search(r"^USER [1-9]\d+$", dockerfile, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*/healthz", dockerfile, re.MULTILINE)
    assert "--require-hashes" in dockerfile
