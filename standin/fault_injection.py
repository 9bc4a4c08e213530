"""Applies a request's fault: before it is handled, in its answer, and on the wire."""

from collections.abc import Iterator

from flask import Response, g, request

from standin.access import state
from standin.faults import Answer, Fault, Sent

DRIPS = 20


def take_fault() -> None:
    """Find the fault that the request gets."""
    g.fault = state().faults.take(request.method, request.path)


def start_fault() -> Response | None:
    """Apply the fault before the request is handled; return an answer if it is not to be handled at all."""
    if g.fault is None:
        return None
    # Read the whole request even if it is refused, or the client would see a
    # reset connection where the fault says something else.
    request.get_data()
    state().faults.pause(g.fault.delay_s)
    if g.fault.first:
        g.fault.first()
    return None if g.fault.is_done else Response(status=200)


def finish_fault(response: Response) -> Response:
    """Turn the real answer into the fault's."""
    fault: Fault | None = g.get("fault")
    if fault is None:
        return response
    if fault.then and fault.is_done and response.status_code < 300:
        fault.then(response)
    state().faults.pause(fault.hold_s)
    given = _build_response(fault.answer) if fault.answer else response
    return given if fault.sent is Sent.WHOLE else _spoilt(given, fault)


def _build_response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.headers, content_type=answer.content_type)


def _spoilt(response: Response, fault: Fault) -> Response:
    body = response.get_data()
    if fault.sent is Sent.DRIPPING:
        pieces, promised = _drips(body, fault.drip_s), len(body)
    else:
        # Announce a body even if the real answer has none: otherwise there is nothing to cut.
        pieces, promised = _cut(body, fault.sent), max(len(body), 1)
    response.response = pieces
    response.content_length = promised
    return response


def _drips(body: bytes, seconds: float) -> Iterator[bytes]:
    faults = state().faults
    size = -(-len(body) // DRIPS) or 1

    def drip() -> Iterator[bytes]:
        yield b""  # sends the headers at once
        for start in range(0, size * DRIPS, size):
            faults.pause(seconds / DRIPS)
            yield body[start : start + size]

    return drip()


def _cut(body: bytes, sent: Sent) -> Iterator[bytes]:
    # Nothing is sent before the first piece, and a connection error makes the
    # server close the socket silently.
    if sent is Sent.HEAD:
        yield b""
    elif sent is Sent.HALF:
        yield body[: len(body) // 2]
    raise ConnectionAbortedError("cut by a fault")
