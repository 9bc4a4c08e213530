"""What listeners have said of songs and artists: never again, or more like it."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, delete, select

from store import rows
from store.database import Database
from store.tables import opinions

About = Literal["song", "artist"]
Wish = Literal["never", "more"]


@dataclass(frozen=True)
class Opinion:
    """A listener's opinion of a song or an artist, which holds for all playlists to come.

    `subject` is the song's id or the artist's name, `label` what pages show.
    """

    about: About
    subject: str
    wish: Wish
    label: str
    given_at: datetime


_COLUMNS = [opinions.c[each.name] for each in fields(Opinion)]
_BY_ACCOUNT = (
    select(*_COLUMNS).where(opinions.c.account_id == bindparam("account_id")).order_by(opinions.c.subject)
)


def give(database: Database, account_id: str, about: About, subject: str, wish: Wish, label: str) -> Opinion:
    """Save an opinion, in place of the listener's last one on the same subject.

    Raises
    ------
    AccountForgotten
        If the account was deleted.
    """
    opinion = Opinion(about, subject, wish, label, database.clock.now())
    with database.writing() as connection:
        rows.require_account(connection, account_id)
        write(connection, account_id, opinion)
    return opinion


def withdraw(database: Database, account_id: str, about: About, subject: str) -> None:
    """Delete an opinion, if there is one."""
    with database.erasing() as connection:
        erase(connection, account_id, about, subject)


def write(connection: Connection, account_id: str, opinion: Opinion) -> None:
    """Write an opinion within a transaction of the caller's, which has locked the account."""
    rows.upsert(connection, opinions, {"account_id": account_id, **asdict(opinion)})


def erase(connection: Connection, account_id: str, about: About, subject: str) -> None:
    """Delete an opinion, if there is one, within a transaction of the caller's."""
    is_same = (opinions.c.about == about) & (opinions.c.subject == subject)
    connection.execute(delete(opinions).where(opinions.c.account_id == account_id, is_same))


def list_opinions(database: Database, account_id: str) -> list[Opinion]:
    """Return every opinion of a listener, newest first; of the same moment, by subject."""
    with database.reading() as connection:
        found = [Opinion(*row) for row in connection.execute(_BY_ACCOUNT, {"account_id": account_id})]
    return sorted(found, key=lambda opinion: opinion.given_at, reverse=True)
