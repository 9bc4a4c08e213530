"""The songs that the stand-in knows, with what only Spotify knows: albums and recording codes."""

import hashlib
import string
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recommender.song import Song

BASE62 = string.digits + string.ascii_letters
# The code of no country, so that no real recording has such an ISRC.
ISRC_COUNTRY = "ZZ"
ISRC_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Album:
    """All songs of the catalogue that one artist released in one year."""

    id: str
    name: str
    artist: str
    year: int | None
    tracks: Sequence[str]


def make_id(*words: object, length: int = 22) -> str:
    """Make an id in Spotify's format from words; the same words give the same id."""
    digest = hashlib.blake2b("\0".join(map(str, words)).encode(), digest_size=32).digest()
    return "".join(BASE62[byte % 62] for byte in digest[:length])


def make_user_id(number: int, name: str) -> str:
    """Make the user id of the listener with this number, from 0."""
    return make_id("user", number, name, length=28).lower()


def is_id(text: str) -> bool:
    """Check whether a text has the format of Spotify's ids: 22 letters and digits."""
    return len(text) == 22 and text.isascii() and text.isalnum()


class Music:
    """All songs by id, in the order in which they were added."""

    def __init__(self, songs: Iterable[Song]) -> None:
        self._songs: list[Song] = []
        self._places: dict[str, int] = {}
        # (first artist, year) -> ids: the catalogue names no albums.
        self._albums: dict[tuple[str, int | None], list[str]] = defaultdict(list)
        self._texts: list[str] = []
        self.add(songs)

    def add(self, songs: Iterable[Song]) -> None:
        """Add songs; local files and songs whose id is already known are ignored."""
        for song in songs:
            if song.id and song.id not in self._places:
                self._places[song.id] = len(self._songs)
                self._songs.append(song)
                self._albums[_album_key(song)].append(song.id)

    def find(self, track_id: str) -> Song | None:
        """Find the song with this id; None if there is none."""
        place = self._places.get(track_id)
        return None if place is None else self._songs[place]

    def build_album(self, track_id: str) -> Album:
        """Build the album of a known song."""
        artist, year = _album_key(self._songs[self._places[track_id]])
        tracks = self._albums[artist, year]
        name = self._songs[self._places[tracks[0]]].title
        return Album(make_id("album", artist, year), name, artist, year, tracks)

    def make_isrc(self, track_id: str) -> str:
        """Make the recording code of a known song: its place in the catalogue, in the format of an ISRC."""
        place = self._places[track_id]
        registrant, designation = divmod(place, 100_000)
        return f"{ISRC_COUNTRY}{registrant:03d}{(self._songs[place].year or 0) % 100:02d}{designation:05d}"

    def find_isrc(self, isrc: str) -> Song | None:
        """Find the song with this recording code; None if there is none."""
        code = isrc.upper()
        if len(code) != ISRC_LENGTH or not code.startswith(ISRC_COUNTRY) or not code[2:].isdecimal():
            return None
        place = int(code[2:5]) * 100_000 + int(code[7:])
        found = self._songs[place] if place < len(self._songs) else None
        return found if found and self.make_isrc(found.id) == code else None

    def search(self, words: Sequence[str]) -> list[Song]:
        """Find the songs whose title and artists contain every word, whatever the case."""
        wanted = [word.casefold() for word in words]
        for song in self._songs[len(self._texts) :]:
            self._texts.append(f"{song.title} {' '.join(song.artists)}".casefold())
        return [
            song
            for song, text in zip(self._songs, self._texts, strict=True)
            if all(word in text for word in wanted)
        ]


def _album_key(song: Song) -> tuple[str, int | None]:
    return (song.artists[0] if song.artists else "", song.year)
