"""open.spotify.com: a playlist and a song to look at, a playlist to embed, covers."""

from flask import Blueprint

open_pages = Blueprint("open_pages", __name__)
