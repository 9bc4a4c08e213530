import numpy as np
import pytest

from recommender.catalogue.keys import find, hash_texts
from training.credits import collect_credits
from training.genre_vectors import DIMENSIONS, embed_artists, list_genres, tabulate_genres


def compute_vectors(songs, genres_by_artist):
    """Return a function that looks up the vector of an artist by name."""
    credits = collect_credits(songs)
    vectors = embed_artists(credits, tabulate_genres(credits, genres_by_artist)).astype(float)

    def vector(name):
        return vectors[find(hash_texts([name]), credits.artist_keys)[0]]

    return vector


def test_a_genre_of_an_artist_counts_once_however_the_name_is_spelt():
    genres_by_artist = {"ABBA": ("pop", "disco"), "Abba": ("pop",), "Else": ("zydeco", "ambient")}
    credits = collect_credits([("abba",), ("cher",)])

    table = tabulate_genres(credits, genres_by_artist).toarray()

    assert list_genres(genres_by_artist) == ("ambient", "disco", "pop", "zydeco")
    assert table[find(hash_texts(["abba"]), credits.artist_keys)[0]].tolist() == [0, 1, 1, 0]
    assert table[find(hash_texts(["cher"]), credits.artist_keys)[0]].tolist() == [0, 0, 0, 0]


def test_a_rare_genre_weighs_more_than_a_common_one():
    genres_by_artist = {"a": ("pop",), "b": ("pop",), "c": ("pop", "polka"), "d": ("rock",)}

    vector = compute_vectors([("a",), ("b",), ("c",), ("d",)], genres_by_artist)

    # Smoothed over 4 artists: pop weighs 1 + ln(5/4), polka and rock 1 + ln(5/2).
    pop, polka = 1 + np.log(5 / 4), 1 + np.log(5 / 2)
    assert vector("a") @ vector("b") == pytest.approx(1, abs=1e-3)
    assert vector("a") @ vector("c") == pytest.approx(pop / np.hypot(pop, polka), abs=1e-3)
    assert vector("a") @ vector("d") == 0


def test_an_artist_without_genres_gets_those_of_their_collaborators_by_the_number_of_songs():
    songs = [("a",), ("b",), ("new", "a"), ("new", "a"), ("new", "a"), ("b", "new"), ("new", "newer")]

    vector = compute_vectors(songs, {"a": ("pop",), "b": ("rock",)})

    assert vector("new") @ vector("a") == pytest.approx(3 / 10**0.5, abs=1e-3)
    assert vector("new") @ vector("b") == pytest.approx(1 / 10**0.5, abs=1e-3)
    # One step only: of a collaborator's collaborators nothing is known.
    assert not vector("newer").any()
    # Who has genres keeps to them.
    assert vector("a") @ vector("b") == 0


def test_names_are_compared_normalised():
    vector = compute_vectors(
        [("beyonce",), ("nobody",)], {"Beyoncé": ("pop",), "BEYONCE": ("r&b",), "Else": ("x",)}
    )

    assert np.count_nonzero(vector("beyonce")) == 2
    assert not vector("nobody").any()


@pytest.mark.parametrize("genres_by_artist", [{}, {"b": ("pop",)}])
def test_without_any_genre_there_are_no_dimensions(genres_by_artist):
    credits = collect_credits([("a",)])

    assert embed_artists(credits, tabulate_genres(credits, genres_by_artist)).shape == (1, 0)


def test_many_genres_become_few_dimensions_in_which_those_that_occur_together_are_close():
    random = np.random.default_rng(0)
    n_scenes, n_artists = 20, 400
    scenes = random.integers(n_scenes, size=n_artists)
    # Eight genres a scene, of which each artist has three.
    genres_by_artist = {
        f"artist {at}": tuple(f"genre {8 * scene + g}" for g in random.choice(8, 3, replace=False))
        for at, scene in enumerate(scenes.tolist())
    }
    credits = collect_credits([(name,) for name in [*genres_by_artist, "unknown"]])

    vectors = embed_artists(credits, tabulate_genres(credits, genres_by_artist))

    assert vectors.shape == (n_artists + 1, DIMENSIONS)
    assert vectors.dtype == np.float16
    lengths = np.linalg.norm(vectors.astype(float), axis=1)
    assert np.sort(lengths)[0] == 0
    np.testing.assert_allclose(np.sort(lengths)[1:], 1, atol=2e-3)
    places = find(hash_texts(genres_by_artist), credits.artist_keys)
    likeness = vectors[places].astype(float) @ vectors[places].astype(float).T
    is_same = scenes[:, None] == scenes[None, :]
    assert np.abs(likeness[~is_same]).mean() < 0.02
    assert likeness[is_same].mean() > 0.5


def test_few_artists_with_many_genres_have_fewer_dimensions():
    genres_by_artist = {"a": [f"genre {n}" for n in range(100)], "b": ["genre 7"], "c": ["genre 101"]}

    credits = collect_credits([("a",), ("b",), ("c",)])

    vectors = embed_artists(credits, tabulate_genres(credits, genres_by_artist))

    assert vectors.shape == (3, 3)
    np.testing.assert_allclose(np.linalg.norm(vectors.astype(float), axis=1), 1, atol=2e-3)
