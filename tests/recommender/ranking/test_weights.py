import pytest

from recommender.ranking.signals import SIGNALS
from recommender.ranking.weights import reweigh


def list_weights(signals):
    return {signal.name: (signal.known_weight, signal.new_weight) for signal in signals}


def test_some_weights_are_changed_and_the_others_kept():
    changed = reweigh(SIGNALS, {"sound": 5.0, "era": 0.0})

    assert list_weights(changed) == list_weights(SIGNALS) | {"sound": (5.0, 5.0), "era": (0.0, 0.0)}
    assert [signal.name for signal in changed] == [signal.name for signal in SIGNALS]


@pytest.mark.parametrize(
    ("wrong", "sentence"), [({"sound": -0.1}, "at least 0"), ({"luck": 1.0}, "no signals named luck")]
)
def test_weights_that_mean_nothing_are_refused(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        reweigh(SIGNALS, wrong)
