import pytest

from recommender.wishes import Wishes


@pytest.mark.parametrize("wrong", [{"size": 0}, {"size": -1}, {"per_artist": 0}])
def test_wishes_ask_for_at_least_one_song(wrong):
    with pytest.raises(ValueError, match="at least 1"):
        Wishes(**wrong)


def test_wishes_are_50_songs_and_3_per_artist_by_default():
    assert Wishes() == Wishes(size=50, per_artist=3)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"spares": -1}, "spares at least 0"),
        ({"diversity": -0.1}, "diversity must be from 0 to 1"),
        ({"diversity": 1.1}, "diversity must be from 0 to 1"),
        ({"years": (2001, 2000)}, "must not come after"),
        ({"new_artists": -0.1}, "from 0 to 1"),
        ({"new_artists": 1.1}, "from 0 to 1"),
        ({"nudges": {"energy": 1.5}}, "from -1 to 1"),
        ({"nudges": {"loudness": 0.5}}, "of energy, valence, danceability, acousticness, tempo"),
        ({"nudges": {"tempo": float("nan")}}, "from -1 to 1"),
        ({"taste_weights": (1.0, -0.5)}, "taste_weights must be at least 0"),
        ({"taste_weights": (1.0, float("nan"))}, "taste_weights must be at least 0"),
        ({"taste_weights": (1.0, float("inf"))}, "taste_weights must be at least 0"),
        ({"seed": -1}, "seed must be at least 0"),
    ],
    ids=str,
)
def test_wishes_that_mean_nothing_are_refused(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        Wishes(**wrong)


def test_a_mix_starts_from_three_songs_and_artists_at_most():
    with pytest.raises(ValueError, match="at most 3 songs and artists"):
        Wishes(start_songs=frozenset("ab"), start_artists=frozenset("cd"))


def test_the_ends_of_every_range_may_be_wished_for():
    Wishes(
        size=1,
        years=(2000, 2000),
        new_artists=0,
        nudges={"energy": -1, "tempo": 1},
        taste_weights=(0,),
        seed=0,
    )
    Wishes(size=100, new_artists=1)
