"""A table of how each combination of a call and a fault ended, printed at the end of the run.

A test records its combination as a property of its report, so that nothing
depends on which process it ran in.
"""

from collections import Counter, defaultdict


def record_combination(record_property, story, call, fault, outcome):
    """Record for the table how a combination ended."""
    record_property("combination", (story, call, fault, outcome))


def format_table(combinations):
    """Yield the lines of the table: which faults ended how for each call of a story, then the totals."""
    faults_of = defaultdict(lambda: defaultdict(list))
    for story, call, fault, outcome in combinations:
        faults_of[story, call][outcome].append(fault)
    for (story, call), by_outcome in faults_of.items():
        yield f"{story}: {call}"
        for outcome, faults in sorted(by_outcome.items()):
            yield f"    {outcome} ({len(faults)}): {'; '.join(faults)}"
    totals = Counter(outcome for *_, outcome in combinations)
    yield ""
    yield f"{totals.total()} combinations of a call and a fault"
    for outcome, count in sorted(totals.items(), key=lambda total: (-total[1], total[0])):
        yield f"{count:>6}  {outcome}"


def list_recorded(terminalreporter, wanted):
    """Return what all tests have recorded as a property of this name."""
    return [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == wanted
    ]


def pytest_terminal_summary(terminalreporter):
    """Print the table of the combinations that came to an end."""
    combinations = list_recorded(terminalreporter, "combination")
    if combinations:
        terminalreporter.section("faults")
        for line in format_table(combinations):
            terminalreporter.line(line)
