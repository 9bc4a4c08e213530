"""The page of a listener's account: all that is kept about them, to take along or to end."""

from flask import Blueprint, Response, render_template

from store import libraries
from store.kept_rows import write_kept_rows
from web.context import context
from web.listener import signed_in_account, signed_in_or_visiting

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("")
@signed_in_or_visiting
def show() -> str:
    """Offer what can be done with the account as a whole."""
    source = libraries.find_source(context().database, signed_in_account().id)
    return render_template("account.html", source=source)


@bp.get("/export")
@signed_in_or_visiting
def export() -> Response:
    """Hand out everything that is kept about the listener, as JSON, row by row."""
    rows = write_kept_rows(context().database, signed_in_account().id)
    answer = Response(rows, mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="music-recommender.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
