"""Drafts: a playlist as the listener has changed it here, step by step, before it is saved to Spotify."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, type_coerce, update

from store import opinions, rows
from store.database import Database
from store.errors import DraftChanged, DraftHeld
from store.opinions import About, Opinion, Wish
from store.record import PlaylistRecord, read_json
from store.tables import PackedText, draft_steps, is_live, jobs

#: More steps than anybody takes back; older ones are forgotten.
MAX_STEPS = 50

#: What a step did.
Action = Literal[
    "saved",  # nothing yet: the playlist as it was saved
    "discarded",  # back to it
    "tuned",
    "shuffled",
    "refreshed",
    "restored",
    "brought",  # the mix of a visit, at sign-in
    "renamed",
    "started",  # from a song or an artist, or no longer
    "wished",  # in words: the subject
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
class OpinionChange:
    """What a step says of a song or an artist, and what was said before; None where there is no opinion."""

    about: About
    subject: str
    label: str
    before: Wish | None
    after: Wish | None


@dataclass(frozen=True, slots=True)
class DraftStep:
    """One state of a draft, and the action that led to it.

    `number` counts from 1; the last step is the draft as it is. `subject` is
    the title or name that the action was about, "" where it was about none.
    `removed` are the ids of songs that are not to come back into this draft.
    `is_refresh` where the songs of the saved playlist are left out as well.
    `opinion` is what the step says for all mixes to come, which undoing it takes back.
    """

    number: int
    made_at: datetime
    action: Action
    subject: str
    name: str
    record: PlaylistRecord
    removed: tuple[str, ...] = ()
    is_refresh: bool = False
    opinion: OpinionChange | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the step as JSON can say it, with its version but without its number and time."""
        kept = _KeptStep(1, **{name: getattr(self, name) for name in _STATE})
        plain: dict[str, Any] = _STEPS.dump_python(kept)
        return plain

    @classmethod
    def from_json(cls, number: int, made_at: datetime, text: bytes) -> "DraftStep":
        """Read the JSON of a step that `to_json` returned.

        Raises
        ------
        ValueError
            If it is of another version, or not a step.
        """
        kept = read_json(_STEPS, text, "a draft's step")
        return cls(number, made_at, **{name: getattr(kept, name) for name in _STATE})


@dataclass(frozen=True, slots=True)
class _KeptStep:
    """A step in its row, but for what has columns of its own."""

    #: Raise it with every change of the fields, together with a migration that rewrites the kept rows.
    version: Literal[1]
    action: Action
    subject: str
    name: str
    record: PlaylistRecord
    removed: tuple[str, ...]
    is_refresh: bool
    opinion: OpinionChange | None


_STEPS = TypeAdapter(_KeptStep)
_STATE = [each.name for each in fields(_KeptStep) if each.name != "version"]

_steps = draft_steps.c
_COLUMNS = (_steps.number, _steps.made_at, type_coerce(_steps.state, PackedText))
_LAST = (
    select(*_COLUMNS)
    .where(
        _steps.playlist_id == bindparam("playlist_id"),
        _steps.account_id == bindparam("account_id"),
    )
    .order_by(_steps.number.desc())
    .limit(1)
)


def get(database: Database, playlist_id: str, account_id: str) -> DraftStep | None:
    """Return a listener's draft as it is, which is its last step; None where there is no draft."""
    with database.reading() as connection:
        return _select_last(connection, playlist_id, account_id)


def get_step(database: Database, playlist_id: str, account_id: str, number: int) -> DraftStep | None:
    """Return a step of a listener's draft by its number; None where there is none, or no longer."""
    is_it = (_steps.playlist_id == playlist_id) & (_steps.number == number)
    wanted = select(*_COLUMNS).where(is_it, _steps.account_id == account_id)
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    return DraftStep.from_json(*row) if row else None


def add(database: Database, account_id: str, playlist_id: str, expected: int, step: DraftStep) -> DraftStep:
    """Save a step behind the last one and what it says, and return it with its number and the time.

    The oldest step is forgotten where there are more than `MAX_STEPS`.

    Parameters
    ----------
    expected : the number of the step that this one goes on from, 0 where there was no draft

    Raises
    ------
    DraftChanged
        If that is no longer the last one: another tab was faster.
    AccountForgotten
        If the account was deleted.
    """
    with database.writing() as connection:
        rows.require_account(connection, account_id, exclusive=True)
        now = database.clock.now()
        added = append(connection, now, account_id, playlist_id, expected, step)
        if said := step.opinion:
            _give(connection, account_id, said, said.after, now)
        return added


def rewrite(database: Database, playlist_id: str, step: DraftStep) -> None:
    """Save a step in place of the one of its number; does nothing where that is gone."""
    is_it = (_steps.playlist_id == playlist_id) & (_steps.number == step.number)
    with database.writing() as connection:
        connection.execute(update(draft_steps).where(is_it).values(state=step.to_json()))


def append(
    connection: Connection, now: datetime, account_id: str, playlist_id: str, expected: int, step: DraftStep
) -> DraftStep:
    """Save a step as `add` does, without what it says, in a transaction that has locked the account."""
    if _get_last_number(connection, playlist_id) != expected:
        raise DraftChanged(f"the draft of {playlist_id} is no longer at step {expected}")
    number, row = expected + 1, {"playlist_id": playlist_id, "account_id": account_id, "made_at": now}
    connection.execute(insert(draft_steps).values(**row, number=number, state=step.to_json()))
    forget_until(connection, playlist_id, number - MAX_STEPS)
    return replace(step, number=number, made_at=now)


def undo(database: Database, account_id: str, playlist_id: str) -> DraftStep | None:
    """Delete the last step of a draft, take back what it said, and return it; None where there is no draft.

    Before the first step that is kept, the playlist is as it was last saved.

    Raises
    ------
    DraftHeld
        If a job saves that step: its number must not come to mean another one.
    AccountForgotten
        If the account was deleted.
    """
    with database.writing() as connection:
        rows.require_account(connection, account_id, exclusive=True)
        last = _select_last(connection, playlist_id, account_id)
        if last:
            if connection.scalar(_select_save(playlist_id, last.number)):
                raise DraftHeld(f"step {last.number} of the draft of {playlist_id} is being saved")
            is_last = (_steps.playlist_id == playlist_id) & (_steps.number == last.number)
            connection.execute(delete(draft_steps).where(is_last))
            if said := last.opinion:
                _give(connection, account_id, said, said.before, database.clock.now())
    return last


def forget_until(connection: Connection, playlist_id: str, number: int) -> None:
    """Delete the steps up to this one, in a transaction of the caller's; later ones stay."""
    is_saved = (_steps.playlist_id == playlist_id) & (_steps.number <= number)
    connection.execute(delete(draft_steps).where(is_saved))


def _select_save(playlist_id: str, number: int) -> Select[tuple[str]]:
    """Select the live job that saves this step or a later one."""
    is_its = (jobs.c.draft_of == playlist_id) & (jobs.c.kind == "save") & (jobs.c.step >= number)
    return select(jobs.c.id).where(is_its, is_live)


def _give(
    connection: Connection, account_id: str, said: OpinionChange, wish: Wish | None, now: datetime
) -> None:
    if wish:
        opinions.write(connection, account_id, Opinion(said.about, said.subject, wish, said.label, now))
    else:
        opinions.erase(connection, account_id, said.about, said.subject)


def _select_last(connection: Connection, playlist_id: str, account_id: str) -> DraftStep | None:
    its = {"playlist_id": playlist_id, "account_id": account_id}
    row = connection.execute(_LAST, its).one_or_none()
    return DraftStep.from_json(*row) if row else None


def _get_last_number(connection: Connection, playlist_id: str) -> int:
    return connection.scalar(select(func.max(_steps.number)).where(_steps.playlist_id == playlist_id)) or 0
