"""The mixes that were made for a listener: listed, opened, compared, named, brought back, deleted."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from drafts import changes
from recommender.explanation.knowledge import describe_newer
from store import drafts, mixes, playlists, weekly
from store.errors import DraftChanged
from store.mixes import HistoryMix
from web.context import context
from web.errors import find_sentence
from web.history_page import describe_comparison, describe_mix, list_songs
from web.language import current_language, list_weekdays, translate
from web.listener import signed_in, signed_in_account
from web.names import read_name
from web.playlist import load_draft, redirect_to_playlist
from web.weekly_form import explain_hold

bp = Blueprint("history", __name__, url_prefix="/history")

MAX_NAME = 100
#: More than a year of weeks.
MAX_LISTED = 60


@bp.get("")
@signed_in
def list_mixes() -> str:
    """List the mixes, the newest first, and offer to refresh the playlist every week."""
    database, account_id = context().database, signed_in_account().id
    playlist, refresh = playlists.get_latest_written(database, account_id), weekly.get(database, account_id)
    return render_template(
        "history.html",
        mixes=[describe_mix(mix, playlist) for mix in mixes.list_history(database, account_id, MAX_LISTED)],
        # Another than the latest where that was saved as a new one.
        playlist=playlists.get(database, refresh.playlist_id, account_id) if refresh else playlist,
        weekly=refresh,
        why_on_hold=explain_hold(account_id),
        weekdays=list_weekdays(),
    )


@bp.get("/<mix_id>")
@signed_in
def show_mix(mix_id: str) -> str:
    """Show the songs of a mix as it was."""
    mix = _find(mix_id)
    return render_template(
        "history_mix.html",
        mix=describe_mix(mix.line, playlists.get_latest_written(context().database, signed_in_account().id)),
        songs=list_songs(mix.record.songs, context().settings.spotify_open_url),
        newer=describe_newer(mix.record.counts.n_newer, current_language()),
    )


@bp.get("/<mix_id>/compare")
@signed_in
def compare(mix_id: str) -> str:
    """Show what a mix and the draft of its playlist have in common, and what not."""
    mix = _find(mix_id)
    playlist, step = load_draft(_find_playlist_id(mix))
    return render_template(
        "history_compare.html",
        mix=describe_mix(mix.line, playlist),
        comparison=describe_comparison(mix, step.record, context().settings.spotify_open_url),
        is_draft=step.number > 0,
    )


@bp.post("/<mix_id>/restore")
@signed_in
def restore(mix_id: str) -> AnyResponse:
    """Bring a mix back as a step of the draft; Spotify is written when that is saved."""
    mix = _find(mix_id)
    playlist, step = load_draft(_find_playlist_id(mix))
    try:
        restored = changes.restore(step, mix.record)
        step = drafts.add(context().database, signed_in_account().id, playlist.id, step.number, restored)
    except DraftChanged as error:
        flash(find_sentence(error), "error")
    return redirect_to_playlist(playlist, step)


@bp.post("/<mix_id>/name")
@signed_in
def name(mix_id: str) -> AnyResponse:
    """Name a mix, or no longer."""
    mixes.name(context().database, _find(mix_id).line.id, signed_in_account().id, read_name(MAX_NAME) or None)
    return redirect(url_for("history.list_mixes"), 303)


@bp.post("/<mix_id>/delete")
@signed_in
def delete(mix_id: str) -> AnyResponse:
    """Delete a mix from the history."""
    mixes.forget(context().database, _find(mix_id).line.id, signed_in_account().id)
    flash(translate("The mix is deleted from your history."), "info")
    return redirect(url_for("history.list_mixes"), 303)


def _find(mix_id: str) -> HistoryMix:
    """Return the listener's mix; somebody else's is not found."""
    return mixes.get(context().database, mix_id, signed_in_account().id) or abort(404)


def _find_playlist_id(mix: HistoryMix) -> str:
    """Return the playlist that a mix was made for, else the latest."""
    latest = playlists.get_latest_written(context().database, signed_in_account().id)
    return mix.line.playlist_id or (latest.id if latest else abort(404))
