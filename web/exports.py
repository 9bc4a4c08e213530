"""Taking a mix along: its songs as files that other players and services read, and as text to copy."""

import re
from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for

from formats.written_songs import SONG_FILES, write_lines
from recommender.language import mark
from recommender.song import Song
from store import mixes
from store.record import PlaylistRecord
from web.context import context
from web.history_page import describe_mix
from web.language import translate
from web.listener import signed_in, signed_in_account, signed_in_or_visiting
from web.playlist import get_address, load_shown

bp = Blueprint("exports", __name__)

MAX_FILE_NAME = 80
#: Ending of a form -> what it is good for.
USES = {
    "csv": mark("For spreadsheets, and for services that move playlists to another player."),
    "m3u8": mark("A playlist for players such as VLC."),
    "jspf": mark("A playlist for ListenBrainz and other open players."),
    "txt": mark("One song in each line."),
}


@dataclass(frozen=True)
class _Exported:
    """What is taken along: its name, its songs as they are shown, and the address of their page."""

    name: str
    songs: tuple[Song, ...]
    back: str


@bp.get("/playlists/<playlist_id>/export")
@signed_in_or_visiting
def show_playlist(playlist_id: str) -> str:
    """Offer a playlist, or its draft, as files and as text."""
    return _offer(_load_playlist(playlist_id))


@bp.get("/playlists/<playlist_id>/export/<form>")
@signed_in_or_visiting
def download_playlist(playlist_id: str, form: str) -> Response:
    """Hand out a playlist, or its draft, as a file of this form."""
    return _hand_out(_load_playlist(playlist_id), form)


@bp.get("/history/<mix_id>/export")
@signed_in
def show_mix(mix_id: str) -> str:
    """Offer a mix of the history as files and as text."""
    return _offer(_load_mix(mix_id))


@bp.get("/history/<mix_id>/export/<form>")
@signed_in
def download_mix(mix_id: str, form: str) -> Response:
    """Hand out a mix of the history as a file of this form."""
    return _hand_out(_load_mix(mix_id), form)


def _load_playlist(playlist_id: str) -> _Exported:
    playlist, step, _ = load_shown(playlist_id)
    return _Exported(step.name, _list_songs(step.record), get_address(playlist, step))


def _load_mix(mix_id: str) -> _Exported:
    mix = mixes.get(context().database, mix_id, signed_in_account().id) or abort(404)
    back = url_for("history.show_mix", mix_id=mix_id)
    return _Exported(describe_mix(mix.line, None).label, _list_songs(mix.record), back)


def _list_songs(record: PlaylistRecord) -> tuple[Song, ...]:
    return tuple(
        Song(song.id, song.title, (song.artists,), song.year, song.duration_ms, song.is_explicit)
        for song in record.songs
    )


def _offer(exported: _Exported) -> str:
    return render_template(
        "take_along.html",
        name=exported.name,
        n_songs=len(exported.songs),
        lines=write_lines(exported.name, exported.songs).splitlines(),
        forms=[(form, translate(USES[form.ending])) for form in SONG_FILES.values()],
        # A preview is told by its address alone.
        query=request.full_path.removeprefix(request.path).removesuffix("?"),
        back=exported.back,
    )


def _hand_out(exported: _Exported, form: str) -> Response:
    file = SONG_FILES.get(form) or abort(404)
    written = file.write(exported.name, exported.songs)
    answer = send_file(
        BytesIO(written.encode("utf-8", errors="replace")),
        mimetype=f"{file.mimetype}; charset=utf-8",
        as_attachment=True,
        download_name=f"{_make_file_name(exported.name)}.{file.ending}",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _make_file_name(name: str) -> str:
    """Return a name without what no file's may have; "songs" where that leaves nothing."""
    return re.sub(r"[^\w()&,'+-]+", " ", name).strip()[:MAX_FILE_NAME].strip() or "songs"
