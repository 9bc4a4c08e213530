"""What ends a benchmark with one sentence."""


class BenchmarkError(Exception):
    """The benchmark cannot be run; the text says what to do."""
