"""Why a playlist is not written, though Spotify would let us, or not read.

JobError
├── PlaylistChanged   the listener has added or removed something, and has to say what becomes of that
├── PlaylistGone      the listener has taken it out of their library, so it is not refreshed by itself
├── NotKept           what the listener has added cannot be written back: it is no song of Spotify's
└── BadSource         no mix can be made of the playlist that the listener has chosen
    ├── SourceGone    it is no longer at Spotify
    ├── SourceClosed  Spotify does not let us read it
    ├── SourceEmpty   it has no songs
    └── SourceUnknown none of its songs is known
"""


class JobError(Exception):
    """Any reason for which a job ends before it writes."""


class PlaylistChanged(JobError):
    """The playlist holds something that we did not put there, or lacks something that we did."""


class PlaylistGone(JobError):
    """The playlist that is to be refreshed is no longer in the listener's library."""


class NotKept(JobError):
    """What the listener has added to the playlist cannot be written again."""


class BadSource(JobError):
    """No mix can be made of the playlist that the listener has chosen in place of their saved songs."""


class SourceGone(BadSource):
    """The playlist is no longer at Spotify."""


class SourceClosed(BadSource):
    """Spotify does not let us read the playlist: it is another listener's."""


class SourceEmpty(BadSource):
    """The playlist has no songs; it may have podcasts."""


class SourceUnknown(BadSource):
    """The catalogue has none of the songs of the playlist, nor of their artists."""
