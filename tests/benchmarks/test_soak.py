"""The soak: a short one of the real system, and that it would see what is wrong."""

import json
from pathlib import Path

import pytest

from benchmarks import soak
from standin.named_faults import FAULTS

ROOT = Path(__file__).parents[2]
WITH_NOTHING_WRONG = {
    "private_mb": {"web 1": 90.0, "web 2": 100.0, "worker": 120.0},
    "open_files": {"web 1": 90, "web 2": 90, "worker": 70},
    "rows": {"spent": 100, "alembic_version": 1},
    "files": 4,
    "bytes": 400_000,
}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from Linux's /proc")
def test_listeners_come_and_go_while_spotify_fails_and_nothing_is_left_of_them(invented, monkeypatch):
    # Others make a job wait for a minute.
    quick = {name: FAULTS[name] for name in ("500", "401", "slow body", "cut in the middle of the body")}
    monkeypatch.setattr(
        soak, "CALLS", {"GET /v1/me/tracks": quick, "POST /api/token": {"500": FAULTS["500"]}}
    )

    figures = soak.run(ROOT, invented / "models", minutes=0.2)

    assert figures["problems"] == {}
    assert figures["done"]["disconnects"] == figures["done"]["sign-ins"] >= soak.N_VISITORS * soak.N_PHASES
    assert sum(figures["faults"].values()) > soak.N_PHASES
    assert len(figures["phases"]) == soak.N_PHASES
    assert soak.as_table(figures).endswith("nothing unexplained, and no growth")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"private_mb": {"web 1": 90.0, "web 2": 108.5, "worker": 120.0}}, "web: from 100.0 to 108.5 MB"),
        ({"open_files": {"web 1": 90, "web 2": 90, "worker": 83}}, "worker: from 70 to 83 open files"),
        ({"rows": {"spent": 100, "sessions": 1}}, "table sessions: 1 rows more"),
        ({"files": 5}, "from 4 to 5 files"),
        ({"bytes": 700_000}, "from 400,000 to 700,000 bytes on the disk"),
    ],
    ids=["memory", "open files", "rows", "files", "bytes"],
)
def test_what_has_grown_is_named(change, problem):
    assert soak.find_growth([{}, WITH_NOTHING_WRONG, {**WITH_NOTHING_WRONG, **change}]) == [problem]


def test_what_is_kept_on_purpose_and_a_little_more_is_no_growth():
    after = {
        "private_mb": {"web 1": 97.0, "worker": 127.0},
        "open_files": {"web 1": 91, "worker": 77},
        "rows": {"spent": 5_100, "alembic_version": 1},
        "files": 4,
        "bytes": 900_000,
    }

    assert soak.find_growth([{}, WITH_NOTHING_WRONG, after]) == []


def line(**said):
    return "04:44:54 web    | " + json.dumps({"level": "INFO", "logger": "web.request_log", **said})


def test_a_log_is_counted_by_its_words_and_what_nothing_explains_is_listed():
    printed = [
        line(message="GET / 200 in 1.2 ms", route="/", status=200),
        line(level="WARNING", logger="jobs", message="job sI9JSKVX-3v76Hq7kHimQ_ ended in NotAllowed"),
        line(level="WARNING", logger="jobs", message="job sI9JSKVX-3v76Hq7kHimQa ended in NotAllowed"),
        line(message="GET /callback 502 in 3.4 ms", route="/callback", status=502),
        line(message="GET / 500 in 5.6 ms", route="/", status=500),
        line(level="ERROR", logger="jobs", message="job sI9JSKVX-3v76Hq7kHimQb ended in an unforeseen error"),
        "04:44:54 web    | DAMN ! worker 1 (pid: 1) died :( trying respawn ...",
    ]

    logged, unexplained = soak.read_log("\n".join(printed))

    assert logged == {
        "WARNING jobs: job … ended in NotAllowed": 2,
        "INFO web.request_log: GET /callback 502 in … ms": 1,
        "INFO web.request_log: GET / 500 in … ms": 1,
        "ERROR jobs: job … ended in an unforeseen error": 1,
    }
    assert unexplained == [
        "INFO web.request_log: GET / 500 in … ms",
        "ERROR jobs: job … ended in an unforeseen error",
        "INFO : DAMN ! worker … (pid: …) died :( trying respawn ...",
    ]
