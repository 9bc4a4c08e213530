"""Requests that no browser sends, and that no page can be built for or no database can compare."""

from flask import Response, abort, request
from werkzeug.exceptions import BadHost


def refuse_unreadable() -> Response | None:
    """Answer 400, in a line, to a host that can be none or a query that is no text; None where all is well.

    Links in a page need both. A path, a form and a cookie that are no text are read all the same.
    """
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        is_readable = False
    else:
        is_readable = not isinstance(request.routing_exception, BadHost)
    return None if is_readable else Response("This address cannot be read.\n", 400, mimetype="text/plain")


def refuse_nul() -> None:
    """Answer 404 to a request with a NUL in it, a character that PostgreSQL cannot even compare."""
    # Of fields that come twice, in the address and in the form as well, each counts.
    sent = (text for fields in (request.args, request.form) for _, text in fields.items(multi=True))
    if any("\0" in text for text in (request.path, *sent)):
        abort(404)
