import numpy as np
import pytest

from recommender.catalogue.keys import find, hash_texts
from recommender.matching.normalise import normalise
from recommender.ranking.candidates import Candidates
from recommender.ranking.limits import Limits
from recommender.ranking.rank import rank
from recommender.ranking.scoring import build_scoring
from recommender.ranking.selection import Selection
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.signal import Signal
from recommender.ranking.signals.table import Table
from recommender.ranking.weights import reweigh
from recommender.tastes.cluster import find_tastes
from recommender.tastes.listener import ListenerProfile
from recommender.tastes.own_tastes import compute_shares, find_own_tastes
from recommender.wishes import Wishes
from tests.support.songs import Row, small

UNWEIGHED = reweigh(SIGNALS, {signal.name: 0.0 for signal in SIGNALS})
NO_ROWS = np.empty(0, dtype=np.int64)
HEAD = 64  # rows that are looked at closely at a time


def cosines(catalogue, tastes):
    """Compute each row's cosine to the mean of the saved songs in its cluster, 0 where either has no direction."""
    means = np.repeat(tastes.means, np.diff(catalogue.cluster_starts), axis=0)
    lengths = np.linalg.norm(means, axis=1) * np.linalg.norm(catalogue.standardised, axis=1)
    return (means * catalogue.standardised).sum(axis=1) / np.maximum(lengths, 1e-9)


def ranked(rows, owned, n_clusters=2, known=(), **wishes):
    """Rank `rows`, the first `owned` being the library, and return titles and scores in playlist order.

    What speaks for a song is here its cosine to the mean of the library's
    songs in its cluster: easy to draw, and to work out.
    """
    catalogue, model = small(rows, n_clusters)
    wishes = Wishes(**{"diversity": 0.0, "per_new_artist": 3} | wishes)
    titles = [catalogue.song(row).title for row in range(len(catalogue))]
    library = np.array([titles.index(row.title) for row in rows[:owned]])
    tastes = find_tastes(catalogue.standardised[library], model)
    is_eligible = ~np.isin(catalogue.versions, catalogue.versions[library])
    table = Table(cosines(catalogue, tastes), np.arange(len(catalogue)))
    nothing = (np.empty(0, dtype=kind) for kind in (np.int64, np.int64, np.uint8))
    is_known = np.zeros(len(catalogue.artist_keys), dtype=bool)
    is_known[find(hash_texts({normalise(name) for name in known}), catalogue.artist_keys)] = True
    nobody = ListenerProfile(*nothing, is_known)
    cosine = Signal("cosine", 2.0, 2.0, tables=lambda given: (table,))
    scoring = build_scoring(tastes, nobody, catalogue, [*UNWEIGHED, cosine], Limits(rows=HEAD))
    own = find_own_tastes(
        catalogue.standardised[library], catalogue.first_artists[library], tastes.clusters, catalogue
    )
    shares = compute_shares(own.counts.astype(float))
    candidates = Candidates(tastes.weights, shares, is_eligible, pinned=NO_ROWS, liked=NO_ROWS)
    ranking = rank(Selection(scoring), candidates, own, NO_ROWS, wishes)
    return ranking, [titles[row] for row in ranking.rows], ranking.scores.tolist()


def song(title, *at, by=None):
    """Make a row by an artist of its own, unless `by` names one."""
    return Row(title, (by or f"The {title}s",), at)


def test_the_songs_that_score_highest_come_first():
    rows = [
        song("Saved", 2, 1),
        song("Saved too", 4, -1),  # the mean is (3, 0)
        song("Away", -1, -2),
        song("Right there", 5, 0),
        song("Near", 12, 5),
        song("Right there too", 1, 0),
        song("Further", 4, 3),
        song("Other taste", 0, 1),
    ]

    _, titles, scores = ranked(rows, owned=2, size=5)

    assert titles == ["Right there", "Right there too", "Near", "Further", "Away"]
    assert scores == pytest.approx([1, 1, 12 / 13, 4 / 5, -1 / 5**0.5])


def test_equal_scores_go_to_the_lower_row():
    rows = [song("Saved", 1, 0), song("Up", 4, 3), song("Down", 4, -3), song("Up again", 8, 6)]

    _, titles, _ = ranked(rows, owned=1, size=3)

    assert titles == ["Up", "Down", "Up again"]


def test_the_best_comes_first_whatever_its_cluster():
    rows = [
        song("Saved", 1, 0), song("Saved 2", 1, 0), song("Loved", 0, 1),
        song("Far", 4, 3), song("There", 1, 0), song("Near", 12, 5), song("Nearer", 24, 7),
        song("Their second", 8, 15), song("Their first", 9, 40),
    ]  # fmt: skip

    ranking, titles, scores = ranked(rows, owned=3, size=6)

    assert titles == ["There", "Their first", "Nearer", "Near", "Their second", "Far"]
    assert ranking.clusters.tolist() == [0, 1, 0, 0, 1, 0]
    assert scores == pytest.approx([1, 40 / 41, 24 / 25, 12 / 13, 15 / 17, 4 / 5])
    assert ranking.shares.tolist() == [4, 2]


def test_at_most_three_songs_of_one_first_artist_in_all_clusters_together():
    rows = [
        song("Saved", 1, 0), song("Loved", 0, 1),
        *(song(f"Here {n}", 9, n, by="Abba") for n in range(4)),
        *(song(f"There {n}", n, 9, by="Abba") for n in range(4)),
        song("Else here", 4, 3), song("Else there", 3, 5),
    ]  # fmt: skip

    _, titles, _ = ranked(rows, owned=2, size=5)

    assert titles == ["Here 0", "There 0", "Here 1", "Else there", "Else here"]


def test_a_featured_artist_is_not_counted():
    rows = [
        song("Saved", 1, 0),
        *(song(f"By Abba {n}", 9, n, by="Abba") for n in range(2)),
        *(Row(f"With Abba {n}", (f"Singer {n}", "Abba"), (9, 4 + n)) for n in range(2)),
    ]

    _, titles, _ = ranked(rows, owned=1, size=4, per_new_artist=2)

    assert titles == ["By Abba 0", "By Abba 1", "With Abba 0", "With Abba 1"]


def test_an_artist_is_the_same_however_written():
    rows = [song("Saved", 1, 0), song("One", 9, 0, by="Beyoncé"), song("Two", 9, 1, by="BEYONCE")]

    _, titles, _ = ranked(rows, owned=1, size=2, per_new_artist=1)

    assert titles == ["One"]


def test_no_two_versions_of_a_song_are_picked():
    rows = [
        song("Saved", 1, 0),
        song("Hurt", 4, 3, by="Cash"),
        song("Hurt (Live)", 1, 0, by="Cash"),
        song("Hurt", 12, 5, by="Somebody"),
    ]

    _, titles, scores = ranked(rows, owned=1, size=3)

    assert titles == ["Hurt (Live)", "Hurt"]
    assert scores == pytest.approx([1, 12 / 13])


def test_versions_of_owned_songs_are_left_out():
    rows = [song("Hurt", 1, 0, by="Cash"), song("Hurt (Live)", 1, 0, by="Cash"), song("New", 4, 3)]

    _, titles, _ = ranked(rows, owned=1, size=3)

    assert titles == ["New"]


def test_a_cluster_left_short_by_the_cap_spills_its_places():
    # Both tastes weigh the same: 3 places each, but one has a single artist.
    rows = [
        song("Saved", 1, 0), song("Loved", 0, 1),
        *(song(f"Here {n}", 9, n, by="Abba") for n in range(5)),
        *(song(f"There {n}", n, 9) for n in range(6)),
    ]  # fmt: skip

    ranking, titles, _ = ranked(rows, owned=2, size=6, per_new_artist=1)

    assert ranking.shares.tolist() == [1, 5]
    assert titles == ["Here 0", *(f"There {n}" for n in range(5))]


def test_every_place_that_can_be_filled_is_filled():
    # One song by Abba and one by Cher are all there is. Cluster 1 begins and
    # takes Abba's, then comes short; cluster 0 still has Cher's to give.
    rows = [
        song("Saved", 1, 0), song("Loved", 0, 1), song("Loved 2", 0, 1),
        song("Here", 9, 1, by="Abba"), song("Here too", 9, 2, by="Cher"),
        *(song(f"There {n}", n, 9, by="Abba") for n in range(3)),
    ]  # fmt: skip

    ranking, titles, _ = ranked(rows, owned=3, size=6, per_new_artist=1)

    assert titles == ["There 0", "Here too"]
    assert ranking.shares.tolist() == [1, 1]


def test_an_artist_s_places_go_to_the_cluster_whose_turn_comes_first():
    # One song by Abba, and shares 1 : 2, so that cluster 1 begins. Cluster 0
    # then has nobody left, and its place goes to cluster 1.
    rows = [
        song("Saved", 1, 0), song("Loved", 0, 1), song("Loved 2", 0, 1),
        song("Here", 9, 0, by="Abba"),
        song("There", 0, 9, by="Abba"), song("There too", 3, 4), song("There three", 4, 4.5),
    ]  # fmt: skip

    ranking, titles, _ = ranked(rows, owned=3, size=3, per_new_artist=1)

    assert titles == ["There", "There too", "There three"]
    assert ranking.shares.tolist() == [0, 3]


def test_a_taste_without_saved_songs_is_not_picked_from():
    ranking, titles, _ = ranked([song("Saved", 1, 0), song("Not ours", 0, 1)], owned=1, size=5)

    assert titles == []
    assert ranking.rows.shape == ranking.clusters.shape == ranking.scores.shape == (0,)
    assert ranking.shares.tolist() == [0, 0]


@pytest.mark.parametrize("n", [HEAD - 1, HEAD, HEAD + 1, 3 * HEAD])
def test_a_large_cluster_is_ranked_as_a_full_sort_would(n):
    # Seven directions in turn, so that hundreds tie at the edge of the head;
    # the last of the songs are worse than all of these.
    directions = [(1, 0), (4, 3), (12, 5), (24, 7), (4, -3), (12, -5), (0, 0)]
    at = [directions[number % 7] for number in range(n - 5)] + [(-3, -4)] * 5
    rows = [song("Saved", 1, 0), *(song(f"Song {number}", *where) for number, where in enumerate(at))]
    cosine = {(1, 0): 1, (4, 3): 4 / 5, (12, 5): 12 / 13, (24, 7): 24 / 25}
    cosine |= {(4, -3): 4 / 5, (12, -5): 12 / 13, (0, 0): 0, (-3, -4): -3 / 5}

    ranking, titles, scores = ranked(rows, owned=1, size=n, per_new_artist=1)

    row_of = dict(zip(titles, ranking.rows.tolist(), strict=True))
    best_first = sorted(range(n), key=lambda number: (-cosine[at[number]], row_of[f"Song {number}"]))
    assert titles == [f"Song {number}" for number in best_first]
    assert scores == pytest.approx([cosine[at[number]] for number in best_first])


def test_every_signal_is_given_with_the_pick():
    rows = [song("Saved", 1, 0), song("Near", 4, 3, by="Abba"), song("Same", 1, 0, by="Cher")]

    ranking, titles, scores = ranked(rows, owned=1, size=2)

    assert titles == ["Same", "Near"]
    # Without playlists nothing stands together in them; and nobody saves titles in other scripts here.
    others = {"together", "circle", "script"}
    assert list(ranking.signals) == [
        *(signal.name for signal in SIGNALS if signal.name not in others),
        "cosine",
    ]
    assert ranking.signals["cosine"].tolist() == pytest.approx([1, 4 / 5]) == scores
    # Valence is 1 in the saved song and 4 in "Near": d² = 9.
    assert ranking.signals["sound"].tolist() == pytest.approx([1, np.exp(-9 / 4)])
    assert ranking.signals["artist"].tolist() == [0, 0]


def rank_two_tastes(n_electric, n_acoustic=12, **wishes):
    """Rank some acoustic and some electric songs for 6 saved acoustic and 4 saved electric ones.

    The acoustic ones all score higher. Returns how many of ten picks are of each.
    """
    rows = [
        *(song(f"Saved {number}", 1, 0, 3, by="Folk singer") for number in range(6)),
        *(song(f"Saved {number}", 1, 0, -3, by="Rock band") for number in range(6, 10)),
        *(song(f"Acoustic {number}", 1, 0, 3) for number in range(n_acoustic)),
        *(song(f"Electric {number}", 1, 0, -3) for number in range(n_electric)),
    ]
    ranking, titles, _ = ranked(rows, owned=10, n_clusters=1, size=10, **wishes)
    return [sum(title.startswith(word) for title in titles) for word in ("Acoustic", "Electric")], ranking


def test_a_taste_gets_its_share_less_one_by_new_artists_however_low_they_score():
    # Six of ten saved songs are acoustic, four electric.
    counts, ranking = rank_two_tastes(12, new_artists=1)

    assert counts == [7, 3]
    assert np.bincount(ranking.tastes).tolist() == counts


def test_a_small_taste_is_found_below_the_songs_that_are_looked_at_together():
    assert rank_two_tastes(12, n_acoustic=3 * HEAD, new_artists=1)[0] == [7, 3]


def test_a_taste_without_candidates_gives_its_places_to_the_others():
    assert rank_two_tastes(0, new_artists=1)[0] == [10, 0]
    assert rank_two_tastes(1, new_artists=1)[0] == [9, 1]


def test_songs_by_known_artists_go_by_their_scores_alone():
    names = [f"The Acoustic {n}s" for n in range(12)] + [f"The Electric {n}s" for n in range(12)]

    assert rank_two_tastes(12, new_artists=0, known=names)[0] == [10, 0]


def test_songs_by_new_artists_make_up_for_what_a_taste_has_too_little_of_by_known_ones():
    half_known = [f"The Acoustic {n}s" for n in range(6)]

    assert rank_two_tastes(12, new_artists=0.5, known=half_known)[0] == [7, 3]
