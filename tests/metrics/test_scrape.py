"""What Prometheus is told by a running site: the sums of all its processes, at an address of its own."""

import os
import re
import signal

import pytest
import requests

from metrics.processes import FILE_SIZE, FOLDER
from tests.support.worker_process import wait_until

pytestmark = pytest.mark.slow


def select(samples, name, **labels):
    """Return the value of the one sample of this name that has these labels."""
    [value] = [
        value for (found, pairs), value in samples.items() if found == name and labels.items() <= {*pairs}
    ]
    return value


def test_requests_jobs_calls_and_picks_of_all_processes_are_told(counting_site):
    samples = counting_site.scrape()

    made = {"kind": "make", "outcome": "done", "stage": "write", "error": ""}
    assert select(samples, "recommender_job_runs_total", **made) == 1
    assert select(samples, "recommender_picks_total", kind="make") == 50
    assert select(samples, "recommender_job_stage_seconds_count", kind="save", stage="write") == 1
    assert select(samples, "recommender_requests_total", route="/playlists", method="POST", status="303") == 1
    assert select(samples, "recommender_request_seconds_count", route="/callback") == 1
    new = {"endpoint": "POST /me/playlists", "status": "201"}
    assert select(samples, "recommender_spotify_calls_total", **new) == 1
    assert select(samples, "recommender_spotify_calls_total", endpoint="POST /api/token", status="200") == 1
    assert select(samples, "recommender_jobs", state="waiting") == 0
    assert select(samples, "recommender_oldest_waiting_job_seconds") == 0
    assert {select(samples, "recommender_ready", part=part) for part in ("database", "queue", "models")} == {
        1
    }


def test_no_label_tells_who_was_there_or_what_they_have(counting_site):
    told = {value for _, labels in counting_site.scrape() for _, value in labels}

    # Ids of songs, playlists and jobs are of 22 letters and digits.
    assert not [value for value in told if re.search(r"[0-9A-Za-z_-]{22}", value)]
    owned = [counting_site.listener.id, *counting_site.listener.display_name.split()]
    assert not [value for value in told if any(word in value for word in owned)]


def test_what_there_is_no_page_for_is_one_series_whatever_is_asked(counting_site):
    for number in range(20):
        requests.request(f"MADE{number}UP", f"{counting_site.system.url}/made-up/{number}", timeout=10)

    found = [key for key in counting_site.scrape() if "no such page" in dict(key[1]).values()]

    assert {dict(labels)["method"] for _, labels in found if "method" in dict(labels)} == {"any"}


def test_nothing_is_told_at_the_public_port(counting_site):
    assert requests.get(f"{counting_site.system.url}/metrics", timeout=10).status_code == 404


def test_a_process_that_dies_leaves_its_sums_to_the_next_and_no_files(counting_site):
    folder = counting_site.state_dir / FOLDER
    before, files = counting_site.scrape(), sorted(folder.iterdir())
    dying, *_ = counting_site.system.web_workers()

    os.kill(dying, signal.SIGKILL)
    wait_until(lambda: len({*counting_site.system.web_workers()} - {dying}) == 2)
    counting_site.visit.get("/")

    after = counting_site.scrape()
    counted = {key for key in before if key[0].endswith(("_total", "_count"))}
    assert not [key for key in counted if after[key] < before[key]]
    home = {"route": "/", "method": "GET", "status": "302"}
    name = "recommender_requests_total"
    assert select(after, name, **home) == select(before, name, **home) + 1
    assert sorted(folder.iterdir()) == files
    assert {file.stat().st_size for file in folder.glob("*.db")} == {FILE_SIZE}
