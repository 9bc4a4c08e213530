"""Rows of the real catalogue that were labelled by eye before the rules existed."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from tests.support.songs import real_build

LABELS = Path(__file__).with_name("blunder_labels.csv")

#: Kind as labelled -> rows found, of how many.
FOUND = {
    "christmas": (19, 20),
    "children": (17, 18),
    "audiobook": (18, 18),
    "live": (14, 17),
    "comedy": (13, 13),
    "speech": (10, 13),
    "karaoke": (10, 12),
    "sleep": (15, 15),
    "classical": (12, 12),
    "duplicate": (10, 12),
    "fine": (5, 150),
}


QUALITY = Path(__file__).parents[3] / "docs" / "quality.md"


def test_the_page_on_quality_has_these_figures():
    text = QUALITY.read_text(encoding="utf-8")

    for kind, (n, total) in FOUND.items():
        assert f"| {kind} | {n} of {total} |" in text


@pytest.mark.slow
def test_the_rules_find_most_blunders_and_few_look_alikes(tmp_path_factory):
    catalogue = real_build(tmp_path_factory).catalogue
    with LABELS.open(encoding="utf-8") as file:
        kinds = {row["id"]: row["kind"] for row in csv.DictReader(file)}
    rows = catalogue.find_rows(list(kinds))
    # A duplicate is found where a version of another title or artist is the same recording.
    n_versions = Counter(catalogue.recordings.tolist())
    labels = list(zip(rows.tolist(), catalogue.find_recordings(rows).tolist(), kinds.values(), strict=True))

    found = Counter(
        kind for row, recording, kind in labels if catalogue.blunders[row] or n_versions[recording] > 1
    )

    assert rows.min() >= 0
    assert {kind: (found[kind], n) for kind, n in Counter(kinds.values()).items()} == FOUND
    assert found.total() - found["fine"] >= 135
    assert found["fine"] <= 5
