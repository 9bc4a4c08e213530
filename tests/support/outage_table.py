"""The table of outages: what is promised of each combination and what was seen, printed by `-m outages`.

A test records its combinations as properties of its report, so that nothing
depends on which process it ran in.
"""

import pytest

from tests.support.fault_table import list_recorded


class Combinations:
    """The combinations of a test: each is recorded with what was promised, and with what was seen."""

    def __init__(self, record_property):
        self._record = record_property
        self.broken = []

    def note(self, outage, target, promised, seen):
        """Note what was seen where an outage met a target, both in words."""
        combination = (*outage, target, promised, seen)
        self._record("outage", combination)
        if seen != promised:
            self.broken.append(combination)


@pytest.fixture
def combinations(record_property):
    """The combinations of this test, none of which may be other than promised."""
    noted = Combinations(record_property)
    yield noted
    assert noted.broken == []


def format_table(combinations):
    """Yield the lines of the table: for each outage what was promised of each target; then the counts."""
    last = None
    for part, way, target, promised, seen in combinations:
        if (part, way) != last:
            last = (part, way)
            yield f"{part} {way}"
        told = "as promised" if seen == promised else f"BROKEN: {seen}"
        yield f"    {target}: {promised} ({told})"
    n_kept = sum(promised == seen for *_, promised, seen in combinations)
    yield ""
    yield f"{len(combinations)} combinations of an outage and what it meets, {n_kept} as promised"


def pytest_terminal_summary(terminalreporter):
    """Print the table where it was asked for."""
    if "outages" not in terminalreporter.config.getoption("markexpr"):
        return
    combinations = list_recorded(terminalreporter, "outage")
    terminalreporter.section("outages")
    for line in format_table(sorted(map(tuple, combinations))):
        terminalreporter.line(line)
