"""Everything that the stand-in remembers, in memory: listeners, playlists, tokens and requests."""

import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import TypeVar

from recommender.song import Song
from standin.faults import Fault, Faults
from standin.grants import Consent, Grants
from standin.music import BASE62, Music, make_id, make_user_id
from standin.request_patterns import compile_pattern

# Time between the saving of one song and the next.
BETWEEN_SAVES_S = 9 * 3600.0
# The scopes that this project's app asks for.
APP_SCOPES = (
    "user-library-read",
    "playlist-read-private",
    "playlist-modify-private",
    "playlist-modify-public",
)


@dataclass(frozen=True, slots=True)
class StandinEntry:
    """A song in a library or playlist, when it was added, and when it shows (seconds since 1970)."""

    song: Song
    added_at: float
    shown_from: float = 0.0


@dataclass(eq=False)
class Listener:
    """One account; `saved` and `playlists` (those in the library) are newest first."""

    id: str
    account_id: str
    display_name: str
    about: str = ""
    saved: list[StandinEntry] = field(default_factory=list, repr=False)
    playlists: list["StandinPlaylist"] = field(default_factory=list, repr=False)

    def keep(self, thing: "Song | StandinPlaylist", now: float) -> None:
        """Add a song or playlist at the top of the library, unless it is already there."""
        if isinstance(thing, StandinPlaylist):
            if thing not in self.playlists:
                self.playlists.insert(0, thing)
        elif all(entry.song.id != thing.id for entry in self.saved):
            self.saved.insert(0, StandinEntry(thing, now))

    def drop(self, thing: "Song | StandinPlaylist") -> None:
        """Remove a song or playlist from the library, if it is there."""
        if isinstance(thing, StandinPlaylist):
            self.playlists[:] = [kept for kept in self.playlists if kept is not thing]
        else:
            self.saved[:] = [entry for entry in self.saved if entry.song.id != thing.id]


@dataclass(eq=False)
class StandinPlaylist:
    """One playlist; each write increases `version`, and lists show it from `shown_from` on."""

    id: str
    owner: Listener
    name: str
    description: str
    is_public: bool
    is_collaborative: bool
    entries: list[StandinEntry] = field(default_factory=list, repr=False)
    version: int = 1
    shown_from: float = 0.0

    def snapshot_id(self) -> str:
        """Return the id of the present version."""
        return b64encode(f"{self.version},{self.id}".encode()).decode()

    def has_had(self, snapshot_id: str) -> bool:
        """Check whether this is the id of the present version or an earlier one."""
        numbers = range(1, self.version + 1)
        return snapshot_id in {b64encode(f"{n},{self.id}".encode()).decode() for n in numbers}


Shown = TypeVar("Shown", StandinEntry, StandinPlaylist)


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request that was received; `listener` is the owner of its token or code, `fault` what it met."""

    method: str
    path: str
    query: dict[str, str]
    listener: Listener | None
    fault: Fault | None = None


class State:
    """The state of one stand-in.

    Parameters
    ----------
    songs : iterable of Song
        The catalogue; songs that a listener has saved are added to it.
    client_id, client_secret, redirect_uris
        The one app that may ask for a sign-in, as its owner registered it.
    now : function returning seconds since 1970
    token_lifetime_s : int
        How long an access token is valid.
    """

    def __init__(
        self,
        songs: Iterable[Song],
        client_id: str,
        client_secret: str,
        redirect_uris: tuple[str, ...],
        now: Callable[[], float] = time.time,
        token_lifetime_s: int = 3600,
    ) -> None:
        self.lock = RLock()
        self.client_id = client_id
        self.client_secret = client_secret
        self.redirect_uris = redirect_uris
        self.now = now
        self.music = Music(songs)
        self.grants = Grants(now, token_lifetime_s)
        self.listeners: dict[str, Listener] = {}
        self.playlists: dict[str, StandinPlaylist] = {}
        self.requests: list[RecordedRequest] = []
        self.faults = Faults()
        # Ids of known songs that have a defect, as some ids of old datasets have:
        self.refused: set[str] = set()  # a write that contains one is refused as a whole
        self.dead: set[str] = set()  # can be written, but is missing afterwards
        self.nulled: set[str] = set()  # stays where it was written, but reads as null
        self.unplayable: set[str] = set()  # is complete, but closed in the listeners' market
        self.unheard: set[str] = set()  # is unknown to ReccoBeats

    def select_shown(self, things: Sequence[Shown]) -> list[Shown]:
        """Select the entries or playlists that already show; what was just written may show late."""
        now = self.now()
        return [thing for thing in things if thing.shown_from <= now]

    def add_listener(self, name: str, saved: Sequence[Song], about: str = "") -> Listener:
        """Add an account with these saved songs, newest first."""
        with self.lock:
            number = len(self.listeners)
            listener = Listener(
                id=make_user_id(number, name),
                account_id=make_id("account", number, name),
                display_name=name,
                about=about,
            )
            now = self.now()
            listener.saved = [
                StandinEntry(song, now - (i + 1) * BETWEEN_SAVES_S) for i, song in enumerate(saved)
            ]
            self.music.add(saved)
            self.listeners[listener.id] = listener
            return listener

    def add_playlist(
        self, owner: Listener, name: str, description: str, is_public: bool, is_collaborative: bool
    ) -> StandinPlaylist:
        """Add an empty playlist to the owner's library."""
        with self.lock:
            # Random, not made from words: after a restart an old id must not name another playlist.
            playlist_id = "".join(secrets.choice(BASE62) for _ in range(22))
            playlist = StandinPlaylist(playlist_id, owner, name, description, is_public, is_collaborative)
            self.playlists[playlist_id] = playlist
            owner.playlists.insert(0, playlist)
            return playlist

    def token_for(self, listener: Listener, scopes: Iterable[str] = APP_SCOPES) -> str:
        """Issue an access token without going through the browser."""
        with self.lock:
            return self.grants.issue_access(Consent(listener.id, tuple(scopes), self.now()))

    def expire_tokens(self) -> None:
        """Expire every access token that was issued so far."""
        with self.lock:
            self.grants.expire_access()

    def revoke(self, listener: Listener) -> None:
        """Revoke the listener's consent: refresh tokens are refused with `invalid_grant`."""
        with self.lock:
            self.grants.revoke(listener.id)

    def secrets(self) -> dict[str, str]:
        """Return all codes and tokens there ever were, and the app's secret, also as sent: secret -> kind."""
        with self.lock:
            sent = f"{self.client_id}:{self.client_secret}"  # in base64
            return {**self.grants.secrets, self.client_secret: "app secret", sent: "app id and secret"}

    def count(self, asked: str) -> int:
        """Count the requests so far that match `"METHOD /path"`, a pattern of `compile_pattern`."""
        wanted = compile_pattern(asked)
        with self.lock:
            return sum(bool(wanted.fullmatch(f"{one.method} {one.path}")) for one in self.requests)
