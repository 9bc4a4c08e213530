"""A running site that counts, and what it tells Prometheus."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.system import System, find_port, make_settings, make_standin_state, serving
from benchmarks.visit import Visit
from formats.library_csv import read_library
from tests.support.secret_search import serve

ROOT = Path(__file__).parents[2]


@dataclass
class CountingSite:
    """The processes, the listener who has made and refreshed a playlist there, and where metrics are told."""

    system: System
    visit: Visit
    listener: object
    url: str
    state_dir: Path

    def scrape(self):
        """Return every sample: (name, labels as sorted pairs) -> value."""
        answer = requests.get(self.url, timeout=10)
        assert answer.status_code == 200, answer.text
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }


@pytest.fixture(scope="session")
def counting_site(invented, tmp_path_factory):
    """A site whose processes count, after a playlist was made, refreshed and saved."""
    folder = tmp_path_factory.mktemp("counting")
    songs = read_library(invented / "data.csv")
    address = f"127.0.0.1:{find_port()}"
    with serve(make_standin_state(songs)) as standin:
        listener = standin.state.add_listener("Nora Lindqvist", songs[:120])
        settings = {
            **make_settings(standin, invented / "models", folder),
            "STATE_DIR": str(folder),
            "METRICS_ADDRESS": address,
            "SPOTIFY_CALLS_A_DAY": "1000",
        }
        with serving(ROOT, settings, folder) as system:
            visit = Visit(system.url)
            visit.sign_in(listener)
            visit.make_playlist()
            visit.make_playlist()
            yield CountingSite(system, visit, listener, f"http://{address}/metrics", folder)
