import numpy as np

from recommender.catalogue.decades import describe_decades


def test_a_cluster_has_the_decades_of_the_middle_half_of_its_songs():
    years = np.array([1920, 1971, 1979, 1979, 2020, 1949, 1950, 1965, 1970, 1971], dtype=np.int16)

    assert describe_decades(years, np.array([0, 5, 10])) == ("1970s", "1950s–1970s")


def test_a_cluster_without_songs_has_no_decade():
    assert describe_decades(np.array([1999], dtype=np.int16), np.array([0, 0, 1])) == ("", "1990s")
