"""What a listener has blocked and liked: listed, and each of it taken back."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from store import opinions
from store.opinions import About
from web.context import context
from web.listener import signed_in_account, signed_in_or_visiting
from web.names import is_sent_as

bp = Blueprint("opinions", __name__)

# What a form may name, and what that is.
KINDS: dict[str, About] = {"song": "song", "artist": "artist"}


@bp.get("/blocked")
@signed_in_or_visiting
def show_opinions() -> str:
    """List what the listener has blocked and liked, each with a button to undo that."""
    given = opinions.list_opinions(context().database, signed_in_account().id)
    return render_template(
        "opinions.html",
        blocked=[opinion for opinion in given if opinion.wish == "never"],
        liked=[opinion for opinion in given if opinion.wish == "more"],
    )


@bp.get("/opinions")
@signed_in_or_visiting
def show_opinions_by_old_address() -> AnyResponse:
    """Lead from the address that the list had before."""
    return redirect(url_for("opinions.show_opinions"), 301)


@bp.post("/blocked/undo")
@signed_in_or_visiting
def withdraw_opinion() -> AnyResponse:
    """Undo one of them; a song or an artist that was blocked may be picked again."""
    kind = KINDS.get(request.form.get("about") or "") or abort(400)
    database, account_id, sent = context().database, signed_in_account().id, request.form.get("subject", "")
    for opinion in opinions.list_opinions(database, account_id):
        if opinion.about == kind and is_sent_as(opinion.subject, sent):
            opinions.withdraw(database, account_id, kind, opinion.subject)
    return redirect(url_for("opinions.show_opinions"), 303)
