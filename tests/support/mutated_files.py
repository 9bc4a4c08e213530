"""Files of songs with something wrong in them, drawn by hypothesis."""

import gzip

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.support.library_files import pack


def fuzzed(n_examples):
    """Let a test draw so many examples, the same in every run, whatever they are like."""
    return settings(
        max_examples=n_examples,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


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
def mutate_files(draw, contents):
    """One of the files, packed or encoded anew, and changed in one to six places."""
    wrap = draw(st.sampled_from(WRAPPINGS))
    content = wrap(draw(st.sampled_from(contents)))
    for mutate, at, length, token in draw(st.lists(steps, min_size=1, max_size=6)):
        start = int(at * len(content))
        content = mutate(content, start, start + int(length * len(content)), token)[: 2 * 2**20]
    return content
