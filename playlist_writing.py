"""Writing a mix to Spotify: one playlist, whatever happens on the way, with songs that can be played."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import spotify
from recommender import Mix, Pick
from spotify import Client, CreatedPlaylist

log = logging.getLogger(__name__)

DESCRIPTION = "New songs in proportion to your tastes, from the songs you saved."
# After a creation that got no answer: when to look whether it was done all the same.
LOOKS_S = (0.0, 2.0, 5.0, 10.0)
# After a second creation: when the first may still turn up. Lists were seen to lag by half a minute.
LATE_LOOKS_S = (0.0, 10.0, 20.0)


@dataclass(frozen=True)
class Written:
    """What a playlist holds now: the picks in order, and which songs turned out not to be playable."""

    picks: tuple[Pick, ...]
    song_ids: tuple[str, ...]
    unplayable: tuple[str, ...]


def marker_of(job_id: str) -> str:
    """Give the mark by which a job knows its own playlist: a word of letters and digits."""
    return "mix" + sha256(job_id.encode()).hexdigest()[:12]


def is_ours(client: Client, playlist_id: str, song_ids: Sequence[str]) -> bool:
    """Say whether the playlist is still in the library and holds nothing that we did not write.

    One to which the listener has added something is theirs: it is not written
    over. What they took out is no reason to leave it.
    """
    try:
        return spotify.is_kept(client, playlist_id) and set(
            spotify.playlist_songs(client, playlist_id)
        ) <= set(song_ids)
    except spotify.NotFound:
        return False


def create_once(
    client: Client, name: str, is_public: bool, marker: str, may_exist: bool, wait: Callable[[float], None]
) -> CreatedPlaylist:
    """Create the playlist with this mark, or find it where an earlier try has created it.

    Parameters
    ----------
    may_exist : bool
        Whether an earlier run of the job may have created it.
    wait : function of seconds

    Raises
    ------
    SpotifyError
        See `spotify.errors`; after two creations without an answer `Unclear`.
    """
    if may_exist and (found := spotify.find_marked(client, marker)):
        return found[0]
    try:
        return spotify.create_playlist(client, name, f"{DESCRIPTION} {marker}", is_public)
    except spotify.Unclear:
        if found := _look_again(client, marker, wait):
            return found[0]
    try:
        created = spotify.create_playlist(client, name, f"{DESCRIPTION} {marker}", is_public)
    except spotify.Unclear:
        if not (found := _look_again(client, marker, wait)):
            raise
        created = found[0]
    for seconds in LATE_LOOKS_S:
        wait(seconds)
        _remove_twins(client, marker, created.id)
    return created


def _look_again(client: Client, marker: str, wait: Callable[[float], None]) -> list[CreatedPlaylist]:
    for seconds in LOOKS_S:
        wait(seconds)
        if found := spotify.find_marked(client, marker):
            return found
    return []


def _remove_twins(client: Client, marker: str, kept_id: str) -> None:
    """Take other playlists with this mark out of the library; where Spotify refuses, empty them."""
    for twin in spotify.find_marked(client, marker):
        if twin.id == kept_id:
            continue
        log.warning("playlist %s is a twin of %s: it is taken out of the library", twin.id, kept_id)
        try:
            spotify.remove_playlist(client, twin.id)
        except (spotify.MissingScope, spotify.Refused):
            spotify.replace_songs(client, twin.id, [])
            spotify.describe_playlist(client, twin.id, name="Empty, please delete", description="")


def write_songs(client: Client, playlist_id: str, mix: Mix) -> Written:
    """Write the picks, look whether they can be played, and put spares in the place of those that cannot.

    Spotify may answer with another release of a song under an id of its own:
    such a song counts as written where the list is whole.
    """
    spotify.replace_songs(client, playlist_id, [pick.song.id for pick in mix.picks])
    entries = spotify.playlist_entries(client, playlist_id)
    is_whole = len(entries) == len(mix.picks)
    playable = {entry.id for entry in entries if entry.is_playable}
    missing = [
        at
        for at, pick in enumerate(mix.picks)
        if not (entries[at].is_playable if is_whole else pick.song.id in playable)
    ]
    if not missing:
        return Written(mix.picks, tuple(entry.id for entry in entries), ())
    picks = tuple(replace(pick, rank=at) for at, pick in enumerate(_with_spares(mix, missing), start=1))
    song_ids = tuple(pick.song.id for pick in picks)
    spotify.replace_songs(client, playlist_id, song_ids)
    return Written(picks, song_ids, tuple(mix.picks[at].song.id for at in missing))


def _with_spares(mix: Mix, missing: Sequence[int]) -> tuple[Pick, ...]:
    """Put the next best of the same taste in each missing place; a place without a spare closes up."""
    spares = list(mix.spares)
    picks: list[Pick | None] = list(mix.picks)
    for at in missing:
        spare = next((spare for spare in spares if spare.cluster == mix.picks[at].cluster), None)
        picks[at] = spare
        if spare:
            spares.remove(spare)
    return tuple(pick for pick in picks if pick)
