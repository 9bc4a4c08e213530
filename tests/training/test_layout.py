"""What training works out of the songs once for all mixes, by hand."""

import numpy as np
import pytest

from recommender.catalogue.features import NAMES
from recommender.catalogue.keys import hash_texts
from tests.support.songs import Row, small


def find_artist(catalogue, name):
    [place] = np.flatnonzero(catalogue.artist_keys == hash_texts([name])[0])
    return int(place)


def place(**features):
    """Place a song by the names of its features."""
    return tuple(features.get(name, 0.0) for name in NAMES)


def test_an_artist_sounds_like_the_mean_of_the_songs_of_which_they_are_the_first():
    rows = [
        Row("One", ("Abba", "Guest"), at=place(valence=1, energy=-2, tempo=3)),
        Row("Two", ("Abba",), at=place(valence=2, speechiness=1)),
        Row("Three", ("Cher", "Abba"), at=place(valence=9, acousticness=0.5)),
    ]

    catalogue, _ = small(rows)

    # Valence, acousticness, danceability, energy, instrumentalness, loudness, speechiness; no tempo.
    assert catalogue.artist_sounds.dtype == np.float16
    assert catalogue.artist_sounds[find_artist(catalogue, "abba")].tolist() == [1.5, 0, 0, -1, 0, 0, 0.5]
    assert catalogue.artist_sounds[find_artist(catalogue, "cher")].tolist() == [9, 0.5, 0, 0, 0, 0, 0]
    assert catalogue.artist_sounds[find_artist(catalogue, "guest")].tolist() == [0] * 7


def test_an_artist_has_the_mean_first_year_and_the_peak_of_their_own_songs():
    rows = [
        Row("One", ("Abba", "Guest"), year=1975, popularity=30),
        Row("One - 2011 Remaster", ("Abba",), year=2011, popularity=71),
        Row("Two", ("Abba",), year=1978, popularity=70),
        Row("Three", ("Cher", "Abba"), year=1999, popularity=90),
    ]

    catalogue, _ = small(rows)

    abba, cher, guest = (find_artist(catalogue, name) for name in ("abba", "cher", "guest"))
    assert catalogue.artist_years[[abba, cher, guest]].tolist() == [1976, 1999, 0]
    assert catalogue.artist_peaks[[abba, cher, guest]].tolist() == [71, 90, 0]


def test_hits_are_counted_over_all_variants_of_a_name_and_not_for_guests():
    rows = [
        Row("One", ("The Beatles",), popularity=50),
        Row("Two", ("Beatles",), popularity=80),
        Row("Three", ("Beatles", "Guest"), popularity=100),
        Row("Four", ("The Beatles",), popularity=49),
        Row("Five", ("Cher",), popularity=10),
    ]

    catalogue, _ = small(rows)

    names = ("the beatles", "beatles", "guest", "cher")
    artists = [find_artist(catalogue, name) for name in names]
    assert catalogue.artist_hits[artists].tolist() == [3, 3, 0, 0]


@pytest.mark.parametrize(
    ("popularity", "ranks"),
    [((10,), [0]), ((10, 30, 20, 40), [0, 0.5, 0.25, 0.75]), ((5, 5, 0, 100), [0.25, 0.25, 0, 0.75])],
    ids=["alone", "all different", "a tie"],
)
def test_a_song_is_ranked_among_those_of_its_first_year_by_how_many_are_less_popular(popularity, ranks):
    rows = [Row(f"Song {at}", (f"Artist {at}",), popularity=known) for at, known in enumerate(popularity)]
    others = [
        Row("Before", ("Abba",), year=1999, popularity=99),
        Row("After", ("Abba",), year=2001, popularity=0),
        Row("Remade", ("Cher",), year=1999, popularity=3),
        Row("Remade - 2000 Remaster", ("Cher",), year=2000, popularity=100),
    ]

    catalogue, _ = small([*rows, *others])

    assert catalogue.year_ranks[: len(rows)].tolist() == ranks
    assert catalogue.year_ranks[len(rows) :].tolist() == pytest.approx([1 / 3, 0, 0, 2 / 3], abs=1e-3)


def test_collaborators_are_all_who_are_credited_with_an_artist_each_once():
    rows = [
        Row("One", ("Abba", "Cher", "Guest")),
        Row("Two", ("Cher", "Abba")),
        Row("Three", ("Abba", "Abba")),
        Row("Four", ("Alone",)),
    ]

    catalogue, _ = small(rows)

    abba, cher, guest, alone = (find_artist(catalogue, name) for name in ("abba", "cher", "guest", "alone"))
    assert catalogue.get_collaborators(abba).tolist() == sorted([cher, guest])
    assert catalogue.get_collaborators(cher).tolist() == sorted([abba, guest])
    assert catalogue.get_collaborators(alone).tolist() == []
    lengths, others = catalogue.collect_collaborators(np.array([guest, alone, cher]))
    assert lengths.tolist() == [2, 0, 2]
    assert others.tolist() == [*sorted([abba, cher]), *sorted([abba, guest])]


def test_rows_are_counted_by_first_artist_and_by_popularity():
    rows = [
        Row("One", ("Abba", "Guest"), popularity=100),
        Row("Two", ("Abba",), popularity=7),
        Row("Three", ("Cher", "Abba"), popularity=7),
    ]

    catalogue, _ = small(rows)

    artists = [find_artist(catalogue, name) for name in ("abba", "cher", "guest")]
    assert catalogue.n_rows_by[artists].tolist() == [2, 1, 0]
    assert len(catalogue.n_by_popularity) == 101
    assert catalogue.n_by_popularity[[0, 7, 100]].tolist() == [0, 2, 1]


def test_the_rows_of_a_recording_of_several_are_listed_with_the_best_known_first():
    rows = [
        Row("Hurt", ("Cash",), popularity=10),
        Row("Alone", ("Cash",), popularity=99),
        Row("Hello", ("Adele",), popularity=5),
        Row("Hurt - Live", ("Cash",), popularity=30),
        Row("Hello - Remastered", ("Adele",), popularity=5),
        Row("Hurt - 2018 Remaster", ("Cash",), popularity=30),
    ]

    catalogue, _ = small(rows)

    hurt, hello = [3, 5, 0], [2, 4]
    is_hurt_first = catalogue.find_recordings(np.array([0]))[0] < catalogue.find_recordings(np.array([2]))[0]
    assert catalogue.repeated_rows.tolist() == (hurt + hello if is_hurt_first else hello + hurt)
    assert (
        catalogue.repeated_recordings.tolist() == catalogue.find_recordings(catalogue.repeated_rows).tolist()
    )


def test_the_genre_vectors_begin_with_those_of_first_artists_of_known_genres():
    rows = [Row("One", ("Abba",)), Row("Two", ("Cher", "Guest")), Row("Three", ("Unknown",))]

    catalogue, _ = small(rows, genres={"Abba": ["pop"], "Cher": ["disco"], "Guest": ["rock"]})

    artists = sorted(find_artist(catalogue, name) for name in ("abba", "cher"))
    assert catalogue.genre_artists.tolist() == artists
    assert catalogue.genre_vectors.dtype == np.float32
    assert catalogue.genre_vectors[:2].tolist() == catalogue.embed(np.array(artists)).tolist()
    assert catalogue.genre_vectors[:2].any(axis=1).all()


def test_a_guest_of_known_genres_has_a_vector_and_whoever_has_none_has_zeros():
    rows = [Row("One", ("Abba",)), Row("Two", ("Abba", "Guest")), Row("Three", ("Unknown",))]

    catalogue, _ = small(rows, genres={"Abba": ["pop"], "Guest": ["rock"]})

    of_guest, of_unknown = catalogue.embed(
        np.array([find_artist(catalogue, "guest"), find_artist(catalogue, "unknown")])
    )
    assert of_guest.tolist() == [0, 1]
    assert of_unknown.tolist() == [0, 0]
    assert np.count_nonzero(catalogue.has_genres) == 2


def test_without_genres_there_are_no_genre_vectors():
    catalogue, _ = small([Row("One", ("Abba",))])

    assert catalogue.genre_artists.tolist() == []
    assert catalogue.genre_vectors.shape == (1, 0)
    assert not catalogue.has_genres.any()
