"""How long a listener waits for a playlist and how many calls it costs, with a slow Spotify.

The system is started as the Procfile says, against a stand-in that delays
each answer of its Web API. The time is what a browser would take: from
pressing the button, polling as often as the page does, to the playlist's page.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.memory import sample_songs
from benchmarks.system import make_settings, make_standin_state, serving
from benchmarks.visit import Visit
from recommender.catalogue.build import load_build
from standin.faults import Fault
from standin.server import RunningStandin, serve

API = "{any} /v1/{rest*}"
# What is measured, as the table calls it.
LABELS = {"first": "first playlist", "second": "refreshed", "saved": "saved"}


def run(root: Path, models: Path, n_songs: int, delay_ms: int) -> dict[str, Any]:
    """Make a listener's first playlist with the real system and refresh it.

    Returns
    -------
    dict
        `first_s`, `first_calls` of the first playlist, `second_s`,
        `second_calls` of the draft that refreshes it, `saved_s`, `saved_calls`
        of saving that, and what they were measured with.

    Raises
    ------
    BenchmarkError
        If the system does not start or makes no playlist.
    """
    catalogue = load_build(models).catalogue
    songs = [catalogue.song(row) for row in range(len(catalogue))]
    library = sample_songs(songs, n_songs)
    with tempfile.TemporaryDirectory() as name, serve(make_standin_state(songs)) as standin:
        folder = Path(name)
        listener = standin.state.add_listener("Listener", library)
        with serving(root, make_settings(standin, models, folder), folder) as system:
            visit = Visit(system.url)
            visit.sign_in(listener)
            standin.state.faults.add(API, Fault(delay_s=delay_ms / 1000), times=None)
            first_s, first_calls = _measure(visit, standin, visit.start_playlist)
            second_s, second_calls = _measure(visit, standin, visit.start_playlist)
            saved_s, saved_calls = _measure(visit, standin, visit.save_draft)
    return {
        "first_s": first_s,
        "first_calls": first_calls,
        "second_s": second_s,
        "second_calls": second_calls,
        "saved_s": saved_s,
        "saved_calls": saved_calls,
        "songs": len(library),
        "delay_ms": delay_ms,
        "catalogue": len(songs),
    }


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    return "\n".join(
        [
            f"{figures['songs']:,} saved songs, {figures['catalogue']:,} in the catalogue,"
            f" {figures['delay_ms']} ms before each answer of Spotify's:",
            *(
                f"{label:<15} {figures[f'{which}_s']:>6.2f} s {figures[f'{which}_calls']:>4} calls"
                for which, label in LABELS.items()
            ),
        ]
    )


def _measure(visit: Visit, standin: RunningStandin, press: Callable[[], str]) -> tuple[float, int]:
    """Press a button and wait for what it makes; return the seconds and the calls."""
    before = standin.state.count(API)
    start = time.perf_counter()
    visit.wait_for_playlist(press())
    return round(time.perf_counter() - start, 2), standin.state.count(API) - before
