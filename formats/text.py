"""The text of a file that somebody gives us: of bounded size, in whatever encoding, read as a stream."""

import codecs
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import TextIOWrapper
from typing import IO, Any

from charset_normalizer import from_bytes

# A song takes about 150 bytes in a file: this is for 600,000.
MAX_TEXT_BYTES = 100 * 2**20
# JSON and XML take many times their size once they are parsed.
MAX_TREE_BYTES = 24 * 2**20
# Brackets of JSON, or signs of XML, that begin something: empty ones take most memory, 100 bytes each.
MAX_NODES = 1_000_000
MAX_HEAD = 65_536
# UTF-32 before UTF-16, whose mark it begins with.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Of a file, for `find_mark`.
MAX_MARK_BYTES = 4096
# What spreadsheets save in besides UTF-8; the first wins where several fit as well.
CODE_PAGES = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp932",
    "gb18030",
    "big5",
)
# How much the words of a language count against odd letters; by trial on the files of the tests.
WEIGHT_OF_WORDS = 0.1
MAX_SAMPLE_BYTES = 32_768
CHUNK_BYTES = 2**20


@dataclass(frozen=True)
class Text:
    """The text of one file, or of one file in a ZIP, which can be read from its start, and its encoding."""

    name: str
    file: IO[bytes]
    encoding: str

    @cached_property
    def n_bytes(self) -> int:
        """How large it is."""
        return self.file.seek(0, 2)

    @cached_property
    def head(self) -> str:
        """The beginning, without blanks before it."""
        with self.open() as lines:
            return lines.read(MAX_HEAD).lstrip()

    @cached_property
    def tree(self) -> Any:
        """What the text is as JSON; None if it is none, or too large to be parsed."""
        if not self.head.startswith(("{", "[")) or not self.is_parsable("{["):
            return None
        try:
            with self.open() as lines:
                return json.load(lines)
        except (ValueError, RecursionError):
            return None

    def is_parsable(self, signs: str) -> bool:
        """Return whether the text is small enough for a tree whose nodes begin with one of these signs."""
        if self.n_bytes > MAX_TREE_BYTES:
            return False
        self.file.seek(0)
        content = self.file.read()
        return sum(map(content.count, signs.encode())) <= MAX_NODES

    @contextmanager
    def open(self) -> Iterator[TextIOWrapper]:
        """Open it for reading, with its own line endings; what is no text in its encoding becomes U+FFFD."""
        self.file.seek(0)
        lines = TextIOWrapper(self.file, self.encoding, errors="replace", newline="")
        try:
            yield lines
        finally:
            # It is read again by whoever asks next.
            lines.detach()


def decode(name: str, file: IO[bytes]) -> Text:
    """Return a file as text, in the encoding that it seems to have."""
    return Text(name, file, detect_encoding(file))


def detect_encoding(file: IO[bytes]) -> str:
    """Return the encoding: UTF-8 or UTF-16, with or without a mark, else the likeliest code page."""
    file.seek(0)
    if marked := find_mark(file.read(MAX_MARK_BYTES)):
        return marked
    return "utf-8" if _is_utf8(file) else _guess_code_page(_sample(file))


def find_mark(head: bytes) -> str | None:
    """Return the encoding that the first bytes of a file give away; None where they fit any."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    # Of Latin text in UTF-16, every second byte is zero.
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    return None


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _sample(file: IO[bytes]) -> bytes:
    """Return the first lines that are more than ASCII: only they tell code pages apart."""
    sample = bytearray()
    file.seek(0)
    while line := file.readline(CHUNK_BYTES):
        if not line.isascii():
            sample += line[: MAX_SAMPLE_BYTES - len(sample)]
            if len(sample) >= MAX_SAMPLE_BYTES:
                break
    return bytes(sample)


def _guess_code_page(sample: bytes) -> str:
    as_utf8 = sample.decode("utf-8", errors="replace")
    n_broken = as_utf8.count("\ufffd")
    if sum(not character.isascii() for character in as_utf8) > 4 * n_broken:
        return "utf-8"  # a few broken letters among many whole ones
    found = list(from_bytes(sample, cp_isolation=list(CODE_PAGES)))
    if not found:
        return CODE_PAGES[0]
    # Two accents in a row are odd in any page, and letters of words in a language speak for theirs.
    best = min(found, key=lambda match: match.chaos - WEIGHT_OF_WORDS * match.coherence)
    # Pages that read the sample alike are told of once, by one of their names.
    alike = {name for match in found if match.chaos <= best.chaos for name in match.could_be_from_charset}
    return CODE_PAGES[0] if CODE_PAGES[0] in {*best.could_be_from_charset, *alike} else best.encoding
