"""Writing songs into a playlist: songs that can be played, and never half of them."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

import spotify
from jobs.refused_songs import find_accepted, find_lost, get_ids, has_all
from spotify import Client, PlaylistEntry
from store.errors import JobCancelled
from store.record import RecordedSong

log = logging.getLogger(__name__)

# Together at most twelve calls that write the mix, whatever Spotify makes of its songs.
MAX_LISTS, MAX_PROBES = 4, 8
# Enough to find one song among a hundred: two for each halving.
MAX_RESTORE_PROBES = 14
# What was written was seen to read back after 0.6 s.
SETTLE_S = 3.0


@dataclass(frozen=True)
class WrittenSongs:
    """Our songs in a playlist as it is now, and their ids as Spotify returns them."""

    songs: tuple[RecordedSong, ...]
    song_ids: tuple[str, ...]


def write_songs(
    client: Client,
    playlist_id: str,
    songs: Sequence[RecordedSong],
    find_spares: Callable[[], Sequence[RecordedSong]],
    held: Sequence[str],
    wait: Callable[[float], None],
    note_unplayable: Callable[[Sequence[str]], None],
    additions: Sequence[str] = (),
    name: str | None = None,
) -> WrittenSongs:
    """Write songs, with spares for those that Spotify refuses or that cannot be played.

    What is written is read back, also after spares were put in. Where writing
    fails, the playlist is restored to what it held.

    Parameters
    ----------
    songs : what to write, in order
    find_spares : function without arguments
        Returns what can stand in, best first; called once, and only where a song is lost.
    held : sequence of song ids
        What the playlist holds now.
    wait : function of seconds
    note_unplayable : function of song ids
        Called at once, so that they need not be found again after a crash or a failure.
    additions : sequence of song ids
        The listener's own songs, which stay behind ours.
    name : what the playlist is called from now on; None leaves the name as it is

    Raises
    ------
    SpotifyError
        See `spotify.errors`; `NotWritten` where songs are missing however often they are replaced.
    JobCancelled
        As `wait`.
    """
    writer = _PlaylistWriter(client, playlist_id, held, additions)
    try:
        written = _write(writer, list(songs), find_spares, wait, note_unplayable)
        if name is not None:
            spotify.describe_playlist(client, playlist_id, name=name)
        return written
    except (spotify.RateLimited, spotify.SignInExpired):
        # No restoring: it would only lengthen the pause after which the job goes on, or has no token.
        raise
    except (spotify.SpotifyError, JobCancelled):
        # A listener who cancels the job finds the playlist as it was.
        writer.restore()
        raise


class _PlaylistWriter:
    """A playlist that is being written, and what it held before."""

    def __init__(
        self, client: Client, playlist_id: str, held: Sequence[str], additions: Sequence[str]
    ) -> None:
        self._client = client
        self._id = playlist_id
        # A worker that was killed may have added songs twice.
        self._held = list(dict.fromkeys(held))
        self._additions = list(additions)
        self._is_changed = False

    def list_additions(self, song_ids: Sequence[str]) -> list[str]:
        """Return the listener's own songs that come behind these."""
        return [song_id for song_id in self._additions if song_id not in song_ids]

    def try_replace(self, song_ids: Sequence[str]) -> spotify.Refused | None:
        """Replace all songs; return the refusal where Spotify refuses any of them."""
        try:
            self._replace(song_ids)
        except spotify.Refused as refusal:
            _raise_unless_about_songs(refusal)
            return refusal
        return None

    def _replace(self, song_ids: Sequence[str]) -> None:
        """Replace all songs: a call takes only so many, so the others are appended."""
        try:
            self._replace_once(song_ids)
        except spotify.Unclear:
            # Whatever was appended is replaced now.
            self._replace_once(song_ids)

    def _replace_once(self, song_ids: Sequence[str]) -> None:
        # A refusal changes nothing, the later calls of a list apart.
        spotify.replace_songs(self._client, self._id, song_ids[: spotify.MAX_SONGS])
        self._is_changed = True
        for start in range(spotify.MAX_SONGS, len(song_ids), spotify.MAX_SONGS):
            spotify.add_songs(self._client, self._id, song_ids[start : start + spotify.MAX_SONGS])

    def accepts(self, song_ids: Sequence[str]) -> bool:
        """Try whether Spotify accepts these songs, by adding them at the end.

        Of the calls that an app in development mode has, only a write shows
        which songs can be written, several at once. Replacing would leave part
        of a playlist until the search is over. An addition leaves all that was
        there in its place, and the whole list that is written next replaces it.
        """
        self._is_changed = True
        try:
            self._add(song_ids)
        except spotify.Refused as refusal:
            _raise_unless_about_songs(refusal)
            return False
        return True

    def _add(self, song_ids: Sequence[str]) -> None:
        try:
            spotify.add_songs(self._client, self._id, song_ids)
        except spotify.Unclear:
            # Safe to repeat: songs that are there twice are replaced soon, see `accepts`.
            spotify.add_songs(self._client, self._id, song_ids)

    def read(self) -> list[PlaylistEntry]:
        """Read the entries that are there now, but for songs that Spotify no longer has."""
        entries = spotify.read_playlist_entries(self._client, self._id)
        return [entry for entry in entries if not entry.is_gone]

    def restore(self) -> None:
        """Write what was there before, but for a song that Spotify refuses by now; log a failure."""
        if not self._is_changed:
            return
        try:
            if refusal := self.try_replace(self._held):
                accepted = find_accepted(self._held, self.accepts, MAX_RESTORE_PROBES)
                # With more in doubt, the old songs and others behind them are the lesser evil.
                if len(accepted) < len(self._held) - 1:
                    raise refusal
                still_accepted = [song_id for song_id in self._held if song_id in accepted]
                self._replace(still_accepted)
        except spotify.SpotifyError as error:
            log.warning("playlist %s could not be restored: %s", self._id, error)


def _raise_unless_about_songs(refusal: spotify.Refused) -> None:
    if refusal.status != 400 or isinstance(refusal, spotify.TokenRefused):
        raise refusal


def _write(
    writer: _PlaylistWriter,
    songs: list[RecordedSong],
    find_spares: Callable[[], Sequence[RecordedSong]],
    wait: Callable[[float], None],
    note_unplayable: Callable[[Sequence[str]], None],
) -> WrittenSongs:
    accepted: set[str] = set()
    spares: list[RecordedSong] | None = None
    failure: spotify.SpotifyError = spotify.NotWritten("there is nothing to write")
    for _ in range(MAX_LISTS):
        if not songs:
            break
        song_ids = [song.id for song in songs]
        additions = writer.list_additions(song_ids)
        refusal = writer.try_replace([*song_ids, *additions])
        if refusal:
            # Once some are known to be accepted, those put in since are to blame.
            accepted = accepted or find_accepted(song_ids, writer.accepts, MAX_PROBES)
            if not accepted:
                raise refusal
            failure, lost = refusal, [at for at, song_id in enumerate(song_ids) if song_id not in accepted]
        else:
            accepted |= set(song_ids)
            entries = _read_back(writer, [*song_ids, *additions], wait)
            missing = find_lost([*song_ids, *additions], entries)
            # Whether the listener's own songs can be played is theirs to judge.
            lost = [at for at in missing if at < len(songs)]
            if not lost and has_all([*song_ids, *additions], entries):
                return _describe_written(songs, len(additions), entries)
            failure = spotify.NotWritten(f"{len(missing)} songs are missing or cannot be played")
        note_unplayable([song_ids[at] for at in lost])
        spares = list(find_spares()) if spares is None else spares
        songs = _replace_lost(songs, spares, lost)
    raise failure


def _describe_written(
    songs: Sequence[RecordedSong], n_additions: int, entries: Sequence[PlaylistEntry]
) -> WrittenSongs:
    """Return the songs as they stand in the playlist now, each with its place and its cover."""
    if len(entries) == len(songs) + n_additions:
        read = list(entries[: len(songs)])
    else:
        # The listener has added something at this very moment.
        by_id = {entry.id: entry for entry in entries}
        read = [by_id.get(song.id, PlaylistEntry(song.id, is_playable=True)) for song in songs]
    return WrittenSongs(
        songs=tuple(
            replace(song, rank=at, cover=entry.cover or song.cover)
            for at, (song, entry) in enumerate(zip(songs, read, strict=True), start=1)
        ),
        # One that cannot be read now still stands where it was written.
        song_ids=tuple(entry.id or song.id for song, entry in zip(songs, read, strict=True)),
    )


def _read_back(
    writer: _PlaylistWriter, song_ids: Sequence[str], wait: Callable[[float], None]
) -> list[PlaylistEntry]:
    """Read back what was written; where songs are missing, once more a little later.

    Raises
    ------
    NotWritten
        If none of the songs is there: that shows nothing about any of them.
    """
    entries = writer.read()
    if has_all(song_ids, entries):
        return entries
    wait(SETTLE_S)
    entries = writer.read()
    if not set(song_ids) & set(get_ids(entries)):
        raise spotify.NotWritten("nothing of what was written reads back")
    return entries


def _replace_lost(
    songs: Sequence[RecordedSong], spares: list[RecordedSong], lost: Sequence[int]
) -> list[RecordedSong]:
    """Replace each lost song by the best spare of its taste or cluster, out of `spares`, or leave it out.

    A spare of its taste goes first, then one of its cluster, which a song of an old record does not know,
    then one that is by new artists, or by known ones, as it is, then one whose artist is not that of the
    song before or after.
    """
    now: list[RecordedSong | None] = list(songs)
    for at in lost:
        neighbours = {
            song.first_artist for song in (*now[max(at - 1, 0) : at], *now[at + 1 : at + 2]) if song
        }
        fitting = [
            spare for spare in spares if spare.taste == songs[at].taste or spare.cluster == songs[at].cluster
        ]
        by_fit = partial(_rate_unfit, lost=songs[at], neighbours=neighbours)
        now[at] = min(fitting, key=by_fit, default=None)
        spares[:] = [spare for spare in spares if spare is not now[at]]
    return [song for song in now if song]


def _rate_unfit(
    spare: RecordedSong, lost: RecordedSong, neighbours: Collection[str]
) -> tuple[bool, bool, bool, bool]:
    """Return in what a spare does not fit the place of a lost song, the worst first."""
    return (
        spare.taste != lost.taste,
        spare.cluster != lost.cluster,
        spare.is_new_artist != lost.is_new_artist,
        spare.first_artist in neighbours,
    )
