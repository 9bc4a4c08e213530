"""Changing a playlist before it is saved: each change is a step of its draft, which can be undone."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from drafts import changes
from drafts.words.read import read_wish
from drafts.words.tokens import MAX_CHARACTERS
from recommender.catalogue.search import find
from recommender.errors import NoRecommendation
from recommender.ranking.starts import find_starts as find_in_catalogue
from recommender.wishes import MAX_STARTS
from store import drafts, jobs, weekly
from store.drafts import DraftStep
from store.errors import DraftChanged, DraftHeld
from store.job import OnChange
from store.playlists import Playlist
from store.record import PlaylistRecord, Start
from store.tuning import Tuning
from web.context import context
from web.draft_words import describe_done
from web.errors import SongGone, find_sentence
from web.language import current_language, translate
from web.listener import signed_in, signed_in_account, signed_in_or_visiting
from web.names import read_name
from web.playlist import get_address, load_draft, load_shown, redirect_to_playlist, render_playlist
from web.playlist_page import name_start
from web.started import show_job
from web.tuning_args import has_tuning, read_args, read_form
from web.tuning_words import take_back as take_back_part
from web.weekly_form import read_weekly
from web.wish_words import describe_unmet

bp = Blueprint("drafts", __name__, url_prefix="/playlists/<playlist_id>")

#: A name's length at Spotify, and what a playlist is called where the field is left empty.
MAX_NAME = 100
N_FOUND = 8
# What a form may ask for where the playlist was changed in Spotify.
ON_CHANGE: dict[str, OnChange] = {"ask": "ask", "overwrite": "overwrite", "keep": "keep"}
#: The last part of an address -> what it does to the song.
SONG_CHANGES = {
    "like": changes.like,
    "unlike": changes.unlike,
    "keep": changes.keep,
    "release": changes.release,
    "swap": changes.swap,
    "remove": changes.remove,
    "block-song": changes.block_song,
    "block-artist": changes.block_artist,
}


@bp.get("/tune")
@signed_in_or_visiting
def show_tune(playlist_id: str) -> str:
    """Show the panel that tunes the mix as a page of its own, for phones without scripts."""
    return render_playlist("tune.html", *load_shown(playlist_id))


@bp.post("/tune")
@signed_in_or_visiting
def tune(playlist_id: str) -> AnyResponse | str:
    """Pick the mix anew by the form's tuning, or by that of the address where there is no form."""

    def retune(playlist: Playlist, step: DraftStep) -> DraftStep:
        if "reset" in request.form:
            plain = replace(step, record=replace(step.record, starts=()))
            return changes.retune(context().previews, playlist, plain, Tuning(seed=step.record.tuning.seed))
        # `load_shown` has read what the address says.
        wanted = read_form(request.form, step.record.tuning) if "n" in request.form else step.record.tuning
        return changes.retune(context().previews, playlist, step, wanted)

    return _take_step(playlist_id, retune)


@bp.post("/wish")
@signed_in_or_visiting
def wish(playlist_id: str) -> AnyResponse | str:
    """Pick the mix anew as a line of words says; what of it is not understood is told by name."""
    typed = " ".join(request.form.get("wish", "").split())[:MAX_CHARACTERS]
    if not typed:
        return _refuse(playlist_id, translate("Please type what the songs should be like."))
    _, step, _ = load_shown(playlist_id)
    wished = read_wish(typed, step.record.tastes, context().catalogue)
    if not wished.is_understood:
        return _refuse(playlist_id, " ".join(describe_unmet(wished, typed)))
    return _take_step(
        playlist_id, lambda playlist, step: changes.wish(context().previews, playlist, step, wished, typed)
    )


@bp.post("/take-back")
@signed_in_or_visiting
def take_back(playlist_id: str) -> AnyResponse | str:
    """Pick the mix anew with one part of its tuning as usual, or without one of its starts."""
    part = request.form.get("part", "")

    def take_it_back(playlist: Playlist, step: DraftStep) -> DraftStep:
        starts = tuple(start for start in step.record.starts if name_start(start) != part)
        without = replace(step, record=replace(step.record, starts=starts))
        tuning = take_back_part(step.record.tuning, part)
        return changes.retune(context().previews, playlist, without, tuning)

    return _take_step(playlist_id, take_it_back)


@bp.post("/shuffle")
@signed_in_or_visiting
def shuffle(playlist_id: str) -> AnyResponse | str:
    """Pick another mix, equally good."""
    return _take_step(playlist_id, partial(changes.shuffle, context().previews))


@bp.get("/songs/<song_id>")
@signed_in_or_visiting
def show_song(playlist_id: str, song_id: str) -> str:
    """Show all reasons for a song and all that can be done with it: a sheet, or a page of its own."""
    shown = load_shown(playlist_id)
    template = "_sheet.html" if "HX-Request" in request.headers else "song.html"
    return render_playlist(template, *shown, song_id=song_id)


@bp.post("/songs/<song_id>/<change>")
@signed_in_or_visiting
def change_song(playlist_id: str, song_id: str, change: str) -> AnyResponse | str:
    """Like, keep, swap, remove or block one song of the draft, or take that back."""

    def change_it(playlist: Playlist, step: DraftStep) -> DraftStep:
        change_song = SONG_CHANGES.get(change) or abort(404)
        try:
            song = changes.find_song(step.record, song_id)
        except KeyError:
            raise SongGone(f"the draft of {playlist.id} has no song {song_id}") from None
        changed = change_song(context().previews, playlist, step, song_id)
        return replace(changed, subject=song.first_artist if change == "block-artist" else song.title)

    return _take_step(playlist_id, change_it)


@bp.get("/starts")
@signed_in_or_visiting
def find_starts(playlist_id: str) -> str:
    """Find songs and artists of the catalogue by what has been typed so far."""
    text = request.args.get("q", "")
    template = "_starts_found.html" if "HX-Request" in request.headers else "tune.html"
    found = find(context().catalogue, text, N_FOUND)
    return render_playlist(template, *load_shown(playlist_id), q=text, found=found)


@bp.post("/starts")
@signed_in_or_visiting
def add_start(playlist_id: str) -> AnyResponse | str:
    """Start the mix from one more song or artist; the oldest of four goes."""

    def add(playlist: Playlist, step: DraftStep) -> DraftStep:
        start = _read_start()
        starts = [*(each for each in step.record.starts if each != start), start][-MAX_STARTS:]
        return changes.start_from(context().previews, playlist, step, starts, start.label)

    return _take_step(playlist_id, add)


@bp.post("/starts/remove")
@signed_in_or_visiting
def remove_start(playlist_id: str) -> AnyResponse | str:
    """Start the mix no longer from a song or an artist."""

    def remove(playlist: Playlist, step: DraftStep) -> DraftStep:
        named = request.form.get("about"), request.form.get("subject")
        # Another tab, or a second tap, may have removed it.
        start = next((each for each in step.record.starts if (each.about, each.subject) == named), None)
        if start is None:
            abort(404)
        starts = [each for each in step.record.starts if each != start]
        return changes.start_from(context().previews, playlist, step, starts, start.label)

    return _take_step(playlist_id, remove)


@bp.post("/name")
@signed_in_or_visiting
def rename(playlist_id: str) -> AnyResponse | str:
    """Change the name that the playlist gets when it is saved."""
    name = read_name(MAX_NAME)
    return _take_step(playlist_id, lambda playlist, step: changes.rename(step, name or playlist.name))


@bp.post("/undo")
@signed_in_or_visiting
def undo(playlist_id: str) -> AnyResponse | str:
    """Take the last step back."""
    playlist, _ = load_draft(playlist_id)
    try:
        undone = drafts.undo(context().database, playlist.account_id, playlist.id)
    except DraftHeld as error:
        return _refuse(playlist_id, find_sentence(error))
    said = translate("Undone.") if undone else translate("There is nothing to undo.")
    return _answer(*load_draft(playlist_id), said, undone.record if undone else None)


@bp.post("/discard")
@signed_in_or_visiting
def discard(playlist_id: str) -> AnyResponse | str:
    """Return to the playlist as it is in Spotify."""
    return _take_step(playlist_id, lambda playlist, step: changes.discard(step, playlist))


@bp.post("/refresh")
@signed_in
def refresh(playlist_id: str) -> AnyResponse:
    """Read what the listener has saved since, and pick other songs: a job that ends in the draft."""
    playlist, step, _ = load_shown(playlist_id)
    started = jobs.start(
        context().database,
        playlist.account_id,
        kind="draft",
        draft_of=playlist.id,
        tuning=step.record.tuning,
        reread="reread" in request.form,
    )
    return show_job(*started)


@bp.post("/save")
@signed_in
def save(playlist_id: str) -> AnyResponse | str:
    """Write the draft to Spotify: into its playlist, or with `as_new` into a new one."""
    playlist, step, is_unsaved = load_shown(playlist_id)
    if has_tuning(request.args) and read_args(request.args) != step.record.tuning:
        # The preview can no longer be picked, as it has been told; this is not what was to be saved.
        return redirect_to_playlist(playlist, step)
    as_new, has_chosen = "as_new" in request.form, "on_change" in request.form
    on_change = ON_CHANGE.get(request.form.get("on_change", "ask")) or abort(400)
    is_saved = playlist.is_in_spotify and not step.number and not is_unsaved
    if is_saved and not as_new and not has_chosen:
        # Sent by a tab that is older than the last save or undo.
        return _refuse(playlist_id, translate("There is nothing to save: this is what Spotify has."))
    if not step.record.songs:
        return _refuse(playlist_id, translate("There are no songs to save."))
    if is_unsaved or not step.number:
        step = drafts.add(context().database, playlist.account_id, playlist.id, step.number, step)
    started = jobs.start(
        context().database,
        playlist.account_id,
        kind="save",
        draft_of=playlist.id,
        step=step.number,
        as_new=as_new,
        on_change=on_change,
        language=current_language().code,
    )
    return show_job(*started)


@bp.post("/weekly")
@signed_in
def set_weekly(playlist_id: str) -> AnyResponse:
    """Refresh the playlist every week at this hour, or no longer."""
    database, account_id = context().database, signed_in_account().id
    playlist, _ = load_draft(playlist_id)
    if "off" in request.form:
        weekly.turn_off(database, account_id)
        flash(translate("Your playlist is no longer refreshed by itself."), "info")
    elif not playlist.is_in_spotify:
        flash(translate("Save this mix to Spotify first: then it can be refreshed every week."), "error")
    else:
        weekly.turn_on(database, account_id, playlist.id, **read_weekly(request.form))
        flash(translate("Your playlist is refreshed every week from now on."), "info")
    return redirect(url_for("history.list_mixes"), 303)


def _take_step(playlist_id: str, make: Callable[[Playlist, DraftStep], DraftStep]) -> AnyResponse | str:
    """Save the step that a change leads to, and show the draft; where it cannot be made, say why."""
    playlist, step, _ = load_shown(playlist_id)
    try:
        made = make(playlist, step)
        saved = drafts.add(context().database, playlist.account_id, playlist.id, step.number, made)
    except (NoRecommendation, DraftChanged, SongGone) as error:
        return _refuse(playlist_id, find_sentence(error))
    n_came = len({song.id for song in saved.record.songs} - {song.id for song in step.record.songs})
    return _answer(playlist, saved, describe_done(saved, n_came), step.record)


def _refuse(playlist_id: str, why: str) -> AnyResponse | str:
    """Show the draft as it is now, and why nothing was done."""
    return _answer(*load_draft(playlist_id), why, is_error=True)


def _answer(
    playlist: Playlist,
    step: DraftStep,
    said: str,
    before: PlaylistRecord | None = None,
    is_error: bool = False,
) -> AnyResponse | str:
    """Show the draft as it is now: htmx gets the part of the page that changes.

    Parameters
    ----------
    said : what was done, or why not
    before : what was shown before, to mark what has come
    """
    if "HX-Request" not in request.headers:
        flash(said, "error" if is_error else "info")
        return redirect_to_playlist(playlist, step)
    page = render_playlist("_playlist.html", playlist, step, before=before, said=said, is_error=is_error)
    return AnyResponse(page, headers={"HX-Push-Url": get_address(playlist, step)}, mimetype="text/html")


def _read_start() -> Start:
    """Read which song or artist of the catalogue a form names; a song is labelled as there."""
    about, subject, catalogue = (
        request.form.get("about"),
        request.form.get("subject", ""),
        context().catalogue,
    )
    songs, artists = {subject} if about == "song" else (), {subject} if about == "artist" else ()
    found = find_in_catalogue(songs, artists, catalogue)
    if not found:
        abort(400, translate("Please choose a song or an artist from the list."))
    if about == "artist":
        return Start("artist", subject, subject)
    song = catalogue.song(found[0].row)
    return Start("song", subject, f"{song.title} – {', '.join(song.artists)}")
