"""What a reading of the library costs, and that it is right whatever happens to the library meanwhile."""

from dataclasses import dataclass, replace
from math import ceil

import pytest
from sqlalchemy import text

from jobs.library_sync import KEEP_EVERY_PAGES, MAX_CHANGES, MAX_NEW_PAGES, sync_library
from jobs.run import Parts, Run
from recommender.song import Song
from spotify import PAGE_SIZE, RateLimited, Unreachable, client_for
from standin.faults import Answer, Fault
from standin.named_faults import FAULTS, changed
from standin.state import StandinEntry
from store import jobs, libraries, runs
from store.accounts import Account, sign_in
from store.errors import JobCancelled, JobLost
from store.tokens import Token
from tests.support.database import open_store
from tests.support.standin import made_up_songs
from tests.support.website import settings_for

pytestmark = pytest.mark.slow

ASKED = "GET /v1/me/tracks"
NEVER_ANSWERED = Fault(answer=Answer(502))
NEW = made_up_songs(200, first=90_000)


@dataclass
class Reader:
    """A listener at the stand-in, and the jobs that read the library."""

    standin: object
    listener: object
    database: object
    settings: object
    runner: int = 0

    @property
    def saved(self):
        return self.listener.saved

    @property
    def saved_ids(self):
        return [entry.song.id for entry in self.saved]

    @property
    def kept(self):
        return libraries.load(self.database, "lisa")

    @property
    def clock(self):
        return self.database.clock

    def claim(self, job):
        """Return the next runner's hold on a job."""
        self.runner += 1
        claimed = runs.claim(self.database, job.id, str(self.runner))
        return Run(claimed, str(self.runner), Parts(self.settings, self.database, None))

    def start(self, reread=False):
        """Claim a new job, a minute after the last."""
        self.clock.move(minutes=1)
        job, is_new = jobs.start(self.database, "lisa", reread=reread)
        assert is_new
        return self.claim(job)

    def read(self, run):
        """Read the library; return the songs' ids, and count the calls."""
        before = self.standin.count(ASKED)
        token = self.standin.token_for(self.listener)
        with run.count_calls(client_for(token, self.standin.url + "/v1", run.wait)) as client:
            try:
                songs = sync_library(client, run).songs
            finally:
                self.calls = self.standin.count(ASKED) - before
        assert run.calls == run.job.calls + self.calls
        return [song.id for song in songs]

    def read_in_new_job(self, reread=False):
        """Run one whole job; return the ids that it reads, and how many calls they took."""
        run = self.start(reread)
        ids = self.read(run)
        runs.fail(self.database, run.job.id, run.runner, "Ended", run.calls)
        return ids, self.calls

    def save(self, *songs):
        with self.standin.state.lock:
            self.standin.state.music.add(songs)
            self.saved[:0] = [StandinEntry(song, self.standin.clock.now()) for song in songs]

    def unsave(self, *positions):
        gone = {self.saved[position].song.id for position in positions}
        self.saved[:] = [entry for entry in self.saved if entry.song.id not in gone]

    def save_again(self, position):
        self.saved.insert(0, self.saved.pop(position))

    def swap(self, position, song):
        self.standin.state.music.add([song])
        self.saved[position] = replace(self.saved[position], song=song)


@pytest.fixture
def make_reader(standin, tmp_path):
    def make(saved):
        database = open_store(f"sqlite:///{tmp_path}/store.db")
        sign_in(
            database,
            Account("lisa", "Lisa", "lisa"),
            Token("a", "r", frozenset(), database.clock.now(), database.clock.now()),
        )
        settings = settings_for(standin, tmp_path, tmp_path)
        return Reader(standin, standin.add_listener(saved), database, settings)

    return make


def test_5320_saved_songs_cost_107_calls_and_then_two_or_three(make_reader):
    reader = make_reader(5_320)

    first, first_calls = reader.read_in_new_job()
    again, again_calls = reader.read_in_new_job()
    reader.save(*NEW[:60])
    grown, grown_calls = reader.read_in_new_job()

    assert first == again == made_up_ids(5_320)
    assert (first_calls, again_calls, grown_calls) == (107, 2, 3)
    assert grown == [song.id for song in NEW[:60]] + made_up_ids(5_320)


def made_up_ids(n_songs):
    return [song.id for song in made_up_songs(n_songs)]


@pytest.mark.parametrize(
    ("saved", "first", "then"), [(0, 1, 1), (1, 1, 1), (50, 1, 1), (51, 2, 2), (120, 3, 2)]
)
def test_libraries_of_few_pages_are_read_right(make_reader, saved, first, then):
    reader = make_reader(saved)

    readings = [reader.read_in_new_job(), reader.read_in_new_job()]

    assert readings == [(made_up_ids(saved), first), (made_up_ids(saved), then)]


@pytest.mark.parametrize("n_new", [1, 49, 50, 51, 149])
def test_new_songs_are_found_without_reading_the_old(make_reader, n_new):
    reader = make_reader(400)
    reader.read_in_new_job()
    reader.save(*NEW[:n_new])

    ids, calls = reader.read_in_new_job()

    assert ids == reader.saved_ids
    # The pages down to a known song, and an old one.
    assert calls == n_new // 50 + 1 + 1


def test_each_job_looks_at_another_old_page(make_reader):
    reader = make_reader(240)
    reader.read_in_new_job()
    before = len(reader.standin.state.requests)

    for _ in range(6):
        reader.read_in_new_job()

    asked = [request.query["offset"] for request in reader.standin.state.requests[before:]]
    assert asked == ["0", "50", "0", "100", "0", "150", "0", "200", "0", "50", "0", "100"]


def test_a_song_swapped_on_an_old_page_is_found_when_its_turn_comes(make_reader):
    reader = make_reader(240)
    reader.read_in_new_job()
    reader.clock.move(days=2)
    reader.swap(120, NEW[0])

    readings = [reader.read_in_new_job() for _ in range(2)]

    assert [calls for _, calls in readings] == [2, 2 + 5]
    assert readings[0][0] != reader.saved_ids
    assert readings[1][0] == reader.saved_ids


@pytest.mark.parametrize(("page", "n_left"), [(1, 49), (1, 1), (4, 39), (4, 0)])
def test_an_old_page_that_comes_back_shorter_is_not_taken_for_compared(make_reader, page, n_left):
    reader = make_reader(240)
    reader.read_in_new_job()
    for _ in range(page - 1):
        reader.read_in_new_job()
    reader.clock.move(days=2)
    reader.swap(page * PAGE_SIZE + n_left, NEW[0])
    shorter = changed(lambda answer: answer | {"items": answer["items"][:n_left]})
    reader.standin.state.faults.add(ASKED, shorter, after=1)

    assert reader.read_in_new_job() == (reader.saved_ids, 2 + 5)


def test_a_swap_found_within_a_day_of_a_full_reading_waits_for_the_next_day(make_reader):
    reader = make_reader(240)
    reader.read_in_new_job()
    reader.swap(60, NEW[0])

    within_a_day = [reader.read_in_new_job(), reader.read_in_new_job()]
    reader.clock.move(days=1)
    next_day = reader.read_in_new_job()

    assert within_a_day == [(made_up_ids(240), 2)] * 2
    assert next_day == (reader.saved_ids, 2 + 5)


def test_a_song_unsaved_far_down_makes_one_full_reading_a_day(make_reader):
    reader = make_reader(400)
    reader.read_in_new_job()
    reader.unsave(200)
    reader.save(NEW[0])

    first = reader.read_in_new_job()
    reader.clock.move(days=1)
    second, third = reader.read_in_new_job(), reader.read_in_new_job()

    # With what was known and what is new: the sums are wrong, but the day is not over.
    assert first == ([NEW[0].id, *made_up_ids(400)], 1)
    assert second == (reader.saved_ids, 1 + 8)
    assert third == (reader.saved_ids, 2)


def test_a_song_unsaved_near_the_top_is_seen_there(make_reader):
    reader = make_reader(400)
    reader.read_in_new_job()
    reader.unsave(0, 1, 30)
    reader.save(NEW[0])

    assert reader.read_in_new_job() == (reader.saved_ids, 2)


def test_a_song_saved_again_moves_to_the_top(make_reader):
    reader = make_reader(400)
    reader.read_in_new_job()
    reader.save(NEW[0])
    reader.save_again(300)

    ids, calls = reader.read_in_new_job()

    assert ids == reader.saved_ids
    assert ids[0] == made_up_ids(400)[299]
    assert calls == 2


@pytest.mark.parametrize("left", [0, 1, 50, 51])
def test_a_library_that_shrank_is_what_is_left(make_reader, left):
    reader = make_reader(400)
    reader.read_in_new_job()
    reader.clock.move(days=1)
    reader.unsave(*range(left, 400))

    assert reader.read_in_new_job()[0] == reader.saved_ids == made_up_ids(left)
    assert reader.kept.total == left


def test_an_emptied_library_that_is_filled_again_is_read(make_reader):
    reader = make_reader(70)
    reader.read_in_new_job()
    reader.unsave(*range(70))
    reader.read_in_new_job()
    reader.save(*NEW[:120])

    assert reader.read_in_new_job() == ([song.id for song in NEW[:120]], 3)


def test_entries_that_are_no_songs_count_in_the_sums(make_reader):
    local = [Song("", f"Demo tape {number}", ("Lisa",)) for number in range(3)]
    reader = make_reader([local[0], *made_up_songs(60), local[1], *made_up_songs(60, first=60), local[2]])
    reader.standin.state.nulled |= set(made_up_ids(120)[49:52])

    (first, first_calls), (second, second_calls) = reader.read_in_new_job(), reader.read_in_new_job()

    expected = ["", *made_up_ids(49), *made_up_ids(60)[52:], "", *made_up_ids(120)[60:], ""]
    assert first == second == expected
    assert (first_calls, second_calls) == (3, 2)
    assert reader.kept.total == 123


def test_a_reading_that_is_broken_off_goes_on_where_it_was(make_reader):
    reader = make_reader(1_000)
    run = reader.start()
    reader.standin.state.faults.add(ASKED, FAULTS["429 quota"], after=9, times=None)
    with pytest.raises(RateLimited):
        reader.read(run)
    reader.standin.state.faults.clear()
    known = len(reader.kept.songs)
    runs.park(reader.database, run.job.id, run.runner, reader.clock.now(), "RateLimited", run.calls)

    run = reader.claim(run.job)
    ids = reader.read(run)

    assert ids == reader.saved_ids
    # Pages that were on their way when one was refused are lost; 9 were answered.
    assert 250 <= known <= 450
    # The top, and the rest from the last known song on.
    assert reader.calls == 1 + ceil((1_000 - known + 1) / PAGE_SIZE)
    assert (run.job.runs, run.job.calls) == (1, run.calls - reader.calls)


@pytest.mark.slow
def test_12000_songs_are_read_on_a_quota_of_40_calls_a_day_while_songs_are_saved_and_unsaved(
    make_reader,
):
    reader = make_reader(12_000)
    run = reader.start()
    days = 0

    while True:
        reader.standin.state.faults.clear()
        reader.standin.state.faults.add(ASKED, FAULTS["429 quota"], after=40, times=None)
        try:
            ids = reader.read(run)
            break
        except RateLimited:
            days += 1
        reader.clock.move(days=1)
        reader.save(NEW[days])
        reader.unsave(20 * days)
        runs.park(reader.database, run.job.id, run.runner, reader.clock.now(), "RateLimited")
        run = reader.claim(run.job)

    assert 6 <= days <= 8
    assert set(reader.saved_ids) <= set(ids)
    assert len(set(ids)) == len(ids)
    assert ids[: days - 1] == reader.saved_ids[: days - 1]


def test_a_killed_worker_loses_few_pages(make_reader):
    reader = make_reader(1_500)
    run = reader.start()

    # As if it had been killed: only what was kept on the way is left.
    def take_over():
        with reader.database.writing() as connection:
            connection.execute(text("UPDATE jobs SET runner = 'the next'"))

    reader.standin.state.faults.add(ASKED, Fault(first=take_over), after=27)
    with pytest.raises(JobLost):
        reader.read(run)

    assert len(reader.kept.songs) == 2 * KEEP_EVERY_PAGES * 50
    assert reader.kept.full_read_at is None
    assert reader.kept.total == 1_500


def test_a_cancelled_reading_is_not_lost(make_reader):
    reader = make_reader(1_000)
    run = reader.start()
    cancel = Fault(first=lambda: jobs.cancel(reader.database, run.job.id, "lisa"))
    reader.standin.state.faults.add(ASKED, cancel, after=6)
    with pytest.raises(JobCancelled):
        reader.read(run)
    runs.end_cancelled(reader.database, run.job.id, run.runner, run.calls)

    known = len(reader.kept.songs)

    assert known >= 150
    assert reader.read_in_new_job() == (reader.saved_ids, 1 + ceil((1_000 - known + 1) / PAGE_SIZE))


def break_off(reader, after):
    """Break off a first reading after so many calls; return how many entries were kept."""
    run = reader.start()
    reader.standin.state.faults.add(ASKED, NEVER_ANSWERED, after=after, times=None)
    with pytest.raises(Unreachable):
        reader.read(run)
    reader.standin.state.faults.clear()
    runs.fail(reader.database, run.job.id, run.runner, "Unreachable")
    return len(reader.kept.songs)


@pytest.mark.parametrize(
    "change",
    [
        lambda reader: reader.save(*NEW[:70]),
        lambda reader: reader.unsave(0, 5, 49),
        lambda reader: reader.unsave(*range(900, 1_000)),
        lambda reader: reader.save_again(700),
        lambda reader: (reader.save(*NEW[:3]), reader.unsave(10, 20, 30)),
        lambda reader: reader.unsave(*range(20, 1_000)),
        lambda reader: reader.unsave(*range(1_000)),
    ],
    ids=[
        "saved",
        "unsaved above",
        "unsaved below",
        "saved again",
        "as many saved as unsaved",
        "few left",
        "none",
    ],
)
def test_a_library_that_changed_since_it_was_broken_off_is_read_right(make_reader, change):
    reader = make_reader(1_000)
    break_off(reader, after=9)
    change(reader)

    assert reader.read_in_new_job()[0] == reader.saved_ids


def test_many_songs_unsaved_since_it_was_broken_off_hide_none(make_reader):
    reader = make_reader(1_000)
    known = break_off(reader, after=9)
    # All of them among what was read, below its first page.
    reader.unsave(*range(60, known))

    ids, _ = reader.read_in_new_job()
    reader.clock.move(days=1)

    assert set(reader.saved_ids) <= set(ids)
    assert len(ids) == len(set(ids))
    assert reader.read_in_new_job()[0] == reader.saved_ids


def test_a_broken_off_reading_whose_beginning_has_gone_begins_anew(make_reader):
    reader = make_reader(100)
    break_off(reader, after=1)
    reader.unsave(*range(100))
    reader.save(*NEW[:130])

    assert reader.read_in_new_job()[0] == reader.saved_ids


@pytest.mark.parametrize("after", [1, 4, 11])
@pytest.mark.parametrize(
    "change",
    [
        lambda reader: reader.save(NEW[0]),
        lambda reader: reader.unsave(3),
        lambda reader: reader.unsave(*range(60, 110)),
        lambda reader: reader.save_again(420),
        lambda reader: reader.unsave(*range(30, 500)),
    ],
    ids=["saved", "unsaved", "a page unsaved", "saved again", "nearly all unsaved"],
)
def test_a_library_that_changes_while_it_is_read_loses_nothing(make_reader, after, change):
    reader = make_reader(800)
    reader.standin.state.faults.add(ASKED, Fault(first=lambda: change(reader)), after=after)

    ids, calls = reader.read_in_new_job()
    reader.clock.move(days=1)

    assert set(reader.saved_ids) <= set(ids)
    assert len(ids) == len(set(ids))
    assert calls <= 16 + 10
    assert reader.read_in_new_job()[0] == reader.saved_ids


def test_a_library_that_never_stands_still_is_read_to_an_end_all_the_same(make_reader):
    reader = make_reader(800)
    left = list(NEW)
    # As when a library is imported: a song is saved before every page.
    reader.standin.state.faults.add(ASKED, Fault(first=lambda: reader.save(left.pop())), times=None)

    ids, calls = reader.read_in_new_job()
    reader.standin.state.faults.clear()
    reader.clock.move(days=1)

    assert len(ids) == len(set(ids)) > 700
    assert calls <= 17 + 1 + MAX_CHANGES * (1 + 5)
    assert reader.read_in_new_job()[0] == reader.saved_ids


@pytest.mark.parametrize(("saved", "first"), [(120, 3), (1_020, 21)])
def test_a_song_that_is_shown_in_two_positions_costs_no_more(make_reader, saved, first):
    reader = make_reader(saved)
    reader.swap(90, reader.saved[10].song)
    once = list(dict.fromkeys(reader.saved_ids))

    readings = [reader.read_in_new_job(), reader.read_in_new_job()]
    reader.clock.move(days=1)
    readings += [reader.read_in_new_job(), reader.read_in_new_job()]

    assert readings == [(once, first), (once, 2), (once, 2), (once, 2)]
    assert len(reader.kept.songs) == saved


def test_a_reading_goes_on_where_the_last_song_is_shown_twice(make_reader):
    reader = make_reader(1_000)
    # The first page and the last that is known before the quota ends with a song from above.
    for position in (49, 449, 450):
        reader.swap(position, reader.saved[10].song)
    break_off(reader, after=9)

    assert reader.read_in_new_job()[0] == list(dict.fromkeys(reader.saved_ids))
    assert len(reader.kept.songs) == 1_000


def test_many_new_songs_are_kept_on_the_way(make_reader):
    reader = make_reader(200)
    reader.read_in_new_job()
    reader.save(*made_up_songs(2_000, first=10_000))
    known, ids = [], None

    for _ in range(5):
        run = reader.start()
        reader.standin.state.faults.add(ASKED, FAULTS["429 quota"], after=20, times=None)
        try:
            ids = reader.read(run)
            break
        except RateLimited:
            known.append(len(reader.kept.songs))
        reader.standin.state.faults.clear()
        runs.fail(reader.database, run.job.id, run.runner, "RateLimited")

    assert ids == reader.saved_ids
    assert known == sorted(set(known))
    assert len(known) in (2, 3)
    assert known[0] > MAX_NEW_PAGES * 50


def test_a_job_with_many_new_songs_can_be_cancelled_without_waiting(make_reader):
    reader = make_reader(200)
    reader.read_in_new_job()
    before = reader.kept
    reader.save(*made_up_songs(2_000, first=10_000))
    run = reader.start()
    cancel = Fault(first=lambda: jobs.cancel(reader.database, run.job.id, "lisa"))
    reader.standin.state.faults.add(ASKED, cancel, after=2)

    with pytest.raises(JobCancelled):
        reader.read(run)

    job = jobs.get(reader.database, run.job.id, "lisa")
    assert reader.calls == 3
    assert (job.stage, job.done, job.total) == ("read", 100, 2_200)
    assert reader.kept == before


def test_reading_again_reads_everything_whatever_is_known(make_reader):
    reader = make_reader(240)
    reader.read_in_new_job()
    reader.swap(200, NEW[0])

    assert reader.read_in_new_job(reread=True) == (reader.saved_ids, 5)


def test_a_job_that_reads_again_does_not_begin_anew_when_it_is_run_again(make_reader):
    reader = make_reader(1_000)
    reader.read_in_new_job()
    run = reader.start(reread=True)
    reader.standin.state.faults.add(ASKED, FAULTS["429 quota"], after=9, times=None)
    with pytest.raises(RateLimited):
        reader.read(run)
    reader.standin.state.faults.clear()
    known = len(reader.kept.songs)
    runs.park(reader.database, run.job.id, run.runner, reader.clock.now(), "RateLimited")
    run = reader.claim(run.job)

    assert reader.read(run) == reader.saved_ids
    assert reader.calls == 1 + ceil((1_000 - known + 1) / PAGE_SIZE)
    reader.clock.move(minutes=2)
    run = reader.claim(run.job)  # killed after the reading, before its end
    assert reader.read(run) == reader.saved_ids
    assert reader.calls == 2


def test_reading_again_that_reads_nothing_loses_nothing(make_reader):
    reader = make_reader(240)
    reader.read_in_new_job()
    before = reader.kept
    run = reader.start(reread=True)
    reader.standin.state.faults.add(ASKED, FAULTS["429 quota"])

    with pytest.raises(RateLimited):
        reader.read(run)

    assert reader.kept == before


def test_a_full_reading_that_cannot_begin_leaves_what_was_known(make_reader):
    reader = make_reader(240)
    reader.read_in_new_job()
    reader.clock.move(days=1)
    reader.unsave(100)
    before = reader.kept
    run = reader.start()
    # The top can be read, the whole cannot.
    reader.standin.state.faults.add(ASKED, FAULTS["429 quota"], after=1)

    with pytest.raises(RateLimited):
        reader.read(run)

    assert reader.kept == before


def test_an_old_page_of_a_library_that_changes_this_moment_has_its_turn_again(make_reader):
    reader = make_reader(240)
    reader.read_in_new_job()
    before = reader.kept.next_old_page
    reader.standin.state.faults.add(ASKED, Fault(first=lambda: reader.save(NEW[0])), after=1)

    assert reader.read_in_new_job() == (made_up_ids(240), 2)

    assert reader.kept.next_old_page == before
    assert reader.read_in_new_job() == (reader.saved_ids, 2)


def test_the_reading_reports_how_far_it_is(make_reader):
    reader = make_reader(120)
    run = reader.start()

    def so_far():
        job = jobs.get(reader.database, run.job.id, "lisa")
        return job.stage, job.done, job.total, job.calls

    reader.read(run)
    first = so_far()
    run.progress("read", 0, None)
    runs.fail(reader.database, run.job.id, run.runner, "Ended")
    run = reader.start()
    reader.read(run)

    assert first == ("read", 120, 120, 3)
    assert so_far() == ("read", 120, 120, 1)
