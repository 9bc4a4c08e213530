"""A running stand-in of a few made-up songs, with shortcuts for the tests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recommender.song import Song
from standin.server import RunningStandin
from standin.state import APP_SCOPES, Listener

CLIENT_ID = "test-app"
CLIENT_SECRET = "a-secret-of-the-tests"
REDIRECT_URI = "http://127.0.0.1/callback"
N_SONGS = 60


def made_up_songs(n_songs: int, first: int = 0) -> list[Song]:
    """Songs number `first` and on: ids of 22 digits, three songs per artist, two artists per year."""
    return [
        Song(
            id=f"{number:022d}",
            title=f"Song {number}",
            artists=(f"Artist {number // 3}",),
            year=1990 + number // 6 % 30,
            duration_ms=180_000 + 1000 * number,
            is_explicit=number % 10 == 0,
        )
        for number in range(first, first + n_songs)
    ]


@dataclass
class Clock:
    """The stand-in's time, in seconds since 1970; it stands still unless a test moves it."""

    seconds: float = 1_800_000_000.0

    def now(self) -> float:
        return self.seconds


class Standin:
    """A running stand-in of 60 songs, with shortcuts for the tests."""

    def __init__(self, running: RunningStandin, clock: Clock) -> None:
        self.running = running
        self.state = running.state
        self.url = running.url
        self.clock = clock

    def add_listener(self, saved: int | Sequence[Song] = 0, name: str = "Lisa") -> Listener:
        """Add a listener with these saved songs, or with this many made-up ones, newest first."""
        songs = made_up_songs(saved) if isinstance(saved, int) else saved
        return self.state.add_listener(name, songs)

    def token_for(self, listener: Listener, scopes: Iterable[str] = APP_SCOPES) -> str:
        """Issue an access token without a browser."""
        return self.state.token_for(listener, scopes)

    def count(self, asked: str) -> int:
        """Count the requests so far that match `"METHOD /path"`."""
        return self.state.count(asked)
