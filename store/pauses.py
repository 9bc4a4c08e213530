"""Until when Spotify wants no calls of an app: one pause for all workers, as it counts them together."""

from datetime import timedelta

from sqlalchemy import select

from store import rows
from store.clock import MAX_AHEAD
from store.database import Database
from store.tables import pauses

#: However long Spotify asks for, after this one job finds out whether it still does.
MAX_PAUSE = timedelta(days=1)


def measure_rest(database: Database, app: str) -> float:
    """Return how many seconds the pause of an app has left; 0 where there is none.

    Parameters
    ----------
    app : the client id, under which Spotify counts
    """
    now = database.clock.now()
    wanted = select(pauses.c.noted_at, pauses.c.until).where(pauses.c.app == app)
    with database.reading() as connection:
        pause = connection.execute(wanted).one_or_none()
    # One that was noted in the future is of before the clock was set back.
    if pause is None or pause.noted_at > now + MAX_AHEAD:
        return 0.0
    rest: timedelta = pause.until - now
    return max(rest.total_seconds(), 0.0)


def prolong(database: Database, app: str, pause: timedelta) -> None:
    """Let the app pause for at least so long from now, at most `MAX_PAUSE`."""
    now = database.clock.now()
    until = now + min(pause, MAX_PAUSE)
    wanted = select(pauses).where(pauses.c.app == app).with_for_update()
    with database.writing() as connection:
        kept = connection.execute(wanted).one_or_none()
        if kept is None or kept.until < until or kept.noted_at > now + MAX_AHEAD:
            rows.upsert(connection, pauses, {"app": app, "noted_at": now, "until": until})
