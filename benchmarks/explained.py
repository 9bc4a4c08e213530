"""Which failures of a soak its faults explain: what each of Spotify's may end in, and who has met it."""

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.visit import HINT
from standin.faults import Fault
from standin.named_faults import FAULTS, TOKEN_FAULTS
from standin.state import Listener, RecordedRequest, State
from web.errors import collect_error_pages

#: Not an error's name: signed in, but Spotify told a display name that is none.
UNNAMED = "Unnamed"
#: Not an error's name: back at the front page, as Spotify took the code of the sign-in no more.
SENT_HOME = "SentHome"
_NO_ANSWER = frozenset({"Unreachable", "Unclear", "SignInRefused"})
_NO_SENSE = frozenset({"UnknownShape", "Unclear", "SignInRefused"})
_NO_ACCESS = frozenset({"SignInExpired", "SignInNeeded", "SignInRefused", SENT_HOME})
#: Fault -> the errors that it may end in, of those that `web.errors` names. What is not here ends in none.
ENDS: dict[str, frozenset[str]] = {
    "access token expired": _NO_ACCESS,
    "401": _NO_ACCESS,
    "access revoked": _NO_ACCESS,
    "invalid_grant": _NO_ACCESS,
    "rotated refresh token that never arrives": _NO_ACCESS | _NO_ANSWER,
    "invalid_client": frozenset({"TokenRefused", "SignInRefused"}),
    "403 not on the list": frozenset({"NotAllowed"}),
    "403 not on the list, in plain text": frozenset({"NotAllowed"}),
    "403 owner without Premium": frozenset({"OwnerNeedsPremium"}),
    "403 owner without Premium, in plain text": frozenset({"OwnerNeedsPremium"}),
    "403 missing scope": frozenset({"MissingScope"}),
    "403 missing scope, in plain text": frozenset({"MissingScope"}),
    "403 removed endpoint": frozenset({"Removed"}),
    "403 removed endpoint, in plain text": frozenset({"Removed"}),
    **dict.fromkeys(
        [name for name in FAULTS if name.startswith("429")], frozenset({"RateLimited", "SignInRefused"})
    ),
    **dict.fromkeys(
        [name for name in FAULTS if name[:3] in ("500", "502", "503", "504", "cut")]
        + ["HTML body", "redirect"],
        _NO_ANSWER,
    ),
    **dict.fromkeys(("empty body", "JSON of another shape", "huge body"), _NO_SENSE),
    "numbers for texts": frozenset({UNNAMED}),
    # As if the listener had taken a song out of the playlist.
    "late item": frozenset({"PlaylistChanged"}),
}
#: What is met as late as the token must be renewed, or after: each until the next sign-in.
LASTING = {
    "access revoked",
    "invalid_grant",
    "rotated refresh token",
    "rotated refresh token that never arrives",
}


@dataclass
class Story:
    """What a listener's requests have met, as the stand-in has recorded them.

    After a failure they no longer count as signed in: it may have taken that away.
    `signed_in_at` and `began_at` are how many requests there were when the listener
    last began to sign in, and when what they try now began.
    """

    state: State
    listener: Listener
    is_signed_in: bool = False
    signed_in_at: int = 0
    began_at: int = 0

    def begin(self, is_sign_in: bool) -> None:
        """Begin another try."""
        self.began_at = len(self.state.requests)
        if is_sign_in:
            self.signed_in_at = self.began_at

    def list_met(self) -> list[str]:
        """List the faults that were met since the listener began to sign in."""
        return list_met(self.state.requests[self.signed_in_at :], self.listener)

    def find_cause(self, sentence: str) -> str:
        """Return the fault that explains how a try has ended; "" if none does.

        Only what the listener's own requests have met counts: since the try began, and
        what lasts since they began to sign in.
        """
        since = self.state.requests[self.signed_in_at :]
        n_before = self.began_at - self.signed_in_at
        lasting = [name for name in list_met(since[:n_before], self.listener) if name in LASTING]
        return find_cause(sentence, [*list_met(since[n_before:], self.listener), *lasting])


def list_met(requests: Iterable[RecordedRequest], listener: Listener) -> list[str]:
    """List the names of the faults that a listener's requests have met."""
    return [name_fault(each.fault) for each in requests if each.fault and each.listener is listener]


def name_fault(fault: Fault) -> str:
    """Return the name of one of Spotify's usual faults, "" for any other."""
    return next((name for name, each in (FAULTS | TOKEN_FAULTS).items() if each is fault), "")


def find_cause(sentence: str, met: Iterable[str]) -> str:
    """Return the fault that explains what a listener was told; "" if none of those that were met does.

    Parameters
    ----------
    sentence : of an error page or a job, or `UNNAMED`, or `HINT`
    met : names of faults
    """
    kinds = {name for name, page in collect_error_pages().items() if page.sentence == sentence}
    kinds |= {SENT_HOME} if sentence == HINT else {sentence} & {UNNAMED}
    return next((fault for fault in met if kinds & ENDS.get(fault, frozenset())), "")
