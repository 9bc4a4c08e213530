"""Pictures of what benchmarks have printed."""

import json

import pytest

from benchmarks.plots import DRAWN
from cli.__main__ import main

PAGE = {"per_s": 300.0, "share": 0.1, "p50_ms": 20.0, "p99_ms": 40.0, "bytes": 2_000}
SIZE = {"recommend_ms": 30.0, "mapped_mb": 41.0, "private_peak_mb": 60.0}
FIGURES = {
    "jobs": {
        "workers": {
            "1": {"per_minute": 83.0},
            "2": {"per_minute": 165.0},
            "4 threads of 1": {"per_minute": 280.0},
        },
        "limit_per_minute": 100.0,
        "calls": 4.0,
        "delay_ms": 150,
    },
    "web": {"pages": {"hello-world": {**PAGE, "share": 1.0}, "playlist": PAGE}},
    "scale": {
        "sizes": [{"songs": 172_614, **SIZE}, {"songs": 1_000_000, **SIZE}],
        "scan_gb_s": 11.8,
    },
}
# What a reader finds in it, beside the names of the axes.
TOLD = {
    "jobs": ["2", "limit: 4 calls of 150 ms, one after the other"],
    "web": ["playlist", "300 a second", "limit: hello-world"],
    "scale": ["mapped", "at 11.8 GB/s"],
}


@pytest.mark.parametrize("what", DRAWN)
def test_a_picture_has_what_was_measured_and_its_limit(what, tmp_path):
    (tmp_path / "figures.json").write_text(json.dumps(FIGURES[what]))

    pictures = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for picture in pictures:
        assert main(["plot", what, str(tmp_path / "figures.json"), str(picture)]) == 0

    drawn = pictures[0].read_text()
    assert [words for words in TOLD[what] if words not in drawn] == []
    assert pictures[0].read_bytes() == pictures[1].read_bytes()


@pytest.mark.parametrize("text", ['{"pages": {}}', "[]", "no figures"], ids=["another", "list", "text"])
def test_what_are_no_figures_of_that_benchmark_is_said_and_draws_nothing(text, tmp_path, capsys):
    (tmp_path / "figures.json").write_text(text)

    words = ["plot", "jobs", str(tmp_path / "figures.json"), str(tmp_path / "picture.svg")]
    assert main(words) == 1

    [told] = capsys.readouterr().err.splitlines()
    assert told.startswith("run: ") and "figures" in told
    assert not (tmp_path / "picture.svg").exists()
