"""Recipes: kept under a name, newest first, a bounded number of them."""

import pytest

from store import recipes
from store.errors import TooManyRecipes
from store.recipes import MAX_RECIPES, Recipe
from store.tuning import DEFAULT_TUNING, Tuning
from tests.support.database import START
from tests.support.threads import at_once

SUNDAY = Tuning(new_percent=20, size=30, first_year=1960, taste_percents=(100, 0, 50), energy=-40, seed=7)


def list_names(database, account_id="lisa"):
    return [recipe.name for recipe in recipes.list_recipes(database, account_id)]


def test_a_recipe_comes_back_as_it_was_kept(database):
    kept = recipes.keep(database, "lisa", "Sunday morning", SUNDAY)

    assert kept == Recipe("Sunday morning", SUNDAY, START)
    assert recipes.list_recipes(database, "lisa") == [kept]
    assert recipes.list_recipes(database, "omar") == []


def test_the_newest_comes_first_and_a_name_is_used_once(database):
    for name in ("One", "Two", "One"):
        recipes.keep(database, "lisa", name, DEFAULT_TUNING)
        database.clock.move(seconds=1)

    assert list_names(database) == ["One", "Two"]


def test_a_recipe_is_deleted_by_its_listener_only(database):
    recipes.keep(database, "lisa", "Sunday", SUNDAY)

    recipes.forget(database, "omar", "Sunday")
    assert list_names(database) == ["Sunday"]
    recipes.forget(database, "lisa", "Sunday")
    assert list_names(database) == []


def test_no_more_than_twenty_are_kept_and_each_can_be_changed(database):
    for number in range(MAX_RECIPES):
        recipes.keep(database, "lisa", f"Recipe {number}", DEFAULT_TUNING)

    with pytest.raises(TooManyRecipes):
        recipes.keep(database, "lisa", "One more", DEFAULT_TUNING)
    recipes.keep(database, "lisa", "Recipe 3", SUNDAY)
    recipes.keep(database, "omar", "One more", DEFAULT_TUNING)

    assert len(list_names(database)) == MAX_RECIPES == 20
    assert SUNDAY in [recipe.tuning for recipe in recipes.list_recipes(database, "lisa")]


def test_at_once_no_more_than_twenty_are_kept(database):
    for number in range(MAX_RECIPES - 1):
        recipes.keep(database, "lisa", f"Recipe {number}", DEFAULT_TUNING)

    def try_to_keep(number):
        try:
            return recipes.keep(database, "lisa", f"By tab {number}", DEFAULT_TUNING)
        except TooManyRecipes:
            return None

    assert len([kept for kept in at_once(4, try_to_keep) if kept]) == 1
