"""The scopes that the listener is asked for, and which call needs which."""

from collections.abc import Callable
from typing import TypeVar

#: Read the saved songs.
LIBRARY_READ = "user-library-read"
#: Read back the playlist that we created, whether it is shown on the profile or not.
PLAYLIST_READ = "playlist-read-private"
#: Create and change a playlist that is not shown on the profile.
PLAYLIST_MODIFY_PRIVATE = "playlist-modify-private"
#: Create and change one that is. Both are asked for, because Spotify may store the one as the other.
PLAYLIST_MODIFY_PUBLIC = "playlist-modify-public"

ALL = (LIBRARY_READ, PLAYLIST_READ, PLAYLIST_MODIFY_PRIVATE, PLAYLIST_MODIFY_PUBLIC)

Call = TypeVar("Call", bound=Callable[..., object])


def needs(*scopes: str) -> Callable[[Call], Call]:
    """Record the scopes that a call needs as its attribute `scopes`."""

    def record(call: Call) -> Call:
        vars(call)["scopes"] = scopes
        return call

    return record
