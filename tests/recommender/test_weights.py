import pytest

from recommender.weights import Weights, adventurous


def test_weights_go_by_the_names_of_their_signals():
    weights = Weights(sound=5.0)

    assert weights.by_signal["sound"] == 5.0
    assert list(weights.by_signal) == [
        "sound", "mood", "genre", "scene", "artist", "guests", "era", "record", "fame", "best_known",
    ]  # fmt: skip
    assert weights.total == pytest.approx(sum(weights.by_signal.values()))


@pytest.mark.parametrize("wrong", [{"sound": -0.1}, dict.fromkeys(Weights().by_signal, 0.0)])
def test_weights_that_can_rank_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match="at least 0, and one of them more"):
        Weights(**wrong)


def test_half_way_between_familiar_and_adventurous_nothing_changes():
    assert adventurous(Weights(), 0.5) == Weights()


@pytest.mark.parametrize(
    ("adventure", "familiar", "new"), [(0, 8, 1 / 8), (1 / 3, 2, 1 / 2), (2 / 3, 1 / 2, 2), (1, 1 / 8, 8)]
)
def test_adventure_weighs_what_is_new_against_what_is_familiar(adventure, familiar, new):
    weights = Weights(**{name: 1.0 for name in Weights().by_signal} | {"scene": 3.0})

    assert adventurous(weights, adventure).by_signal == pytest.approx({
        "sound": new, "mood": new, "genre": new, "scene": 3 * new, "artist": familiar, "guests": familiar,
        "era": 1, "record": familiar, "fame": familiar, "best_known": familiar,
    })  # fmt: skip
