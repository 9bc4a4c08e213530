"""Everything that the stand-in remembers: listeners, playlists, tokens and requests; gone when it stops."""

import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import TypeVar

from recommender.song import Song
from standin.faults import Faults
from standin.grants import Consent, Grants
from standin.music import BASE62, Music, make_id
from standin.request_patterns import compile_pattern

# Songs were saved one after the other, this far apart.
BETWEEN_SAVES_S = 9 * 3600.0
# What the app of this project asks for.
APP_SCOPES = (
    "user-library-read",
    "playlist-read-private",
    "playlist-modify-private",
    "playlist-modify-public",
)


@dataclass(frozen=True, slots=True)
class StandinEntry:
    """A song in a library or in a playlist; when it got there, and when it shows (seconds since 1970)."""

    song: Song
    added_at: float
    shown_from: float = 0.0


@dataclass(eq=False)
class Listener:
    """One account; `saved` and `playlists` (the ones in the library) are newest first."""

    id: str
    account_id: str
    display_name: str
    about: str = ""
    saved: list[StandinEntry] = field(default_factory=list, repr=False)
    playlists: list["StandinPlaylist"] = field(default_factory=list, repr=False)

    def keep(self, thing: "Song | StandinPlaylist", now: float) -> None:
        """Put a song or playlist on top of the library, unless it is in it already."""
        if isinstance(thing, StandinPlaylist):
            if thing not in self.playlists:
                self.playlists.insert(0, thing)
        elif all(entry.song.id != thing.id for entry in self.saved):
            self.saved.insert(0, StandinEntry(thing, now))

    def drop(self, thing: "Song | StandinPlaylist") -> None:
        """Take a song or playlist out of the library, if it is in it."""
        if isinstance(thing, StandinPlaylist):
            self.playlists[:] = [kept for kept in self.playlists if kept is not thing]
        else:
            self.saved[:] = [entry for entry in self.saved if entry.song.id != thing.id]


@dataclass(eq=False)
class StandinPlaylist:
    """One playlist; `version` grows with every write, lists show it from `shown_from` on."""

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
        """Name the present version."""
        return b64encode(f"{self.version},{self.id}".encode()).decode()

    def has_had(self, snapshot_id: str) -> bool:
        """Say whether this names the present version or an earlier one."""
        numbers = range(1, self.version + 1)
        return snapshot_id in {b64encode(f"{n},{self.id}".encode()).decode() for n in numbers}


Shown = TypeVar("Shown", StandinEntry, StandinPlaylist)


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as it came; `listener` is whose access token it carried."""

    method: str
    path: str
    query: dict[str, str]
    listener: Listener | None


class State:
    """What one stand-in knows.

    Parameters
    ----------
    songs : iterable of Song
        The catalogue; songs that a listener has saved are known beside it.
    client_id, client_secret, redirect_uris
        The one app that may ask for a sign-in, as its owner registered it.
    now : function giving seconds since 1970
    token_lifetime_s : int
        How long an access token lives.
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
        # Ids of known songs with which something is wrong, as with those of old datasets:
        self.refused: set[str] = set()  # a write that names one is refused as a whole
        self.dead: set[str] = set()  # can be written, and is not there afterwards
        self.nulled: set[str] = set()  # stays where it was put, and reads as null
        self.unplayable: set[str] = set()  # is whole, and closed in the listeners' market
        self.unheard: set[str] = set()  # is unknown to ReccoBeats

    def select_shown(self, things: Sequence[Shown]) -> list[Shown]:
        """Give the entries or playlists that can be seen by now; what was just written may show late."""
        now = self.now()
        return [thing for thing in things if thing.shown_from <= now]

    def add_listener(self, name: str, saved: Sequence[Song], about: str = "") -> Listener:
        """Make an account whose saved songs are these, newest first."""
        with self.lock:
            number = len(self.listeners)
            listener = Listener(
                id=make_id("user", number, name, length=28).lower(),
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
        """Make an empty playlist in the owner's library."""
        with self.lock:
            # By chance, not from words: after a restart an old id must not name another's playlist.
            playlist_id = "".join(secrets.choice(BASE62) for _ in range(22))
            playlist = StandinPlaylist(playlist_id, owner, name, description, is_public, is_collaborative)
            self.playlists[playlist_id] = playlist
            owner.playlists.insert(0, playlist)
            return playlist

    def token_for(self, listener: Listener, scopes: Iterable[str] = APP_SCOPES) -> str:
        """Make an access token without the way through the browser."""
        with self.lock:
            return self.grants.issue_access(Consent(listener.id, tuple(scopes), self.now()))

    def expire_tokens(self) -> None:
        """Let every access token handed out so far end now."""
        with self.lock:
            self.grants.expire_access()

    def revoke(self, listener: Listener) -> None:
        """Take back what the listener allowed: refresh tokens die with `invalid_grant`."""
        with self.lock:
            self.grants.revoke(listener.id)

    def secrets(self) -> dict[str, str]:
        """Give all codes and tokens there were, the app's secret, and that as it is sent: secret -> kind."""
        with self.lock:
            sent = f"{self.client_id}:{self.client_secret}"  # in base64
            return {**self.grants.secrets, self.client_secret: "app secret", sent: "app id and secret"}

    def count(self, asked: str) -> int:
        """Count the requests so far that fit `"METHOD /path"`, as `compile_pattern` takes it."""
        wanted = compile_pattern(asked)
        with self.lock:
            return sum(bool(wanted.fullmatch(f"{one.method} {one.path}")) for one in self.requests)
