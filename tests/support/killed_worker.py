"""The worker process as the Procfile starts it, killing itself at one point of its work.

    python -m tests.support.killed_worker WHEN WHAT NTH [what huey_consumer takes]

WHEN is "after" (WHAT is a call, as `compile_pattern` takes it), "before commit" or
"after commit" (WHAT is a pattern found in the transaction's statements). NTH of
them pass first. The application is unchanged: its calls are watched where
`requests` sends them, its commits by SQLAlchemy's events.
"""

import os
import re
import signal
import sys
from itertools import count

import requests
from huey.bin.huey_consumer import consumer_main
from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

from standin.request_patterns import compile_pattern


class Point:
    """Counts the events that fit, and kills the process at the one after `nth` of them."""

    def __init__(self, fits, nth):
        self._fits = fits
        self._nth = nth
        self._numbers = count()

    def pass_by(self, seen):
        """Kill the process if this is the point."""
        if self._fits(seen) and next(self._numbers) == self._nth:
            os.kill(os.getpid(), signal.SIGKILL)


def watch_answers(point):
    """Show the point every call that has been answered in full, refusals too."""
    send = requests.Session.send

    def watched(session, request, **named):
        try:
            return send(session, request, **named)
        finally:
            point.pass_by(f"{request.method} {request.path_url.partition('?')[0]}")

    requests.Session.send = watched


def watch_commits(point, is_after):
    """Show the point the statements of every transaction, just before or after its commit."""

    @event.listens_for(Engine, "begin")
    def begin(connection):
        connection.info["statements"] = ""
        connection.info["is_committed"] = False

    @event.listens_for(Engine, "before_cursor_execute")
    def execute(connection, cursor, statement, parameters, context, executemany):
        # SQLite's BEGIN itself is executed before the event `begin`.
        connection.info["statements"] = connection.info.get("statements", "") + f"{statement} {parameters}\n"

    @event.listens_for(Engine, "commit")
    def commit(connection):
        connection.info["is_committed"] = True
        if not is_after:
            point.pass_by(connection.info["statements"])

    @event.listens_for(Pool, "checkin")
    def checkin(_, record):
        if is_after and record.info.pop("is_committed", False):
            point.pass_by(record.info["statements"])


if __name__ == "__main__":
    when, what, nth = sys.argv[1:4]
    if when == "after":
        watch_answers(Point(compile_pattern(what).fullmatch, int(nth)))
    else:
        wanted = re.compile(what, re.DOTALL)
        watch_commits(Point(wanted.search, int(nth)), is_after=when == "after commit")
    sys.argv[1:] = sys.argv[4:]
    consumer_main()
