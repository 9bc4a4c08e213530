import pickle
import re

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from recommender.catalogue.build import load_build
from recommender.catalogue.model import Model
from tests.support.songs import real_build, real_data, real_models
from training.dataset import read_dataset


@pytest.fixture(scope="module")
def fitted():
    """Some songs with features of very different size, and scikit-learn's fit of them."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(2000, 15)) * rng.uniform(0.01, 1e5, 15) + rng.uniform(-1e5, 1e5, 15)
    scaler = StandardScaler().fit(features)
    kmeans = KMeans(n_clusters=5, random_state=0).fit(scaler.transform(features))
    model = Model(scaler.mean_, scaler.scale_, kmeans.cluster_centers_, ("",) * 5, ())
    return features, scaler, kmeans, model


def test_scales_as_scikit_learn_does(fitted):
    features, scaler, _, model = fitted

    np.testing.assert_array_equal(model.standardise(features), scaler.transform(features))


def test_finds_the_nearest_centre_as_scikit_learn_does(fitted):
    features, scaler, kmeans, model = fitted
    standardised = scaler.transform(features)

    np.testing.assert_array_equal(model.find_nearest_cluster(standardised), kmeans.predict(standardised))


def test_a_song_between_two_centres_belongs_to_the_lower():
    model = Model(np.zeros(2), np.ones(2), np.array([[3.0, 0], [1, 0], [-1, 0]]), ("", "", ""), ())

    assert model.find_nearest_cluster(np.array([[0.0, 7], [2, -7], [-0.5, 0]])).tolist() == [1, 0, 2]


@pytest.mark.slow
def test_every_real_song_is_scaled_and_clustered_as_scikit_learn_does(tmp_path_factory):
    build = real_build(tmp_path_factory)
    models = real_models(tmp_path_factory)
    scaler = pickle.loads((models / "scaling.pkl").read_bytes())  # noqa: S301 - we have just written it
    kmeans = pickle.loads((models / "kmeans.pkl").read_bytes())  # noqa: S301
    dataset = read_dataset(real_data("data.csv.gz"))

    standardised = scaler.transform(dataset.features)
    predicted = kmeans.predict(standardised)

    np.testing.assert_allclose(build.model.standardise(dataset.features), standardised, rtol=0, atol=1e-12)
    differ = int((build.model.find_nearest_cluster(standardised) != predicted).sum())
    assert differ == 0, f"{differ} of {len(predicted)} songs are in another cluster"
    rows = build.catalogue.find_rows(list(dataset.ids))
    np.testing.assert_array_equal(build.catalogue.standardised[rows], standardised.astype(np.float32))
    in_catalogue = np.searchsorted(build.catalogue.cluster_starts, rows, side="right") - 1
    differ = int((in_catalogue != predicted).sum())
    assert differ == 0, f"{differ} of {len(predicted)} rows are in another cluster"


def test_a_full_name_has_the_sound_two_genres_and_the_decades_as_far_as_they_are_known():
    genres = (("folk", "singer-songwriter", "blues"), ())
    words = ("Calm, acoustic", "Loud")

    assert Model(None, None, None, words, genres, decades=("1970s", "1950s–1990s")).full_names == (
        "Calm, acoustic · folk, singer-songwriter · 1970s",
        "Loud · 1950s–1990s",
    )
    assert Model(None, None, None, words, ()).full_names == words


def test_the_five_tastes_have_different_names(invented):
    names = load_build(invented / "models").model.full_names

    assert len(set(names)) == 5
    assert all(re.fullmatch(r"[^·]+( · [^·]+)? · \d{4}s(–\d{4}s)?", name) for name in names)
