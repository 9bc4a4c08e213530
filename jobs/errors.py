"""Why a playlist is not written, though Spotify would let us.

JobError
├── PlaylistChanged   the listener has added or removed something, and has to say what becomes of that
├── PlaylistGone      the listener has taken it out of their library, so it is not refreshed by itself
└── NotKept           what the listener has added cannot be written back: it is no song of Spotify's
"""


class JobError(Exception):
    """Any reason for which a job ends before it writes."""


class PlaylistChanged(JobError):
    """The playlist holds something that we did not put there, or lacks something that we did."""


class PlaylistGone(JobError):
    """The playlist that is to be refreshed is no longer in the listener's library."""


class NotKept(JobError):
    """What the listener has added to the playlist cannot be written again."""
