"""Tunings that a listener has named and kept."""

from flask import Blueprint, abort, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from store import recipes
from store.errors import TooManyRecipes
from web.context import context
from web.errors import find_sentence
from web.listener import signed_in, signed_in_account
from web.playlist import get_address, load_shown

bp = Blueprint("recipes", __name__)

MAX_NAME = 60


@bp.post("/playlists/<playlist_id>/recipes")
@signed_in
def keep(playlist_id: str) -> AnyResponse:
    """Keep the tuning that is shown under a name, in place of an older one of that name."""
    playlist, step, _ = load_shown(playlist_id)
    name = " ".join(request.form.get("name", "").split())[:MAX_NAME]
    if not name:
        abort(400, "Please name the recipe.")
    try:
        recipes.keep(context().database, signed_in_account().id, name, step.record.tuning)
        flash(f"Kept as “{name}”.", "info")
    except TooManyRecipes as error:
        flash(find_sentence(error), "error")
    return redirect(get_address(playlist, step), 303)


@bp.post("/playlists/<playlist_id>/recipes/delete")
@signed_in
def delete(playlist_id: str) -> AnyResponse:
    """Delete a recipe; the mixes made by it stay."""
    playlist, step, _ = load_shown(playlist_id)
    recipes.delete(context().database, signed_in_account().id, request.form.get("name", ""))
    return redirect(get_address(playlist, step), 303)
