"""The changes of a draft: each returns the step that it leads to, or raises; the caller saves it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from drafts.previews import Previews
from drafts.record import make_record
from drafts.unheard_mix import pick_unheard
from drafts.wishes import load_wishes
from recommender import Mix, Pick, Wishes, pick
from recommender.errors import AllRuledOut, NothingNew
from store import mixes
from store.drafts import Action, DraftStep
from store.playlists import Playlist
from store.record import PlaylistRecord, RecordedSong, Start
from store.tuning import Tuning

#: A mix starts from so many songs and artists at most.
MAX_STARTS = 3
# Of each taste, songs that stand by for one that goes.
N_SPARES = 5


def begin(playlist: Playlist) -> DraftStep:
    """Return the saved playlist as step 0 of a draft: nothing is changed yet.

    Raises
    ------
    ValueError
        If the playlist has never been written to the end.
    """
    if playlist.record is None:
        raise ValueError(f"playlist {playlist.id} is not written, so nothing of it can be changed")
    return DraftStep(0, playlist.made_at, "saved", "", playlist.name, playlist.record)


def retune(
    previews: Previews, playlist: Playlist, step: DraftStep, tuning: Tuning, action: Action = "tuned"
) -> DraftStep:
    """Pick the mix anew by another tuning: what is kept stays, what was removed does not come back.

    Songs of the saved playlist may be picked, unless the draft is a refresh;
    those of earlier mixes only where nothing else is left.

    Raises
    ------
    NoRecommendation
        If nothing can be picked.
    """
    record = replace(step.record, tuning=tuning)
    wishes = _load_wishes(previews, playlist, replace(step, record=record))
    mix = _pick(previews, playlist, step, wishes)
    return _next(step, action, record=_record(mix, record, playlist))


def shuffle(previews: Previews, playlist: Playlist, step: DraftStep) -> DraftStep:
    """Pick another mix, equally good; raises as `retune`."""
    tuning = replace(step.record.tuning, seed=step.record.tuning.seed + 1)
    return retune(previews, playlist, step, tuning, "shuffled")


def start_from(
    previews: Previews, playlist: Playlist, step: DraftStep, starts: Sequence[Start], label: str
) -> DraftStep:
    """Pick the mix anew from these songs and artists, at most `MAX_STARTS`; raises as `retune`."""
    record = replace(step.record, starts=tuple(starts[:MAX_STARTS]))
    tuned = retune(previews, playlist, replace(step, record=record), record.tuning, "started")
    return replace(tuned, subject=label)


def refill(
    previews: Previews, playlist: Playlist, step: DraftStep, gone: Collection[str], action: Action
) -> DraftStep:
    """Put the next best songs of the same tastes in the places of songs that go.

    Those are the songs in `gone`, and whatever the listener's opinions rule
    out by now. The list is shorter only where the catalogue has no more.
    """
    record = step.record
    staying = [song.id for song in record.songs if song.id not in gone]
    removed = tuple(dict.fromkeys([*step.removed, *gone]))
    wishes = replace(
        _load_wishes(previews, playlist, replace(step, removed=removed)),
        size=len(record.songs),
        kept=frozenset(staying),
        spares=N_SPARES,
    )
    mix = _pick(previews, playlist, step, wishes)
    filled = replace(mix, picks=tuple(_fill_places(record.songs, mix)), written=())
    return _next(step, action, record=_record(filled, record, playlist), removed=removed)


def remove(step: DraftStep, song_id: str) -> DraftStep:
    """Take a song out and leave its place empty."""
    record = step.record
    songs = [song for song in record.songs if song.id != song_id]
    [song] = [song for song in record.songs if song.id == song_id]
    tastes = list(record.tastes)
    tastes[song.taste] = replace(tastes[song.taste], n_picks=tastes[song.taste].n_picks - 1)
    shorter = replace(
        record,
        songs=tuple(replace(song, rank=rank) for rank, song in enumerate(songs, start=1)),
        tastes=tuple(tastes),
        new_artists=record.new_artists - song.is_new_artist,
        kept=tuple(kept for kept in record.kept if kept != song_id),
    )
    return _next(step, "removed", record=shorter, removed=(*step.removed, song_id))


def keep(step: DraftStep, song_id: str) -> DraftStep:
    """Let a song stay through tunings and refreshes."""
    kept = tuple(dict.fromkeys([*step.record.kept, song_id]))
    return _next(step, "kept", record=replace(step.record, kept=kept))


def release(step: DraftStep, song_id: str) -> DraftStep:
    """Let a song that was kept go with the next tuning or refresh."""
    kept = tuple(each for each in step.record.kept if each != song_id)
    return _next(step, "released", record=replace(step.record, kept=kept))


def restore(step: DraftStep, record: PlaylistRecord) -> DraftStep:
    """Bring the songs of an earlier mix back into the draft, those that were removed since included."""
    back = {song.id for song in record.songs}
    removed = tuple(song_id for song_id in step.removed if song_id not in back)
    return _next(step, "restored", record=record, removed=removed)


def rename(step: DraftStep, name: str) -> DraftStep:
    """Change the name of the playlist."""
    return replace(_next(step, "renamed"), name=name, subject=name)


def _next(step: DraftStep, action: Action, **changes: object) -> DraftStep:
    """Return the step after this one; its number and time are given when it is saved."""
    return replace(step, action=action, subject="", before=None, **changes)  # type: ignore[arg-type]


def _load_wishes(previews: Previews, playlist: Playlist, step: DraftStep) -> Wishes:
    record, database = step.record, previews.database
    return load_wishes(
        database,
        playlist.account_id,
        record.tuning,
        database.clock.now(),
        kept=record.kept,
        removed=step.removed,
        starts=record.starts,
    )


def _pick(previews: Previews, playlist: Playlist, step: DraftStep, wishes: Wishes) -> Mix:
    """Pick songs that no recent mix had but the saved one.

    Raises
    ------
    NoRecommendation
        If there is none.
    """
    database = previews.database
    recent = mixes.list_recent(database, playlist.account_id, database.clock.now())
    if not step.is_refresh and playlist.record:
        saved = {song.id for song in playlist.record.songs}
        recent = [songs - saved for songs in recent]
    mix = pick_unheard(partial(pick, previews.prepare(playlist.account_id)), wishes, recent)
    if not mix.picks:
        is_ruled_out = {"banned_songs", "banned_artists"}.intersection(mix.short_because)
        raise (AllRuledOut if is_ruled_out else NothingNew)("the wishes leave nothing to pick")
    return mix


def _record(mix: Mix, before: PlaylistRecord, playlist: Playlist) -> PlaylistRecord:
    """Return a mix as a record that is compared with the saved playlist, tuned as the one before it."""
    made = make_record(mix, playlist.record)
    covers = {
        song.id: song.cover for song in (*(playlist.record.songs if playlist.record else ()), *before.songs)
    }
    songs = tuple(replace(song, cover=covers.get(song.id, "")) for song in made.songs)
    return replace(made, songs=songs, tuning=before.tuning, starts=before.starts, kept=before.kept)


def _fill_places(songs: Sequence[RecordedSong], mix: Mix) -> list[Pick]:
    """Return the picks in the order of `songs`, the next best of the same taste where one went."""
    picked = {pick.song.id: pick for pick in mix.picks}
    held = {song.id for song in songs}
    # Best first: the new picks, then the songs that stand by.
    fresh = [pick for pick in (*mix.picks, *mix.spares) if pick.song.id not in held]
    filled = []
    for song in songs:
        if song.id in picked:
            filled.append(picked[song.id])
        elif fresh:
            best = min(
                fresh, key=lambda each: (each.taste != song.taste, each.is_new_artist != song.is_new_artist)
            )
            fresh.remove(best)
            filled.append(best)
    return filled
