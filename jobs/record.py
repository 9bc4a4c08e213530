"""A mix as the record that its playlist's page shows."""

from recommender import Mix, Pick, Song
from recommender.catalogue.model import Model
from store.record import (
    Credit,
    LibraryCounts,
    PlaylistRecord,
    RecordedLeftOut,
    RecordedReason,
    RecordedSong,
    RecordedTaste,
)

#: Enough for a page to show; the counts tell how many there are in all.
MAX_LEFT_OUT = 100


def make_record(mix: Mix, model: Model, before: PlaylistRecord | None = None) -> PlaylistRecord:
    """Return what the page of a playlist shows of its mix, the songs in the order of the playlist.

    Parameters
    ----------
    before : the record of the mix that this one replaces, if it replaces one
    """
    n_left_out = len(mix.left_out)
    old = {song.id: Credit(song.title, song.artists) for song in (before.songs if before else ())}
    now = {pick.song.id for pick in mix.picks}
    used = [cluster for cluster, n_saved in enumerate(mix.saved) if n_saved]
    return PlaylistRecord(
        songs=tuple(_record_song(pick, used.index(pick.cluster)) for pick in mix.playlist),
        tastes=tuple(
            RecordedTaste(model.names[at], model.full_names[at], mix.saved[at], mix.shares[at]) for at in used
        ),
        counts=LibraryCounts(
            n_saved=mix.matched + mix.estimated + n_left_out,
            n_matched=mix.matched,
            n_estimated=mix.estimated,
            n_left_out=n_left_out,
        ),
        left_out=tuple(
            RecordedLeftOut(left.song.title, _join_artists(left.song), left.why.value)
            for left in mix.left_out[:MAX_LEFT_OUT]
        ),
        went=tuple(credit for song_id, credit in old.items() if song_id not in now),
        n_came=len(now - old.keys()) if before else 0,
    )


def _record_song(pick: Pick, taste: int) -> RecordedSong:
    return RecordedSong(
        id=pick.song.id,
        title=pick.song.title,
        artists=_join_artists(pick.song),
        first_artist=pick.song.artists[0],
        year=pick.song.year,
        taste=taste,
        rank=pick.rank,
        because=Credit(pick.because.title, _join_artists(pick.because)),
        reasons=tuple(
            RecordedReason(reason.signal, reason.n_songs, reason.artist, reason.words, reason.is_guess)
            for reason in pick.reasons
        ),
    )


def _join_artists(song: Song) -> str:
    return ", ".join(song.artists)
