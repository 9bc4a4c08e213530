"""The stand-in as one web server: Spotify's three addresses and ReccoBeats' on one loopback port."""

from threading import Thread
from types import TracebackType
from typing import Self

from flask import Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from standin.access import ApiRefusal, find_asker, state
from standin.account_api import account_api
from standin.accounts import accounts
from standin.catalogue_api import catalogue_api
from standin.fault_injection import finish_fault, start_fault, take_fault
from standin.grants import TokenRefusal
from standin.open_pages import open_pages
from standin.playlist_api import playlist_api
from standin.reccobeats import reccobeats
from standin.removed import removed
from standin.state import RecordedRequest, State


def create_standin(standin_state: State) -> Flask:
    """Compose the accounts service, the Web API, the public pages and ReccoBeats around one state."""
    app = Flask("standin", static_url_path="/standin")
    app.extensions["standin"] = standin_state
    for part in (accounts, account_api, playlist_api, catalogue_api, removed, open_pages, reccobeats):
        app.register_blueprint(part)
    app.before_request(take_fault)
    app.before_request(_record)
    app.before_request(start_fault)
    # Flask calls these in reverse order: the fault is applied last.
    app.after_request(finish_fault)
    app.after_request(_allow_nothing_inline)
    app.register_error_handler(ApiRefusal, _refuse)
    app.register_error_handler(TokenRefusal, _refuse_token)
    app.register_error_handler(HTTPException, _refuse_address)
    return app


def _record() -> None:
    with state().lock:
        record = RecordedRequest(request.method, request.path, request.args.to_dict(), find_asker(), g.fault)
        state().requests.append(record)


def _refuse(refusal: ApiRefusal) -> ResponseReturnValue:
    error = {"status": refusal.status, "message": refusal.message}
    return jsonify({"error": error}), refusal.status


def _refuse_token(refusal: TokenRefusal) -> ResponseReturnValue:
    # Always 400, even for `invalid_client`, as Spotify does.
    return jsonify({"error": refusal.error, "error_description": refusal.description}), 400


def _refuse_address(error: HTTPException) -> ResponseReturnValue:
    """Answer that an address does not exist, or fails: in JSON under the Web API, as a page elsewhere."""
    status = error.code or 500
    if request.path.startswith("/v1"):
        return _refuse(ApiRefusal(status, "Service not found" if status == 404 else error.name))
    reason = "Page not found" if status == 404 else error.name
    remedy = "The stand-in has no such page. What it knew is gone once it has been stopped."
    return render_template("refused.html", reason=reason, remedy=remedy), status


def _allow_nothing_inline(response: Response) -> Response:
    """Set the app's own Content-Security-Policy; only the player may be framed and has a script."""
    if response.mimetype == "text/html":
        policy = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'"
        if request.path.startswith("/embed/"):
            policy = (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-ancestors *"
            )
        response.headers["Content-Security-Policy"] = policy
    return response


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing: the requests are recorded in the state."""

    def connection_dropped(self, error: BaseException, environ: object = None) -> None:
        """Close a connection that a fault has cut, even if nothing was sent on it yet."""
        self.close_connection = True


class RunningStandin:
    """A stand-in that serves in its own thread until it is closed.

    Parameters
    ----------
    standin_state : State
    port : int
        On 127.0.0.1; 0 for any free one.

    Raises
    ------
    OSError
        If the port is taken.
    """

    def __init__(self, standin_state: State, port: int = 0) -> None:
        self.state = standin_state
        app = create_standin(standin_state)
        self._server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering and release the port."""
        self.state.faults.clear()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(standin_state: State, port: int = 0) -> RunningStandin:
    """Start a stand-in; see `RunningStandin`."""
    return RunningStandin(standin_state, port)
