"""A mix as the record that its playlist's page shows."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from operator import attrgetter

from recommender import Mix, Pick, Song
from recommender.mix import Reason
from store.record import (
    Credit,
    LibraryCounts,
    PlaylistRecord,
    RecordedLeftOut,
    RecordedReason,
    RecordedSong,
    RecordedTaste,
    Start,
)
from store.tuning import DEFAULT_TUNING, Tuning

#: Enough for a page to show; the counts tell how many there are in all.
MAX_LEFT_OUT = 100
# Those of a `Reason`, too. `asdict` would copy them deeply, for which a preview or a page would wait.
_FIELDS_OF_REASON = attrgetter(*(each.name for each in fields(RecordedReason)))


def make_record(
    mix: Mix,
    before: PlaylistRecord | None = None,
    tuning: Tuning = DEFAULT_TUNING,
    starts: tuple[Start, ...] = (),
    kept: tuple[str, ...] = (),
) -> PlaylistRecord:
    """Return what the page of a playlist shows of its mix, the songs in the order of the playlist.

    Picks are counted as they are in `mix.picks`, where some may stand in for
    others that could not be played.

    Parameters
    ----------
    before : the record of the mix that this one replaces, if it replaces one
    tuning, starts, kept : what the mix was made by; of `kept` those are recorded that are in it
    """
    n_left_out = len(mix.left_out)
    record = PlaylistRecord(
        songs=(),
        tastes=tuple(
            RecordedTaste(
                taste.name,
                taste.full_name,
                taste.n_saved,
                0,
                taste.genres,
                _credit(taste.medoid) if taste.medoid else None,
            )
            for taste in mix.tastes
        ),
        counts=LibraryCounts(
            n_saved=mix.matched + mix.estimated + n_left_out,
            n_matched=mix.matched,
            n_estimated=mix.estimated,
            n_left_out=n_left_out,
            n_newer=mix.newer,
        ),
        left_out=tuple(
            RecordedLeftOut(left.song.title, _join_artists(left.song), left.why.value)
            for left in mix.left_out[:MAX_LEFT_OUT]
        ),
        short_of_new=mix.short_of_new,
        tuning=tuning,
        starts=starts,
        kept=kept,
    )
    return put_songs(record, [_record_song(pick) for pick in mix.playlist], before)


def put_songs(
    record: PlaylistRecord, songs: Sequence[RecordedSong], before: PlaylistRecord | None = None
) -> PlaylistRecord:
    """Return a record with these songs in place of its own, and with all that is counted of them.

    Parameters
    ----------
    before : the record of the mix that this one replaces, if it replaces one
    """
    n_picks = Counter(song.taste for song in songs)
    old = {song.id: Credit(song.title, song.artists) for song in (before.songs if before else ())}
    now = {song.id for song in songs}
    return replace(
        record,
        songs=tuple(songs),
        tastes=tuple(replace(taste, n_picks=n_picks[at]) for at, taste in enumerate(record.tastes)),
        went=tuple(credit for song_id, credit in old.items() if song_id not in now),
        n_came=len(now - old.keys()) if before else 0,
        new_artists=sum(song.is_new_artist for song in songs),
        kept=tuple(song_id for song_id in record.kept if song_id in now),
    )


def take_out(
    record: PlaylistRecord, gone: Collection[str], before: PlaylistRecord | None = None
) -> PlaylistRecord:
    """Return a record without the songs of these ids, the others ranked anew; `before` as for `put_songs`."""
    staying = (song for song in record.songs if song.id not in gone)
    ranked = [replace(song, rank=rank) for rank, song in enumerate(staying, start=1)]
    return put_songs(record, ranked, before)


def put_covers(record: PlaylistRecord, *shown: PlaylistRecord) -> PlaylistRecord:
    """Return a record whose songs have the covers that these records know of them."""
    covers = {song.id: song.cover for each in shown for song in each.songs if song.cover}
    songs = tuple(replace(song, cover=song.cover or covers.get(song.id, "")) for song in record.songs)
    return replace(record, songs=songs)


def record_spares(mix: Mix, record: PlaylistRecord) -> tuple[RecordedSong, ...]:
    """Return the songs of a mix that can stand in for songs of a record, each for those of the same taste.

    The library may have changed since the record was made: tastes that it does not have have no spares.
    """
    held = {song.id for song in record.songs}
    places = {taste.full_name: place for place, taste in enumerate(record.tastes)}
    spares = (pick for pick in (*mix.picks, *mix.spares) if pick.song.id not in held)
    return tuple(
        replace(_record_song(pick), taste=places[mix.tastes[pick.taste].full_name])
        for pick in spares
        if mix.tastes[pick.taste].full_name in places
    )


def read_reason(kept: RecordedReason) -> Reason:
    """Return a reason as the recommender has found it."""
    return Reason(*_FIELDS_OF_REASON(kept))


def _record_song(pick: Pick) -> RecordedSong:
    return RecordedSong(
        id=pick.song.id,
        title=pick.song.title,
        artists=_join_artists(pick.song),
        first_artist=pick.song.artists[0],
        year=pick.song.year,
        taste=pick.taste,
        rank=pick.rank,
        because=_credit(pick.because) if pick.because else None,
        reasons=tuple(RecordedReason(*_FIELDS_OF_REASON(reason)) for reason in pick.reasons),
        is_new_artist=pick.is_new_artist,
        cluster=pick.cluster,
        energy=pick.energy,
        duration_ms=pick.song.duration_ms,
        is_explicit=pick.song.is_explicit,
    )


def _credit(song: Song) -> Credit:
    return Credit(song.title, _join_artists(song))


def _join_artists(song: Song) -> str:
    return ", ".join(song.artists)
