import numpy as np

from recommender.training.cells import BLOCK, NEAREST, SONGS_PER_CELL, divide


def directions(degrees, lengths=1.0):
    """Make songs in these directions of the plane of the first two features."""
    angles = np.radians(degrees)
    songs = np.zeros((len(angles), 15), dtype=np.float32)
    songs[:, 0], songs[:, 1] = lengths * np.cos(angles), lengths * np.sin(angles)
    return songs


def around(degrees, n_songs, seed=0):
    return np.random.default_rng(seed).normal(degrees, 3, n_songs)


def test_songs_of_one_direction_share_a_cell_however_far_out_they_are():
    n_songs = 3 * SONGS_PER_CELL
    degrees = np.concatenate([around(0, n_songs // 3), around(40, n_songs // 3), around(150, n_songs // 3)])
    lengths = np.random.default_rng(1).uniform(0.1, 9, len(degrees))

    cells = divide(directions(degrees, lengths), np.zeros(len(degrees), dtype=int), 1)

    own = cells.nearest[:, 0].reshape(3, -1)
    assert (own == own[:, :1]).all()
    assert sorted(own[:, 0].tolist()) == [0, 1, 2]
    # The neighbours of 0 and 150 degrees are the songs at 40.
    assert set(cells.nearest[: n_songs // 3, 1].tolist()) == {own[1, 0]}
    assert set(cells.nearest[-(n_songs // 3) :, 1].tolist()) == {own[1, 0]}
    np.testing.assert_allclose(cells.centres[own[:, 0]], directions([0, 40, 150]), atol=0.02)


def test_the_nearest_cells_are_those_of_an_exhaustive_search_in_the_own_cluster():
    random = np.random.default_rng(0)
    songs = random.normal(size=(BLOCK + 2_000, 15)).astype(np.float32)
    clusters = (songs[:, 0] > 0.5).astype(int)

    cells = divide(songs, clusters, 2)

    n_first = len(set(cells.nearest[clusters == 0, 0].tolist()))
    similarity = songs / np.linalg.norm(songs, axis=1, keepdims=True) @ cells.centres.T
    similarity[clusters == 0, n_first:] = -np.inf
    similarity[clusters == 1, :n_first] = -np.inf
    best = np.argsort(-similarity, axis=1, kind="stable")[:, :NEAREST]
    # Sums in another order may turn a near-tie; next to none is one.
    assert (cells.nearest == best).mean() > 0.999
    np.testing.assert_allclose(np.linalg.norm(cells.centres, axis=1), 1, atol=1e-6)
    assert set(cells.nearest[:, 0].tolist()) == set(range(len(cells.centres)))
    assert len(cells.centres) in range(16, 19)


def test_an_empty_cluster_has_no_cell_and_a_single_song_one():
    cells = divide(directions([0, 90]), np.array([3, 1]), 5)

    assert cells.nearest.tolist() == [[1, 1], [0, 0]]
    np.testing.assert_allclose(cells.centres, directions([90, 0]), atol=1e-6)


def test_songs_in_the_very_middle_have_no_direction_and_still_a_cell():
    cells = divide(np.zeros((3, 15), dtype=np.float32), np.zeros(3, dtype=int), 1)

    assert cells.nearest.tolist() == [[0, 0]] * 3
    assert not cells.centres.any()


def test_cells_without_songs_are_left_out():
    n_songs = 10 * SONGS_PER_CELL
    degrees = np.repeat([0, 90], n_songs // 2)

    cells = divide(directions(degrees), np.zeros(n_songs, dtype=int), 1)

    assert len(cells.centres) == 2
