"""Mutated answers of Spotify's: each ends in a mix or in one of the named errors, and nothing wrong is kept.

300 in every run, always the same; `./run fuzz` draws 5,000, of which these are the first. What is
mutated is what the stand-in answers to the very call.
"""

import json
import os
import re
from functools import partial
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standin.faults import Answer, Fault
from standin.named_faults import FAULTS, changed
from store.tuning import MIN_SIZE, Tuning
from tests.support import mutated_files
from tests.support.odd_answers import OddJobs, mutate, mutations
from web.errors import ERROR_PAGES, collect_error_pages

N_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
TOKEN, ME, SAVED = "POST /api/token", "GET /v1/me", "GET /v1/me/tracks"
CREATE, LISTS = "POST /v1/me/playlists", "GET /v1/me/playlists"
KEPT, ITEMS = "GET /v1/me/library/contains", "/v1/playlists/{id}/items"
# Story -> the call whose answer is mutated, and its share of the examples.
STORIES = {
    "a first playlist": [(SAVED, 4), (CREATE, 1), (f"PUT {ITEMS}", 1), (f"GET {ITEMS}", 2)],
    "a refresh": [(SAVED, 1), (KEPT, 1), (f"GET {ITEMS}", 2)],
    "created without an answer": [(LISTS, 1)],
    "a token that ended before": [(TOKEN, 1)],
}
N_SHARES = 18
# Picking and writing few songs is quicker, and reads the same answers. What is changed at Spotify is kept.
WISHED = {"tuning": Tuning(size=MIN_SIZE), "on_change": "keep"}
REFUSALS = [
    (status, {"error": {"status": status, "message": message, "reason": "QUOTA_EXCEEDED"}})
    for status, message in ((400, "Invalid"), (403, "Forbidden"), (404, "Not found."), (429, "Too many"))
]


def fuzzed(n_shares):
    return mutated_files.fuzzed(max(N_EXAMPLES * n_shares // N_SHARES, 1))


def assert_ended_by_name(job):
    """Check that a job ended in a mix or in an error that has a page, and that an odd answer is called one."""
    assert job.state in ("done", "failed"), job
    if job.state == "failed":
        assert job.error in collect_error_pages()
        assert job.error not in ("Unforeseen", "Unreachable"), job


def assert_nothing_wrong_is_kept(songs):
    for song in filter(None, songs):
        assert re.fullmatch("[0-9A-Za-z]*", song["id"])
        assert isinstance(song["title"], str) and "\0" not in song["title"]
        assert all(isinstance(name, str) and name for name in song["artists"])
        assert song["year"] is None or 1860 <= song["year"] < 2100
        assert song["duration_ms"] is None or 0 <= song["duration_ms"] <= 24 * 3_600_000
        assert song["is_explicit"] in (True, False, None)


@pytest.mark.fuzz
@pytest.mark.slow
@pytest.mark.parametrize(
    ("story", "call", "n_shares"),
    [
        pytest.param(story, *call, id=f"{story}: {call[0]}")
        for story, calls in STORIES.items()
        for call in calls
    ],
)
def test_a_mutated_answer_ends_in_a_mix_or_in_a_named_error_twice_in_a_row(site, story, call, n_shares):
    desk = OddJobs(site)

    @fuzzed(n_shares)
    @given(steps=mutations, after=st.integers(0, 2), times=st.sampled_from([1, None]))
    def meet(steps, after, times):
        desk.begin_anew()
        if story == "a refresh":
            assert desk.run(**WISHED).state == "done"
        elif story == "created without an answer":
            desk.faults.add(CREATE, FAULTS["502 after it was done"])
        elif story == "a token that ended before":
            site.clock.move(minutes=58)
        n_pages = after if call == SAVED else 0
        desk.faults.add(call, changed(partial(mutate, steps=steps)), after=n_pages, times=times)

        # The next job meets the same answer, or what the first has made of an answer that was odd once.
        for _ in range(2):
            met = desk.run(**WISHED)
            assert_ended_by_name(met)
            assert_nothing_wrong_is_kept(desk.load_kept())
        if times is None:
            desk.faults.clear()
            met = desk.run(**WISHED)
            assert_ended_by_name(met)
            assert_nothing_wrong_is_kept(desk.load_kept())
        if met.state == "done":
            assert len(desk.load_record().songs) == MIN_SIZE

    meet()


@pytest.mark.fuzz
@pytest.mark.slow
def test_a_mutated_refusal_ends_in_a_named_error(site):
    desk = OddJobs(site)

    @fuzzed(2)
    @given(refusal=st.sampled_from(REFUSALS), steps=mutations, call=st.sampled_from([SAVED, CREATE, TOKEN]))
    def meet(refusal, steps, call):
        desk.begin_anew()
        if call == TOKEN:
            site.clock.move(minutes=58)
        status, body = refusal
        answer = Answer(status, json.dumps(mutate(body, steps)).encode())
        desk.faults.add(call, Fault(is_done=False, answer=answer), times=1)

        assert_ended_by_name(desk.run(**WISHED))

        desk.faults.clear()
        assert desk.run(**WISHED).state == "done"

    meet()


@pytest.mark.fuzz
@pytest.mark.slow
@pytest.mark.parametrize("call", [ME, TOKEN])
def test_a_sign_in_with_a_mutated_answer_succeeds_or_fails_by_name(site, call):
    listener = site.add_listener("Nora")
    sentences = [page.sentence for page in ERROR_PAGES.values()]
    # From one address only so many sign-ins an hour are taken up.
    addresses = map(str, ip_network("10.0.0.0/8").hosts())

    @fuzzed(1)
    @given(steps=mutations)
    def meet(steps):
        browser = site.browser()
        browser.client.environ_base["REMOTE_ADDR"] = next(addresses)
        site.standin.state.faults.clear()
        site.standin.state.faults.add(call, changed(partial(mutate, steps=steps)))

        returned = browser.client.get(browser.answer(browser.go_to_spotify(), listener))

        assert returned.status_code == 302 or any(each in returned.text for each in sentences)

    meet()
