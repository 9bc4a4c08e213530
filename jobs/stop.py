"""How a worker that must stop hands back the jobs that it is running."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event

log = logging.getLogger(__name__)


class WorkerStops(Exception):
    """The process is about to end: the job waits for another worker."""


class LiveRuns:
    """The runs of this process. When it must stop, each hands its job back at its next report."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._over: list[Event] = []
        self.must_stop = False

    @contextmanager
    def track(self, is_over: Event) -> Iterator[None]:
        """Count a run as live for the length of the block; `stop` sets its event, which ends its waits."""
        with self._changed:
            self._over.append(is_over)
        try:
            yield
        finally:
            with self._changed:
                self._over.remove(is_over)
                self._changed.notify_all()

    def stop(self, seconds: float) -> None:
        """Tell all runs to hand their jobs back; wait at most `seconds` for the calls they are making."""
        with self._changed:
            self.must_stop = True
            for is_over in self._over:
                is_over.set()
            log.info("the worker stops: jobs to hand back: %d", len(self._over))
            self._changed.wait_for(lambda: not self._over, seconds)

    def check_stop(self) -> None:
        """Raise WorkerStops if the process must stop."""
        if self.must_stop:
            raise WorkerStops
