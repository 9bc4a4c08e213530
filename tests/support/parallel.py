"""How the tests are shared among several processes: whole systems are started one after the other."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

#: These start servers, workers or browsers that take both cores; together they would wait for each other.
WHOLE_SYSTEMS = {
    "tests/benchmarks/test_benchmarks.py",
    "tests/benchmarks/test_soak.py",
    "tests/browser/test_house.py",
    "tests/browser/test_player.py",
    "tests/browser/test_playlist_page.py",
    "tests/browser/test_walks.py",
    "tests/cli/test_serve.py",
    "tests/jobs/test_kill.py",
    "tests/jobs/test_scale_out.py",
    "tests/jobs/test_stop.py",
    "tests/outages/test_processes.py",
    "tests/rehearsal/test_run.py",
    "tests/test_rolling_restart.py",
    "tests/test_slow_clients.py",
}


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Send each test to the next process that is free, but all of `WHOLE_SYSTEMS` to one."""

    def _split_scope(self, nodeid: str) -> str:
        return "whole systems" if nodeid.partition("::")[0] in WHOLE_SYSTEMS else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Use `Scheduling` whatever `--dist` says: pytest-xdist 3.8's own groups do nothing under pytest 9.2."""
    return Scheduling(config, log)
