"""What listeners have said of songs and artists: never again, or more like it."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, select

from store import rows, tables
from store.database import Database

About = Literal["song", "artist"]
Wish = Literal["never", "more"]


@dataclass(frozen=True)
class Opinion:
    """One wish for all playlists to come.

    `subject` is the song's id or the artist's name, `label` what a page calls
    it.
    """

    about: About
    subject: str
    wish: Wish
    label: str
    given_at: datetime


_kept = tables.opinions.c
_COLUMNS = [_kept[each.name] for each in fields(Opinion)]


def give(database: Database, account_id: str, about: About, subject: str, wish: Wish, label: str) -> Opinion:
    """Keep an opinion, in place of the listener's last one about the same.

    Raises
    ------
    AccountForgotten
        If the account is not there any more.
    """
    opinion = Opinion(about, subject, wish, label, database.clock.now())
    with database.writing() as connection:
        rows.require_account(connection, account_id)
        rows.upsert(connection, tables.opinions, {"account_id": account_id, **asdict(opinion)})
    return opinion


def withdraw(database: Database, account_id: str, about: About, subject: str) -> None:
    """Forget an opinion, if there is one."""
    its_row = (_kept.account_id == account_id) & (_kept.about == about) & (_kept.subject == subject)
    with database.writing() as connection:
        connection.execute(delete(tables.opinions).where(its_row))


def list_opinions(database: Database, account_id: str) -> list[Opinion]:
    """Give every opinion of a listener, the newest first."""
    wanted = select(*_COLUMNS).where(_kept.account_id == account_id)
    with database.reading() as connection:
        found = [Opinion(*row) for row in connection.execute(wanted.order_by(_kept.subject))]
    return sorted(found, key=lambda opinion: opinion.given_at, reverse=True)
