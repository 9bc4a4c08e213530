"""The `run` script, in a folder of its own with tiny requirements: nothing here needs the network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.limited_user import CAP_DAC_OVERRIDE, give_up

# Each test makes an environment with processes of its own.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
# What the script becomes in the end, in place of the real commands.
COMMANDS = """
import os, sys
print(sys.argv[1:], sys.prefix, os.getcwd(), "PYTHONDONTWRITEBYTECODE" in os.environ, sep="|")
sys.exit(7)
"""
# A package index that is not there: nothing can be downloaded.
NO_NETWORK = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_RETRIES": "0",
    "PIP_CONFIG_FILE": os.devnull,
    "UV_OFFLINE": "1",
}


def start(project, *words, without=(), **variables):
    """Start the `./run` of a project from another folder, with a Python outside any environment.

    `without` are the rights that root gives up first.
    """
    return subprocess.run(
        [str(Path(sys.base_prefix, "bin", "python3")), str(project / "run"), *words],
        cwd=project.parent,
        env={**os.environ, **NO_NETWORK, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=give_up(*without),
    )


def steps(done):
    """Return the first two words of each step that the script reported."""
    told = [
        line.removeprefix("run: ").split() for line in done.stderr.splitlines() if line.startswith("run: ")
    ]
    return [" ".join(words[:2]) for words in told]


@pytest.fixture
def fresh(tmp_path):
    """A copy of the script beside empty requirements."""
    folder = tmp_path / "project"
    folder.mkdir()
    return filled(folder)


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A project that has been started once, and the result of that start."""
    folder = filled(tmp_path_factory.mktemp("started"))
    return folder, start(folder, "recommend", "--json")


@pytest.fixture
def project(started, tmp_path):
    """A copy of the project that has been started once; its environment passes for one made in place."""
    copy = Path(shutil.copytree(started[0], tmp_path / "project", symlinks=True))
    (copy / ".venv" / "made").write_text(str(copy))
    return copy


def filled(folder):
    shutil.copy(ROOT / "run", folder)
    (folder / "cli").mkdir()
    (folder / "cli" / "__init__.py").touch()
    (folder / "cli" / "__main__.py").write_text(COMMANDS)
    for name in ("requirements.txt", "requirements-train.txt", "requirements-dev.txt"):
        (folder / name).write_text("# nothing\n")
    return folder


def test_a_first_start_makes_the_environment_and_becomes_the_command(started):
    folder, done = started

    assert steps(done)[:2] == ["Making .venv", "Installing requirements.txt"]
    assert done.stdout == f"['recommend', '--json']|{folder / '.venv'}|{folder.parent}|False\n"
    assert done.returncode == 7


def test_a_second_start_installs_nothing_and_says_nothing(project):
    done = start(project, "serve")

    assert (done.returncode, done.stderr) == (7, "")


def test_changed_requirements_are_installed_once(project):
    (project / "requirements.txt").write_text("# something else\n")

    first, second = start(project), start(project)

    assert steps(first)[0] == "Installing requirements.txt"
    assert steps(second) == []


def test_requirements_that_were_only_touched_are_not_installed_again(project):
    os.utime(project / "requirements.txt", (0, 0))

    assert steps(start(project)) == []


@pytest.mark.parametrize("word", ["test", "check"])
def test_developers_requirements_are_installed_for_those_who_need_them(project, word):
    first, second = start(project, word), start(project, word)

    assert "Installing requirements-dev.txt" in steps(first)
    assert steps(second) == []
    assert steps(start(project, "serve")) == []


def test_an_interrupted_environment_is_made_again(project):
    (project / ".venv" / "made").unlink()
    (project / ".venv" / "bin" / "python").unlink()

    done = start(project)

    assert steps(done)[:2] == ["Making .venv", "Installing requirements.txt"]
    assert done.returncode == 7


def test_an_environment_that_was_moved_is_made_again(project):
    moved = project.rename(project.with_name("elsewhere"))

    assert steps(start(moved))[:2] == ["Making .venv", "Installing requirements.txt"]


def test_an_environment_whose_python_is_gone_is_made_again(project):
    (project / ".venv" / "bin" / "python").unlink()
    (project / ".venv" / "bin" / "python").symlink_to(project / "gone")

    assert steps(start(project))[0] == "Making .venv"


def test_an_interrupted_install_is_done_again(project):
    (project / ".venv" / "requirements.txt.sha256").unlink()

    assert steps(start(project))[0] == "Installing requirements.txt"


def test_the_children_may_keep_their_bytecode(project):
    done = start(project, PYTHONDONTWRITEBYTECODE="1")

    assert done.stdout.endswith("|False\n")


def test_without_network_the_sentence_says_what_to_do(project):
    (project / "requirements.txt").write_text("no-such-package==1.0\n")

    done = start(project)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith("run: The requirements could not be installed")
    assert "Is the network up?" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failed_install_is_tried_again(project):
    (project / "requirements.txt").write_text("no-such-package==1.0\n")
    start(project)
    (project / "requirements.txt").write_text("# nothing after all\n")

    assert start(project).returncode == 7


def test_a_python_without_venv_ends_with_a_sentence(fresh, tmp_path):
    (tmp_path / "venv.py").write_text("raise SystemExit('no ensurepip')")

    done = start(fresh, PYTHONPATH=str(tmp_path))

    assert done.returncode == 1
    assert "sudo apt install python3-venv" in done.stderr
    assert not (fresh / ".venv").exists()


def test_too_old_a_python_ends_with_a_sentence(fresh):
    program = (
        "import runpy, sys; sys.version_info = (3, 8, 2, 'final', 0);"
        " sys.argv = ['run']; runpy.run_path('run', run_name='__main__')"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=fresh, capture_output=True, text=True, timeout=60
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "run: Python 3.11 or newer is needed, this is 3.8. Start it as: python3.12 run\n"
    assert not (fresh / ".venv").exists()


@pytest.fixture
def sealed():
    """Take away the right to write into folders until the test ends."""
    folders = []

    def seal(*paths):
        for path in paths:
            path.chmod(0o555)
            folders.append(path)

    yield seal
    for path in folders:
        path.chmod(0o755)


def test_a_read_only_folder_without_an_environment_ends_with_a_sentence(fresh, sealed):
    sealed(fresh)

    done = start(fresh, without=[CAP_DAC_OVERRIDE])

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"run: {fresh} cannot be written to, and .venv in it is not up to date: ")
    assert done.stderr.count("\n") == 1


def test_a_read_only_folder_with_an_environment_starts_as_any_other(project, sealed):
    sealed(project, project / ".venv")

    done = start(project, "serve", without=[CAP_DAC_OVERRIDE])

    assert (done.returncode, done.stderr) == (7, "")
