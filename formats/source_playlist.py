"""What every reader returns: playlists of songs."""

from dataclasses import dataclass

from recommender.song import Song


@dataclass(frozen=True)
class SourcePlaylist:
    """Songs that one person put together, newest first; `name` tells it apart from every other."""

    name: str
    songs: tuple[Song, ...]
