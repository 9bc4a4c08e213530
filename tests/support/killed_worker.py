"""A worker process that kills itself at one point of its work.

The application is unchanged: its calls are watched where `requests` sends them, its commits by
SQLAlchemy's events.
"""

import os
import re
import signal
from itertools import count

import requests
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


def die_at(when, what, nth):
    """Let this process kill itself when so many of the same kind have passed.

    Parameters
    ----------
    when
        "after" a call, "before commit" or "after commit".
    what
        The call, as `compile_pattern` takes it; or a pattern found in the transaction's statements.
    """
    if when == "after":
        watch_answers(Point(compile_pattern(what).fullmatch, nth))
    else:
        wanted = re.compile(what, re.DOTALL)
        watch_commits(Point(wanted.search, nth), is_after=when == "after commit")
