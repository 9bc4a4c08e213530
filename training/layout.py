"""The arrays of the catalogue, built from a dataset."""

from collections.abc import Iterable, Mapping
from itertools import chain, repeat
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.catalogue.arrays import BoolArray, DoubleArray, FloatArray, IntArray, KeyArray
from recommender.catalogue.catalogue import TEXT_SEPARATOR, has_genres, list_rows_by_artist
from recommender.catalogue.features import NAMES
from recommender.catalogue.keys import ID_LENGTH, hash_ids, hash_pairs, hash_texts
from recommender.matching.artist_names import canonicalise
from recommender.matching.normalise import normalise_titles
from recommender.matching.scripts import N_SCRIPTS, find_scripts
from recommender.matching.takes import hash_takes
from recommender.ranking.signals.audible import AUDIBLE
from training.columns import split_into_blocks
from training.credits import Credits, collect_credits
from training.dataset import Dataset
from training.find_blunders import find_blunders
from training.genre_vectors import embed_artists, list_genres, tabulate_genres
from training.languages import detect_languages
from training.recordings import number_recordings
from training.search_lines import write_search_lines
from training.texts import read_texts

Arrays = dict[str, npt.NDArray[Any]]
# A song is a hit from this popularity on.
MIN_HIT = 50
# An artist's songs are in a script if more than this share of the titles is, as many others get Latin ones.
MIN_SCRIPT_SHARE = 0.25
YEAR, POPULARITY, DURATION, EXPLICIT = map(NAMES.index, ("year", "popularity", "duration_ms", "explicit"))


def build_arrays(
    dataset: Dataset,
    standardised: FloatArray,
    cluster_starts: IntArray,
    genres_by_artist: Mapping[str, Iterable[str]],
) -> Arrays:
    """Build the fields of `Catalogue`.

    Parameters
    ----------
    dataset, standardised : n rows, ordered by cluster
    cluster_starts : (n_clusters + 1,) first row of each cluster, then n
    """
    features = dataset.features
    credits = collect_credits(dataset.artists)
    genres = tabulate_genres(credits, genres_by_artist)
    title_keys, credit_keys, of_titles = _read_titles(dataset, credits)
    has_year = np.ones(len(features), dtype=bool) if dataset.has_year is None else dataset.has_year
    versions = _number_versions(credit_keys[credits.starts], features[:, YEAR], has_year)
    popularity = features[:, POPULARITY].round().astype(np.uint8)
    arrays: Arrays = {
        "standardised": standardised,
        "cluster_starts": cluster_starts,
        "popularity": popularity,
        "n_by_popularity": np.bincount(popularity, minlength=101),
        "popularity_ranks": rank_by_popularity(credits.first_artists, features[:, POPULARITY]),
        "durations_ms": features[:, DURATION].astype(np.int32),
        "explicit": features[:, EXPLICIT] >= 0.5,
        **_index_ids(dataset),
        **of_titles,
        **_describe_artists(credits, genres),
        **_list_guests(credits),
        **_group_artists(credits),
        **versions,
        **_index_credits(credit_keys, credits.ends, features[:, POPULARITY]),
    }
    arrays |= _judge_songs(dataset, credits, title_keys, versions["versions"], genres, genres_by_artist)
    arrays |= _list_repeated_rows(arrays)
    return arrays | _summarise_artists(arrays) | write_search_lines(dataset, credits, arrays)


def rank_by_popularity(
    first_artists: npt.NDArray[np.int32], popularity: DoubleArray
) -> npt.NDArray[np.uint16]:
    """Rank each row among its first artist's songs, from 0: the most popular first, ties by row."""
    order = np.lexsort((-popularity, first_artists))
    by_artist = first_artists[order]
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order)) - np.searchsorted(by_artist, by_artist)
    return np.minimum(ranks, np.iinfo(np.uint16).max).astype(np.uint16)


def _index_ids(dataset: Dataset) -> Arrays:
    ids = dataset.ids.texts.astype(f"S{ID_LENGTH}")
    id_keys = hash_ids(ids)
    by_key = np.argsort(id_keys, kind="stable")
    return {"ids": ids, "id_keys": id_keys[by_key], "id_rows": by_key.astype(np.int32)}


def _read_titles(dataset: Dataset, credits: Credits) -> tuple[KeyArray, KeyArray, Arrays]:
    """Return a key of each title, one of the title and artist of each credit, and arrays of the texts."""
    blocks = [
        _read_block(dataset.titles[rows], dataset.artists[rows], _name_credits(credits, rows))
        for rows in split_into_blocks(len(dataset.titles))
    ]
    title_keys, credit_keys, takes, scripts, texts, lengths = (
        np.concatenate(parts) for parts in zip(*blocks, strict=True)
    )
    arrays = {"takes": takes, "texts": texts, "text_ends": np.cumsum(lengths)}
    return title_keys, credit_keys, arrays | _describe_scripts(scripts, credits)


def _name_credits(credits: Credits, rows: slice) -> list[str]:
    """Return the normalised names of all artists of some rows, row by row."""
    places = credits.artists[credits.starts[rows.start] : credits.ends[rows.stop - 1]]
    return [credits.names[place] for place in places.tolist()]


def _read_block(
    titles: list[str], artists: list[tuple[str, ...]], credited: list[str]
) -> tuple[npt.NDArray[Any], ...]:
    normalised = normalise_titles(titles)
    of_credits = chain.from_iterable(map(repeat, normalised, map(len, artists)))
    songs = list(zip(titles, artists, strict=True))
    texts = [TEXT_SEPARATOR.join((title, *names)).encode() for title, names in songs]
    return (
        hash_texts(normalised),
        hash_pairs(of_credits, credited),
        hash_takes(titles),
        find_scripts([f"{title} {names[0]}" for title, names in songs]),
        np.frombuffer(b"".join(texts), dtype=np.uint8),
        np.fromiter(map(len, texts), np.int64, len(texts)),
    )


def _describe_scripts(scripts: npt.NDArray[np.uint8], credits: Credits) -> Arrays:
    counts = np.zeros((len(credits.artist_keys), N_SCRIPTS), dtype=np.int64)
    np.add.at(counts, (credits.first_artists, scripts), 1)
    best = counts[:, 1:].argmax(axis=1)
    is_it = counts[:, 1:].max(axis=1) > MIN_SCRIPT_SHARE * counts.sum(axis=1)
    return {"artist_scripts": np.where(is_it, best + 1, 0).astype(np.uint8)}


def _describe_artists(credits: Credits, table: sparse.csr_array) -> Arrays:
    vectors = embed_artists(credits, table)
    n_rows_by = np.bincount(credits.first_artists, minlength=len(credits.artist_keys)).astype(np.int32)
    return {
        "artist_keys": credits.artist_keys,
        "artist_vectors": vectors,
        **select_genre_vectors(vectors, n_rows_by),
        "artist_genres": table.indices.astype(np.int32),
        "artist_genre_ends": table.indptr[1:].astype(np.int64),
        "n_rows_by": n_rows_by,
        "first_artists": credits.first_artists,
        "row_artists": credits.artists,
        "row_artist_ends": credits.ends,
        **list_rows_by_artist(credits.artists, credits.ends, len(credits.artist_keys)),
    }


def select_genre_vectors(vectors: npt.NDArray[np.float16], n_rows_by: npt.NDArray[np.int32]) -> Arrays:
    """Select the vectors of the artists of known genres who are the first of any row."""
    artists = np.flatnonzero(has_genres(vectors) & (n_rows_by > 0))
    return {"genre_artists": artists.astype(np.int32), "genre_vectors": vectors[artists].astype(np.float32)}


def _list_guests(credits: Credits) -> Arrays:
    """List the credits after the first of each row, and who is credited with whom."""
    n_guests = np.diff(credits.ends, prepend=0) - 1
    is_guest = np.ones(len(credits.artists), dtype=bool)
    is_guest[credits.starts] = False
    return {
        "guest_rows": np.repeat(np.arange(len(credits.ends), dtype=np.int32), n_guests),
        "guest_artists": credits.artists[is_guest],
        "collaborators": credits.together.indices.astype(np.int32),
        "collaborator_ends": credits.together.indptr[1:].astype(np.int32),
    }


def _judge_songs(
    dataset: Dataset,
    credits: Credits,
    title_keys: KeyArray,
    versions: npt.NDArray[np.int32],
    artist_genres: sparse.csr_array,
    genres_by_artist: Mapping[str, Iterable[str]],
) -> Arrays:
    """Find recordings of several names, blunders and languages."""
    _, title_numbers = np.unique(title_keys, return_inverse=True)
    recordings = number_recordings(title_numbers, versions, credits, dataset.features)
    texts = read_texts(dataset.titles, credits.names, list_genres(genres_by_artist))
    return {
        "recordings": recordings,
        "blunders": find_blunders(texts, credits, versions, artist_genres, dataset.features),
        "artist_languages": detect_languages(texts, credits, artist_genres),
    }


def _group_artists(credits: Credits) -> Arrays:
    """Group the artists whose names are variants of one."""
    keys, groups = np.unique(hash_texts(map(canonicalise, credits.names)), return_inverse=True)
    return {"artist_group_keys": keys, "artist_groups": groups.astype(np.int32)}


def _number_versions(version_keys: KeyArray, years: DoubleArray, has_year: BoolArray) -> Arrays:
    """Number the versions of each song, and find their years: known ones where there is any, else guesses."""
    keys, versions = np.unique(version_keys, return_inverse=True)
    unknown = np.iinfo(np.int16).max
    known, guessed = (np.full(len(keys), unknown, dtype=np.int16) for _ in range(2))
    np.minimum.at(known, versions[has_year], years[has_year].astype(np.int16))
    np.minimum.at(guessed, versions, years.astype(np.int16))
    of_its_song = np.where(known < unknown, known, 0)[versions]
    return {
        "version_keys": keys,
        "versions": versions.astype(np.int32),
        "years": np.where(has_year, years.astype(np.int16), of_its_song),
        "first_years": np.where(known < unknown, known, guessed)[versions],
    }


def _index_credits(keys: KeyArray, ends: IntArray, popularity: DoubleArray) -> Arrays:
    """Order the rows of all credits by key, for equal keys the most popular first."""
    rows = np.repeat(np.arange(len(ends), dtype=np.int32), np.diff(ends, prepend=0))
    by_key = np.lexsort((rows, -popularity[rows], keys))
    keys, rows = keys[by_key], rows[by_key]
    # A name credited twice in one row counts once.
    is_first = np.ones(len(keys), dtype=bool)
    is_first[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
    return {"credit_keys": keys[is_first], "credit_rows": rows[is_first]}


def _list_repeated_rows(arrays: Arrays) -> Arrays:
    """List the rows of recordings that have several, the best known of each first."""
    popularity, recordings = arrays["popularity"], arrays["recordings"][arrays["versions"]]
    rows = np.flatnonzero(np.bincount(recordings)[recordings] > 1)
    rows = rows[np.lexsort((rows, -popularity[rows].astype(np.int64), recordings[rows]))]
    return {"repeated_rows": rows.astype(np.int32), "repeated_recordings": recordings[rows]}


def _summarise_artists(arrays: Arrays) -> Arrays:
    """Compute what the learned part of the ranking reads of each artist, and of each row's year."""
    first_artists, groups, n_rows_by, first_years, popularity = (
        arrays[name] for name in ("first_artists", "artist_groups", "n_rows_by", "first_years", "popularity")
    )

    def average(values: npt.NDArray[Any]) -> DoubleArray:
        # Whoever is the first artist of no row has a sum of 0.
        return np.bincount(first_artists, values, len(groups)) / np.maximum(n_rows_by, 1)

    peaks = np.zeros(len(groups), dtype=np.uint8)
    np.maximum.at(peaks, first_artists, popularity)
    n_hits = np.bincount(groups[first_artists], popularity >= MIN_HIT, len(groups))
    sounds = [average(arrays["standardised"][:, feature]) for feature in AUDIBLE]
    return {
        "artist_sounds": np.column_stack(sounds).astype(np.float16),
        "artist_years": average(first_years).astype(np.float32),
        "artist_peaks": peaks,
        "artist_hits": n_hits[groups].astype(np.int32),
        "year_ranks": _rank_within_years(first_years, popularity),
    }


def _rank_within_years(
    first_years: npt.NDArray[np.int16], popularity: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float16]:
    """Return which share of the songs of its year is less popular than each song: (n,)."""
    keys = first_years.astype(np.int64) * 256 + popularity
    in_order = np.sort(keys)
    start, end = (np.searchsorted(in_order, (first_years.astype(np.int64) + at) * 256) for at in (0, 1))
    shares = (np.searchsorted(in_order, keys) - start) / (end - start)
    return shares.astype(np.float16)
