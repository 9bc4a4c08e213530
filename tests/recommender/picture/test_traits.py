"""In what songs differ from the catalogue."""

import numpy as np
import pytest

from recommender.catalogue.features import NAMES
from recommender.catalogue.model import Model
from recommender.picture.traits import PROFILE, compare_with_catalogue, find_strongest_traits

MEANS = {"energy": 0.5, "acousticness": 0.4, "tempo": 120.0, "valence": 0.5, "key": 5.0, "popularity": 40.0}
SCALES = {"energy": 0.2, "acousticness": 0.3, "tempo": 30.0, "valence": 0.2, "key": 3.0, "popularity": 20.0}


def make_model():
    mean = np.array([MEANS.get(name, 0.1) for name in NAMES])
    scale = np.array([SCALES.get(name, 0.1) for name in NAMES])
    return Model(mean, scale, np.eye(2, len(NAMES)), ("a", "b"), ())


def make_songs(*songs):
    vectors = np.zeros((len(songs), len(NAMES)), dtype=np.float32)
    for vector, song in zip(vectors, songs, strict=True):
        for name, value in song.items():
            vector[NAMES.index(name)] = value
    return vectors


def test_the_features_in_which_songs_differ_most_are_told_with_both_means():
    songs = make_songs(
        {"energy": -2, "tempo": 1, "acousticness": 0.5}, {"energy": -1, "tempo": 1, "acousticness": 1}
    )

    traits = find_strongest_traits(songs, make_model())

    assert [(trait.feature, trait.word, trait.is_high) for trait in traits] == [
        ("energy", "calm", False), ("tempo", "fast", True), ("acousticness", "acoustic", True),
    ]  # fmt: skip
    assert [trait.mean for trait in traits] == pytest.approx([0.2, 150, 0.625])
    assert [trait.catalogue_mean for trait in traits] == pytest.approx([0.5, 120, 0.4])


def test_a_small_difference_and_a_feature_that_means_nothing_to_a_listener_are_not_told():
    assert find_strongest_traits(make_songs({"energy": 0.29, "key": 2.0}), make_model()) == ()
    assert [trait.feature for trait in find_strongest_traits(make_songs({"energy": 0.31}), make_model())] == [
        "energy"
    ]


def test_the_profile_has_every_feature_in_its_order():
    traits = compare_with_catalogue(make_songs({"energy": 1, "popularity": -1}), make_model())

    assert tuple(trait.feature for trait in traits) == PROFILE
    assert (traits[0].mean, traits[-1].mean) == pytest.approx((0.7, 20))
