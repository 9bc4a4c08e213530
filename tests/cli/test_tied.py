"""A command that ends with its parent: by the kernel on Linux, elsewhere by a watch."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIES = {
    "kernel": [sys.executable, "-P", str(ROOT / "cli" / "tied.py")],
    # Where the kernel does it, this is tried all the same.
    "watch": [
        sys.executable,
        "-c",
        "import sys; from cli.tied import watch; sys.exit(watch(int(sys.argv[1]), sys.argv[2:]))",
    ],
}
# Says that it runs, and goes on.
COMMAND = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]
# Starts what it is told to with its own process id in it, and goes on.
PARENT = """
import os, subprocess, sys, time
words = [str(os.getpid()) if word == "PARENT" else word for word in sys.argv[1:]]
subprocess.Popen(words, start_new_session=True)
time.sleep(600)
"""
MAX_LEFT_S = 5


@pytest.fixture(params=TIES)
def tie(request):
    if request.param == "kernel" and sys.platform != "linux":
        pytest.skip("only Linux's kernel does it")
    return TIES[request.param]


def start(*words):
    """Start a command in a group of its own, and wait until it says that it runs."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT, start_new_session=True)
    assert process.stdout.readline() == b"here\n"
    return process


def test_a_command_ends_with_a_parent_that_is_killed(tie):
    parent = start(sys.executable, "-c", PARENT, *tie, "PARENT", *COMMAND)

    parent.kill()

    # Its output is closed once the command has ended as well.
    assert parent.communicate(timeout=MAX_LEFT_S)[0] == b""


def test_a_command_whose_parent_has_ended_before_it_was_tied_ends_at_once(tie):
    other = str(os.getppid())

    ended = subprocess.run([*tie, other, *COMMAND], cwd=ROOT, start_new_session=True, timeout=60)

    assert ended.returncode != 0


def test_a_command_that_is_asked_to_stop_ends(tie):
    process = start(*tie, str(os.getpid()), *COMMAND)

    os.killpg(process.pid, signal.SIGTERM)

    assert process.communicate(timeout=MAX_LEFT_S)[0] == b""
    assert process.returncode != 0


def test_the_exit_code_is_the_command_s(tie):
    ended = subprocess.run(
        [*tie, str(os.getpid()), sys.executable, "-c", "raise SystemExit(7)"], cwd=ROOT, timeout=60
    )

    assert ended.returncode == 7
