"""The rehearsal of a deployment as a command: that it passes, that it can fail, and that it leaves nothing."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from rehearsal.chromium import find_chromium
from rehearsal.nginx import find_nginx
from tests.support.needs import needs

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
MAX_REHEARSAL_S = 180


def git(folder, *words):
    subprocess.run(["git", *words], cwd=folder, capture_output=True, check=True)


@pytest.fixture
def machine(tmp_path):
    """All that a rehearsal needs of its machine."""
    needs("nginx", find_nginx() is not None, "nginx is not installed (apt install nginx-light)")
    needs("chromium", find_chromium() is not None, "no Chromium on this machine (apt install chromium)")
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", tmp_path / "probe", "itsdangerous"]
    done = subprocess.run(pip, capture_output=True, check=False)
    needs("packages", done.returncode == 0, "pip cannot install packages here (is there a network?)")
    if not (ROOT / ".git").exists():
        pytest.skip("needs the git checkout, and this is none")


@pytest.fixture
def checkout(machine, tmp_path):
    """A clone of this project whose files a test may change."""
    git(tmp_path, "clone", "--quiet", "--no-hardlinks", str(ROOT), "checkout")
    return tmp_path / "checkout"


def commit(checkout):
    author = ("-c", "user.name=Lisa", "-c", "user.email=lisa@example.org")
    git(checkout, *author, "commit", "--quiet", "--all", "-m", "As it must not be")


@pytest.fixture
def temporary():
    """A folder for temporary files; its path is short, as Chromium has a socket in it."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def rehearse(root, temporary, *words):
    """Run the command with its temporary files in a folder; return how it ended, and what it has left there."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "cli", "rehearse-deploy", *words],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        timeout=MAX_REHEARSAL_S,
        check=False,
    )
    files = list(temporary.iterdir())
    running = [process.info for process in psutil.process_iter(["cwd", "cmdline"])]
    return done, [*files, *(info for info in running if str(temporary) in str(info["cwd"]))]


def test_the_last_commit_makes_a_playlist_when_it_is_deployed(machine, temporary):
    done, left = rehearse(ROOT, temporary)

    assert done.returncode == 0, done.stderr
    steps = [line.strip().partition(" s  ")[2] for line in done.stdout.splitlines()]
    assert "a new environment, by plain pip from requirements.txt" in steps
    assert "a playlist of 50 songs, in Chromium" in steps
    assert steps[-1] == "no code, token or key in any log, nor while the site is down"
    assert left == []


def test_a_hook_that_fails_ends_it_with_the_end_of_its_log(checkout, invented, temporary):
    hook = checkout / ".platform" / "hooks" / "prebuild" / "10_https_redirect.sh"
    hook.write_text("#!/bin/sh\necho of no use >&2\nexit 3\n")
    commit(checkout)

    done, left = rehearse(checkout, temporary, "--models", invented / "models")

    assert done.returncode == 1
    assert "--- the end of 10_https_redirect.sh.log\nof no use\n" in done.stderr
    assert done.stderr.endswith("run: the hooks before the installation: 10_https_redirect.sh ended with 3\n")
    assert left == []


def test_a_code_of_a_sign_in_in_a_log_ends_it(checkout, invented, temporary):
    (checkout / ".platform/nginx/conf.d/elasticbeanstalk/15_sign_in.conf").unlink()
    commit(checkout)

    done, left = rehearse(checkout, temporary, "--models", invented / "models")

    assert done.returncode == 1
    assert "access.log holds a secret" in done.stderr
    assert left == []
