"""What a mix starts from, songs and artists of the catalogue: how much each row is like them."""

from collections.abc import Collection

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


def rate_starts(songs: Collection[str], artists: Collection[str], catalogue: Catalogue) -> FloatArray:
    """Rate how like each start each row is, from 0 to 1: (n_starts, n), without those that are unknown.

    The weighted mean of how near the artists are by genre, how often they stand
    together in playlists, and how near the song is by its sound, as far as it is known of the start.
    An artist, and the first artist of a song, is like themselves in full.

    Parameters
    ----------
    songs : Spotify ids
    artists : names, in whatever spelling
    """
    rows = catalogue.find_rows(sorted(songs))
    starts = [(int(catalogue.first_artists[row]), np.array([row])) for row in rows[rows >= 0].tolist()]
    places = find(hash_texts(map(normalise, sorted(artists))), catalogue.artist_keys)
    starts += [(artist, _list_best_known(artist, catalogue)) for artist in places[places >= 0].tolist()]
    likeness = [_rate_likeness(artist, rows, catalogue) for artist, rows in starts]
    return np.array(likeness, dtype=np.float32).reshape(-1, len(catalogue))


def _list_best_known(artist: int, catalogue: Catalogue) -> IntArray:
    """List the best-known rows that credit an artist."""
    rows = catalogue.artist_rows[get_slice(catalogue.artist_row_ends, artist)].astype(np.int64)
    return rows[np.argsort(-catalogue.popularity[rows].astype(np.int64), kind="stable")[:MAX_SONGS]]


def _rate_likeness(artist: int, rows: IntArray, catalogue: Catalogue) -> FloatArray:
    """Rate how like a start each row is: (n,)."""
    by_artist = np.zeros(len(catalogue.artist_keys), dtype=np.float32)
    weight = 0.0
    vector = catalogue.artist_vectors[artist].astype(np.float32)
    if vector.any():
        weight += GENRE_PART
        cosines = np.minimum(catalogue.genre_vectors @ vector, 1)
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
    cosines = counts / np.sqrt(np.maximum(item_playlists.lengths, 1))
    ratings: DoubleArray = np.sqrt(cosines / max(float(cosines.max(initial=0)), 1e-9))
    return ratings
