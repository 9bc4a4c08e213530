"""What the listener is asked to allow, and which call needs it."""

from collections.abc import Callable
from typing import TypeVar

#: Read the saved songs.
LIBRARY_READ = "user-library-read"
#: Read back the playlist that we made, whether it is shown on the profile or not.
PLAYLIST_READ = "playlist-read-private"
#: Make and change a playlist that is not shown on the profile.
PLAYLIST_MODIFY_PRIVATE = "playlist-modify-private"
#: Make and change one that is. Both are asked for, because Spotify may store the one as the other.
PLAYLIST_MODIFY_PUBLIC = "playlist-modify-public"

ALL = (LIBRARY_READ, PLAYLIST_READ, PLAYLIST_MODIFY_PRIVATE, PLAYLIST_MODIFY_PUBLIC)

Call = TypeVar("Call", bound=Callable[..., object])


def needs(*scopes: str) -> Callable[[Call], Call]:
    """Note on a call, as its attribute `scopes`, what the listener must have allowed for it."""

    def note(call: Call) -> Call:
        vars(call)["scopes"] = scopes
        return call

    return note
