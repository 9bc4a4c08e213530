"""What is played often weighs more: in the shares of the tastes, and for the artists."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from recommender import Wishes, recommend
from recommender.matching.match import match
from recommender.ranking.signals.affinity import compute_affinity
from recommender.tastes.listener import add_liked, build_profile
from recommender.tastes.plays import weigh_by_plays
from tests.support.songs import Row, saved, small

N_SAVED, N_SONGS = 12, 60
KINDS = {"Calm": (1.0, 0.0), "Loud": (0.0, 1.0)}
ROWS = [
    Row(f"{kind} {number}", (f"{kind} band {number % 20}",), at)
    for kind, at in KINDS.items()
    for number in range(N_SONGS)
]


def play(calm, loud):
    """Save as many songs of both kinds, each played so often; None where it is not known."""
    return [
        replace(saved(first + number), n_plays=n_plays)
        for number in range(N_SAVED)
        for first, n_plays in ((0, calm), (N_SONGS, loud))
    ]


def mix(library, **wishes):
    return recommend(library, *small(ROWS), Wishes(size=20, **wishes))


@pytest.mark.parametrize(
    ("calm", "loud", "share"),
    [
        (None, None, 10),
        (0, 0, 10),
        (7, 7, 10),
        (10**9, 10**9, 10),
        # log 12 to log 3, log 3 to log 2, and log 3 to nothing known, which counts like no play.
        (10, 1, 14),
        (1, 0, 12),
        (1, None, 12),
        # However often one is played, the other is not forgotten.
        (10**9, 0, 19),
    ],
)
def test_the_shares_of_the_tastes_follow_the_plays(calm, loud, share):
    picked = mix(play(calm, loud))
    turned = mix(play(loud, calm))

    assert Counter(pick.song.title.split()[0] for pick in picked.picks) == {"Calm": share, "Loud": 20 - share}
    assert picked.shares == (share, 20 - share) == turned.shares[::-1]
    assert picked.plays == N_SAVED * ((calm or 0) + (loud or 0))


def test_the_shares_of_own_tastes_within_a_cluster_follow_the_plays_too():
    genres = {"Calm": ["folk"], "Loud": ["metal"]}
    rows = [replace(row, at=(1.0,)) for row in ROWS]
    catalogue, model = small(rows, 1, {row.artists[0]: genres[row.title.split()[0]] for row in rows})

    picked = {
        loud: recommend(play(1, loud), catalogue, model, Wishes(size=20, new_artists=0.0))
        for loud in (1, 100)
    }

    n_loud = {
        loud: sum(pick.song.title.startswith("Loud") for pick in each.picks) for loud, each in picked.items()
    }
    assert n_loud[1] <= 10 < n_loud[100]


@pytest.mark.parametrize("n_plays", [0, 1, 12, 10**9])
def test_equal_plays_change_nothing(n_plays):
    with_plays, without = mix(play(n_plays, n_plays)), mix(play(None, None))

    assert replace(with_plays, plays=0) == without


def test_weights_are_1_in_the_mean_and_grow_by_the_logarithm():
    weights = weigh_by_plays(play(6, 0))

    assert weights.mean() == pytest.approx(1)
    assert weights[0] / weights[1] == pytest.approx(3)  # log 8 to log 2


def test_without_plays_there_are_no_weights():
    assert weigh_by_plays(play(None, None)) is None
    assert weigh_by_plays([]) is None


def test_an_artist_who_is_played_much_is_liked_more_and_a_liked_song_weighs_as_one_in_the_mean():
    catalogue, _ = small(ROWS)
    library = play(6, 0)
    listener = build_profile(library, match(library, catalogue), catalogue)
    liked = add_liked(listener, catalogue.find_rows([saved(N_SONGS).id]), catalogue)
    artists = catalogue.first_artists[catalogue.find_rows([saved(0).id, saved(N_SONGS).id])]

    before, after = (
        np.expm1(compute_affinity(each, len(catalogue.artist_keys)) * np.log(64))
        for each in (listener, liked)
    )

    # Each artist has one song.
    assert before[artists] == pytest.approx([1.5, 0.5])
    assert after[artists] == pytest.approx([1.5, 1.5])
