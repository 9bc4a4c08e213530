import pytest

from recommender.ranking.signals import SIGNALS
from recommender.ranking.weights import reweigh, stretch_weights


def list_weights(signals):
    return {signal.name: signal.weight for signal in signals}


def test_some_weights_are_changed_and_the_others_kept():
    changed = reweigh(SIGNALS, {"sound": 5.0, "era": 0.0})

    assert list_weights(changed) == list_weights(SIGNALS) | {"sound": 5.0, "era": 0.0}
    assert [signal.name for signal in changed] == [signal.name for signal in SIGNALS]


@pytest.mark.parametrize(
    ("wrong", "sentence"), [({"sound": -0.1}, "at least 0"), ({"luck": 1.0}, "no signals named luck")]
)
def test_weights_that_mean_nothing_are_refused(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        reweigh(SIGNALS, wrong)


def test_half_way_between_familiar_and_adventurous_nothing_changes():
    assert list_weights(stretch_weights(SIGNALS, 0.5)) == list_weights(SIGNALS)


@pytest.mark.parametrize(
    ("adventure", "familiar", "new"), [(0, 8, 1 / 8), (1 / 3, 2, 1 / 2), (2 / 3, 1 / 2, 2), (1, 1 / 8, 8)]
)
def test_adventure_weighs_what_is_new_against_what_is_familiar(adventure, familiar, new):
    signals = reweigh(SIGNALS, {signal.name: 1.0 for signal in SIGNALS} | {"scene": 3.0})

    weights = list_weights(stretch_weights(signals, adventure))

    expected = {
        "sound": new, "mood": new, "genre": new, "scene": 3 * new, "artist": familiar, "guests": familiar,
        "era": 1, "record": familiar, "fame": familiar, "best_known": familiar,
    }  # fmt: skip
    assert {name: weights[name] for name in expected} == pytest.approx(expected)
