"""Mutated library files: each ends in songs or in one clear sentence.

300 in every run, always the same; `./run fuzz` reads 5,000, of which these are the first.
"""

import gzip
import os
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.errors import FormatError
from formats.library import read_content
from tests.support.library_files import every_file, pack

N_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
MAX_SECONDS = 20  # a hundred times what the slowest takes, for machines that are busy
FILES = [file.content for file in every_file()]
#: What goes wrong in files: marks, blanks, ends, brackets, numbers, letters of other encodings, and too much of it.
TOKENS = [
    b'"', b'""', b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\x00", b"\x1a", b"\x1b[31m", b"\xe2\x80\xae", b"\xff",
    b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\x81", b"\xe9", b"\xf0\x9f", b"{", b"}", b"[", b"]", b"<", b">", b"&", b"<!--",
    b"]]>", b"null", b"true", b"NaN", b"-1", b"1e999", b"9" * 30, b"'", b"\\", b"#EXTM3U\n", b"#EXTINF:", b"sep=;\n", b" - ",
    b"spotify:track:", b"spotify:episode:0000000000000000000001", b"PK\x03\x04", b"PK\x01\x02", b"\x1f\x8b", b"{" * 2000,
    b"[" * 200_000, b'"' * 5000, b"," * 5000, b"x" * 200_000, b"\n" * 5000,
]  # fmt: skip


def cut(content, start, end, _):
    return content[:start] + content[end:]


def end_at(content, start, _end, _):
    return content[:start]


def insert(content, start, _end, token):
    return content[:start] + token + content[start:]


def replace(content, start, end, token):
    return content[:start] + token + content[end:]


def repeat(content, start, end, _):
    return content[:end] + content[start:end] * 3 + content[end:]


def flip(content, start, _end, token):
    return (
        content[:start]
        + bytes([token[0] ^ (content[start] if start < len(content) else 0)])
        + content[start + 1 :]
    )


def exchange(content, start, end, token):
    return content.replace(content[start : start + 2], token[:8]) if start < end else content


MUTATIONS = [cut, end_at, insert, replace, repeat, flip, exchange]
WRAPPINGS = [
    lambda content: content,
    lambda content: content,
    lambda content: gzip.compress(content, mtime=0),
    lambda content: pack({"a.csv": content, "b/c.json": content[:500]}),
    lambda content: content.decode("utf-8", errors="replace").encode("utf-16"),
    lambda content: content.decode("utf-8", errors="replace").encode("cp1252", errors="replace"),
]
steps = st.tuples(st.sampled_from(MUTATIONS), st.floats(0, 1), st.floats(0, 0.3), st.sampled_from(TOKENS))


@st.composite
def mutated_files(draw):
    """A made-up file, packed or encoded anew, and changed in one to six places."""
    wrap = draw(st.sampled_from(WRAPPINGS))
    content = wrap(draw(st.sampled_from(FILES)))
    for mutate, at, length, token in draw(st.lists(steps, min_size=1, max_size=6)):
        start = int(at * len(content))
        content = mutate(content, start, start + int(length * len(content)), token)[: 2 * 2**20]
    return content


@pytest.mark.fuzz
@settings(
    max_examples=N_EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(mutated_files())
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
