"""Whether each part that the pages and jobs need can be used now, for `/readyz` and the metrics."""

import logging
from collections.abc import Callable, Mapping

from sqlalchemy.exc import SQLAlchemyError

from jobs.queue import QueueUnusable
from recommender.errors import BadModels
from recommender.language import mark

log = logging.getLogger(__name__)

READY = "ok"
#: The name of a part -> a function that raises one of `FAULTS` where it cannot be used.
Checks = Mapping[str, Callable[[], object]]
#: What `/readyz` says, which anybody may read, and in English; the log has the rest.
FAULTS: Mapping[type[Exception], str] = {
    SQLAlchemyError: mark("cannot be read"),
    QueueUnusable: mark("does not answer"),
    BadModels: mark("missing or damaged"),
}


def check_parts(checks: Checks) -> dict[str, str]:
    """Check each part, and return in a word how it is: "ok", or why it cannot be used."""
    return {part: _check(part, check) for part, check in checks.items()}


def _check(part: str, check: Callable[[], object]) -> str:
    try:
        check()
    except tuple(FAULTS) as error:
        log.warning("not ready: %s: %s", part, error)
        return next(word for kind, word in FAULTS.items() if isinstance(error, kind))
    return READY
