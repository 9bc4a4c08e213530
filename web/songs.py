"""Other songs than liked ones: a file's, by a visitor or a listener, or those of a listener's playlist."""

from dataclasses import dataclass
from threading import Lock

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from drafts.first_mix import keep_songs, receive_visitor
from drafts.mix_names import name_mix
from formats.errors import FormatError
from formats.library import read_file
from recommender.errors import NoRecommendation, NothingMatched
from recommender.printable import make_printable
from recommender.song import Song, count_plays
from store import jobs, libraries, own_playlists, playlists
from store.accounts import Account
from store.job import Job
from web.context import context
from web.errors import find_sentence, show_wait
from web.language import current_language, describe_count, translate, write_number
from web.listener import (
    current_account,
    forget_account,
    signed_in,
    signed_in_account,
    signed_in_or_visiting,
)
from web.origin import require_own_origin
from web.presets import list_presets, read_preset
from web.sessions import renew_session
from web.started import show_job
from web.tuning_args import has_tuning, read_args

bp = Blueprint("songs", __name__, url_prefix="/songs")

MAX_FILE_BYTES = 100 * 2**20
#: Beside the file, its form has a token and a preset.
MAX_FORM_BYTES = MAX_FILE_BYTES + 64 * 1024
MAX_FORM_PARTS = 8
MAX_SONGS = 20_000
MAX_FILE_NAME = 60
# Thousands of songs take memory until they are kept: of several files, each waits for the one before.
_reading = Lock()
# A usual file takes a second, and there are four threads.
MAX_WAIT_S = 10


class UnreadableSongs(Exception):
    """What was sent holds no songs; the text tells the listener why."""


@dataclass(frozen=True)
class _Brought:
    """The songs of a file, at most `MAX_SONGS`, the file's name, and whether it has more."""

    songs: list[Song]
    source: str
    has_more: bool


def allow_file() -> None:
    """Let the one form that carries a file be as large as that may be; all others stay small."""
    # A form of another kind would be read into memory.
    if request.endpoint == "songs.receive" and request.mimetype == "multipart/form-data":
        request.max_content_length = MAX_FORM_BYTES
        # Small parts stay in memory, however many.
        request.max_form_parts = MAX_FORM_PARTS


@bp.get("")
def offer() -> str | tuple[str, int]:
    """Offer to bring songs in a file; nginx comes here in place of a browser whose file is too large."""
    return _refuse_size() if "too-large" in request.args else _offer()


@bp.errorhandler(RequestEntityTooLarge)
def refuse_size(_: RequestEntityTooLarge) -> tuple[str, int]:
    """Tell beside the form that a file is too large."""
    return _refuse_size()


@bp.post("")
def receive() -> AnyResponse | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Read the songs of a file: a visitor gets a mix at once, for a listener a job makes one."""
    account = current_account()
    if account is None:
        # A stranger has no session, and so no token: their browser must tell where the form is from.
        require_own_origin()
    else:
        current_app.extensions["csrf"].protect()
    if not _reading.acquire(timeout=MAX_WAIT_S):
        return show_wait(translate("Many people are bringing their songs right now."), MAX_WAIT_S)
    try:
        brought = _read_songs()
        if account is None or account.is_visitor:
            return _receive_visitor(account, brought)
        return _receive_listener(account, brought)
    except UnreadableSongs as error:
        return _offer(str(error)), 422
    except NoRecommendation as error:
        return _offer(_explain(error)), 422
    finally:
        _reading.release()


@bp.post("/playlists")
@signed_in
def list_playlists() -> AnyResponse:
    """Start listing the listener's playlists, for them to choose one."""
    return show_job(*jobs.start(context().database, signed_in_account().id, kind="list"))


@bp.post("/playlist")
@signed_in
def use_playlist() -> AnyResponse | tuple[str, int]:
    """Start a mix that goes by the songs of one of the listener's playlists."""
    account_id, chosen = signed_in_account().id, request.form.get("playlist", "")
    listed = own_playlists.load(context().database, account_id) or []
    if chosen not in {playlist.id for playlist in listed}:
        return _offer(translate("Please choose one of your playlists from the list.")), 422
    return show_job(*_start_mix(account_id, source=chosen))


@bp.post("/delete")
@signed_in_or_visiting
def delete() -> AnyResponse:
    """Delete all that is kept of a visitor."""
    account = signed_in_account()
    if not account.is_visitor:
        return redirect(url_for("auth.ask_disconnect"), 303)
    forget_account(account.id)
    renew_session(context().database)
    flash(translate("Your songs and your mix have been deleted here."), "info")
    return redirect(url_for("pages.home"), 303)


def _offer(why_not: str = "") -> str:
    account = current_account()
    if account is None or account.is_visitor:
        return render_template("songs.html", why_not=why_not, presets=list_presets())
    database = context().database
    return render_template(
        "songs.html",
        why_not=why_not,
        presets=list_presets(),
        playlists=own_playlists.load(database, account.id),
        library=libraries.summarise(database, account.id),
        has_playlist=playlists.get_latest_written(database, account.id) is not None,
    )


def _refuse_size() -> tuple[str, int]:
    told = translate("{name} is larger than {megabytes} MB, more than any library: is it the right file?")
    return _offer(told.format(name=translate("Your file"), megabytes=MAX_FILE_BYTES >> 20)), 413


def _explain(error: NoRecommendation) -> str:
    """Return why no mix can be made of a file's songs, in words that do not speak of liked songs."""
    if isinstance(error, NothingMatched):
        return translate(
            "None of the songs in your file is in our catalogue yet. Try a file with more songs."
        )
    return find_sentence(error)


def _describe_misfit(error: FormatError) -> str:
    """Describe why a file cannot be read, in a sentence; it begins with the file's name."""
    told = error.describe(current_language())
    return told if told.endswith("?") else f"{told}."


def _read_songs() -> _Brought:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise UnreadableSongs(translate("Please choose a file first."))
    name = make_printable(file.filename.replace("\\", "/").rpartition("/")[2])[:MAX_FILE_NAME] or translate(
        "Your file"
    )
    try:
        reading = read_file(name, file.stream, MAX_SONGS)
    except FormatError as error:
        raise UnreadableSongs(_describe_misfit(error)) from error
    if not reading.songs:
        raise UnreadableSongs(translate("{name} holds no songs.").format(name=name))
    return _Brought(list(reading.songs), name, reading.n_more > 0)


def _receive_visitor(before: Account | None, brought: _Brought) -> AnyResponse:
    """Make a visitor of a stranger, in place of the visitor that they were before."""
    name = name_mix(context().settings.playlist_name, current_language())
    visitor, playlist = receive_visitor(
        context().previews, brought.songs, brought.source, name, read_preset()
    )
    if before:
        forget_account(before.id)
    renew_session(context().database)
    session["account_id"] = visitor.id
    if playlist.record:
        counts = playlist.record.counts
        told = translate("{n} of {total} songs recognised.")
        n, total = write_number(counts.n_matched), write_number(counts.n_saved)
        flash(told.format(n=n, total=total), "info")
    _tell_about(brought)
    return redirect(url_for("pages.show_playlist", playlist_id=playlist.id), 303)


def _receive_listener(account: Account, brought: _Brought) -> AnyResponse:
    """Keep the songs in place of a listener's liked ones, and start what makes a mix of them.

    Raises
    ------
    NoRecommendation
        If nothing in them is known: then nothing is kept.
    """
    # A file that no mix can be made of must not take the place of songs that lead to one.
    context().previews.prepare_songs(brought.songs)
    # First, as it may be refused; and a job that runs already reads other songs, and keeps those.
    job, is_new = _start_mix(account.id)
    if is_new:
        keep_songs(context().database, account.id, brought.songs, brought.source)
        _tell_about(brought)
    return show_job(job, is_new)


def _start_mix(account_id: str, source: str | None = None) -> tuple[Job, bool]:
    """Start a listener's first mix, or another one in the draft of their playlist, as `jobs.start` does."""
    database = context().database
    if latest := playlists.get_latest_written(database, account_id):
        return jobs.start(database, account_id, kind="draft", draft_of=latest.id, source=source)
    tuning = read_args(request.args) if has_tuning(request.args) else read_preset()
    return jobs.start(database, account_id, tuning=tuning, source=source, language=current_language().code)


def _tell_about(brought: _Brought) -> None:
    if n_plays := count_plays(brought.songs):
        told = describe_count(
            "{n} play counted: what you play often weighs more.",
            "{n} plays counted: what you play often weighs more.",
            n_plays,
        )
        flash(told, "info")
    if brought.has_more:
        told = translate("Your file has more than {n} songs. The first {n} count here.")
        flash(told.format(n=write_number(MAX_SONGS)), "info")
