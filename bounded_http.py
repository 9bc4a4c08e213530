"""Sessions that count their calls, and give an answer so long and no longer."""

import http.client
import io
import socket
import time
from functools import cache, partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter

#: Seconds to connect, and to wait for each piece of the answer.
TIMEOUTS_S = (3, 10)
#: Seconds for one whole answer: a time-out of requests only limits each piece, and a drip has many.
ANSWER_S = 20.0


class Session(requests.Session):
    """A session for one thread; nothing is repeated behind our back, and no answer lasts for ever.

    A whole answer may last `answer_s` seconds, `ANSWER_S` unless said.
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
    """Let no whole answer to a session, be it another library's, last longer than so many seconds."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, _AdapterInTime(answer_s))


class _PiecesInTime(io.RawIOBase):
    """What a socket receives, until the time of the whole answer is over."""

    def __init__(self, sock: socket.socket, pieces: io.RawIOBase, answer_s: float) -> None:
        self._sock = sock
        self._pieces = pieces
        self._piece_s = sock.gettimeout() or answer_s
        # Not the time of day, so not the Clock's: like a time-out of the socket, which we stand in for.
        self._end = time.monotonic() + answer_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left_s = self._end - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the answer took too long as a whole")
        self._sock.settimeout(min(self._piece_s, left_s))
        count: int | None = self._pieces.readinto(buffer)
        return count

    def close(self) -> None:
        self._pieces.close()
        super().close()


class _AnswerInTime(http.client.HTTPResponse):
    def __init__(self, answer_s: float, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self.fp = io.BufferedReader(_PiecesInTime(sock, self.fp.detach(), answer_s))


@cache
def _in_time(connection: type[Any], answer_s: float) -> type[Any]:
    """Make the kind of connection whose answers are `_AnswerInTime`."""
    answer = staticmethod(partial(_AnswerInTime, answer_s))
    return type(connection.__name__, (connection,), {"response_class": answer, "is_in_time": True})


class _AdapterInTime(HTTPAdapter):
    def __init__(self, answer_s: float) -> None:
        super().__init__()
        self._answer_s = answer_s

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*arguments, **named)
        if not hasattr(pool.ConnectionCls, "is_in_time"):
            pool.ConnectionCls = _in_time(pool.ConnectionCls, self._answer_s)
        return pool
