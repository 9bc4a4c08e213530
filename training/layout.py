"""The arrays of the catalogue, built from a dataset."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from recommender.catalogue.catalogue import TEXT_SEPARATOR, has_genres, list_rows_by_artist
from recommender.catalogue.features import NAMES
from recommender.catalogue.keys import find, hash_ids, hash_pairs, hash_texts
from recommender.matching.artist_names import canonicalise
from recommender.matching.normalise import normalise_all, normalise_titles
from recommender.matching.scripts import N_SCRIPTS, find_scripts
from recommender.matching.takes import hash_takes
from recommender.ranking.signals.audible import AUDIBLE
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
    clusters: IntArray,
    n_clusters: int,
    genres_by_artist: Mapping[str, Iterable[str]],
) -> Arrays:
    """Build the fields of `Catalogue`, rows ordered by cluster, then as in the dataset."""
    order = np.argsort(clusters, kind="stable")
    features = dataset.features[order]
    written = [dataset.titles[row] for row in order]
    titles = normalise_titles(written)
    names = list({name for names in dataset.artists for name in names})
    normalised = dict(zip(names, normalise_all(names), strict=True))
    artists = [tuple(normalised[name] for name in dataset.artists[row]) for row in order]
    credits = collect_credits(artists)
    has_year = np.ones(len(order), dtype=bool) if dataset.has_year is None else dataset.has_year[order]
    versions = _number_versions(titles, artists, features[:, YEAR], has_year)
    popularity = features[:, POPULARITY].round().astype(np.uint8)
    arrays: Arrays = {
        "standardised": standardised[order],
        "cluster_starts": np.searchsorted(clusters[order], np.arange(n_clusters + 1)),
        "popularity": popularity,
        "n_by_popularity": np.bincount(popularity, minlength=101),
        "popularity_ranks": rank_by_popularity(credits.first_artists, features[:, POPULARITY]),
        "durations_ms": features[:, DURATION].astype(np.int32),
        "explicit": features[:, EXPLICIT] >= 0.5,
        **_encode_texts(dataset, order),
        **_describe_scripts(dataset, order, credits),
        **_describe_artists(credits, genres_by_artist),
        **_list_guests(credits),
        **_group_artists(credits, set(normalised.values())),
        **versions,
        "takes": hash_takes(written),
        **_judge_songs(
            written, titles, normalised, credits, versions["versions"], genres_by_artist, features
        ),
        **_index_credits(titles, artists, features[:, POPULARITY]),
    }
    as_written = [dataset.artists[row] for row in order]
    return (
        arrays
        | _list_repeated_rows(arrays)
        | _summarise_artists(arrays)
        | write_search_lines(written, as_written, arrays)
    )


def rank_by_popularity(
    first_artists: npt.NDArray[np.int32], popularity: DoubleArray
) -> npt.NDArray[np.uint16]:
    """Rank each row among its first artist's songs, from 0: the most popular first, ties by row."""
    order = np.lexsort((-popularity, first_artists))
    by_artist = first_artists[order]
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order)) - np.searchsorted(by_artist, by_artist)
    return np.minimum(ranks, np.iinfo(np.uint16).max).astype(np.uint16)


def _encode_texts(dataset: Dataset, order: IntArray) -> Arrays:
    ids = np.array([dataset.ids[row].encode() for row in order], dtype="S22")
    id_keys = hash_ids(ids)
    by_key = np.argsort(id_keys, kind="stable")
    texts = [TEXT_SEPARATOR.join((dataset.titles[row], *dataset.artists[row])).encode() for row in order]
    return {
        "ids": ids,
        "id_keys": id_keys[by_key],
        "id_rows": by_key.astype(np.int32),
        "texts": np.frombuffer(b"".join(texts), dtype=np.uint8),
        "text_ends": np.cumsum([len(text) for text in texts]),
    }


def _describe_scripts(dataset: Dataset, order: IntArray, credits: Credits) -> Arrays:
    scripts = find_scripts([f"{dataset.titles[row]} {dataset.artists[row][0]}" for row in order])
    counts = np.zeros((len(credits.artist_keys), N_SCRIPTS), dtype=np.int64)
    np.add.at(counts, (credits.first_artists, scripts), 1)
    best = counts[:, 1:].argmax(axis=1)
    is_it = counts[:, 1:].max(axis=1) > MIN_SCRIPT_SHARE * counts.sum(axis=1)
    return {"artist_scripts": np.where(is_it, best + 1, 0).astype(np.uint8)}


def _describe_artists(credits: Credits, genres_by_artist: Mapping[str, Iterable[str]]) -> Arrays:
    table = tabulate_genres(credits, genres_by_artist)
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
    written: Sequence[str],
    titles: Sequence[str],
    normalised: Mapping[str, str],
    credits: Credits,
    versions: npt.NDArray[np.int32],
    genres_by_artist: Mapping[str, Iterable[str]],
    features: DoubleArray,
) -> Arrays:
    """Find recordings of several names, blunders and languages."""
    names = list(set(normalised.values()))
    in_order = np.argsort(hash_texts(names))
    texts = read_texts(written, [names[at] for at in in_order], list_genres(genres_by_artist))
    artist_genres = tabulate_genres(credits, genres_by_artist)
    _, title_numbers = np.unique(hash_texts(titles), return_inverse=True)
    return {
        "recordings": number_recordings(title_numbers, versions, credits, features),
        "blunders": find_blunders(texts, credits, versions, artist_genres, features),
        "artist_languages": detect_languages(texts, credits, artist_genres),
    }


def _group_artists(credits: Credits, names: Iterable[str]) -> Arrays:
    """Group the artists whose names are variants of one."""
    listed = list(names)
    keys, groups = np.unique(hash_texts(map(canonicalise, listed)), return_inverse=True)
    artist_groups = np.empty(len(credits.artist_keys), dtype=np.int32)
    artist_groups[find(hash_texts(listed), credits.artist_keys)] = groups
    return {"artist_group_keys": keys, "artist_groups": artist_groups}


def _number_versions(
    titles: Sequence[str], artists: Sequence[tuple[str, ...]], years: DoubleArray, has_year: BoolArray
) -> Arrays:
    """Number the versions of each song, and find their years: known ones where there is any, else guesses."""
    keys, versions = np.unique(hash_pairs(titles, (names[0] for names in artists)), return_inverse=True)
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


def _index_credits(
    titles: Sequence[str], artists: Sequence[tuple[str, ...]], popularity: DoubleArray
) -> Arrays:
    # A name credited twice in one row counts once.
    credits = [(row, name) for row, names in enumerate(artists) for name in dict.fromkeys(names)]
    keys = hash_pairs((titles[row] for row, _ in credits), (name for _, name in credits))
    rows = np.array([row for row, _ in credits], dtype=np.int32)
    by_key = np.lexsort((rows, -popularity[rows], keys))
    return {"credit_keys": keys[by_key], "credit_rows": rows[by_key]}


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
