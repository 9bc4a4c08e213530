"""A mix as the record that its playlist's page shows."""

from collections import Counter
from dataclasses import asdict

from recommender import Mix, Pick, Song
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


def make_record(mix: Mix) -> PlaylistRecord:
    """Return what the page of a playlist shows of its mix, the songs in the order of the playlist."""
    n_left_out = len(mix.left_out)
    # Of the songs that are written: a spare may stand for a pick of another taste.
    n_picks = Counter(pick.taste for pick in mix.picks)
    return PlaylistRecord(
        songs=tuple(_record_song(pick) for pick in mix.playlist),
        tastes=tuple(
            RecordedTaste(taste.name, taste.full_name, taste.n_saved, n_picks[number], taste.genres)
            for number, taste in enumerate(mix.tastes)
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
    )


def _record_song(pick: Pick) -> RecordedSong:
    return RecordedSong(
        id=pick.song.id,
        title=pick.song.title,
        artists=_join_artists(pick.song),
        first_artist=pick.song.artists[0],
        year=pick.song.year,
        cluster=pick.taste,
        rank=pick.rank,
        because=Credit(pick.because.title, _join_artists(pick.because)) if pick.because else Credit("", ""),
        reasons=tuple(RecordedReason(**asdict(reason)) for reason in pick.reasons),
    )


def _join_artists(song: Song) -> str:
    return ", ".join(song.artists)
