import numpy as np
import pytest

from recommender.catalogue.features import NAMES
from recommender.catalogue.model import Model
from recommender.song import Song
from recommender.tastes.known_features import KnownFeatures, collect_known_features
from tests.support.songs import Row, saved, small, song_id

ROWS = [Row("A", ("Abba",), at=(3, 1)), Row("B", ("Abba",), at=(0, 5))]
# Of each feature, mean and scale over an imagined catalogue.
MEAN = np.array([0.5, 1980, 0.5, 30, 0.5, 230_000, 0.5, 0.1, 0.2, 5, 0.2, -11, 0.7, 0.1, 117], dtype=float)
SCALE = np.array([0.25, 20, 0.4, 20, 0.2, 100_000, 0.25, 0.3, 0.3, 3.5, 0.2, 6, 0.5, 0.1, 30])
MEASURED = {
    "valence": 1.0,
    "acousticness": 0.1,
    "danceability": 0.5,
    "energy": 0.25,
    "instrumentalness": 0.5,
    "key": -1,
    "liveness": 0.0,
    "loudness": -5.0,
    "mode": 1,
    "speechiness": 0.2,
    "tempo": 177.0,
}


def find_vector(song, features):
    """Return the vector of a song that the catalogue lacks, by feature, rounded."""
    catalogue, _ = small(ROWS)
    model = Model(MEAN, SCALE, np.eye(2, len(NAMES)), ("One", "Two"), genres=())
    known = collect_known_features([song], np.array([-1]), catalogue, model, {song.id: features})
    return dict(zip(NAMES, known.vectors[0].round(4).tolist(), strict=True))


def test_songs_of_the_catalogue_and_measured_ones_are_in_library_order():
    catalogue, model = small(ROWS)
    library = [saved(1), saved(70), saved(71), Song("", "Demo", ()), saved(0)]

    known = collect_known_features(
        library, np.array([1, -1, -1, -1, 0]), catalogue, model, {song_id(71): {"valence": 0.5}, "": {}}
    )

    assert known.places.tolist() == [0, 2, 4]
    assert known.vectors[:, 0].tolist() == [0, 0.5, 3]
    assert (known.vectors.shape, known.vectors.dtype) == ((3, 15), np.float32)


def test_the_catalogue_is_not_written_to():
    catalogue, model = small(ROWS)
    before = catalogue.standardised.copy()

    collect_known_features([saved(70)], np.array([-1]), catalogue, model, {song_id(70): {"valence": 0.5}})

    assert np.array_equal(catalogue.standardised, before)


def test_measured_features_are_standardised_and_the_songs_own_ones_with_them():
    song = Song(song_id(70), "New", ("D",), year=2020, duration_ms=180_000, is_explicit=True)

    assert find_vector(song, MEASURED) == pytest.approx(
        {
            "valence": 2.0,
            "year": 2.0,
            "acousticness": -1.0,
            "popularity": 0.0,
            "danceability": 0.0,
            "duration_ms": -0.5,
            "energy": -1.0,
            "explicit": 3.0,
            "instrumentalness": 1.0,
            "key": round(-6 / 3.5, 4),
            "liveness": -1.0,
            "loudness": 1.0,
            "mode": 0.6,
            "speechiness": 1.0,
            "tempo": 2.0,
        },
        abs=1e-4,
    )


def test_an_unknown_feature_is_the_mean():
    vector = find_vector(Song(song_id(70), "New", ("D",)), {"valence": 1.0})

    assert vector.pop("valence") == 2.0
    assert set(vector.values()) == {0.0}


def test_what_is_out_of_range_is_the_mean():
    vector = find_vector(
        Song(song_id(70), "New", ("D",), year=1, duration_ms=0), {"energy": 1.5, "tempo": float("nan")}
    )

    assert set(vector.values()) == {0.0}


def test_a_saved_songs_own_year_comes_before_a_measured_one():
    song = Song(song_id(70), "New", ("D",), year=2000, is_explicit=False)

    vector = find_vector(song, {"year": 1960.0, "explicit": 1.0})

    assert vector["year"] == 1.0
    assert vector["explicit"] == pytest.approx(-1 / 3, abs=1e-4)


def test_a_library_of_which_nothing_is_known_has_no_known_features():
    catalogue, model = small(ROWS)

    known = collect_known_features([saved(70)], np.array([-1]), catalogue, model, {})

    assert known.places.tolist() == []
    assert known.vectors.shape == (0, 15)


def test_estimates_count_towards_the_proportions_only_where_little_else_is_known():
    vectors = np.zeros((40, 15), dtype=np.float32)

    enough = KnownFeatures(np.arange(40), vectors, np.arange(40) < 30)
    little = KnownFeatures(np.arange(40), vectors, np.arange(40) < 29)

    assert enough.counts.sum() == 30
    assert little.counts.all()
