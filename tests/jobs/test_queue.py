"""The queue: in a file or in Redis, signed, and never the only record of a job."""

import os
import signal
import socket
import time
from datetime import datetime

import pytest
from huey import RedisHuey, SqliteHuey
from redis import Redis

from jobs.queue import MAX_ANSWER_S, MAX_CONNECT_S, QueueUnusable, enqueue, open_queue
from startup import create_worker_queue
from tests.support.website import settings_for

pytestmark = pytest.mark.slow

# What a press of a button may wait for a queue that does not answer.
MAX_WAIT_S = 3


@pytest.fixture
def free_url():
    """The URL of a Redis at a port where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield f"redis://:qu1et@127.0.0.1:{probe.getsockname()[1]}/0"


@pytest.fixture
def settings_with(standin, tmp_path):
    return lambda **others: settings_for(standin.running, tmp_path, tmp_path, **others)


@pytest.fixture(params=["file", "redis"])
def settings(request, settings_with):
    """The settings of an empty queue, of either kind."""
    if request.param == "file":
        return settings_with()
    url = request.getfixturevalue("redis_url")
    with Redis.from_url(url) as client:
        client.flushall()
    return settings_with(REDIS_URL=url)


def make_task(queue, done):
    return queue.task(name="make_playlist")(done.append)


def test_a_task_is_run_by_any_process_that_opens_the_same_queue(settings):
    ours, theirs = [], []
    make_task(web := open_queue(settings), ours)("first")
    worker = open_queue(settings)
    make_task(worker, theirs)

    worker.execute(worker.dequeue())

    assert (ours, theirs) == ([], ["first"])
    assert len(web) == web.result_count() == 0


def test_tasks_are_run_in_order(settings):
    queue, done = open_queue(settings), []
    task = make_task(queue, done)
    for name in "abc":
        task(name)

    while len(queue):
        queue.execute(queue.dequeue())

    assert done == ["a", "b", "c"]


def test_a_message_that_is_signed_with_another_key_is_refused(settings, settings_with):
    key = "another-key-of-the-tests-that-is-long"
    forger = open_queue(settings_with(REDIS_URL=settings.redis_url, SECRET_KEY=key))
    make_task(forger, [])("forged")
    queue = open_queue(settings)

    with pytest.raises(ValueError, match="mismatch"):
        queue.dequeue()


def test_the_file_lies_beside_that_of_the_database(settings_with, tmp_path):
    queue = open_queue(settings_with(DATABASE_URL=f"sqlite:///{tmp_path}/not/there/songs.db"))

    assert isinstance(queue, SqliteHuey)
    assert (tmp_path / "not" / "there" / "songs.queue.db").is_file()


def test_the_file_lies_in_the_state_folder_where_the_database_is_no_file(settings_with, tmp_path):
    state = tmp_path / "state"

    open_queue(settings_with(DATABASE_URL="postgresql://127.0.0.1/songs", STATE_DIR=str(state)))

    assert (state / "recommender.queue.db").is_file()


def test_a_file_that_cannot_be_written_is_one_sentence_that_names_the_setting(settings_with, tmp_path):
    (tmp_path / "file").touch()
    settings = settings_with(DATABASE_URL="postgresql://127.0.0.1/songs", STATE_DIR=f"{tmp_path}/file/state")

    with pytest.raises(QueueUnusable, match=r"^the queue .*recommender\.queue\.db .*: set STATE_DIR to"):
        open_queue(settings)


def test_every_wait_for_redis_is_bounded_and_no_connection_is_left_for_a_fork_to_share(
    settings_with, redis_url
):
    queue = open_queue(settings_with(REDIS_URL=redis_url))

    pool = queue.storage.pool
    assert isinstance(queue, RedisHuey)
    assert not [connection for connection in pool._available_connections if connection.is_connected]
    assert pool.connection_kwargs["socket_timeout"] == MAX_ANSWER_S > queue.storage.read_timeout
    assert pool.connection_kwargs["socket_connect_timeout"] == MAX_CONNECT_S


def test_a_redis_that_does_not_run_is_reported_in_one_sentence_without_the_password(settings_with, free_url):
    with pytest.raises(QueueUnusable, match="check REDIS_URL") as caught:
        open_queue(settings_with(REDIS_URL=free_url))

    assert "\n" not in str(caught.value)
    assert "qu1et" not in str(caught.value)


def test_a_password_that_redis_refuses_is_reported_in_one_sentence_without_it(settings_with, redis_url):
    with pytest.raises(QueueUnusable, match="check REDIS_URL") as caught:
        open_queue(settings_with(REDIS_URL=redis_url.replace("//", "//lisa:qu1et@")))

    assert "qu1et" not in str(caught.value)


def test_a_job_that_cannot_be_queued_is_logged_and_raises_nothing(settings_with, redis_url, tmp_path, caplog):
    # Not at the top: pytest must be the first to import a plugin.
    from tests.support.servers import running_redis

    with running_redis(tmp_path) as url:
        queue = open_queue(settings_with(REDIS_URL=url))
        task = make_task(queue, [])
        enqueue(task, "the-first")
    enqueue(task, "the-second")

    assert "job the-second cannot be queued now" in caplog.text
    assert "the-first" not in caplog.text


@pytest.fixture
def hanging(make_site, redis_url):
    """A website whose Redis can be made to hang; a listener has signed in."""
    with Redis.from_url(redis_url) as client:
        client.flushall()
        process_id = client.info("server")["process_id"]
    site = make_site(REDIS_URL=redis_url)
    site.browsers = site.browser(), site.browser()
    for number, browser in enumerate(site.browsers):
        browser.sign_in(site.add_listener(f"Nora {number}"))
    site.queue = create_worker_queue(site.settings, site.clock)
    yield site, process_id
    os.kill(process_id, signal.SIGCONT)


def test_a_post_waits_three_seconds_at_most_for_a_redis_that_hangs_and_its_job_is_done_later(hanging):
    site, redis = hanging
    first, second = site.browsers
    tokens = [browser.csrf_token() for browser in site.browsers]
    # One with an open connection, one without.
    first.client.post("/playlists", data={"csrf_token": tokens[0]})
    site.work()
    waits, jobs = [], []

    os.kill(redis, signal.SIGSTOP)
    playlist = first.client.get("/").location.partition("?")[0]
    for browser, path in ((first, f"{playlist}/refresh"), (second, "/playlists")):
        began = time.monotonic()
        answer = browser.client.post(path, data={"csrf_token": tokens[site.browsers.index(browser)]})
        waits.append(time.monotonic() - began)
        jobs.append(answer.location)
    os.kill(redis, signal.SIGCONT)
    site.queue.flush()  # what Redis had received before it hung, which another might lose
    [a_minute_later] = site.queue.read_periodic(datetime(2026, 11, 22, 12, 34))
    site.queue.execute(a_minute_later)
    while (task := site.queue.dequeue()) is not None:
        site.queue.execute(task)

    assert max(waits) < MAX_WAIT_S, waits
    assert [first.client.get(jobs[0]).status_code, second.client.get(jobs[1]).status_code] == [302, 302]


def test_a_redis_that_restarts_loses_no_message(settings_with, tmp_path):
    from tests.support.servers import running_redis

    with running_redis(tmp_path) as url:
        queue = open_queue(settings_with(REDIS_URL=url))
        task = make_task(queue, [])
        enqueue(task, "the-first")
        # As a restart does, it closes the connection that the queue keeps.
        with Redis.from_url(url) as client:
            client.client_kill_filter(_type="normal", skipme=True)

        enqueue(task, "the-second")

        assert len(queue) == 2


def test_a_file_that_cannot_be_written_raises_nothing_either(settings_with, tmp_path, caplog):
    queue = open_queue(settings_with())
    task = make_task(queue, [])
    queue.storage.close()
    (tmp_path / "recommender.queue.db").write_bytes(b"no database" * 1000)

    enqueue(task, "the-job")

    assert "job the-job cannot be queued now" in caplog.text


def test_a_folder_that_is_none_any_more_raises_nothing_either(settings_with, tmp_path, caplog):
    queue = open_queue(settings_with(STATE_DIR=str(tmp_path / "state")))
    task = make_task(queue, [])
    (tmp_path / "state").rename(tmp_path / "elsewhere")
    (tmp_path / "state").touch()

    enqueue(task, "a job")

    assert "job a job cannot be queued now, but is kept" in caplog.text
