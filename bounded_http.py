"""HTTP sessions that count their calls and bound the time of each whole answer."""

import http.client
import io
import socket
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter

#: Seconds to connect, and to wait for each chunk of the answer.
TIMEOUTS_S = (3, 10)
#: Seconds for one whole answer: the time-out of requests only limits each chunk, and a slow drip has many.
ANSWER_S = 20.0


#: Told of each call its method, its address, and the status of the answer, "none" where none came.
Watch = Callable[[str, str, str], object]
_watches: list[Watch] = []


def watch(calls: Watch) -> None:
    """Have each call of this process watched from now on, by this alone."""
    _watches[:] = [calls]


class Session(requests.Session):
    """A session for one thread, without hidden retries.

    A whole answer may take `answer_s` seconds, by default `ANSWER_S`.
    """

    def __init__(self, answer_s: float | None = None) -> None:
        super().__init__()
        self.calls = 0
        limit_answers(self, answer_s or ANSWER_S)

    def send(self, request: requests.PreparedRequest, **named: Any) -> requests.Response:
        """Send a request; every call comes through here."""
        self.calls += 1
        return super().send(request, **named)


def limit_answers(session: requests.Session, answer_s: float) -> None:
    """Let no whole answer to a session, which may be another library's, take more than `answer_s` seconds."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, _DeadlineAdapter(answer_s))


class _DeadlineReader(io.RawIOBase):
    """A reader of a socket that times out when the whole answer takes too long."""

    def __init__(self, sock: socket.socket, stream: io.RawIOBase, answer_s: float) -> None:
        self._sock = sock
        self._stream = stream
        self._chunk_s = sock.gettimeout() or answer_s
        # Not the time of day, so not from the Clock: it does the work of a time-out of the socket.
        self._end = time.monotonic() + answer_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left_s = self._end - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the answer took too long as a whole")
        self._sock.settimeout(min(self._chunk_s, left_s))
        n_bytes: int | None = self._stream.readinto(buffer)
        return n_bytes

    def close(self) -> None:
        self._stream.close()
        super().close()


class _DeadlineResponse(http.client.HTTPResponse):
    def __init__(self, answer_s: float, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self.fp = io.BufferedReader(_DeadlineReader(sock, self.fp.detach(), answer_s))


@cache
def _add_deadline(connection: type[Any], answer_s: float) -> type[Any]:
    """Make a subclass of a connection class whose answers are `_DeadlineResponse`."""
    answer = staticmethod(partial(_DeadlineResponse, answer_s))
    return type(connection.__name__, (connection,), {"response_class": answer, "has_deadline": True})


class _DeadlineAdapter(HTTPAdapter):
    def __init__(self, answer_s: float) -> None:
        super().__init__()
        self._answer_s = answer_s

    def send(self, request: requests.PreparedRequest, *arguments: Any, **named: Any) -> requests.Response:
        status = "none"
        try:
            response = super().send(request, *arguments, **named)
            status = str(response.status_code)
            return response
        finally:
            for told in _watches:
                told(request.method or "", request.url or "", status)

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*arguments, **named)
        if not hasattr(pool.ConnectionCls, "has_deadline"):
            pool.ConnectionCls = _add_deadline(pool.ConnectionCls, self._answer_s)
        return pool
