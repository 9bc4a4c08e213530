"""Mutated library files: each ends in songs or in one clear sentence.

300 of all exporters and 200 of each form in every run, always the same; `./run fuzz` reads 5,000 and
2,000, of which these are the first. tests/web/test_fuzzed_files.py brings them to the site.
"""

import os
import re
import time

import pytest
from hypothesis import given

from formats.errors import FormatError
from formats.library import read_content
from tests.support.brought_files import WRITERS, write_file
from tests.support.library_files import every_file
from tests.support.mutated_files import fuzzed, mutate_files
from tests.support.standin import made_up_songs

N_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
N_OF_EACH_FORM = 2 * int(os.environ.get("FUZZ_EXAMPLES", "500")) // 5
N_SONGS = 20
MAX_SECONDS = 20  # a hundred times what the slowest takes, for machines that are busy
FILES = [file.content for file in every_file()]


def read(name, content):
    """Read a mutated file, check what it ends in, and return whether that is songs."""
    started = time.monotonic()

    try:
        reading = read_content(name, content)
    except FormatError as error:
        sentence, songs = str(error), []
        assert name in sentence
        assert len(sentence) < 1_000
        assert sentence.isprintable()
    else:
        songs = reading.songs
        for song in songs:
            assert song.id == "" or re.fullmatch(r"[0-9A-Za-z]{22}", song.id)
            assert song.id or song.title
            assert all(song.artists)
            assert song.year is None or 1860 <= song.year < 2100
            assert song.duration_ms is None or 0 <= song.duration_ms <= 24 * 3_600_000
            assert song.is_explicit in (True, False, None)
        assert reading.describe().isprintable()

    assert time.monotonic() - started < MAX_SECONDS
    return bool(songs)


@pytest.mark.fuzz
@fuzzed(N_EXAMPLES)
@given(mutate_files(FILES))
def test_a_mutated_file_of_any_exporter_ends_in_songs_or_in_one_clear_sentence(content):
    read("library.csv", content)


@pytest.mark.fuzz
@pytest.mark.slow
@pytest.mark.parametrize("name", WRITERS)
def test_a_mutated_file_of_each_form_ends_in_songs_or_in_one_clear_sentence(name):
    n_read = 0

    @fuzzed(N_OF_EACH_FORM)
    @given(mutate_files([write_file(name, made_up_songs(N_SONGS))]))
    def meet(mutated):
        nonlocal n_read
        n_read += read(name, mutated)

    meet()

    # Else nothing would get past the first check.
    assert n_read > N_OF_EACH_FORM // 50
