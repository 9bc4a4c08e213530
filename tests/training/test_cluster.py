"""Training on a Dask cluster gives the models of the plain way."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from distributed import LocalCluster

from invented.catalogue import write_invented_catalogue
from recommender.catalogue.build import load_build
from recommender.catalogue.catalogue import ARRAYS
from recommender.catalogue.together import list_arrays
from recommender.errors import NoCluster
from training import cluster as passes
from training.train import fit, train

ROOT = Path(__file__).parents[2]
# Dask's own: what it uses of other libraries, and servers that are closed while it ends.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def address():
    """Start a cluster of two processes."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
        yield cluster.scheduler_address


def write_playlists(folder, songs, n_files=3):
    """Write files of playlists of every n-th song."""
    folder.mkdir()
    for number in range(n_files):
        playlists = [
            {
                "pid": 40 * number + at,
                "tracks": [
                    {
                        "track_uri": f"spotify:track:{song.id}",
                        "track_name": song.title,
                        "artist_name": song.artists[0],
                    }
                    for song in songs[number + at :: 40 + at]
                ],
            }
            for at in range(40)
        ]
        (folder / f"mpd.slice.{number}.json").write_text(json.dumps({"playlists": playlists}))
    return folder


def test_two_workers_build_the_models_of_the_plain_way(address, tmp_path, monkeypatch):
    monkeypatch.setattr(passes, "PART_SONGS", 700)
    data = write_invented_catalogue(tmp_path, n_songs=3_000)
    plain = train([data], tmp_path / "plain")
    catalogue = load_build(tmp_path / "plain").catalogue
    playlists = write_playlists(
        tmp_path / "playlists", [catalogue.song(row) for row in range(len(catalogue))]
    )
    plain = train([data], tmp_path / "plain", playlists=[playlists])

    report = train([data], tmp_path / "spread", playlists=[playlists], scheduler=address)

    one, other = load_build(tmp_path / "plain"), load_build(tmp_path / "spread")
    assert report.cluster_sizes == plain.cluster_sizes
    assert one.model.names == other.model.names
    np.testing.assert_allclose(other.model.centres, one.model.centres, rtol=0, atol=1e-9)
    np.testing.assert_allclose(other.model.mean, one.model.mean, rtol=1e-12)
    np.testing.assert_allclose(other.model.scale, one.model.scale, rtol=1e-12)
    for name in ARRAYS:
        first, second = getattr(one.catalogue, name), getattr(other.catalogue, name)
        if first.dtype.kind == "f":
            np.testing.assert_allclose(second, first, atol=1e-3 if first.itemsize == 2 else 1e-5)
        else:
            assert np.array_equal(first, second), name
    counts, counted = list_arrays(one.catalogue.together), list_arrays(other.catalogue.together)
    assert one.catalogue.together.n_playlists == 120
    for name in counts:
        assert np.array_equal(counts[name], counted[name]), name


def test_a_feature_that_is_the_same_for_all_songs_is_scaled_as_scikit_learn_does(address):
    features = np.random.default_rng(0).normal(3, 2, (2_000, 15))
    features[:, 4] = 0.1
    features[:, 7] = 0

    with passes.connect(address) as cluster:
        scaler, kmeans = cluster.fit(features, 5)

    expected, plainly = fit(features)
    np.testing.assert_allclose(scaler.scale_, expected.scale_, rtol=1e-12)
    assert np.array_equal(kmeans.labels_, plainly.labels_)
    assert kmeans.n_iter_ == plainly.n_iter_
    assert kmeans.inertia_ == pytest.approx(plainly.inertia_)
    scaled = expected.transform(features)
    assert np.array_equal(kmeans.predict(scaled), plainly.predict(scaled))


def test_a_scheduler_that_does_not_answer_is_one_sentence(monkeypatch):
    monkeypatch.setattr(passes, "TIMEOUT_S", 0.2)

    with (
        pytest.raises(NoCluster, match="no Dask scheduler answers"),
        passes.connect("tcp://127.0.0.1:9"),
    ):
        pass


def test_a_wrong_address_is_noticed_before_any_song_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(passes, "TIMEOUT_S", 0.2)

    with pytest.raises(NoCluster, match="no Dask scheduler answers"):
        train([tmp_path / "no songs.csv"], tmp_path / "models", scheduler="tcp://127.0.0.1:9")


def test_a_cluster_without_workers_is_one_sentence(monkeypatch):
    monkeypatch.setattr(passes, "TIMEOUT_S", 0.2)

    with (
        LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty,
        pytest.raises(NoCluster, match="has no worker"),
        passes.connect(empty.scheduler_address),
    ):
        pass


def test_who_trains_plainly_does_not_load_dask(tmp_path):
    data = write_invented_catalogue(tmp_path, n_songs=200)
    script = (
        "import sys; from pathlib import Path; from training.train import train;"
        f"train([Path({str(data)!r})], Path({str(tmp_path / 'models')!r}));"
        "print({'dask', 'distributed'} & set(sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"
