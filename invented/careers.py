"""Invented careers: artists with their years and genres, and the songs they release."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from invented.genres import GENRES
from invented.naming import Namer
from invented.words import WORDS

FIRST_YEAR, LAST_YEAR = 1923, 2025
# Share of artists who begin before each year, so that songs are spread over the
# years as in the real dataset: half of them are from before 2006.
BEGIN_YEARS = (1923, 1948, 1958, 1966, 1977, 1988, 1997, 2004, 2009, 2014, 2017, 2020, 2025)
BEGIN_SHARES = (0, 0.003, 0.009, 0.028, 0.095, 0.22, 0.4, 0.59, 0.72, 0.84, 0.92, 0.98, 1)
MEDIAN_SONGS, SONGS_SPREAD, MAX_SONGS = 6.0, 0.95, 90
SONGS_PER_ALBUM = 7
MAIN_GENRE = 0.75  # of an artist's songs are in their first genre
NAMED_GUEST = 0.3  # of the songs with guests name the first one in the title
VERSION = 0.1  # of the songs are another version of an earlier one
KINDS_TODAY = ("live", "acoustic", "edit", "demo")
KINDS = (*KINDS_TODAY, *("remaster",) * 4)
# Kind of version -> endings of the title.
TAILS = {
    "live": ("(Live)", "- Live", "- Live in {city}"),
    "acoustic": ("- Acoustic", "(Acoustic Version)"),
    "edit": ("- Radio Edit", "- Single Version"),
    "demo": ("- Demo", "(Demo)"),
    "remaster": ("- Remastered {remastered}", "- {remastered} Remaster", "- Remastered"),
}


@dataclass(frozen=True, slots=True)
class InventedArtist:
    """An artist: indices of their genres, first and last year of releases, and number of songs."""

    name: str
    genres: tuple[int, ...]
    first: int
    last: int
    n_songs: int


@dataclass(frozen=True, slots=True)
class InventedSong:
    """A song without its features: title, indices of its artists and genre, release date.

    `original` is the index of the song of which this is another version, of
    the kind `version`; -1 and "" if it is an original itself.
    """

    title: str
    artists: tuple[int, ...]
    genre: int
    released: str
    original: int = -1
    version: str = ""

    @property
    def year(self) -> int:
        """The year of the release."""
        return int(self.released[:4])


def invent_artists(rng: np.random.Generator, namer: Namer, n_songs: int) -> list[InventedArtist]:
    """Invent artists who together have `n_songs` songs; a few artists have most of them."""
    artists: list[InventedArtist] = []
    left = n_songs
    while left > 0:
        first = int(np.interp(rng.random(), BEGIN_SHARES, BEGIN_YEARS))
        genres = _genres(rng, first)
        songs = int(rng.lognormal(np.log(MEDIAN_SONGS), SONGS_SPREAD)) + 1
        songs = min(songs, MAX_SONGS, left)
        # Artists with many songs have long careers: an album takes about two years.
        years = rng.gamma(2, 2) + 2 * songs / SONGS_PER_ALBUM
        name = namer.draw_artist(GENRES[genres[0]].artists)
        artists.append(InventedArtist(name, genres, first, min(first + int(years), LAST_YEAR), songs))
        left -= songs
    return artists


def _genres(rng: np.random.Generator, year: int) -> tuple[int, ...]:
    """Draw one to three genres of that year, all from the family of the first."""
    alive = [number for number, genre in enumerate(GENRES) if genre.first <= year <= genre.last]
    weights = np.array([GENRES[number].weight for number in alive])
    main = alive[int(rng.choice(len(alive), p=weights / weights.sum()))]
    kin = [number for number in alive if GENRES[number].family == GENRES[main].family and number != main]
    further = rng.permutation(kin)[: int(rng.integers(0, 3))]
    return (main, *(int(number) for number in further))


def invent_songs(rng: np.random.Generator, namer: Namer, artists: list[InventedArtist]) -> list[InventedSong]:
    """Invent the songs of all artists, artist by artist, in the order of their albums."""
    studio = _Studio(rng, namer, artists)
    for number in range(len(artists)):
        studio.record(number)
    return studio.songs


class _Studio:
    """Invents songs one by one; `songs` are those so far."""

    def __init__(self, rng: np.random.Generator, namer: Namer, artists: list[InventedArtist]) -> None:
        self.songs: list[InventedSong] = []
        self._rng, self._namer, self._artists = rng, namer, artists
        self._of_family = defaultdict[str, list[int]](list)
        for number, artist in enumerate(artists):
            self._of_family[GENRES[artist.genres[0]].family].append(number)

    def record(self, number: int) -> None:
        """Invent all songs of an artist; no two of them have the same title."""
        used: set[str] = set()
        originals: list[int] = []
        for released in self._releases(self._artists[number]):
            again = len(originals) > 2 and self._rng.random() < VERSION
            song = self._version(originals, released) if again else None
            if song is None or song.title in used:
                originals.append(len(self.songs))
                song = self._original(number, released, used)
            used.add(song.title)
            self.songs.append(song)

    def _releases(self, artist: InventedArtist) -> list[str]:
        """Draw the release date of each song, its album's; of old albums often only the year is known."""
        n_albums = -(-artist.n_songs // SONGS_PER_ALBUM)
        years = np.sort(self._rng.integers(artist.first, artist.last + 1, n_albums))
        dates = []
        for year in years.tolist():
            date = str(year)
            if self._rng.random() < np.interp(year, (1935, 1965, 2000, 2020), (0.2, 0.6, 0.75, 0.97)):
                date += f"-{self._rng.integers(1, 13):02}-{self._rng.integers(1, 29):02}"
            dates.append(date)
        return [dates[at * n_albums // artist.n_songs] for at in range(artist.n_songs)]

    def _original(self, number: int, released: str, used: set[str]) -> InventedSong:
        artist = self._artists[number]
        genre = artist.genres[0]
        if len(artist.genres) > 1 and self._rng.random() > MAIN_GENRE:
            genre = artist.genres[int(self._rng.integers(1, len(artist.genres)))]
        title = self._namer.draw_title(GENRES[genre].titles, used)
        guests = self._guests(number, genre, int(released[:4]))
        if guests and self._rng.random() < NAMED_GUEST:
            title += f" (feat. {self._artists[guests[0]].name})"
        return InventedSong(title, (number, *guests), genre, released)

    def _guests(self, host: int, genre: int, year: int) -> tuple[int, ...]:
        """Draw the guests, mostly none, seldom two: artists of the same family who are active that year."""
        if self._rng.random() >= GENRES[genre].duet:
            return ()
        family = self._of_family[GENRES[genre].family]
        tried = dict.fromkeys(family[at] for at in self._rng.integers(0, len(family), 12).tolist())
        at_work = [n for n in tried if n != host and self._artists[n].first <= year <= self._artists[n].last]
        return tuple(at_work[: 2 if self._rng.random() < 0.2 else 1])

    def _version(self, originals: list[int], released: str) -> InventedSong:
        """Make another version of one of the originals; the artist may already have the same one."""
        at = originals[int(self._rng.integers(len(originals)))]
        song = self.songs[at]
        kind = self._namer.choose(KINDS if song.year < 2000 else KINDS_TODAY)
        remastered = self._rng.integers(1999, LAST_YEAR + 1)
        tail = self._namer.choose(TAILS[kind]).format(
            city=self._namer.choose(WORDS["city"]), remastered=remastered
        )
        # A new recording is released now; an edit or a remaster keeps the old date.
        date = released if kind in ("live", "acoustic") else song.released
        return InventedSong(f"{song.title} {tail}", song.artists, song.genre, date, at, kind)
