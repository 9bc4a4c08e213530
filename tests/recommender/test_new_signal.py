"""What it takes to add a signal: its record, and a line in the list."""

import numpy as np
import pytest

from recommender import Wishes, recommend
from recommender.explanation import phrases
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.evidence import Fact
from recommender.ranking.signals.signal import Signal
from recommender.ranking.signals.table import Table
from recommender.report import as_json
from tests.support.songs import Row, saved, small

ROWS = [Row("Mine", ("A",)), Row("A long title", ("B",)), Row("Short", ("C",)), Row("Brief", ("D",))]


def rate_titles(given):
    is_short = [" " not in given.catalogue.song(row).title for row in range(len(given.catalogue))]
    return (Table(np.array([0, 1], dtype=np.float32), np.array(is_short, dtype=np.int32)),)


def find_fact(pick, evidence):
    return Fact(words=(evidence.catalogue.song(pick.row).title.lower(),))


SHORT_TITLE = Signal(
    "short_title",
    known_weight=50.0,
    new_weight=50.0,
    tables=rate_titles,
    fact=find_fact,
    phrase="as short as {words}",
)


@pytest.fixture
def short_title(monkeypatch):
    SIGNALS.append(SHORT_TITLE)
    # What is collected of the list when the program starts.
    monkeypatch.setitem(phrases._PHRASES, SHORT_TITLE.name, ((SHORT_TITLE.phrase, ""), *SHORT_TITLE.shorter))
    monkeypatch.setitem(phrases._WHEN_NEW, SHORT_TITLE.name, SHORT_TITLE.when_new)
    yield SHORT_TITLE
    SIGNALS.remove(SHORT_TITLE)


def test_a_new_signal_is_scored_told_and_reported(short_title):
    catalogue, model = small(ROWS)

    mix = recommend([saved(0)], catalogue, model, Wishes(size=3))
    picks = as_json(mix, model, {})["picks"]

    assert {pick["title"]: pick["signals"]["short_title"] for pick in picks} == {
        "Short": 1, "Brief": 1, "A long title": 0,
    }  # fmt: skip
    assert picks[2]["title"] == "A long title"
    # It leads one of three picks, and stands behind another lead of the second.
    told = {pick["title"]: pick["reason"].lower() for pick in picks[:2]}
    assert "as short as short" in told["Short"]
    assert "as short as brief" in told["Brief"]
    assert [pick["lead"].startswith("As short as") for pick in picks] == [True, False, False]
    assert "short_title" not in [reason.signal for reason in mix.picks[2].reasons]
    assert all(0 <= pick["score"] <= 1 for pick in picks)


def test_a_signal_that_nobody_registered_is_not_passed_over_in_silence():
    catalogue, model = small(ROWS)

    mix = recommend([saved(0)], catalogue, model, Wishes(size=3), signals=[*SIGNALS, SHORT_TITLE])

    with pytest.raises(ValueError, match='no phrase for the signal "short_title": add it to SIGNALS'):
        as_json(mix, model, {})
