"""Drafts: a playlist as the listener has changed it here, step by step, before it is saved to Spotify."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from store.opinions import About, Wish
from store.record import PlaylistRecord

#: More steps than anybody takes back; older ones are forgotten.
MAX_STEPS = 50

#: What a step did.
Action = Literal[
    "saved",  # nothing yet: the playlist as it was saved
    "tuned",
    "shuffled",
    "refreshed",
    "restored",
    "renamed",
    "started",  # from a song or an artist, or no longer
    "swapped",
    "removed",
    "kept",
    "released",  # is no longer kept
    "liked",
    "unliked",
    "blocked song",
    "blocked artist",
]


@dataclass(frozen=True, slots=True)
class OpinionBefore:
    """What the listener's opinion of a song or an artist was before a step, None where there was none."""

    about: About
    subject: str
    wish: Wish | None
    label: str


@dataclass(frozen=True, slots=True)
class DraftStep:
    """One state of a draft, and the action that led to it.

    `number` counts from 1; the last step is the draft as it is. `subject` is
    the title or name that the action was about, "" where it was about none.
    `removed` are the ids of songs that are not to come back into this draft.
    `is_refresh` where the songs of the saved playlist are left out as well.
    `before` is what undoing the step restores beside the draft.
    """

    number: int
    made_at: datetime
    action: Action
    subject: str
    name: str
    record: PlaylistRecord
    removed: tuple[str, ...] = ()
    is_refresh: bool = False
    before: OpinionBefore | None = None
