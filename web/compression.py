"""Pages compressed as they are sent."""

import gzip
import secrets

from flask import Response, request

# Less is one packet of the network either way.
MIN_COMPRESSED_BYTES = 1024
# A level of 3 takes a tenth longer and saves a twenty-fifth, 5 takes twice as long and saves a tenth.
LEVEL = 1
MAX_PADDING_BYTES = 100
# How long gzip's header is, which byte of it has the flags, and the one that says that a file's name follows
# (RFC 1952).
HEADER_BYTES, FLAGS, FNAME = 10, 3, 8


def compress_page(response: Response) -> Response:
    """Compress a page for a browser that takes it so.

    Whoever watches the network and makes a browser ask for pages with guesses in
    their addresses could learn from the lengths whether a guess stands elsewhere in
    the page, as part of a CSRF token (BREACH). Other sites cannot make a browser
    send our cookie along but by leading the listener here in full view (SameSite);
    and each answer is made longer by chance, as Django does, so that one more or less
    byte tells nothing.
    """
    if response.mimetype != "text/html" or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    page = response.get_data()
    if len(page) >= MIN_COMPRESSED_BYTES and request.accept_encodings.quality("gzip") > 0:
        response.set_data(_compress(page))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _compress(page: bytes) -> bytes:
    """Compress with a file name of random length, which browsers pass over."""
    padding = b"a" * secrets.randbelow(MAX_PADDING_BYTES + 1)
    packed = gzip.compress(page, LEVEL, mtime=0)
    header = packed[:FLAGS] + bytes([FNAME]) + packed[FLAGS + 1 : HEADER_BYTES]
    return b"".join([header, padding, b"\0", packed[HEADER_BYTES:]])
