"""The arrays of the catalogue, built from a dataset."""

from collections.abc import Iterable, Mapping
from itertools import chain, repeat
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.catalogue.arrays import BoolArray, DoubleArray, FloatArray, IntArray, KeyArray, shrink
from recommender.catalogue.catalogue import TEXT_SEPARATOR, list_rows_by_artist
from recommender.catalogue.features import NAMES
from recommender.catalogue.keys import hash_packed_ids, hash_pairs, hash_texts, pack_ids
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
    version_keys, versions = _number_versions(credit_keys[credits.starts], features[:, YEAR], has_year)
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
        **_index_credits(credit_keys, credits.ends, features[:, POPULARITY], version_keys),
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
    ids = np.concatenate([pack_ids(dataset.ids[rows]) for rows in split_into_blocks(len(dataset.ids))])
    id_keys = hash_packed_ids(ids)
    by_key = np.argsort(id_keys, kind="stable")
    return {"ids": ids, "id_keys": id_keys[by_key], "id_rows": by_key.astype(np.int32)}


def _read_titles(dataset: Dataset, credits: Credits) -> tuple[KeyArray, KeyArray, Arrays]:
    """Return a key of each title, one of the title and artist of each credit, and arrays of the texts."""
    names, is_usual = _write_names(credits)
    blocks = [
        _read_block(
            dataset.titles[rows],
            dataset.artists[rows],
            _name_credits(credits, rows),
            is_usual[rows].tolist(),
        )
        for rows in split_into_blocks(len(dataset.titles))
    ]
    title_keys, credit_keys, takes, scripts, texts, lengths = (
        np.concatenate(parts) for parts in zip(*blocks, strict=True)
    )
    take_keys, places = np.unique(takes, return_inverse=True)
    arrays = {
        "takes": shrink(places),
        "take_keys": take_keys,
        "texts": texts,
        "text_ends": shrink(np.cumsum(lengths)),
    }
    return title_keys, credit_keys, arrays | names | _describe_scripts(scripts, credits)


def _write_names(credits: Credits) -> tuple[Arrays, BoolArray]:
    """Return the arrays of the artists' names, and whether each row writes all of its artists so."""
    _, first = np.unique(credits.artists, return_index=True)
    usual = credits.written[first]
    names = [credits.spellings[spelling].encode() for spelling in usual.tolist()]
    arrays = {
        "artist_names": np.frombuffer(b"".join(names), dtype=np.uint8),
        "artist_name_ends": shrink(np.cumsum(np.fromiter(map(len, names), np.int64, len(names)))),
    }
    return arrays, np.logical_and.reduceat(credits.written == usual[credits.artists], credits.starts)


def _name_credits(credits: Credits, rows: slice) -> list[str]:
    """Return the normalised names of all artists of some rows, row by row."""
    places = credits.artists[credits.starts[rows.start] : credits.ends[rows.stop - 1]]
    return [credits.names[place] for place in places.tolist()]


def _read_block(
    titles: list[str], artists: list[tuple[str, ...]], credited: list[str], is_usual: list[bool]
) -> tuple[npt.NDArray[Any], ...]:
    normalised = normalise_titles(titles)
    of_credits = chain.from_iterable(map(repeat, normalised, map(len, artists)))
    songs = list(zip(titles, artists, strict=True))
    texts = [
        TEXT_SEPARATOR.join((title, *([""] if usual else names))).encode()
        for (title, names), usual in zip(songs, is_usual, strict=True)
    ]
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
    n_rows_by = np.bincount(credits.first_artists, minlength=len(credits.artist_keys))
    return {
        "artist_keys": credits.artist_keys,
        **arrange_vectors(vectors, n_rows_by),
        "artist_genres": table.indices.astype(np.int32),
        "artist_genre_ends": shrink(table.indptr[1:]),
        "n_rows_by": shrink(n_rows_by),
        "first_artists": credits.first_artists,
        "row_artists": credits.artists,
        "row_artist_ends": shrink(credits.ends),
        **list_rows_by_artist(credits.artists, credits.ends, len(credits.artist_keys)),
    }


def arrange_vectors(vectors: npt.NDArray[np.float16], n_rows_by: npt.NDArray[np.integer[Any]]) -> Arrays:
    """Arrange the vectors of all artists: first those that every mix compares, of first artists.

    Parameters
    ----------
    vectors : (m, d), zeros where no genre is known
    n_rows_by : (m,) rows of which each artist is the first
    """
    # NumPy is slow with half precision, but not with its bits.
    is_known = np.bitwise_or.reduce(np.ascontiguousarray(vectors).view(np.uint16), axis=1) != 0
    firsts, others = (np.flatnonzero(is_known & is_first) for is_first in (n_rows_by > 0, n_rows_by == 0))
    known = np.concatenate([firsts, others])
    arranged = np.zeros((len(known) + 1, vectors.shape[1]), dtype=np.float32)
    arranged[:-1] = vectors[known]
    places = np.full(len(vectors), len(known))
    places[known] = np.arange(len(known))
    return {
        "genre_artists": firsts.astype(np.int32),
        "genre_vectors": arranged,
        "genre_places": shrink(places),
    }


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


def _number_versions(
    version_keys: KeyArray, years: DoubleArray, has_year: BoolArray
) -> tuple[KeyArray, Arrays]:
    """Number the versions of each song, and find their years: known ones where there is any, else guesses.

    Returns
    -------
    The sorted keys of the versions, and the arrays.
    """
    keys, versions = np.unique(version_keys, return_inverse=True)
    unknown = np.iinfo(np.int16).max
    known, guessed = (np.full(len(keys), unknown, dtype=np.int16) for _ in range(2))
    np.minimum.at(known, versions[has_year], years[has_year].astype(np.int16))
    np.minimum.at(guessed, versions, years.astype(np.int16))
    of_its_song = np.where(known < unknown, known, 0)[versions]
    return keys, {
        "versions": versions.astype(np.int32),
        "years": np.where(has_year, years.astype(np.int16), of_its_song),
        "first_years": np.where(known < unknown, known, guessed)[versions],
    }


def _index_credits(keys: KeyArray, ends: IntArray, popularity: DoubleArray, version_keys: KeyArray) -> Arrays:
    """Order the rows of all credits by key, of equal keys the most popular first, and find the versions."""
    rows = np.repeat(np.arange(len(ends), dtype=np.int32), np.diff(ends, prepend=0))
    by_key = np.lexsort((rows, -popularity[rows], keys))
    keys, rows = keys[by_key], rows[by_key]
    # A name credited twice in one row counts once.
    is_first = np.ones(len(keys), dtype=bool)
    is_first[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
    keys = keys[is_first]
    return {
        "credit_keys": keys,
        "credit_rows": rows[is_first],
        # Of a type that holds one number more than there are, so that -1 is none of them.
        "version_credits": np.searchsorted(keys, version_keys).astype(np.min_scalar_type(len(keys))),
    }


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
        "artist_hits": shrink(n_hits.astype(np.int64)[groups]),
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
