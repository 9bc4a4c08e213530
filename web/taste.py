"""The page of a listener's taste, and the card of it to share."""

from pathlib import Path

from flask import Blueprint, Response, render_template

from recommender.picture.picture import Picture, draw_picture
from store import playlists
from web.context import context
from web.listener import signed_in_account, signed_in_or_visiting
from web.playlist import load_step
from web.taste_card import describe_card
from web.taste_page import describe_taste_page

bp = Blueprint("taste", __name__, url_prefix="/taste")

#: Many servers have none of their own. Those that have some draw letters with them that these lack.
FONTS = Path(__file__).parent / "fonts"


@bp.get("")
@signed_in_or_visiting
def show_taste() -> str:
    """Show the listener's tastes, and their songs on a map, by decade and beside the catalogue.

    Before their songs were ever read, the page tells how that is done.
    """
    if not context().previews.has_read(signed_in_account().id):
        return render_template("taste.html", page=None)
    page = describe_taste_page(_draw(), context().settings.spotify_open_url)
    return render_template("taste.html", page=page, newest_year=context().newest_year)


@bp.get("/card.svg")
@signed_in_or_visiting
def show_card() -> Response:
    """Show the tastes as a picture to share, without a word of whose they are."""
    return _send(_draw_card(), "image/svg+xml")


@bp.get("/card.png")
@signed_in_or_visiting
def show_card_as_png() -> Response:
    """Show the same picture as programs take it that know no SVG."""
    # Few listeners ask for it, and it takes memory of each process that has loaded it.
    from resvg_py import svg_to_bytes

    png = svg_to_bytes(
        _draw_card(),
        font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
        font_family="DejaVu Sans",
        sans_serif_family="DejaVu Sans",
    )
    return _send(png, "image/png")


def _draw() -> Picture:
    """Draw the taste of the listener, with the songs of the last playlist or its draft, if there is one.

    Raises
    ------
    EmptyLibrary, NothingMatched
        If there is nothing to draw.
    """
    account_id = signed_in_account().id
    playlist = playlists.get_latest_written(context().database, account_id)
    picked = load_step(playlist).record.songs if playlist else ()
    with context().previews.use(account_id) as prepared:
        return draw_picture(prepared, [song.id for song in picked])


def _draw_card() -> str:
    return render_template("taste_card.svg", card=describe_card(_draw()))


def _send(picture: str | bytes, mimetype: str) -> Response:
    return Response(picture, mimetype=mimetype, headers={"Cache-Control": "no-store"})
