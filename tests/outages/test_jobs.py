"""Every outage in the middle of a job: it ends right by itself, within a minute of the outage's end."""

import pytest
from redis import Redis

from tests.support.consumer import Consumer
from tests.support.outages import (
    IN_FILES,
    LONG_S,
    ON_REDIS,
    ONE_RUN,
    SAVED,
    SECOND_RUN,
    SHORT_S,
    STAGES,
    Outage,
    hang,
    strike,
    tell_outcome,
)

pytestmark = [pytest.mark.outages, pytest.mark.slow]

COMBINATIONS = [
    pytest.param(outage, stage, seconds, id=f"{outage}, {stage}, {seconds} s")
    for outage in IN_FILES
    for stage in STAGES
    for seconds in ([SHORT_S, LONG_S] if outage.part == "database" else [SHORT_S])
]


@pytest.mark.parametrize(("outage", "stage", "seconds"), COMBINATIONS)
def test_a_job_ends_right_by_itself(site, nora, browser, worker, combinations, outage, stage, seconds):
    address = browser.post("/playlists").headers["Location"]
    has_begun = strike(site, outage, STAGES[stage], seconds)

    worker.work()
    site.clock.move(seconds=LONG_S)
    worker.work_a_minute_later()

    assert has_begun.is_set()
    # After a minute without a heartbeat another runner may have the job; after reading comes the picking.
    is_lost = outage.part == "database" and seconds == LONG_S and STAGES[stage]
    is_lost = is_lost or (outage.stops_picking and STAGES[stage] == SAVED)
    seen = tell_outcome(site, nora, address)
    how_long = f", for {seconds} s" if outage.part == "database" else ""
    combinations.note(outage, f"{stage}{how_long}", SECOND_RUN if is_lost else ONE_RUN, seen)
    assert "/embed/playlist/" in browser.client.get(address, follow_redirects=True).text


@pytest.mark.parametrize("outage", ON_REDIS, ids=str)
@pytest.mark.parametrize(
    "stage", ["a job that waits", "a job that reads the library", "a job that writes the songs"]
)
def test_a_job_goes_on_whatever_becomes_of_redis(
    make_site, monkeypatch, own_redis, combinations, stage, outage
):
    monkeypatch.setattr("jobs.queue.MAX_ANSWER_S", 0.3)
    with Redis.from_url(own_redis) as client:
        client.flushall()
    site = make_site(REDIS_URL=own_redis)
    listener, browser = site.add_listener("Nora"), site.browser()
    browser.sign_in(listener)
    worker = Consumer(site)
    address = browser.post("/playlists").headers["Location"]
    has_begun = strike(site, outage, STAGES[stage], SHORT_S)

    worker.work()
    site.clock.move(seconds=LONG_S)
    worker.work_a_minute_later()

    assert has_begun.is_set()
    combinations.note(outage, stage, ONE_RUN, tell_outcome(site, listener, address))


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL of these tests' own."""
    # Not at the top: pytest must be the first to import a plugin.
    from tests.support.needs import needs
    from tests.support.servers import postgresql_programs, running_postgresql

    programs = postgresql_programs()
    needs("postgresql", programs is not None, "PostgreSQL is not installed (apt install postgresql)")
    with running_postgresql(programs) as running:
        yield running


@pytest.mark.parametrize("way", ["gone: PostgreSQL stopped", "hung: PostgreSQL"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_job_goes_on_after_postgresql_was_away(make_site, server, combinations, stage, way):
    from tests.support.servers import connections_closed

    def begin(_):
        if way.startswith("hung"):
            return hang(server.pids())
        server.stop()
        return server.start

    outage = Outage("database", way, begin)
    with connections_closed(), server.one_of_several_databases() as url:
        site = make_site(DATABASE_URL=url)
        listener, browser = site.add_listener("Nora"), site.browser()
        browser.sign_in(listener)
        worker = Consumer(site)
        address = browser.post("/playlists").headers["Location"]
        has_begun = strike(site, outage, STAGES[stage], 1)

        worker.work()
        site.clock.move(seconds=LONG_S)
        worker.work_a_minute_later()

        assert has_begun.is_set()
        combinations.note(outage, stage, ONE_RUN, tell_outcome(site, listener, address))
