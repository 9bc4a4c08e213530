"""Huey's consumer in the tests' process, which works when it is told to, by the site's clock."""

from contextlib import suppress
from datetime import datetime
from sqlite3 import DatabaseError
from threading import Event

from huey.consumer import Scheduler, Worker
from redis.exceptions import RedisError

from startup import create_worker_queue

# More than one listener's job and what a worker does every minute leave in the queue.
MAX_MESSAGES = 5


class Consumer:
    """A worker of a site; no error of its queue ends it."""

    def __init__(self, site):
        self._site = site
        self._queue = create_worker_queue(site.settings, site.clock)
        is_over = Event()
        is_over.set()  # so that it never sleeps
        self._worker = Worker(self._queue, is_over, 0, 0, 1)
        self._scheduler = Scheduler(self._queue, is_over, 1, periodic=True)

    def work(self):
        """Do what is in the queue."""
        for _ in range(MAX_MESSAGES):
            if self._is_asked():
                self._worker.loop()

    def look_for_work(self):
        """Do what is in the queue, and what a worker looks for every minute."""
        self._scheduler.enqueue_periodic_tasks(datetime(2026, 11, 22, 12, 34))
        self.work()

    def work_a_minute_later(self):
        """Do the same once a minute has passed."""
        self._site.clock.move(minutes=1)
        self.look_for_work()

    def _is_asked(self):
        with suppress(DatabaseError, RedisError):
            return len(self._queue) > 0
        return False
