"""A song in Spotify's catalogue, found by what it is."""

from spotipy import Spotify

from recommender.song import Song
from spotify.answers import as_documented
from spotify.client import Client
from spotify.tracks import parse_song

#: The most that a search gives an app of after February 2026.
MAX_FOUND = 10
#: Spotify refuses a search of more than 250 characters; title and artist get the same part of them.
MAX_CHARACTERS = 100


def find_song(client: Client, song: Song, isrc: str = "") -> Song | None:
    """Find a song that this listener can play: by its recording's number where it has one, else by name.

    By name, title and first artist have to be the same but for case. None
    where there is no such song.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    wanted = f"isrc:{isrc}" if isrc else _named(song)
    answer = client.ask(Spotify.search, wanted, limit=MAX_FOUND, type="track")
    with as_documented():
        tracks = [track for track in answer["tracks"]["items"] if track is not None]
        playable = [parse_song(track) for track in tracks if track.get("is_playable") is not False]
    found = [each for each in playable if each is not None]
    return next((each for each in found if isrc or _name(each) == _name(song)), None)


def _named(song: Song) -> str:
    """Give the words to search for; a quotation mark would end them early."""
    fields = {"track": song.title, "artist": "".join(song.artists[:1])}
    short = {field: words.replace('"', " ")[:MAX_CHARACTERS] for field, words in fields.items()}
    return " ".join(f'{field}:"{words}"' for field, words in short.items() if words)


def _name(song: Song) -> tuple[str, ...]:
    return tuple(words.casefold() for words in (song.title, *song.artists[:1]))
