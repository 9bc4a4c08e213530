"""What goes wrong with which request, as tests script it; see `named_faults` for Spotify's usual troubles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Event, Lock

from flask import Response

from standin.request_patterns import compile_pattern


class Sent(Enum):
    """How much of an answer goes over the wire; what is cut ends with a closed socket."""

    WHOLE = auto()
    DRIPPING = auto()  # all of it, a little at a time
    HALF = auto()
    HEAD = auto()  # status and headers, which promise a body
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent instead of the real answer."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one request, in the order in which it does.

    Attributes
    ----------
    delay_s : float
        How long the request waits before anything is done.
    first : function, optional
        Called before the request is done, within Flask's request.
    is_done : bool
        Whether the request is done at all, a write included.
    then : function of the real answer, optional
        Called once the request was done and went well; may change the answer.
    hold_s : float
        How long the answer waits before it is sent.
    answer : Answer, optional
        Sent instead of the real answer; without one, what was not done is
        answered with an empty 200.
    sent : Sent
    drip_s : float
        How long a dripping body takes in all.
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
    """One fault and the requests that get it; `hits` counts those that did."""

    def __init__(self, on: str, fault: Fault, after: int, times: int | None) -> None:
        self.fault = fault
        self.hits = 0
        self._pattern = compile_pattern(on)
        self._after = after
        self._times = times

    def is_due(self, request: str) -> bool:
        """Say whether a request gets the fault; each request that fits brings it nearer."""
        if not self._pattern.fullmatch(request):
            return False
        self._after -= 1
        return self._after < 0 and (self._times is None or self.hits < self._times)


class Faults:
    """The faults of one stand-in; it has a lock of its own, and waits without any."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._scripts: list[Script] = []
        self._go_on = Event()

    def add(self, on: str, fault: Fault, after: int = 0, times: int | None = 1) -> Script:
        """Let requests go wrong from now on.

        Where several scripts are due at one request, the one added first has
        its turn; the others stay due. So two faults on the same call, each
        for one time, come one after the other.

        Parameters
        ----------
        on : str
            `"METHOD /path"`, as `compile_pattern` takes it.
        fault : Fault
        after : int
            So many requests that fit pass first.
        times : int, optional
            So many requests get the fault; with None all that follow do.
        """
        script = Script(on, fault, after, times)
        with self._lock:
            self._scripts.append(script)
        return script

    def take(self, method: str, path: str) -> Fault | None:
        """Give the fault that a request gets, None if it gets none."""
        with self._lock:
            due = [script for script in self._scripts if script.is_due(f"{method} {path}")]
            if not due:
                return None
            due[0].hits += 1
            return due[0].fault

    def pause(self, seconds: float) -> None:
        """Keep a request waiting, until `clear` at the longest."""
        go_on = self._go_on
        if seconds > 0:
            go_on.wait(seconds)

    def clear(self) -> None:
        """Let nothing go wrong any more, and what waits go on."""
        with self._lock:
            self._scripts.clear()
            self._go_on.set()
            self._go_on = Event()
