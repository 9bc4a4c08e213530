"""The soak: a short one of the real system, and that it would see what is wrong."""

import json
import os
import signal
from pathlib import Path

import pytest

from benchmarks import soak
from benchmarks.explained import ENDS, UNNAMED, Story, find_cause
from benchmarks.visit import HINT
from standin.faults import Fault
from standin.named_faults import FAULTS, TOKEN_FAULTS
from standin.state import RecordedRequest, State
from web.errors import collect_error_pages

ROOT = Path(__file__).parents[2]
needs_linux = pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from Linux's /proc"
)
WITH_NOTHING_WRONG = {
    "private_mb": {"web 1": 90.0, "web 2": 100.0, "worker": 120.0},
    "open_files": {"web 1": 90, "web 2": 90, "worker": 70},
    "rows": {"spent": 100, "alembic_version": 1},
    "files": 4,
    "bytes": 400_000,
}


@pytest.mark.slow
@needs_linux
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
    assert figures["is_stopped"] is False
    assert len(figures["phases"]) == soak.N_PHASES
    assert soak.as_table(figures).endswith("nothing unexplained, and no growth")


@pytest.mark.slow
@needs_linux
def test_a_failure_that_no_fault_explains_is_a_problem(invented, monkeypatch):
    unknown = {"a fault that nobody knows": FAULTS["403 removed endpoint"]}
    monkeypatch.setattr(soak, "CALLS", {"GET /v1/me/tracks": unknown})
    monkeypatch.setitem(ENDS, "403 removed endpoint", frozenset())

    figures = soak.run(ROOT, invented / "models", minutes=0.1)

    assert figures["problems"]
    for problem in figures["problems"]:
        assert "the playlist was not made: Spotify no longer offers something" in problem
        assert "(faults met since the sign-in: 403 removed endpoint" in problem
    assert figures["done"]["disconnects"] == figures["done"]["sign-ins"]


@pytest.fixture
def listens_to_ctrl_c():
    """Who runs the tests in the background may have made them deaf to Ctrl-C, as shells do."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@needs_linux
@pytest.mark.usefixtures("listens_to_ctrl_c")
def test_ctrl_c_sends_all_home_and_what_was_seen_until_then_is_told(invented, monkeypatch):
    # Half an hour would be longer than a test may take.
    presses = iter([signal.SIGINT])
    interrupt = Fault(first=lambda: [os.kill(os.getpid(), press) for press in presses])
    monkeypatch.setattr(soak, "CALLS", {"GET /v1/me/tracks": {"Ctrl-C": interrupt}})

    figures = soak.run(ROOT, invented / "models", minutes=30)

    assert figures["is_stopped"] is True
    assert figures["minutes"] < 30
    assert figures["phases"] == []
    assert figures["problems"] == {}
    assert "stopped before growth could be told" in soak.as_table(figures)


def sentence(kind):
    return collect_error_pages()[kind].sentence


@pytest.mark.parametrize(
    ("told", "met", "cause"),
    [
        (sentence("Unreachable"), ["500"], "500"),
        (sentence("Unreachable"), ["delay", "cut before the answer"], "cut before the answer"),
        (sentence("Unreachable"), [], ""),
        (sentence("Unreachable"), ["401", "delay", "slow body", "403 missing scope"], ""),
        (sentence("MissingScope"), ["403 missing scope, in plain text"], "403 missing scope, in plain text"),
        (sentence("MissingScope"), ["403 not on the list"], ""),
        (sentence("SignInNeeded"), ["invalid_grant"], "invalid_grant"),
        (sentence("SignInRefused"), ["429 short"], "429 short"),
        (sentence("Unforeseen"), [*FAULTS, *TOKEN_FAULTS], ""),
        (sentence("BadModels"), [*FAULTS, *TOKEN_FAULTS], ""),
        (sentence("NothingMatched"), [*FAULTS, *TOKEN_FAULTS], ""),
        (UNNAMED, ["numbers for texts"], "numbers for texts"),
        (UNNAMED, ["500"], ""),
        (HINT, ["access revoked"], "access revoked"),
        (HINT, ["500"], ""),
        ("", [*FAULTS, *TOKEN_FAULTS], ""),
        ("Something else.", [*FAULTS, *TOKEN_FAULTS], ""),
    ],
)
def test_a_fault_explains_only_what_it_may_end_in(told, met, cause):
    assert find_cause(told, met) == cause


def test_every_fault_that_explains_something_is_one_of_spotifys_usual_ones():
    assert set(ENDS) <= set(FAULTS | TOKEN_FAULTS)
    kinds = set().union(*ENDS.values())
    assert kinds - set(collect_error_pages()) == {"Unnamed", "SentHome"}


@pytest.fixture
def story():
    """A listener's story, and a function that records a request: of theirs, or of somebody else's."""
    state = State([], "app", "secret", ())
    listener, other = state.add_listener("Nora", []), state.add_listener("Omar", [])

    def meet(name="", is_hers=True):
        fault = (FAULTS | TOKEN_FAULTS)[name] if name else None
        state.requests.append(RecordedRequest("GET", "/v1/me", {}, listener if is_hers else other, fault))

    return Story(state, listener), meet


def test_only_faults_that_a_listener_met_while_they_tried_explain_it(story):
    story, meet = story
    story.begin(is_sign_in=True)
    meet("500")
    story.begin(is_sign_in=False)
    meet()
    meet("502", is_hers=False)
    before = story.find_cause(sentence("Unreachable"))
    meet("503")

    assert (before, story.find_cause(sentence("Unreachable"))) == ("", "503")


def test_lost_access_explains_what_fails_until_the_next_sign_in(story):
    story, meet = story
    story.begin(is_sign_in=True)
    meet("access revoked")
    story.begin(is_sign_in=False)
    meet()
    until = story.find_cause(sentence("SignInExpired"))
    story.begin(is_sign_in=True)
    meet()
    story.begin(is_sign_in=False)

    assert (until, story.find_cause(sentence("SignInExpired"))) == ("access revoked", "")


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
