"""The changes of a draft: each returns the step that it leads to, or raises; the caller saves it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from drafts.previews import Previews
from drafts.record import make_record, put_covers, put_songs, record_spares, take_out
from drafts.tastes import find_places, move_percents
from drafts.unheard_mix import pick_unheard
from drafts.wishes import load_wishes
from drafts.words.wish import Wish as WishInWords
from recommender import Mix, Prepared, Wishes, pick
from recommender.wishes import MAX_STARTS
from store import mixes, opinions
from store.drafts import Action, DraftStep, OpinionChange
from store.opinions import About, Wish
from store.playlists import Playlist
from store.record import PlaylistRecord, RecordedSong, Start
from store.tuning import Tuning

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
    with previews.use(playlist.account_id) as prepared:
        record = _move_tastes(replace(step.record, tuning=tuning), prepared)
        wishes = _load_wishes(previews, playlist, replace(step, record=record))
        mix = _pick(previews, playlist, step, prepared, wishes)
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


def wish(
    previews: Previews, playlist: Playlist, step: DraftStep, wished: WishInWords, words: str
) -> DraftStep:
    """Pick the mix anew as a wish in words says; of too many starts the oldest go. Raises as `retune`."""
    starts = dict.fromkeys([*step.record.starts, *(Start("artist", name, name) for name in wished.artists)])
    record = replace(step.record, starts=tuple(starts)[-MAX_STARTS:])
    tuned = retune(previews, playlist, replace(step, record=record), wished.tune(record.tuning), "wished")
    return replace(tuned, subject=words)


def swap(previews: Previews, playlist: Playlist, step: DraftStep, song_id: str) -> DraftStep:
    """Put the next best song of its taste in a song's place; raises as `retune`."""
    return _refill(previews, playlist, step, {song_id}, "swapped")


def remove(previews: Previews, playlist: Playlist, step: DraftStep, song_id: str) -> DraftStep:
    """Take a song out, and leave its place empty."""
    shorter = take_out(step.record, {song_id}, playlist.record)
    return _next(step, "removed", record=shorter, removed=(*step.removed, song_id))


def keep(previews: Previews, playlist: Playlist, step: DraftStep, song_id: str) -> DraftStep:
    """Let a song stay through tunings and refreshes."""
    kept = tuple(dict.fromkeys([*step.record.kept, song_id]))
    return _next(step, "kept", record=replace(step.record, kept=kept))


def release(previews: Previews, playlist: Playlist, step: DraftStep, song_id: str) -> DraftStep:
    """Let a song that was kept go with the next tuning or refresh."""
    kept = tuple(each for each in step.record.kept if each != song_id)
    return _next(step, "released", record=replace(step.record, kept=kept))


def like(previews: Previews, playlist: Playlist, step: DraftStep, song_id: str) -> DraftStep:
    """Let a song count as three saved ones from the next mix on."""
    return replace(_next(step, "liked"), opinion=_say(previews, playlist, step, song_id, "song", "more"))


def unlike(previews: Previews, playlist: Playlist, step: DraftStep, song_id: str) -> DraftStep:
    """Let a song that was liked count no more than others."""
    return replace(_next(step, "unliked"), opinion=_say(previews, playlist, step, song_id, "song", None))


def block_song(previews: Previews, playlist: Playlist, step: DraftStep, song_id: str) -> DraftStep:
    """Never pick a song again, and put another in its place; raises as `retune`."""
    said = _say(previews, playlist, step, song_id, "song", "never")
    return replace(_refill(previews, playlist, step, {song_id}, "blocked song", said), opinion=said)


def block_artist(previews: Previews, playlist: Playlist, step: DraftStep, song_id: str) -> DraftStep:
    """Never pick a song's artist again, and fill the places of all their songs; raises as `retune`."""
    said = _say(previews, playlist, step, song_id, "artist", "never")
    return replace(_refill(previews, playlist, step, {song_id}, "blocked artist", said), opinion=said)


def find_song(record: PlaylistRecord, song_id: str) -> RecordedSong:
    """Return the song of this id; raises KeyError where the record has none."""
    return {song.id: song for song in record.songs}[song_id]


def discard(step: DraftStep, playlist: Playlist) -> DraftStep:
    """Return to the playlist as it was saved, which can be undone, too."""
    return replace(begin(playlist), number=step.number, action="discarded")


def restore(step: DraftStep, record: PlaylistRecord) -> DraftStep:
    """Bring the songs of an earlier mix back into the draft, those that were removed since included."""
    back = {song.id for song in record.songs}
    removed = tuple(song_id for song_id in step.removed if song_id not in back)
    return _next(step, "restored", record=record, removed=removed)


def bring_along(step: DraftStep, record: PlaylistRecord) -> DraftStep:
    """Show the mix of a visit, once its visitor has signed in."""
    return replace(restore(step, record), action="brought")


def rename(step: DraftStep, name: str) -> DraftStep:
    """Change the name of the playlist."""
    return replace(_next(step, "renamed"), name=name, subject=name)


def _refill(
    previews: Previews,
    playlist: Playlist,
    step: DraftStep,
    gone: Collection[str],
    action: Action,
    said: OpinionChange | None = None,
) -> DraftStep:
    """Put the next best songs of the same tastes in the places of songs that go.

    Those are the songs in `gone`, and all that the listener has blocked by now,
    `said` included. The list is shorter only where the catalogue has no more.
    """
    with previews.use(playlist.account_id) as prepared:
        record = _move_tastes(step.record, prepared)
        staying = [song.id for song in record.songs if song.id not in gone]
        removed = tuple(dict.fromkeys([*step.removed, *gone]))
        wishes = replace(
            _load_wishes(previews, playlist, replace(step, record=record, removed=removed)),
            size=len(record.songs),
            kept=frozenset(staying),
            spares=N_SPARES,
        )
        if said and said.about == "artist":
            wishes = replace(wishes, banned_artists=wishes.banned_artists | {said.subject})
        mix = _pick(previews, playlist, step, prepared, wishes)
    made = _record(replace(mix, written=()), record, playlist)
    songs = _fill_places(record.songs, gone, said, made, record_spares(mix, made))
    lost = {song.id for song in record.songs}.difference(song.id for song in songs)
    kept = tuple(song_id for song_id in record.kept if song_id not in lost)
    filled = replace(put_songs(made, songs, playlist.record), kept=kept)
    return _next(step, action, record=filled, removed=removed)


def _move_tastes(record: PlaylistRecord, prepared: Prepared) -> PlaylistRecord:
    """Return a record whose songs and tuning name the tastes by their places in the library as it is now."""
    now = prepared.taste_names
    places = [place or 0 for place in find_places(record.tastes, now)]
    return replace(
        record,
        songs=tuple(replace(song, taste=places[song.taste]) for song in record.songs),
        tuning=move_percents(record.tuning, record.tastes, now),
    )


def _next(step: DraftStep, action: Action, **changes: object) -> DraftStep:
    """Return the step after this one; its number and time are given when it is saved."""
    return replace(step, action=action, subject="", opinion=None, **changes)  # type: ignore[arg-type]


def _load_wishes(previews: Previews, playlist: Playlist, step: DraftStep) -> Wishes:
    record, database = step.record, previews.database
    # What the listener has added to the playlist is theirs: as a song of ours, the next mix would replace it.
    added = set(playlist.additions).difference(song.id for song in record.songs)
    return load_wishes(
        database,
        playlist.account_id,
        record.tuning,
        database.clock.now(),
        kept=record.kept,
        removed=(*step.removed, *added),
        starts=record.starts,
    )


def _pick(previews: Previews, playlist: Playlist, step: DraftStep, prepared: Prepared, wishes: Wishes) -> Mix:
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
    return pick_unheard(partial(pick, prepared), wishes, recent)


def _record(mix: Mix, before: PlaylistRecord, playlist: Playlist) -> PlaylistRecord:
    """Return a mix as a record that is compared with the saved playlist, tuned as the one before it."""
    made = make_record(mix, playlist.record, before.tuning, before.starts, before.kept)
    covered = put_covers(made, *([playlist.record] if playlist.record else []), before)
    # What there is no room for now is kept all the same, for when there is again.
    return replace(covered, kept=before.kept)


def _fill_places(
    songs: Sequence[RecordedSong],
    gone: Collection[str],
    said: OpinionChange | None,
    made: PlaylistRecord,
    spares: Sequence[RecordedSong],
) -> list[RecordedSong]:
    """Return the songs of a mix in the order of before, the next best of the same taste where one went.

    A song that stays does so even where it could no longer be picked, because it has been saved meanwhile or
    cannot be played: the listener asked for one change.
    """
    picked = {song.id: song for song in made.songs}
    held = {song.id for song in songs}
    # Best first: the new songs, then those that stand by.
    fresh = [song for song in (*made.songs, *spares) if song.id not in held]
    filled = []
    for song in songs:
        if song.id in picked:
            filled.append(picked[song.id])
        elif song.id not in gone and not _is_blocked(song, said):
            filled.append(song)
        elif fresh:
            best = min(
                fresh, key=lambda each: (each.taste != song.taste, each.is_new_artist != song.is_new_artist)
            )
            fresh.remove(best)
            filled.append(best)
    return filled


def _is_blocked(song: RecordedSong, said: OpinionChange | None) -> bool:
    """Return whether a song is by the artist who is blocked by now, as a guest, too."""
    if said is None or said.about != "artist":
        return False
    return f", {said.subject}, " in f", {song.artists}, "


def _say(
    previews: Previews, playlist: Playlist, step: DraftStep, song_id: str, about: About, wish: Wish | None
) -> OpinionChange:
    """Return what the listener says of a song or its artist from this step on, and what they said before."""
    song = find_song(step.record, song_id)
    subject, label = (
        (song.id, f"{song.title} – {song.artists}") if about == "song" else (song.first_artist,) * 2
    )
    given = opinions.list_opinions(previews.database, playlist.account_id)
    before = next((each.wish for each in given if (each.about, each.subject) == (about, subject)), None)
    return OpinionChange(about, subject, label, before, wish)
