"""Flask's session, kept in the database: the browser holds only a signed id."""

from typing import Any, cast

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import CallbackDict

from store import sessions
from store.database import Database


class Session(CallbackDict[str, Any], SessionMixin):
    """What we remember of a browser, in the database; the browser holds only the id."""

    def __init__(self, data: dict[str, Any] | None, session_id: str | None) -> None:
        def note_change(_: Any) -> None:
            self.modified = True

        super().__init__(data or {}, note_change)
        self.id = session_id
        self.modified = False
        self.is_touched = False

    def note_touch(self) -> None:
        """Note that the database keeps it longer from now on, so that the browser's cookie is renewed too."""
        self.is_touched = True


class DatabaseSessions(SessionInterface):
    """Flask's session kept in the database, its id in a signed cookie."""

    def __init__(self, database: Database, secret_key: str) -> None:
        self._database = database
        self._signer = URLSafeSerializer(secret_key, salt="session id")

    def open_session(self, app: Flask, request: Request) -> Session:
        """Load the session of the cookie; a forged, unknown or idle one starts empty."""
        try:
            session_id = self._signer.loads(request.cookies.get(self.get_cookie_name(app), ""))
        except BadSignature:
            return Session(None, None)
        found = Session(None, session_id)
        data = sessions.load_session(self._database, session_id, found.note_touch)
        if data is None:
            return Session(None, None)
        found.update(data)
        found.modified = False
        return found

    def save_session(self, app: Flask, browser: SessionMixin, response: Response) -> None:
        """Write a changed session, under a new id where it has none; delete one that was emptied.

        What is empty and has no id gets none, as where a message was shown at once. The cookie is set
        with a new id, and whenever the database keeps the session longer. Otherwise it is left alone:
        another request may have signed the browser in meanwhile, with a new id.
        """
        if not isinstance(browser, Session) or not (browser.modified or browser.is_touched):
            return
        if not browser:
            if browser.id:
                sessions.remove_session(self._database, browser.id)
            return
        if not browser.id:
            browser.id = sessions.create_session(self._database, browser, browser.get("account_id"))
        else:
            if browser.modified:
                sessions.update_session(self._database, browser.id, browser)
            if not browser.is_touched:
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
    if browser.id:
        sessions.remove_session(database, browser.id)
    browser.clear()
    browser.id = None
