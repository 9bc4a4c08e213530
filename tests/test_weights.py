import pytest

from recommender.weights import Weights


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
