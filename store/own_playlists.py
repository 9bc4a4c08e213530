"""The playlists of a listener, as last listed for them to choose from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select

from store import rows
from store.database import Database
from store.tables import own_playlists


@dataclass(frozen=True)
class OwnPlaylist:
    """A playlist of a listener's; `id` is Spotify's."""

    id: str
    name: str
    n_songs: int


def save(database: Database, account_id: str, listed: Sequence[OwnPlaylist]) -> None:
    """Save the list in place of the one before.

    Raises
    ------
    AccountForgotten
        If the account was deleted.
    """
    row = {
        "account_id": account_id,
        "listed": [asdict(each) for each in listed],
        "listed_at": database.clock.now(),
    }
    with database.writing() as connection:
        rows.require_account(connection, account_id)
        rows.upsert(connection, own_playlists, row)


def load(database: Database, account_id: str) -> list[OwnPlaylist] | None:
    """Load the list as it was last saved; None where it never was."""
    wanted = select(own_playlists.c.listed).where(own_playlists.c.account_id == account_id)
    with database.reading() as connection:
        listed = connection.scalar(wanted)
    return None if listed is None else [OwnPlaylist(**each) for each in listed]
