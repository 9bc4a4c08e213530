"""The pause that Spotify asks of any worker, kept by all: it counts the calls of the whole app."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from jobs.run import BETWEEN_TRIES_S, Run
from store import pauses
from store.database import Database

#: How long Spotify is left alone where it does not say how long.
DEFAULT_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class AppPause:
    """The app's pause as a run keeps to it; both methods raise as `Run.ride_over` and `Run.beat`."""

    run: Run

    def measure_rest(self) -> float:
        """Return how many seconds are left; 0 where there is no pause."""
        measure = self.run.parts.database.clock.measure
        began = measure()
        rest_s = self.run.ride_over(partial(pauses.measure_rest, *self._whose()))
        if measure() - began >= BETWEEN_TRIES_S:
            # After an outage the job may be another runner's, who must not meet the call that comes next.
            self.run.ride_over(self.run.beat)
        return rest_s

    def prolong(self, seconds: float | None) -> None:
        """Let all workers pause for at least so long; None where Spotify does not say how long."""
        pause = DEFAULT_PAUSE if seconds is None else timedelta(seconds=seconds)
        self.run.ride_over(partial(pauses.prolong, *self._whose(), pause))

    def _whose(self) -> tuple[Database, str]:
        return self.run.parts.database, self.run.parts.settings.spotify_client_id
