"""One line in the log for each request, and the id of the request in every line that is logged meanwhile."""

import logging
import secrets
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask, Response, g, has_request_context, request

log = logging.getLogger(__name__)

# What comes every few seconds, or with each page, is logged at DEBUG.
_TOO_OFTEN = {"static", "pages.healthz", "pages.readyz", "pages.job_progress"}


#: Told the method, the route, the status and the seconds of each request.
Count = Callable[[str, str, int, float], object]


def log_requests(app: Flask, count: Count | None) -> None:
    """Log each request once it is answered, with its route instead of its address; `count` it, too.

    An address may hold the code of a sign-in, an id, or what a listener has typed; of all that only ids of
    jobs are logged: the one in the address, or the one that the request has started or found under way.
    Each answer has the id of its request as `X-Request-Id`. Lines get it by the process's one factory of log
    records, which this replaces. Call it before other handlers are registered, so that it times them all.
    """
    logging.setLogRecordFactory(_make_record)
    app.before_request(_begin)
    app.after_request(partial(_log, count))


def find_request_id() -> str | None:
    """Return the id of the request that is being answered, None outside of one."""
    return g.get("request_id") if has_request_context() else None


def _make_record(*args: Any, **named: Any) -> logging.LogRecord:
    record = logging.LogRecord(*args, **named)
    if request_id := find_request_id():
        record.request = request_id
    return record


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = secrets.token_hex(6)


def _log(count: Count | None, response: Response) -> Response:
    took_s = time.perf_counter() - g.began
    # Of what there is no page for, anybody may make up a method.
    method, route = (request.method, request.url_rule.rule) if request.url_rule else ("any", "no such page")
    level = logging.DEBUG if request.endpoint in _TOO_OFTEN else logging.INFO
    if log.isEnabledFor(level):
        fields = {
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "ms": round(took_s * 1000, 1),
        }
        if job_id := g.get("job_id") or (request.view_args or {}).get("job_id"):
            fields["job"] = job_id
        log.log(level, "%(method)s %(route)s %(status)d in %(ms).1f ms", fields, extra=fields)
    response.headers["X-Request-Id"] = g.request_id
    if count:
        count(method, route, response.status_code, took_s)
    return response
