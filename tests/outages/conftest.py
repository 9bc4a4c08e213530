"""A listener who has signed in, at a website whose models can be taken away, and a Redis that can be stopped."""

import shutil

import pytest
from redis import Redis

from tests.support.consumer import Consumer
from tests.support.nora import browser, desk, nora, refresh

__all__ = ["browser", "desk", "nora", "refresh"]


@pytest.fixture
def impatient(monkeypatch):
    """Nobody waits long for a lock or an answer of the queue's."""
    monkeypatch.setattr("store.engine.BUSY_TIMEOUT_S", 0.02)
    monkeypatch.setattr("jobs.queue.MAX_ANSWER_S", 0.02)


@pytest.fixture
def site(make_site, impatient, invented, tmp_path):
    """A website whose models can be taken away and damaged, and which waits for no lock."""
    shutil.copytree(invented / "models", tmp_path / "models")
    return make_site(MODELS_DIR=str(tmp_path / "models"))


@pytest.fixture
def worker(site):
    """A worker of that website."""
    return Consumer(site)


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory):
    """The URL of a Redis of these tests' own, which they may stop."""
    # Not at the top: pytest must be the first to import a plugin.
    from tests.support.needs import needs
    from tests.support.servers import running_redis

    is_there = shutil.which("redis-server") is not None
    needs("redis", is_there, "Redis is not installed (apt install redis-server)")
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url
        # Another than the first, where it was stopped.
        with Redis.from_url(url) as client:
            client.shutdown(nosave=True, now=True)
