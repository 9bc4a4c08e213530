"""Writing a mix into a playlist: songs that can be played, and never half of them."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import spotify
from jobs.refused_songs import find_lost, get_ids, is_whole, sort_out
from recommender import Mix, Pick
from spotify import Client, PlaylistEntry
from store.errors import JobCancelled

log = logging.getLogger(__name__)

# Together at most twelve calls that write the mix, whatever Spotify makes of the songs.
MAX_LISTS, MAX_PROBES = 4, 8
ENOUGH_PROBES = 14  # to find one song among a hundred: two for each halving
# What was written was seen to read back after 0.6 s.
SETTLED_S = 3.0


@dataclass(frozen=True)
class Written:
    """What a playlist holds now: the picks in order, and their ids as Spotify gives them."""

    picks: tuple[Pick, ...]
    song_ids: tuple[str, ...]


def write_songs(
    client: Client,
    playlist_id: str,
    mix: Mix,
    held: Sequence[str],
    wait: Callable[[float], None],
    note_unplayable: Callable[[Sequence[str]], None],
) -> Written:
    """Write the picks, with spares for those that Spotify does not take, or that cannot be played.

    What is written is read back, also after spares were put in. Where it does
    not come about, the playlist is given back what it held.

    Parameters
    ----------
    held : sequence of song ids
        What the playlist holds.
    wait : function of seconds
    note_unplayable : function of song ids
        Told at once, so that neither a crash nor a failure makes us find them again.

    Raises
    ------
    SpotifyError
        See `spotify.errors`; `NotWritten` where songs are missing however often they are replaced.
    JobCancelled
        As `wait`.
    """
    place = _Place(client, playlist_id, held)
    try:
        return _write(place, mix, wait, note_unplayable)
    except (spotify.RateLimited, spotify.SignInExpired):
        # Another call would make the pause longer, after which the job goes on, or has no token.
        raise
    except (spotify.SpotifyError, JobCancelled):
        # Whoever stops a job is shown the playlist as it was.
        place.put_back()
        raise


class _Place:
    """A playlist that is written, and what it held before."""

    def __init__(self, client: Client, playlist_id: str, held: Sequence[str]) -> None:
        self._client = client
        self._id = playlist_id
        # What a worker that was killed has added may be in it twice.
        self._held = list(dict.fromkeys(held))[: spotify.MAX_SONGS]
        self._is_changed = False

    def try_replace(self, song_ids: Sequence[str]) -> spotify.Refused | None:
        """Write a whole list; give the refusal where Spotify does not take its songs: nothing changed."""
        try:
            spotify.replace_songs(self._client, self._id, song_ids)
        except spotify.Refused as refusal:
            return _about_songs(refusal)
        self._is_changed = True
        return None

    def takes(self, song_ids: Sequence[str]) -> bool:
        """Try whether Spotify takes these songs, by adding them at the end.

        Of the calls that an app in development mode has, only writing tells
        which songs can be written, several at once. Replacing would leave a
        part of a playlist until the search is over. After an addition, all that
        was there is in its place, and the whole list that follows replaces it.
        """
        self._is_changed = True
        try:
            self._add(song_ids)
        except spotify.Refused as refusal:
            _about_songs(refusal)
            return False
        return True

    def _add(self, song_ids: Sequence[str]) -> None:
        try:
            spotify.add_songs(self._client, self._id, song_ids)
        except spotify.Unclear:
            # Not blindly: that they may now be there twice does not matter, see `takes`.
            spotify.add_songs(self._client, self._id, song_ids)

    def look(self) -> list[PlaylistEntry]:
        """Read what is there."""
        return spotify.read_playlist_entries(self._client, self._id)

    def put_back(self) -> None:
        """Write what was there before, but for a song that Spotify does not take any more."""
        if not self._is_changed:
            return
        try:
            if refusal := self.try_replace(self._held):
                taken = sort_out(self._held, self.takes, ENOUGH_PROBES)
                # With more in doubt, the old songs and others behind them are the lesser evil.
                if len(taken) < len(self._held) - 1:
                    raise refusal
                spotify.replace_songs(self._client, self._id, [song for song in self._held if song in taken])
        except spotify.SpotifyError as error:
            log.warning("playlist %s could not be given back what it held: %s", self._id, error)


def _about_songs(refusal: spotify.Refused) -> spotify.Refused:
    """Give the refusal where it is about the songs; any other goes its way."""
    if refusal.status != 400 or isinstance(refusal, spotify.TokenRefused):
        raise refusal
    return refusal


def _write(
    place: _Place, mix: Mix, wait: Callable[[float], None], note_unplayable: Callable[[Sequence[str]], None]
) -> Written:
    picks, spares = list(mix.playlist), list(mix.spares)
    taken: set[str] = set()
    failure: spotify.SpotifyError = spotify.NotWritten("there is nothing to write")
    for _ in range(MAX_LISTS):
        if not picks:
            break
        song_ids = [pick.song.id for pick in picks]
        refusal = place.try_replace(song_ids)
        if refusal:
            # Once some are known to be taken, those put in since are to blame.
            taken = taken or sort_out(song_ids, place.takes, MAX_PROBES)
            if not taken:
                raise refusal
            failure, lost = refusal, [at for at, song_id in enumerate(song_ids) if song_id not in taken]
        else:
            taken |= set(song_ids)
            entries = _settled(place, song_ids, wait)
            lost = find_lost(song_ids, entries)
            if not lost:
                ranked = tuple(replace(pick, rank=at) for at, pick in enumerate(picks, start=1))
                return Written(ranked, get_ids(entries) if len(entries) == len(picks) else tuple(song_ids))
            failure = spotify.NotWritten(f"{len(lost)} songs of {len(picks)} are missing or cannot be played")
        note_unplayable([song_ids[at] for at in lost])
        picks = _with_spares(picks, spares, lost)
    raise failure


def _settled(place: _Place, song_ids: Sequence[str], wait: Callable[[float], None]) -> list[PlaylistEntry]:
    """Read back what was written; where songs are missing, once more a little later.

    Raises
    ------
    NotWritten
        If something else is there altogether: that says nothing about any song.
    """
    entries = place.look()
    if is_whole(song_ids, entries):
        return entries
    wait(SETTLED_S)
    entries = place.look()
    if not set(song_ids) & set(get_ids(entries)):
        raise spotify.NotWritten("nothing of what was written reads back")
    return entries


def _with_spares(picks: Sequence[Pick], spares: list[Pick], lost: Sequence[int]) -> list[Pick]:
    """Put the next best of the same taste, out of `spares`, in lost places; one without a spare closes up.

    Where there is one by nobody who plays before or after, the next best of those.
    """
    now: list[Pick | None] = list(picks)
    for at in lost:
        beside = {
            pick.song.artists[:1] for pick in (*now[max(at - 1, 0) : at], *now[at + 1 : at + 2]) if pick
        }
        of_taste = [spare for spare in spares if spare.cluster == picks[at].cluster]
        fitting = [spare for spare in of_taste if spare.song.artists[:1] not in beside]
        now[at] = next(iter(fitting or of_taste), None)
        spares[:] = [spare for spare in spares if spare is not now[at]]
    return [pick for pick in now if pick]
