"""Features from the optional source: kept for everybody, and asked for again where they were not known."""

from store import features


def test_features_are_kept_for_everybody(database):
    features.save(database, {"s1": {"energy": 0.25, "tempo": 120.0}, "s2": None})

    assert features.load(database, ["s1", "s2", "s3"]) == {"s1": {"energy": 0.25, "tempo": 120.0}, "s2": None}
    assert features.load(database, []) == {}


def test_what_the_source_did_not_know_is_asked_for_again_after_30_days(database):
    features.save(database, {"s1": {"energy": 0.25}, "s2": None})

    database.clock.move(days=30)
    after_30_days = features.load(database, ["s1", "s2"])
    database.clock.move(seconds=1)
    later = features.load(database, ["s1", "s2"])
    features.save(database, {"s2": {"energy": 1.0}})

    assert after_30_days == {"s1": {"energy": 0.25}, "s2": None}
    assert later == {"s1": {"energy": 0.25}}
    assert features.load(database, ["s1", "s2"]) == {"s1": {"energy": 0.25}, "s2": {"energy": 1.0}}


def test_the_features_of_any_number_of_songs_can_be_looked_up(database):
    features.save(database, {f"{number:05d}": {"energy": 0.5} for number in range(0, 70_000, 7_000)})

    found = features.load(database, [f"{number:05d}" for number in range(70_000)])

    assert len(found) == 10
