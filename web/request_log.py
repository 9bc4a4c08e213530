"""One line in the log for each request: what was asked for, how it was answered, and how long that took."""

import logging
import time

from flask import Flask, Response, g, request

log = logging.getLogger(__name__)

# What comes every few seconds, or with each page, is logged at DEBUG.
_TOO_OFTEN = {"static", "pages.healthz", "pages.readyz", "pages.job_progress"}


def log_requests(app: Flask) -> None:
    """Log each request once it is answered, with its route instead of its address.

    An address may hold the code of a sign-in, an id, or what a listener has typed; of
    all that only the id of a job is logged, which its own lines have, too.
    Call it before other handlers are registered, so that the time is that of all of them.
    """
    app.before_request(_begin)
    app.after_request(_log)


def _begin() -> None:
    g.began = time.perf_counter()


def _log(response: Response) -> Response:
    level = logging.DEBUG if request.endpoint in _TOO_OFTEN else logging.INFO
    if log.isEnabledFor(level):
        route = request.url_rule.rule if request.url_rule else "no such page"
        took_ms = round((time.perf_counter() - g.began) * 1000, 1)
        fields = {"method": request.method, "route": route, "status": response.status_code, "ms": took_ms}
        if job_id := (request.view_args or {}).get("job_id"):
            fields["job"] = job_id
        log.log(level, "%(method)s %(route)s %(status)d in %(ms).1f ms", fields, extra=fields)
    return response
