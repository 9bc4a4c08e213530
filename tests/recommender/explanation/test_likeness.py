"""How two songs sound alike, in words."""

import numpy as np

from recommender.explanation.likeness import list_common_words


def test_two_songs_sound_alike_by_features_that_are_marked_in_both():
    # valence, acousticness, danceability, energy, instrumentalness, loudness, speechiness
    one = np.array([[1.0, -2.0, 0.6, 3.0, 0.4, 0.0, 1.0]])
    other = np.array([[-1.0, -1.5, 0.9, 1.0, 2.0, 5.0, 0.5]])

    assert list_common_words(one, other) == [("electric", "energetic")]
    assert list_common_words(one, -one) == [()]
    assert list_common_words(one[:0], other[:0]) == []
