"""Tunings that a listener has named and kept."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from store import recipes
from store.errors import TooManyRecipes
from web.context import context
from web.errors import find_sentence
from web.language import translate
from web.listener import signed_in_account, signed_in_or_visiting
from web.names import read_name
from web.tuning_args import read_args

bp = Blueprint("recipes", __name__)

MAX_NAME = 60


@bp.post("/recipes")
@signed_in_or_visiting
def keep() -> AnyResponse:
    """Keep the tuning of the form under a name, in place of an older one of that name."""
    name = read_name(MAX_NAME)
    if not name:
        abort(400, translate("Please name the recipe."))
    try:
        recipes.keep(context().database, signed_in_account().id, name, read_args(request.form))
        flash(translate("Kept as “{name}”.").format(name=name), "info")
    except TooManyRecipes as error:
        flash(find_sentence(error), "error")
    return redirect(url_for("pages.home"), 303)


@bp.post("/recipes/delete")
@signed_in_or_visiting
def delete() -> AnyResponse:
    """Delete a recipe; the mixes made by it stay."""
    recipes.forget(context().database, signed_in_account().id, request.form.get("name", ""))
    return redirect(url_for("pages.home"), 303)
