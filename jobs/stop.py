"""How a worker that must stop gets the jobs back that it is at."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event

log = logging.getLogger(__name__)


class WorkerStops(Exception):
    """The process is about to end: the job goes back to wait for another."""


class LiveRuns:
    """The runs of this process. When it must stop, each hands its job back as soon as it reports."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._over: list[Event] = []
        self.must_stop = False

    @contextmanager
    def counted(self, is_over: Event) -> Iterator[None]:
        """Count a run for as long as it lasts; the event ends what it waits for."""
        with self._changed:
            self._over.append(is_over)
        try:
            yield
        finally:
            with self._changed:
                self._over.remove(is_over)
                self._changed.notify_all()

    def stop(self, seconds: float) -> None:
        """Tell all runs to hand their jobs back; give them so long for the calls that they are at."""
        with self._changed:
            self.must_stop = True
            for is_over in self._over:
                is_over.set()
            log.info("the worker stops: jobs to hand back: %d", len(self._over))
            self._changed.wait_for(lambda: not self._over, seconds)

    def go_on(self) -> None:
        """Raise WorkerStops where the process must stop."""
        if self.must_stop:
            raise WorkerStops
