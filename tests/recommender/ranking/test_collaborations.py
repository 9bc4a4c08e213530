"""Who recorded with whom, as it is told."""

from recommender import Wishes, recommend
from recommender.catalogue.keys import find, hash_texts
from recommender.explanation.phrases import describe_facts, describe_lead
from recommender.mix import Reason
from recommender.ranking.signals import SIGNALS
from recommender.ranking.weights import reweigh
from tests.support.songs import Row, saved, small, song_id

ONLY = reweigh(
    SIGNALS, {signal.name: float(signal.name in ("artist", "collaborations")) for signal in SIGNALS}
)
ROWS = [
    Row("Mine", ("Abba",)),
    Row("Mine too", ("Abba",)),
    Row("Also mine", ("Bach",)),
    Row("Duet", ("Cher", "Abba")),
    Row("Trio", ("Bach", "Cher", "Dee")),
    Row("Alone", ("Cher",)),
    Row("Away", ("Eve",)),
]


def pick_titles(library, **wishes):
    catalogue, model = small(ROWS, 1)
    wished = Wishes(size=9, new_artists=1.0, **wishes)
    mix = recommend(library, catalogue, model, wished, signals=ONLY)
    return {pick.song.title: pick for pick in mix.picks}


def test_the_artist_with_most_saved_songs_who_recorded_with_the_pick_s_is_named():
    picks = pick_titles([saved(0), saved(1), saved(2)])

    [reason] = [reason for reason in picks["Alone"].reasons if reason.signal == "collaborations"]
    assert reason == Reason("collaborations", 2, "Abba")
    assert describe_lead((reason,)) == "Its artist recorded with Abba"
    assert describe_facts((reason,)) == "You’ve saved 2 songs by Abba"
    assert picks["Alone"].score > picks["Away"].score
    assert all(reason.signal != "collaborations" for reason in picks["Away"].reasons)


def test_of_equally_many_saved_songs_the_lower_artist_is_named():
    catalogue, _ = small(ROWS, 1)
    abba, bach = find(hash_texts(["abba", "bach"]), catalogue.artist_keys).tolist()

    picks = pick_titles([saved(0), saved(2)])

    [reason] = [reason for reason in picks["Alone"].reasons if reason.signal == "collaborations"]
    assert reason == Reason("collaborations", 1, "Abba" if abba < bach else "Bach")


def test_an_artist_who_is_only_liked_is_not_told_as_saved():
    picks = pick_titles([saved(6)], liked=frozenset({song_id(0)}))

    assert picks["Alone"].signals["collaborations"] > 0
    assert all(reason.signal != "collaborations" for reason in picks["Alone"].reasons)
