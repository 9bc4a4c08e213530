import numpy as np

from recommender.catalogue.features import FEATURE_WORDS, NAMES
from training.names import find_typical_genres, name_clusters


def centre(**features):
    """Make a centre at the mean of all features but these."""
    return np.array([features.get(name, 0.0) for name in NAMES])


def test_a_cluster_is_named_by_its_three_strongest_features():
    centres = np.array(
        [centre(energy=2, valence=-3, tempo=1, year=0.5), centre(year=1, explicit=4, energy=-2)]
    )

    assert name_clusters(centres) == ("Dark, energetic, fast", "Explicit, calm, recent")


def test_features_without_words_name_nothing():
    centres = np.array([centre(key=9, mode=-9, duration_ms=9, energy=3, valence=2, tempo=1)])

    assert name_clusters(centres) == ("Energetic, cheerful, fast",)


def test_clusters_that_would_share_a_name_get_one_more_word():
    same = {"energy": 4, "valence": 3, "tempo": 2}

    names = name_clusters(np.array([centre(**same, year=1), centre(**same, year=-1)]))

    assert names == ("Energetic, cheerful, fast, recent", "Energetic, cheerful, fast, older")


def test_equal_clusters_have_equal_names_of_all_words():
    one, other = name_clusters(np.array([centre(energy=1), centre(energy=1)]))

    assert one == other
    assert len(one.split(", ")) == len(FEATURE_WORDS)


GENRES_OF = {"Abba": ("pop", "disco"), "Cher": ("pop",), "Bach": ("baroque",), "Odd": ("zydeco",)}


def test_typical_genres_are_those_more_frequent_in_the_cluster_than_elsewhere():
    # Cluster 0: pop 3/4 against 3/6 everywhere, 0.75 * 1.5 = 1.125;
    # disco 2/4 against 2/6, 0.5 * 1.5 = 0.75; baroque 1/4 against 3/6, 0.125.
    artists = [("Abba",), ("Abba", "Bach"), ("Cher",), ("Bach",), ("Bach",), ("Bach", "Abba")]

    genres = find_typical_genres(np.array([0, 0, 0, 0, 1, 1]), artists, GENRES_OF, 3)

    assert genres == (("pop", "disco", "baroque"), ("baroque",), ())


def test_a_genre_of_hardly_any_song_is_not_typical():
    # 1 song of 101 is less than one in a hundred; 1 of 100 is not.
    for n_pop, genres in [(100, ("pop",)), (99, ("pop", "zydeco"))]:
        artists = [("Cher",)] * n_pop + [("Odd",)]

        assert find_typical_genres(np.zeros(n_pop + 1, dtype=int), artists, GENRES_OF, 1) == (genres,)


def test_equally_typical_genres_come_by_name_and_three_at_most():
    genres_by_artist = {"One": ("d", "b", "c", "a")}

    assert find_typical_genres(np.array([0]), [("One",)], genres_by_artist, 1) == (("a", "b", "c"),)


def test_without_genres_no_cluster_has_any():
    assert find_typical_genres(np.array([0, 1]), [("Abba",), ("Cher",)], {}, 2) == ((), ())


def test_a_cluster_with_few_known_genres_has_none():
    clusters = np.zeros(10, dtype=np.int64)
    artists = [(f"A{number}",) for number in range(10)]

    assert find_typical_genres(clusters, artists, {"A0": ("rap",)}, 1) == ((),)
    assert find_typical_genres(clusters, artists, {"A0": ("rap",), "A1": ("rap",)}, 1) == (("rap",),)
