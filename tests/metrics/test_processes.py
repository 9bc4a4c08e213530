"""The files in which processes count, and what happens where there can be none."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import values

from metrics.processes import FILE_SIZE, FOLDER, MAX_PROCESSES, Processes, Unservable, require_free

ROOT = Path(__file__).parents[2]
# It counts once, and once in a child for each word more, tells what all have counted, and dies when its input ends.
COUNT = """
import os
import sys
from pathlib import Path
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from metrics.processes import Processes
processes = Processes(Path(sys.argv[1]), "127.0.0.1:0")
things = Counter("things", "Things.", ["by"], registry=None)
things.labels("one").inc()
for _ in sys.argv[2:]:
    if os.fork():
        os.wait()
    else:
        things.labels("one").inc()
        things.labels("another").inc()
        os._exit(0)
registry = CollectorRegistry()
MultiProcessCollector(registry, str(Path(sys.argv[1]) / "metrics"))
told = generate_latest(registry).decode().splitlines()
print(*[line for line in told if line.startswith("things_total")], flush=True)
sys.stdin.read()
"""
# Four processes that begin to count in one folder in the same moment, twenty times.
START_AT_ONCE = """
import os
import sys
from pathlib import Path
from metrics.processes import Processes
for number in range(20):
    waits, begin = os.pipe()
    for _ in range(4):
        if not os.fork():
            os.close(begin)
            os.read(waits, 1)
            Processes(Path(sys.argv[1]) / str(number), "127.0.0.1:0")
            os._exit(0)
    os.close(waits)
    os.close(begin)
    for _ in range(4):
        os.wait()
"""


@pytest.fixture
def start(tmp_path):
    """A function that starts a process that counts; it returns the process and the line that it tells."""
    started = []

    def count(*words):
        process = subprocess.Popen(
            [sys.executable, "-c", COUNT, tmp_path, *words],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process, process.stdout.readline()

    yield count
    for process in started:
        process.communicate(timeout=10)


def test_sums_go_on_while_one_process_lives_and_begin_anew_after_the_last(start, tmp_path):
    first, told_first = start()
    second, told_second = start()
    second.kill()
    second.wait()
    third, told_third = start()
    for process in (first, third):
        process.kill()
        process.wait()
    _, told_fourth = start()

    told = [told_first, told_second, told_third, told_fourth]
    assert told == [f'things_total{{by="one"}} {number}.0\n' for number in (1, 2, 3, 1)]
    files = [*tmp_path.joinpath(FOLDER).glob("*.db")]
    assert len(files) == 2 * MAX_PROCESSES
    assert {file.stat().st_size for file in files} == {FILE_SIZE}


def test_a_port_that_another_program_has_is_refused_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"

        with pytest.raises(Unservable, match=f"told at {address} .*: choose another METRICS_ADDRESS"):
            Processes(tmp_path, address)


@pytest.fixture
def take_numbers(tmp_path):
    """A function that takes numbers, as other processes do that count."""
    files = []

    def take(*numbers):
        folder = tmp_path / FOLDER
        folder.mkdir(exist_ok=True)
        for number in numbers:
            file = folder.joinpath(f"counter_{number}.db").open("wb")
            fcntl.flock(file, fcntl.LOCK_EX)
            os.truncate(file.fileno(), FILE_SIZE)
            files.append(file)

    yield take
    for file in files:
        file.close()


@pytest.mark.parametrize(
    ("taken", "told"),
    [(range(MAX_PROCESSES), "\n"), (range(1, MAX_PROCESSES), 'things_total{by="one"} 1.0\n')],
    ids=["at its start", "once it is forked"],
)
def test_a_process_for_which_there_is_no_number_says_so_once_and_counts_nothing(
    start, take_numbers, taken, told
):
    take_numbers(*taken)

    process, line = start("in a child")

    _, complaints = process.communicate(timeout=10)
    assert line == told
    assert process.returncode == 0
    [complaint] = complaints.splitlines()
    assert complaint.startswith(f"{MAX_PROCESSES} processes count in")
    assert "STATE_DIR" in complaint


def test_processes_that_start_at_once_all_count(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", START_AT_ONCE, tmp_path], cwd=ROOT, capture_output=True, text=True, timeout=60
    )

    assert ended.stderr == ""
    assert ended.returncode == 0


def test_listening_waits_for_no_name_of_the_machine(monkeypatch):
    def wait_for_dns(name=""):
        raise AssertionError(f"the DNS was asked for {name}")

    monkeypatch.setattr(socket, "getfqdn", wait_for_dns)

    require_free("127.0.0.1:0")
