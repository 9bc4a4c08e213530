"""What can go wrong with what we keep.

StoreError
├── SignInNeeded       there is no token for this listener, or none that we can open
├── AccountForgotten   the listener has disconnected, or was away for too long
├── JobLost            the job has ended, or another runner has taken it over
├── JobCancelled       the listener does not want the job any more
├── NewerDatabase      a newer program has changed the tables
└── DatabaseUnusable   the database does not answer, refuses us, or is none
"""


class StoreError(Exception):
    """Any failure of the store that a caller can answer."""


class SignInNeeded(StoreError):
    """The listener has to sign in again before we can act for them."""


class AccountForgotten(StoreError):
    """Nothing is kept of this account any more, and nothing may be added."""


class JobLost(StoreError):
    """Whoever writes to this job does not hold it any more, and must stop."""


class JobCancelled(StoreError):
    """Whoever holds this job must stop, and end it as cancelled."""


class NewerDatabase(StoreError):
    """The tables are of a version that this program does not know; the text says what to do."""


class DatabaseUnusable(StoreError):
    """The database cannot be opened; the text says why and what to look at."""
