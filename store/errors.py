"""What can go wrong in the store.

StoreError
├── SignInNeeded       there is no token for this listener, or none that we can decrypt
├── AccountForgotten   the account was deleted: the listener disconnected, or stayed away too long
├── JobLost            the job has ended, or another runner has taken it over
├── JobCancelled       the listener has cancelled the job
├── DraftChanged       the draft is no longer as it was when the change was asked for
├── DraftHeld          a step of the draft is being saved
├── TooMuchMade        as much was made for the listener as may be for now
│   └── BudgetSpent    as much was asked of Spotify for all listeners as may be in a day
├── TooManyRecipes     the listener keeps as many recipes as they may
├── BackupFailed       a backup cannot be written or restored
├── NewerDatabase      a newer program has migrated the tables
└── DatabaseUnusable   the database cannot be reached, refuses us, or is no database
"""

from datetime import datetime

from sqlalchemy import exc


class StoreError(Exception):
    """Any failure of the store that a caller can handle."""


class SignInNeeded(StoreError):
    """The listener has to sign in again before we can act for them."""


class AccountForgotten(StoreError):
    """The account was deleted, and no row may be added for it."""


class JobLost(StoreError):
    """The runner that writes to this job no longer holds it, and must stop."""


class JobCancelled(StoreError):
    """The runner that holds this job must stop, and end it as cancelled."""


class DraftChanged(StoreError):
    """The draft is no longer at the step that was expected: another tab has changed it."""


class DraftHeld(StoreError):
    """The last step of the draft is being saved, so it cannot be undone now."""


class TooMuchMade(StoreError):
    """As much was made for the listener as may be within an hour or a day; from `until` on there is room."""

    def __init__(self, text: str, until: datetime) -> None:
        super().__init__(text)
        self.until = until


class BudgetSpent(TooMuchMade):
    """All listeners together have had as many calls made as the app may in a day."""


class TooManyVisits(StoreError):
    """All visitors together have brought as much as is kept; from `until` on the oldest can make room."""

    def __init__(self, text: str, until: datetime) -> None:
        super().__init__(text)
        self.until = until


class TooManyRecipes(StoreError):
    """The listener keeps as many recipes as they may; one must be deleted first."""


class BackupFailed(StoreError):
    """A backup cannot be written or restored; the text says why and what to do."""


class NewerDatabase(StoreError):
    """The tables have a version that this program does not know; the text says what to do."""


class DatabaseUnusable(StoreError):
    """The database cannot be opened; the text says why and what to check."""


# What says that we asked for something wrong, not that the database cannot answer.
_OUR_FAULT = (exc.IntegrityError, exc.ProgrammingError, exc.DataError, exc.NotSupportedError)


def is_outage(error: BaseException | None) -> bool:
    """Return whether an error says that the database cannot be used now: away, locked, full, damaged."""
    return isinstance(error, (exc.DBAPIError, exc.TimeoutError)) and not isinstance(error, _OUR_FAULT)
