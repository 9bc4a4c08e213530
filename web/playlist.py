"""A listener's playlist as its page shows it: saved, or with the changes of its draft."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from drafts import changes
from drafts.words.read import read_wish
from recommender.errors import BadModels, NoRecommendation
from store import drafts, jobs, opinions, playlists, recipes
from store.drafts import DraftStep
from store.playlists import Playlist
from store.record import PlaylistRecord
from web.context import context
from web.errors import find_sentence
from web.listener import permission, signed_in_account
from web.playlist_page import describe_playlist_page
from web.tuning_args import as_args, has_tuning, read_args
from web.wish_words import describe_unmet


def load_draft(playlist_id: str) -> tuple[Playlist, DraftStep]:
    """Return a playlist of the listener, and the last step of its draft: 0 where nothing is changed.

    Somebody else's, and one that was never written, is not found.
    """
    account_id = signed_in_account().id
    playlist = playlists.get(context().database, playlist_id, account_id)
    if playlist is None or playlist.record is None:
        abort(404)
    return playlist, load_step(playlist)


def load_step(playlist: Playlist) -> DraftStep:
    """Return the last step of the draft of a written playlist: 0 where nothing is changed."""
    return drafts.get(context().database, playlist.id, playlist.account_id) or changes.begin(playlist)


def load_shown(playlist_id: str) -> tuple[Playlist, DraftStep, bool]:
    """Return what the address shows: the draft, or a preview of it where the address has another tuning.

    The third value tells whether it is such a preview: then the step is not
    saved yet, and whatever is done to it saves both at once.

    A tuning that leaves nothing to pick is told, and the draft shown as it is.

    Raises
    ------
    BadTuning
        If the tuning of the address cannot be read.
    """
    playlist, step = load_draft(playlist_id)
    if not has_tuning(request.args):
        return playlist, step, False
    tuning = read_args(request.args)
    if tuning == step.record.tuning:
        return playlist, step, False
    try:
        return playlist, changes.retune(context().previews, playlist, step, tuning), True
    except NoRecommendation as error:
        flash(find_sentence(error), "error")
        return playlist, step, False


def redirect_to_playlist(playlist: Playlist, step: DraftStep) -> AnyResponse:
    """Send the browser to the page of a draft, its tuning in the address."""
    return redirect(get_address(playlist, step), 303)


def get_address(playlist: Playlist, step: DraftStep) -> str:
    """Return the address of a draft's page, with the list sorted and filtered as the form sends it on."""
    args = as_args(step.record.tuning)
    args |= {name: request.values[name] for name in ("sort", "only") if request.values.get(name)}
    return url_for("pages.show_playlist", playlist_id=playlist.id, **args)


def render_playlist(
    template: str,
    playlist: Playlist,
    step: DraftStep,
    is_preview: bool = False,
    *,
    before: PlaylistRecord | None = None,
    song_id: str = "",
    **others: object,
) -> str:
    """Render a template that shows a playlist, or a part of it.

    Parameters
    ----------
    before : what was shown before the last step
    song_id : the one song that the template is about, which is not found where the list lacks it
    """
    database, account = context().database, signed_in_account()
    # A form sends on how the list was sorted and filtered.
    page = describe_playlist_page(
        playlist,
        step,
        opinions.list_opinions(database, account.id),
        context().settings.spotify_open_url,
        decades=context().previews.find_decades(account.id),
        recipes=recipes.list_recipes(database, account.id),
        before=before,
        unmet=[] if is_preview else _list_unmet(step),
        is_preview=is_preview,
        sort=request.values.get("sort", ""),
        only=request.values.get("only", "") if not song_id else "",
    )
    if song_id:
        others["song"] = next((song for song in page.songs if song.id == song_id), None) or abort(404)
    return render_template(
        template,
        page=page,
        permission=permission(account),
        job=jobs.get_live(database, account.id),
        is_sheet="HX-Request" in request.headers,
        **others,
    )


def _list_unmet(step: DraftStep) -> list[str]:
    """List in sentences what was not understood of the wish that led to a step; nothing where none did."""
    if step.action != "wished":
        return []
    try:
        wish = read_wish(step.subject, step.record.tastes, context().catalogue)
    except BadModels:
        # The mix is there all the same.
        return []
    return describe_unmet(wish, step.subject)
