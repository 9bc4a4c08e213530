"""What can go wrong with what we keep.

StoreError
├── SignInNeeded   there is no token for this listener, or none that we can open
└── JobLost        the job has ended, or another runner has taken it over
"""


class StoreError(Exception):
    """Any failure of the store that a caller can answer."""


class SignInNeeded(StoreError):
    """The listener has to sign in again before we can act for them."""


class JobLost(StoreError):
    """Whoever writes to this job does not hold it any more, and must stop."""
