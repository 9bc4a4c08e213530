"""What the pages of the history show: mixes in words, their songs, and what two lists have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.mixes import HistoryMix, MixLine
from store.playlists import Playlist
from store.record import PlaylistRecord, RecordedSong
from web.language import describe_moment
from web.playlist_page import summarise_changes
from web.tuning_words import describe_tuning


@dataclass(frozen=True, slots=True)
class MixView:
    """A mix in a line.

    `name` is the listener's own, "" where there is none, and `label` tells the
    mix from the others by it or by its moment. `changes` is what it brought,
    kept and replaced, "" where it was the first. `is_current` where the
    playlist has its songs.
    """

    id: str
    made_at: datetime
    name: str
    label: str
    tuning: str
    changes: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class SongLink:
    """A song to read, with its address at Spotify; "" where Spotify does not have it."""

    url: str
    title: str
    artists: str


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """The songs of a mix and of the playlist as it is now, each list in its own order."""

    only_then: tuple[SongLink, ...]
    only_now: tuple[SongLink, ...]
    in_both: tuple[SongLink, ...]


def describe_mix(mix: MixLine, playlist: Playlist | None) -> MixView:
    """Return a mix in words, beside the playlist that is in Spotify now, if there is one."""
    now = playlist.record.songs if playlist and playlist.record else ()
    return MixView(
        id=mix.id,
        made_at=mix.made_at,
        name=mix.name or "",
        label=mix.name or f"{describe_moment(mix.made_at)} UTC",
        tuning=describe_tuning(mix.tuning, mix.tastes),
        changes=summarise_changes(mix.n_came, len(mix.song_ids) - mix.n_came, mix.n_went),
        is_current=list(mix.song_ids) == [song.id for song in now],
    )


def list_songs(songs: Sequence[RecordedSong], open_url: str) -> tuple[SongLink, ...]:
    """Return songs with their addresses; `open_url` is where Spotify shows songs."""
    return tuple(SongLink(f"{open_url}/track/{song.id}", song.title, song.artists) for song in songs)


def describe_comparison(mix: HistoryMix, now: PlaylistRecord, open_url: str) -> ComparisonView:
    """Return what a mix and the list that is shown now have in common, and what each has alone."""
    then_ids, now_ids = {song.id for song in mix.record.songs}, {song.id for song in now.songs}
    return ComparisonView(
        only_then=list_songs([song for song in mix.record.songs if song.id not in now_ids], open_url),
        only_now=list_songs([song for song in now.songs if song.id not in then_ids], open_url),
        in_both=list_songs([song for song in now.songs if song.id in then_ids], open_url),
    )
