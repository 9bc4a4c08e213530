from dataclasses import replace

import numpy as np
import pytest

from formats.registry import load_library
from recommender.catalogue.features import NAMES
from recommender.matching.match import match
from recommender.tastes.cluster import find_tastes
from recommender.tastes.estimate import add_estimates
from recommender.tastes.known_features import collect_known_features
from recommender.tastes.listener import build_profile
from recommender.tastes.own_tastes import MAX_ARTISTS, MIN_SHARE, compute_shares, find_own_tastes
from tests.support.songs import Row, real_build, real_data, small

LOUDNESS = NAMES.index("loudness")


def make_catalogue(n_songs_by_artist, genre_by_artist, loudness_by_artist=None):
    """Make a catalogue with so many songs by each artist, each artist of one genre or of none."""
    rows = [
        Row(f"Song {number} by {artist}", (artist,), (number % 2, 1 - number % 2))
        for artist, n_songs in n_songs_by_artist.items()
        for number in range(n_songs)
    ]
    catalogue, model = small(rows, genres={artist: [genre] for artist, genre in genre_by_artist.items()})
    standardised = catalogue.standardised.copy()
    for row in range(len(catalogue)):
        standardised[row, LOUDNESS] = (loudness_by_artist or {}).get(catalogue.song(row).artists[0], 0)
    return replace(catalogue, standardised=standardised), model


def find(catalogue, model, rows=None):
    rows = np.arange(len(catalogue)) if rows is None else rows
    vectors = catalogue.standardised[rows]
    return find_own_tastes(
        vectors, catalogue.first_artists[rows], model.find_nearest_cluster(vectors), catalogue
    )


def members_by_artist(own, catalogue):
    tastes = {}
    for row, taste in enumerate(own.members.tolist()):
        tastes.setdefault(catalogue.song(row).artists[0], set()).add(taste)
    return tastes


GENRES = {
    "Cash": "country",
    "Parton": "country",
    "Nas": "rap",
    "Jay-Z": "rap",
    "Bach": "classical",
    "Liszt": "classical",
}
SONGS = {"Cash": 8, "Parton": 5, "Nas": 6, "Jay-Z": 4, "Bach": 4, "Liszt": 4}


def test_artists_of_one_genre_are_one_taste_and_all_songs_of_an_artist_are_in_it():
    catalogue, model = make_catalogue(SONGS, GENRES)

    own = find(catalogue, model)

    assert members_by_artist(own, catalogue) == {
        "Cash": {0}, "Parton": {0}, "Nas": {1}, "Jay-Z": {1}, "Bach": {2}, "Liszt": {2},
    }  # fmt: skip
    assert own.sizes.tolist() == [13, 10, 8]


def test_songs_are_counted_by_cluster_and_taste():
    catalogue, model = make_catalogue(SONGS, GENRES)

    own = find(catalogue, model)

    # Every other song of an artist, from the first, is in cluster 1.
    assert own.counts.tolist() == [[4 + 2, 3 + 2, 2 + 2], [4 + 3, 3 + 2, 2 + 2]]


def test_artists_of_unknown_genres_join_those_who_sound_alike():
    loudness = {"Nas": 2, "Jay-Z": 2, "Loud": 2, "Quiet": -2, "Bach": -2, "Liszt": -2}
    catalogue, model = make_catalogue({**SONGS, "Loud": 1, "Quiet": 1}, GENRES, loudness)

    own = find(catalogue, model)

    tastes = members_by_artist(own, catalogue)
    assert (tastes["Loud"], tastes["Quiet"]) == (tastes["Nas"], tastes["Bach"])


def test_without_genres_artists_are_told_apart_by_sound():
    catalogue, model = make_catalogue(
        {"a": 5, "b": 5, "c": 5, "d": 5}, {}, {"a": 3, "b": 2.9, "c": -3, "d": 0}
    )

    tastes = members_by_artist(find(catalogue, model), catalogue)

    assert tastes["a"] == tastes["b"]
    assert len({*tastes["a"], *tastes["c"], *tastes["d"]}) == 3


def test_a_song_without_a_catalogued_artist_joins_the_taste_that_sounds_nearest():
    catalogue, model = make_catalogue(SONGS, GENRES, {"Nas": 3, "Jay-Z": 3})
    vectors = np.concatenate([catalogue.standardised, catalogue.standardised[:2]])
    vectors[-2:, LOUDNESS] = (3, 0)
    artists = np.concatenate([catalogue.first_artists, [-1, -1]])

    own = find_own_tastes(vectors, artists, model.find_nearest_cluster(vectors), catalogue)

    rap = members_by_artist(replace(own, members=own.members[:-2]), catalogue)["Nas"]
    assert {int(own.members[-2])} == rap
    assert {int(own.members[-1])} != rap


def test_songs_without_any_catalogued_artist_are_one_taste():
    catalogue, model = make_catalogue({"a": 3, "b": 3}, {})
    vectors = catalogue.standardised

    own = find_own_tastes(vectors, np.full(6, -1), model.find_nearest_cluster(vectors), catalogue)

    assert own.members.tolist() == [0] * 6
    assert own.sizes.tolist() == [6]


@pytest.mark.parametrize(("n_songs", "n_tastes"), [(1, 1), (3, 1), (4, 2)])
def test_a_taste_has_at_least_four_songs(n_songs, n_tastes):
    catalogue, model = make_catalogue({"Cash": n_songs, "Nas": n_songs}, GENRES)

    assert len(find(catalogue, model)) == n_tastes


def test_a_taste_of_less_than_three_songs_in_a_hundred_merges_with_the_nearest():
    catalogue, model = make_catalogue(
        {"Cash": 100, "Parton": 80, "Nas": 20, "Bach": 5}, GENRES, {"Nas": 1, "Bach": 1}
    )

    own = find(catalogue, model)

    assert members_by_artist(own, catalogue) == {"Cash": {0}, "Parton": {0}, "Nas": {1}, "Bach": {1}}


def test_there_are_at_most_eight_tastes_even_where_all_artists_differ():
    artists = {f"Artist {number:02}": 10 for number in range(20)}
    catalogue, model = make_catalogue(artists, {artist: f"genre of {artist}" for artist in artists})

    assert len(find(catalogue, model)) == 8


def test_tastes_that_hardly_differ_become_one_but_no_fewer_than_three():
    artists = {f"Artist {number}": 10 for number in range(5)}
    genres = {artist: "pop" for artist in artists}
    loudness = {artist: number * 0.01 for number, artist in enumerate(artists)} | {"Artist 4": 3}
    catalogue, model = make_catalogue(artists, genres, loudness)

    assert len(find(catalogue, model)) == 3


def test_the_medoid_is_the_song_nearest_to_the_middle_of_its_taste():
    catalogue, model = make_catalogue({"Cash": 5}, GENRES)
    standardised = catalogue.standardised.copy()
    standardised[:, LOUDNESS] = (-3, 3, 0.4, -1, 1)  # their mean is 0.08
    standardised[:, :2] = 0
    catalogue = replace(catalogue, standardised=standardised)

    assert find(catalogue, model).medoids.tolist() == [2]


def test_a_row_is_of_its_artist_s_taste_and_one_of_another_artist_of_the_nearest():
    catalogue, model = make_catalogue(
        {**SONGS, "Eminem": 2, "Unknown": 1}, {**GENRES, "Eminem": "rap"}, {"Cash": 1, "Unknown": 1}
    )
    by = [catalogue.song(row).artists[0] for row in range(len(catalogue))]
    saved = np.array([row for row, artist in enumerate(by) if artist in SONGS])
    own = find(catalogue, model, saved)
    rows = np.array([by.index(artist) for artist in ("Parton", "Nas", "Eminem", "Unknown")])

    assert own.assign(rows, catalogue).tolist() == [0, 1, 1, 0]
    assert own.assign(rows[:0], catalogue).tolist() == []
    everything = np.arange(len(catalogue))
    assert own.assign_all(catalogue).tolist() == own.assign(everything, catalogue).tolist()


def test_artists_beyond_those_who_are_grouped_join_the_nearest_taste():
    many = {f"Artist {number}": 2 for number in range(MAX_ARTISTS)}
    few = {"Late rapper": 1, "Late singer": 1}
    genres = {artist: ("rap", "country", "classical")[int(artist.split()[1]) % 3] for artist in many}
    catalogue, model = make_catalogue(many | few, {**genres, "Late rapper": "rap", "Late singer": "country"})

    tastes = members_by_artist(find(catalogue, model), catalogue)

    assert (tastes["Late rapper"], tastes["Late singer"]) == (tastes["Artist 0"], tastes["Artist 1"])


def test_equal_libraries_have_equal_tastes():
    catalogue, model = make_catalogue(SONGS, GENRES)

    once, again = find(catalogue, model), find(catalogue, model)

    assert once.members.tolist() == again.members.tolist()
    assert once.medoids.tolist() == again.medoids.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 10))
def test_a_real_library_has_three_to_eight_tastes_and_none_is_tiny(number, tmp_path_factory):
    build = real_build(tmp_path_factory)
    library = load_library(real_data(f"libraries/library-{number}.csv.gz"))
    matches = match(library, build.catalogue)
    sounds = collect_known_features(library, matches.rows, build.catalogue, build.model, {})
    sounds = add_estimates(sounds, library, matches.artists, build.catalogue, build.model)
    artists = build_profile(library, matches, build.catalogue).artists[sounds.places]

    clusters = find_tastes(sounds.vectors, build.model).clusters
    own = find_own_tastes(sounds.vectors, artists, clusters, build.catalogue)

    assert 3 <= len(own) <= 8
    # A song of no catalogued artist may join, and so blur a share by a little.
    assert own.sizes.min() >= 0.9 * MIN_SHARE * len(artists)
    pairs = {(artist, taste) for artist, taste in zip(artists.tolist(), own.members.tolist(), strict=True)}
    assert len({artist for artist, _ in pairs if artist >= 0}) == sum(artist >= 0 for artist, _ in pairs)


def test_the_shares_of_tastes_are_those_of_what_their_songs_weigh():
    weights = np.array([[3.0, 1.0], [0.0, 0.0]])

    assert compute_shares(weights).tolist() == [[0.75, 0.25], [0, 0]]
