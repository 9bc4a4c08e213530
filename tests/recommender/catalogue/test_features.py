from recommender.catalogue.features import FEATURE_WORDS, FEATURES, NAMES
from tests.support.songs import KAGGLE


def test_every_word_belongs_to_a_feature_and_every_feature_to_a_column():
    assert set(FEATURE_WORDS) <= set(NAMES)
    assert len(NAMES) == len(FEATURES) == 15
    assert set(NAMES) < set(KAGGLE)
