"""Every metric, and how each is counted: by what the lines of requests and jobs in the log tell, too.

No label holds what a listener owns or types, and each has few values, so that the files of
`metrics.processes` stay small.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from jobs.run import RunEnd
from settings import Settings
from store import allowance, jobs, pauses
from store.database import Database
from store.errors import is_outage
from version import VERSION
from web.readiness import READY, Checks, check_parts

#: Seconds; a page takes milliseconds, a sign-in as long as Spotify.
REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: Seconds; reading ten thousand saved songs takes two hundred calls.
STAGE_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
# What follows it in a path is an id.
_BEFORE_ID = re.compile(r"/(playlists|users)/[^/]+")


class Counted:
    """What this process counts: each method is called once for what it counts."""

    def __init__(self, settings: Settings, registry: CollectorRegistry | None = None) -> None:
        self._spotify = (settings.spotify_api_url, settings.spotify_accounts_url)
        self._requests = Counter(
            "recommender_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=registry,
        )
        self._request_seconds = Histogram(
            "recommender_request_seconds",
            "How long requests took.",
            ["route"],
            buckets=REQUEST_BUCKETS,
            registry=registry,
        )
        self._runs = Counter(
            "recommender_job_runs",
            "Runs of jobs by how they ended, at which stage and by which error.",
            ["kind", "outcome", "stage", "error"],
            registry=registry,
        )
        self._stage_seconds = Histogram(
            "recommender_job_stage_seconds",
            "How long the stages of runs took.",
            ["kind", "stage"],
            buckets=STAGE_BUCKETS,
            registry=registry,
        )
        self._wait_seconds = Counter(
            "recommender_job_wait_seconds",
            "Seconds that runs waited between calls, as Spotify asked or because it had not answered.",
            ["kind"],
            registry=registry,
        )
        self._picks = Counter("recommender_picks", "Songs picked for mixes.", ["kind"], registry=registry)
        self._calls = Counter(
            "recommender_spotify_calls",
            "Calls to Spotify by the status of the answer; 'none' where none came.",
            ["endpoint", "status"],
            registry=registry,
        )

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._requests.labels(method, route, status).inc()
        self._request_seconds.labels(route).observe(seconds)

    def count_run(self, end: RunEnd) -> None:
        """Count a run of a job that has ended."""
        last_stage = next(reversed(end.stages_s), "")
        self._runs.labels(end.kind, end.outcome, last_stage, end.error).inc()
        for stage, seconds in end.stages_s.items():
            self._stage_seconds.labels(end.kind, stage).observe(seconds)
        self._wait_seconds.labels(end.kind).inc(end.waited_s)
        self._picks.labels(end.kind).inc(end.picks)

    def count_call(self, method: str, url: str, status: str) -> None:
        """Count a call by HTTP, if it went to Spotify."""
        for prefix in self._spotify:
            if url.startswith(f"{prefix}/"):
                path = _BEFORE_ID.sub(r"/\1/{id}", url.removeprefix(prefix).partition("?")[0])
                self._calls.labels(f"{method} {path}", status).inc()
                return


@dataclass(frozen=True, eq=False)
class Measured(Collector):
    """What is looked up when somebody asks: the same for all processes, as it is in the database."""

    settings: Settings
    database: Database
    checks: Checks

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield what can be measured now; what needs the database is left out while that is away."""
        info = GaugeMetricFamily("recommender_info", "The version that runs.", labels=["version"])
        info.add_metric([VERSION], 1)
        yield info
        ready = GaugeMetricFamily(
            "recommender_ready", "Whether a part can be used, as /readyz tells.", labels=["part"]
        )
        for part, word in check_parts(self.checks).items():
            ready.add_metric([part], word == READY)
        yield ready
        try:
            yield from self._measure_jobs()
        except Exception as error:
            if not is_outage(error):
                raise

    def _measure_jobs(self) -> Iterator[GaugeMetricFamily]:
        app = self.settings.spotify_client_id
        queue = GaugeMetricFamily("recommender_jobs", "Jobs that have not ended.", labels=["state"])
        for state, number in jobs.count_live(self.database).items():
            queue.add_metric([state], number)
        yield queue
        yield GaugeMetricFamily(
            "recommender_oldest_waiting_job_seconds",
            "How long nobody has worked on the job that waits longest.",
            jobs.measure_wait(self.database).total_seconds(),
        )
        yield GaugeMetricFamily(
            "recommender_spotify_calls_day",
            "Calls that jobs made within 24 hours.",
            allowance.count_all(self.database),
        )
        if limit := self.settings.spotify_calls_a_day:
            yield GaugeMetricFamily(
                "recommender_spotify_calls_day_limit", "SPOTIFY_CALLS_A_DAY, where it is set.", limit
            )
        yield GaugeMetricFamily(
            "recommender_spotify_pause_seconds",
            "How long Spotify still wants no calls.",
            pauses.measure_rest(self.database, app),
        )
