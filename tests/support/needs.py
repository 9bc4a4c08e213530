"""What a test needs of its machine: it is skipped without it, or fails where nothing may be skipped."""

import os

import pytest


def needs(name: str, is_present: bool, sentence: str) -> None:
    """Skip the test with this sentence, or fail it where the environment's REQUIRE names what is missing.

    REQUIRE is a list with commas, as in `REQUIRE=chromium,shared`, for
    machines on which nothing may be skipped unnoticed.
    """
    if is_present:
        return
    if name in os.environ.get("REQUIRE", "").split(","):
        pytest.fail(f"{name} is required here: {sentence}")
    pytest.skip(sentence)
