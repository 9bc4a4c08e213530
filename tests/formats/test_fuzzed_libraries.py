"""Mutated library files: each ends in songs or in one clear sentence.

300 in every run, always the same; `./run fuzz` reads 5,000, of which these are the first.
"""

import os
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings

from formats.errors import FormatError
from formats.library import read_content
from tests.support.library_files import every_file
from tests.support.mutated_files import mutate_files

N_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
MAX_SECONDS = 20  # a hundred times what the slowest takes, for machines that are busy
FILES = [file.content for file in every_file()]


@pytest.mark.fuzz
@settings(
    max_examples=N_EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(mutate_files(FILES))
def test_a_mutated_file_ends_in_songs_or_in_one_clear_sentence(content):
    started = time.monotonic()

    try:
        reading = read_content("library.csv", content)
    except FormatError as error:
        sentence = str(error)
        assert "library.csv" in sentence
        assert len(sentence) < 1_000
        assert sentence.isprintable()
    else:
        for song in reading.songs:
            assert song.id == "" or re.fullmatch(r"[0-9A-Za-z]{22}", song.id)
            assert song.id or song.title
            assert all(song.artists)
            assert song.year is None or 1860 <= song.year < 2100
            assert song.duration_ms is None or 0 <= song.duration_ms <= 24 * 3_600_000
            assert song.is_explicit in (True, False, None)
        assert reading.describe().isprintable()

    assert time.monotonic() - started < MAX_SECONDS
