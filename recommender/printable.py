"""Text from elsewhere made fit to be shown: it may hold characters that steer what shows it."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_SPACES = "\t\n\v\f\r\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"
#: Embeddings, overrides and isolates turn round what follows them. Marks of direction only help to read.
_OPENERS = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
_CLOSERS = "\u202c\u2069"
_TABLE = (
    {code: _REPLACEMENT for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000))}
    | {ord(space): " " for space in _SPACES}
    | {ord(opener): _REPLACEMENT for opener in _OPENERS}
    | {ord(closer): "" for closer in _CLOSERS}
)


def make_printable(text: str) -> str:
    """Return a text in one line, without what would steer a terminal or turn round the text around it.

    Control characters, halves of surrogate pairs, and all that opens another direction of writing become
    U+FFFD, line ends and tabs a space; what closes a direction goes.
    """
    # Nearly all texts are.
    return text if text.isprintable() else text.translate(_TABLE)
