"""What a mix starts from, songs and artists of the catalogue: how much each row is like them."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import DoubleArray, FloatArray, IntArray, get_slice
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.catalogue.together import Lists
from recommender.matching.normalise import normalise
from recommender.ranking.signals.audible import AUDIBLE, compute_closeness, prepare_sounds
from recommender.ranking.signals.genres import sharpen

# An artist sounds like so many of their best-known songs.
MAX_SONGS = 8
# What the parts of a likeness weigh, where they are known of the start.
GENRE_PART, PLAYLIST_PART, SOUND_PART = 3.0, 2.0, 1.0


@dataclass(frozen=True, slots=True)
class Start:
    """A song or an artist of the catalogue that a mix starts from.

    artist : the place of the artist, or of the song's first artist
    row : the song's; -1 for an artist
    """

    artist: int
    row: int = -1


def find_starts(songs: Collection[str], artists: Collection[str], catalogue: Catalogue) -> list[Start]:
    """Find the starts that the catalogue has, songs first.

    Parameters
    ----------
    songs : Spotify ids
    artists : names, in whatever spelling
    """
    rows = catalogue.find_rows(sorted(songs))
    places = find(hash_texts(map(normalise, sorted(artists))), catalogue.artist_keys)
    return [
        *(Start(int(catalogue.first_artists[row]), row) for row in rows[rows >= 0].tolist()),
        *map(Start, places[places >= 0].tolist()),
    ]


def rate_starts(songs: Collection[str], artists: Collection[str], catalogue: Catalogue) -> FloatArray:
    """Rate how like each of `find_starts` each row is, from 0 to 1: (n_starts, n).

    The weighted mean of how near the artists are by genre, how often they stand
    together in playlists, and how near the song is by its sound, as far as it is known of the start.
    An artist, and the first artist of a song, is like themselves in full.
    """
    likeness = [_rate_likeness(start, catalogue) for start in find_starts(songs, artists, catalogue)]
    return np.array(likeness, dtype=np.float32).reshape(-1, len(catalogue))


def _list_best_known(artist: int, catalogue: Catalogue) -> IntArray:
    """List the best-known rows that credit an artist."""
    rows = catalogue.artist_rows[get_slice(catalogue.artist_row_ends, artist)].astype(np.int64)
    return rows[np.argsort(-catalogue.popularity[rows].astype(np.int64), kind="stable")[:MAX_SONGS]]


def _rate_likeness(start: Start, catalogue: Catalogue) -> FloatArray:
    """Rate how like a start each row is: (n,)."""
    artist = start.artist
    rows = _list_best_known(artist, catalogue) if start.row < 0 else np.array([start.row])
    by_artist = np.zeros(len(catalogue.artist_keys), dtype=np.float32)
    weight = 0.0
    vector = catalogue.embed(np.array(artist))
    if vector.any():
        weight += GENRE_PART
        cosines = np.minimum(catalogue.genre_vectors[: len(catalogue.genre_artists)] @ vector, 1)
        by_artist[catalogue.genre_artists] += np.float32(GENRE_PART) * sharpen(cosines)
    together = catalogue.together
    group = int(catalogue.artist_groups[artist])
    in_playlists = _rate_together(group, together.playlist_artists, together.artist_playlists)
    if in_playlists.any():
        weight += PLAYLIST_PART
        of_artists = in_playlists.take(catalogue.artist_groups)
        by_artist += np.float32(PLAYLIST_PART) * of_artists.astype(np.float32)
    by_artist[artist] = weight
    prepared = prepare_sounds(catalogue.standardised[rows][:, AUDIBLE])
    closeness = compute_closeness(catalogue.standardised[:, AUDIBLE], prepared).max(axis=0)
    likeness: FloatArray = by_artist.take(catalogue.first_artists) + np.float32(SOUND_PART) * np.exp(
        closeness
    )
    likeness /= np.float32(weight + SOUND_PART)
    return likeness


def _rate_together(item: int, playlist_items: Lists, item_playlists: Lists) -> DoubleArray:
    """Rate how often each item stands in one playlist with another, relative to the highest: (n_items,).

    That is the cosine of their playlists; its square root keeps small ones apart.
    """
    playlists = item_playlists[item]
    counts = playlist_items.add_up(playlists, np.ones(len(playlists)), len(item_playlists))
    counts[item] = 0
    found = np.flatnonzero(counts)
    cosines = counts[found] / np.sqrt(item_playlists.count(found))
    ratings = np.zeros(len(counts))
    ratings[found] = np.sqrt(cosines / cosines.max(initial=0))
    return ratings
