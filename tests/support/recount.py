"""A slow count of what stands together in playlists, in plain Python from the files themselves."""

from collections.abc import Iterable
from pathlib import Path

from formats.registry import load_playlists
from recommender.catalogue.catalogue import Catalogue
from recommender.matching.artist_names import canonicalise
from recommender.matching.normalise import normalise, normalise_title
from recommender.song import Song


class Recount:
    """Playlists as sets of songs and of artists, by normalised names.

    A song whose id the catalogue has goes by the catalogue's names. A playlist of more than 1,000
    songs, and one of fewer than two songs that the catalogue has, does not count.
    """

    def __init__(self, files: Iterable[Path], catalogue: Catalogue) -> None:
        known = {song.id: song for song in map(catalogue.song, range(len(catalogue)))}
        names = {name_song(song) for song in known.values()}
        lists = [
            [known.get(song.id, song) for song in playlist.songs]
            for file in files
            for playlist in load_playlists(file)
            if len(playlist.songs) <= 1000
        ]
        lists = [songs for songs in lists if len(names & {name_song(song) for song in songs}) >= 2]
        self.songs = [{name_song(song) for song in songs} for songs in lists]
        self.artists = [{name_artist(song.artists[0]) for song in songs} for songs in lists]

    def count_songs(self, one: Song, other: Song) -> int:
        """Count the playlists that hold both songs, in any version."""
        names = {name_song(one), name_song(other)}
        return sum(names <= songs for songs in self.songs)

    def count_artists(self, one: str, other: str) -> int:
        """Count the playlists that hold songs of both artists, under any variant of their names."""
        names = {name_artist(one), name_artist(other)}
        return sum(names <= artists for artists in self.artists)


def name_song(song: Song) -> tuple[str, str]:
    """Return what all versions of a song have in common: its title and first artist, normalised."""
    return normalise_title(song.title), normalise(song.artists[0])


def name_artist(name: str) -> str:
    """Return what all variants of an artist's name have in common."""
    return canonicalise(normalise(name))
