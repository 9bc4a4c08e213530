"""Which fault which request gets, as tests script it; `named_faults` has Spotify's usual ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Event, Lock

from flask import Response

from standin.request_patterns import compile_pattern


class Sent(Enum):
    """How much of an answer is sent; if it is cut, the socket is closed."""

    WHOLE = auto()
    DRIPPING = auto()  # all of it, slowly
    HALF = auto()
    HEAD = auto()  # status and headers, which announce a body
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to send instead of the real one."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one request, in the order in which it happens.

    Attributes
    ----------
    delay_s : float
        How long to wait before the request is handled.
    first : function, optional
        Called before the request is handled, within Flask's request.
    is_done : bool
        Whether the request is handled at all; if not, a write has no effect.
    then : function of the real answer, optional
        Called after the request has succeeded; may change the answer.
    hold_s : float
        How long to wait before the answer is sent.
    answer : Answer, optional
        Sent instead of the real answer; without it, a request that is not
        handled is answered with an empty 200.
    sent : Sent
    drip_s : float
        How long a dripping body takes in total.
    """

    delay_s: float = 0.0
    first: Callable[[], None] | None = None
    is_done: bool = True
    then: Callable[[Response], None] | None = None
    hold_s: float = 0.0
    answer: Answer | None = None
    sent: Sent = Sent.WHOLE
    drip_s: float = 1.0


class Script:
    """One fault and the requests that get it; `hits` counts those that already did."""

    def __init__(self, on: str, fault: Fault, after: int, times: int | None) -> None:
        self.fault = fault
        self.hits = 0
        self._pattern = compile_pattern(on)
        self._after = after
        self._times = times

    def is_due(self, request: str) -> bool:
        """Check whether a request gets the fault; each one that fits counts towards `after`."""
        if not self._pattern.fullmatch(request):
            return False
        self._after -= 1
        return self._after < 0 and (self._times is None or self.hits < self._times)


class Faults:
    """The faults of one stand-in, with a lock of their own, which is not held while waiting."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._scripts: list[Script] = []
        self._go_on = Event()

    def add(self, on: str, fault: Fault, after: int = 0, times: int | None = 1) -> Script:
        """Add a fault for requests from now on.

        If several scripts are due at one request, the one added first takes
        effect; the others stay due. So two faults on the same call, each for
        one time, come one after the other.

        Parameters
        ----------
        on : str
            `"METHOD /path"`, as `compile_pattern` takes it.
        fault : Fault
        after : int
            Number of fitting requests that pass first.
        times : int, optional
            Number of requests that get the fault; None for all that follow.
        """
        script = Script(on, fault, after, times)
        with self._lock:
            self._scripts.append(script)
        return script

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that a request gets, or None, and count the hit."""
        with self._lock:
            due = [script for script in self._scripts if script.is_due(f"{method} {path}")]
            if not due:
                return None
            due[0].hits += 1
            return due[0].fault

    def pause(self, seconds: float) -> None:
        """Keep a request waiting, but no longer than until `clear`."""
        go_on = self._go_on
        if seconds > 0:
            go_on.wait(seconds)

    def clear(self) -> None:
        """Remove all faults and release the waiting requests."""
        with self._lock:
            self._scripts.clear()
            self._go_on.set()
            self._go_on = Event()
