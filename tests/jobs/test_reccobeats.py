"""The client of ReccoBeats, against the stand-in and against servers that answer anything."""

import logging
from inspect import signature
from threading import Event

import pytest

from jobs.reccobeats import MAX_CONCURRENT_CALLS, MAX_IDS, MEASURED, TIMEOUT_S, fetch_audio_features
from tests.support.scripted_server import Answer, answering, answering_with, dripping, silent

NAMES = {feature.name for feature in MEASURED}


def make_ids(n_songs):
    return [f"{number:022d}" for number in range(n_songs)]


FIRST, SECOND = make_ids(2)


def describe(song_id, **changes):
    """Return a song as the source describes it."""
    values = {name: 0.5 for name in NAMES} | {"key": 5, "mode": 1, "loudness": -7.5, "tempo": 120.0}
    href = f"https://open.spotify.com/track/{song_id}"
    return {"id": "its-own", "href": href, "isrc": "ZZ0009000004", **values, **changes}


def warnings(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def answer_everything(request):
    return Answer({"content": [describe(song_id) for song_id in request.query["ids"].split(",")]})


def test_every_known_song_has_its_own_features(standin, caplog):
    standin.state.unheard.add(make_ids(3)[1])

    found = fetch_audio_features(make_ids(3), f"{standin.url}/reccobeats/v1")

    assert list(found) == make_ids(3)
    assert found[make_ids(3)[1]] is None
    assert set(found[FIRST]) == NAMES
    assert found[FIRST] != found[make_ids(3)[2]]
    assert warnings(caplog) == []


def test_a_song_is_found_by_the_id_in_its_link_wherever_it_stands():
    content = [
        describe("x" * 22, energy=0.75),  # nobody asked for it
        describe(SECOND, energy=0.25),
        describe(FIRST, energy=1.0, href=f"https://open.spotify.com/track/{FIRST}?si=abc"),
    ]
    with answering(Answer({"content": content})) as server:
        found = fetch_audio_features([FIRST, SECOND], server.url)

    assert {song_id: features["energy"] for song_id, features in found.items()} == {FIRST: 1.0, SECOND: 0.25}


@pytest.mark.parametrize(
    ("n_songs", "sizes"), [(0, []), (1, [1]), (40, [40]), (41, [1, 40]), (90, [10, 40, 40])]
)
def test_at_most_forty_songs_are_asked_for_in_one_call(n_songs, sizes):
    with answering_with(answer_everything) as server:
        found = fetch_audio_features(make_ids(n_songs), server.url)

    assert sorted(request.query["ids"].count(",") + 1 for request in server.requests) == sizes
    assert {request.path for request in server.requests} <= {"/audio-features"}
    assert sorted(found) == make_ids(n_songs)
    assert None not in found.values()


@pytest.mark.parametrize(
    "changes",
    [
        {"energy": None},
        {"energy": "0.5"},
        {"energy": True},
        {"energy": [0.5]},
        {"energy": 1.001},
        {"energy": -0.001},
        {"energy": float("nan")},
        {"energy": float("inf")},
        {"energy": 10**400},
        {"key": 12},
        {"key": -2},
        {"mode": 2},
        {"tempo": -1},
        {"loudness": 90},
    ],
)
def test_a_song_with_values_that_make_no_sense_counts_as_unknown(changes, caplog):
    with answering(Answer({"content": [describe(FIRST, **changes), describe(SECOND)]})) as server:
        found = fetch_audio_features([FIRST, SECOND], server.url)

    assert found[FIRST] is None
    assert found[SECOND]["energy"] == 0.5
    assert warnings(caplog) == [
        "ReccoBeats answered for 2 of 2 songs: 1 x a song with values that make no sense"
    ]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_song_with_a_missing_value_counts_as_unknown(name):
    incomplete = describe(FIRST)
    del incomplete[name]
    with answering(Answer({"content": [incomplete]})) as server:
        assert fetch_audio_features([FIRST], server.url) == {FIRST: None}


@pytest.mark.parametrize(
    "nameless",
    [
        None,
        "a song",
        {},
        {"href": None},
        {"href": 5},
        {"href": f"https://[/{FIRST}"},
        {"href": "/track/short"},
    ],
)
def test_a_song_without_a_link_may_be_any_so_no_missing_song_counts_as_unknown(nameless, caplog):
    with answering(Answer({"content": [nameless, describe(SECOND)]})) as server:
        found = fetch_audio_features([FIRST, SECOND], server.url)

    assert list(found) == [SECOND]
    assert warnings(caplog) == ["ReccoBeats answered for 1 of 2 songs: 1 x a song without its link"]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Answer(status=429, headers={"Retry-After": "30"}), "HTTP 429"),
        (Answer({"status": 4004}, status=400), "HTTP 400"),
        (Answer(status=500), "HTTP 500"),
        (Answer(status=302, headers={"Location": "/elsewhere"}), "HTTP 302"),
        (Answer(b"<!DOCTYPE html><title>Please wait</title>"), "JSONDecodeError"),
        (Answer(b""), "JSONDecodeError"),
        (Answer(b"\xff\xfe\xfd"), "JSONDecodeError"),
        (Answer(b"[" * 200_000), "RecursionError"),
        (Answer(b'{"content": ' + b"1" * 10_000 + b"}"), "ValueError"),
        (Answer(None), "an answer without a list of songs"),
        (Answer([]), "an answer without a list of songs"),
        (Answer({}), "an answer without a list of songs"),
        (Answer({"content": None}), "an answer without a list of songs"),
        (Answer({"content": {"0": describe(FIRST)}}), "an answer without a list of songs"),
        (Answer({"content": []}, is_cut=True), "ChunkedEncodingError"),
        (Answer(is_lost=True), "ConnectionError"),
    ],
)
def test_an_unusable_answer_leaves_its_songs_out_and_is_logged_once(answer, trouble, caplog):
    with answering(answer) as server:
        assert fetch_audio_features([FIRST, SECOND], server.url) == {}

    assert warnings(caplog) == [f"ReccoBeats answered for 0 of 2 songs: 1 x {trouble}"]
    assert len(server.requests) == 1


def test_a_source_that_does_not_run_leaves_all_songs_out(caplog):
    with answering() as server:
        url = server.url

    assert fetch_audio_features([FIRST], url) == {}
    assert warnings(caplog) == ["ReccoBeats answered for 0 of 1 songs: 1 x ConnectionError"]


def test_a_source_in_trouble_is_left_alone(caplog):
    with answering_with(lambda _: Answer(status=500)) as server:
        assert fetch_audio_features(make_ids(20 * MAX_IDS), server.url) == {}

    assert 1 <= len(server.requests) <= MAX_CONCURRENT_CALLS
    assert len(warnings(caplog)) == 1
    assert FIRST not in caplog.text


def test_an_answer_that_comes_beside_a_failure_is_kept():
    is_second_there = Event()

    def answer(request):
        if FIRST in request.query["ids"]:
            is_second_there.wait(30)
            return Answer(status=429)
        is_second_there.set()
        return answer_everything(request)

    with answering_with(answer) as server:
        found = fetch_audio_features(make_ids(2 * MAX_IDS), server.url)

    assert sorted(found) == make_ids(2 * MAX_IDS)[MAX_IDS:]


def test_an_answer_that_takes_too_long_is_not_waited_for(caplog):
    is_over = Event()

    def answer(request):
        is_over.wait(30)
        return answer_everything(request)

    with answering_with(answer) as server:
        try:
            assert fetch_audio_features([FIRST], server.url, timeout_s=0.2) == {}
        finally:
            is_over.set()

    assert len(warnings(caplog)) == 1


@pytest.mark.slow
def test_an_answer_that_came_in_time_is_kept(caplog):
    is_over = Event()

    def answer(request):
        if FIRST not in request.query["ids"]:
            is_over.wait(30)
        return answer_everything(request)

    with answering_with(answer) as server:
        try:
            found = fetch_audio_features(make_ids(2 * MAX_IDS), server.url, timeout_s=3)
        finally:
            is_over.set()

    assert sorted(found) == make_ids(MAX_IDS)
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"])
def test_an_answer_that_drips_is_not_waited_for(beginning, caplog):
    with dripping(beginning) as address:
        assert fetch_audio_features([FIRST], address, timeout_s=0.2) == {}

    assert len(warnings(caplog)) == 1


def test_silence_is_not_waited_for():
    with silent() as address:
        assert fetch_audio_features([FIRST], address, timeout_s=0.2) == {}


def test_all_calls_together_have_five_seconds():
    assert signature(fetch_audio_features).parameters["timeout_s"].default == TIMEOUT_S == 5
