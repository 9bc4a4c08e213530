"""The periodic work: which of several workers does it this time."""

from typing import Literal

from store import rows
from store.database import Database
from store.tables import chores

Chore = Literal["minute", "day"]
#: How the turns of a chore are told apart: each minute, or each day, has one.
TURNS: dict[Chore, str] = {"minute": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d"}


def take_turn(database: Database, chore: Chore) -> bool:
    """Return whether the caller is to do a chore now: of all who ask in its minute or day, the first is.

    A turn that is still to come by this clock counts as over: the clock was set back.
    """
    turn = database.clock.now().strftime(TURNS[chore])
    with database.writing() as connection:
        insert = rows.build_insert(connection, chores).values(name=chore, turn=turn)
        # Another who writes the same at this moment is waited for, and then this changes nothing.
        change = insert.on_conflict_do_update(
            index_elements=["name"], set_={"turn": turn}, where=chores.c.turn != turn
        )
        return connection.scalar(change.returning(chores.c.name)) is not None
