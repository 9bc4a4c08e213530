"""Flask's session, kept in the database: the browser holds only a signed id."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, cast

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeSerializer

from store import sessions
from store.database import Database


class Session(SessionMixin):
    """What we remember of a browser, in the database; the browser holds only the id.

    It is read when something in it is first asked for: an answer that needs
    nothing of it needs no database.

    new : whether the browser has sent no id of ours
    """

    def __init__(self, load: Callable[["Session"], dict[str, Any]], new: bool = False) -> None:
        self.new = new
        self.id: str | None = None
        self.modified = False
        self.is_touched = False
        self._load = load

    @cached_property
    def _data(self) -> dict[str, Any]:
        return self._load(self)

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._data[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._data[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def note_touch(self) -> None:
        """Note that the database keeps it longer from now on, so that the browser's cookie is renewed too."""
        self.is_touched = True


class DatabaseSessions(SessionInterface):
    """Flask's session kept in the database, its id in a signed cookie."""

    def __init__(self, database: Database, secret_key: str) -> None:
        self._database = database
        self._signer = URLSafeSerializer(secret_key, salt="session id")

    def open_session(self, app: Flask, request: Request) -> Session:
        """Return the session of the cookie, which is not read yet; a forged, unknown or idle one is empty."""
        try:
            session_id = self._signer.loads(request.cookies.get(self.get_cookie_name(app), ""))
        except BadSignature:
            return Session(lambda _: {}, new=True)

        def load(opened: Session) -> dict[str, Any]:
            data = sessions.load_session(self._database, session_id, opened.note_touch)
            if data is None:
                return {}
            opened.id = session_id
            return data

        return Session(load)

    def save_session(self, app: Flask, browser: SessionMixin, response: Response) -> None:
        """Write a changed session, under a new id where it has none; delete one that was emptied.

        What is empty and has no id gets none, as where a message was shown at once. The cookie is set
        with a new id, and whenever the database keeps the session longer. Otherwise it is left alone:
        another request may have signed the browser in meanwhile, with a new id.
        """
        if not isinstance(browser, Session) or not (browser.modified or browser.is_touched):
            return
        is_modified, is_touched = browser.modified, browser.is_touched
        # The page that says that the database cannot be used is saved as well: it must not wait once more.
        browser.modified = browser.is_touched = False
        if not browser:
            if browser.id:
                sessions.remove_session(self._database, browser.id)
            return
        if not browser.id:
            browser.id = sessions.create_session(self._database, browser, browser.get("account_id"))
        else:
            if is_modified:
                sessions.update_session(self._database, browser.id, browser)
            if not is_touched:
                return
        response.set_cookie(
            self.get_cookie_name(app),
            self._signer.dumps(browser.id),
            max_age=sessions.MAX_IDLE,
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
        )
        response.vary.add("Cookie")


def renew_session(database: Database) -> None:
    """Empty this browser's session and change its id, so that one planted before sign-in is worthless."""
    browser = cast(Session, session)  # `DatabaseSessions` makes no other
    # Only what is read has its id.
    browser.clear()
    if browser.id:
        sessions.remove_session(database, browser.id)
    browser.id = None
