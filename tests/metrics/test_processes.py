"""The files in which processes count, and what happens where there can be none."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import values

from metrics.processes import FILE_SIZE, FOLDER, MAX_PROCESSES, Processes, Unservable

ROOT = Path(__file__).parents[2]
# It counts once, tells what all have counted, and dies when its input ends.
COUNT = """
import sys
from pathlib import Path
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from metrics.processes import Processes
processes = Processes(Path(sys.argv[1]), "127.0.0.1:0")
Counter("things", "Things.", registry=None).inc()
registry = CollectorRegistry()
MultiProcessCollector(registry, str(Path(sys.argv[1]) / "metrics"))
print(generate_latest(registry).decode().splitlines()[-1], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def start(tmp_path):
    """A function that starts a process that counts; it returns the process and the line that it tells."""
    started = []

    def count():
        process = subprocess.Popen(
            [sys.executable, "-c", COUNT, tmp_path],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
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
    assert told == [f"things_total {number}.0\n" for number in (1, 2, 3, 1)]
    files = [*tmp_path.joinpath(FOLDER).glob("*.db")]
    assert len(files) == 2 * MAX_PROCESSES
    assert {file.stat().st_size for file in files} == {FILE_SIZE}


def test_a_port_that_another_program_has_is_refused_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"

        with pytest.raises(Unservable, match=f"told at {address} .*: check STATE_DIR and METRICS_ADDRESS"):
            Processes(tmp_path, address)
