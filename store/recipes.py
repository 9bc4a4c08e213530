"""Recipes: tunings that a listener has given a name, to use them again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from store import rows
from store.database import Database
from store.errors import TooManyRecipes
from store.tables import recipes
from store.tuning import Tuning

#: The most that a listener may keep.
MAX_RECIPES = 20


@dataclass(frozen=True)
class Recipe:
    """A tuning with a name, which is unique among the listener's."""

    name: str
    tuning: Tuning
    made_at: datetime


_BY_ACCOUNT = (
    select(recipes.c.name, recipes.c.tuning, recipes.c.made_at)
    .where(recipes.c.account_id == bindparam("account_id"))
    .order_by(recipes.c.made_at.desc(), recipes.c.name)
)


def keep(database: Database, account_id: str, name: str, tuning: Tuning) -> Recipe:
    """Save a recipe, in place of the listener's last one of the same name.

    Raises
    ------
    TooManyRecipes
        If it would be one more than `MAX_RECIPES`.
    AccountForgotten
        If the account was deleted.
    """
    recipe = Recipe(name, tuning, database.clock.now())
    n_others = select(func.count()).where(recipes.c.account_id == account_id, recipes.c.name != name)
    with database.writing() as connection:
        # Two at once could each be the last that is allowed.
        rows.require_account(connection, account_id, exclusive=True)
        if (connection.scalar(n_others) or 0) >= MAX_RECIPES:
            raise TooManyRecipes(f"{MAX_RECIPES} recipes are kept already")
        row = {"account_id": account_id, "name": name, "tuning": tuning.to_json(), "made_at": recipe.made_at}
        rows.upsert(connection, recipes, row)
    return recipe


def list_recipes(database: Database, account_id: str) -> list[Recipe]:
    """Return a listener's recipes, newest first; of the same moment, by name."""
    with database.reading() as connection:
        found = connection.execute(_BY_ACCOUNT, {"account_id": account_id}).all()
    return [Recipe(name, Tuning.from_json(tuning), made_at) for name, tuning, made_at in found]


def forget(database: Database, account_id: str, name: str) -> None:
    """Delete a listener's recipe, if there is one of this name."""
    with database.erasing() as connection:
        connection.execute(delete(recipes).where(recipes.c.account_id == account_id, recipes.c.name == name))
