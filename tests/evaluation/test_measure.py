"""`evaluation.measure`: what counts as found, worked by hand on picks made up for it."""

from math import isnan

import numpy as np
import pytest

from evaluation.hiding import HiddenSplit, HidingProtocol, hide
from evaluation.measure import SIZE, compute_metrics, measure
from evaluation.methods import Picks, build_method_input, list_methods
from recommender.catalogue.build import Build
from tests.support.playlists import make_playlist
from tests.support.songs import Row, saved, small


@pytest.fixture(scope="module")
def case(build, songs):
    return hide(make_playlist(songs), build.catalogue, HidingProtocol())


@pytest.fixture(scope="module")
def seen(build, case):
    return build_method_input(case.visible, build, SIZE, seed=1)


def test_a_hidden_song_found_in_two_versions_counts_once(build, case, seen):
    found = case.hidden_rows[:1]

    once = compute_metrics(Picks(found), case, seen, build)
    twice = compute_metrics(Picks(np.repeat(found, 2)), case, seen, build)

    assert once["recall@50"] == twice["recall@50"] == 1 / 12
    assert once["ndcg@50"] == twice["ndcg@50"] > 0
    assert once["hit_rate"] == 1
    assert once["clicks"] == 0


def test_ndcg_as_written_is_that_of_the_order_in_which_the_songs_play(build, case, seen):
    artists = build.catalogue.first_artists
    found = int(case.hidden_rows[0])
    same, other = (
        np.flatnonzero((artists == artists[found]) == is_same)[1:].tolist() for is_same in (True, False)
    )
    first = next(row for row in same if row not in case.hidden_rows)
    last = next(row for row in other if row not in case.hidden_rows)

    rows = np.array([first, found, last])
    values = compute_metrics(Picks(rows), case, seen, build)
    by_mix = compute_metrics(Picks(rows, (2, 0, 1)), case, seen, build)

    # The hit comes second, but is by the artist of the first: it plays last.
    assert values["ndcg_written@50"] / values["ndcg@50"] == pytest.approx(np.log2(3) / np.log2(4))
    assert by_mix["ndcg_written@50"] == values["ndcg_written@50"]


ROWS = [
    Row("Mine", ("Anna",)),
    Row("Duet", ("Berta", "Anna")),
    Row("Duet", ("Berta",), popularity=40),
    Row("Solo", ("Berta",)),
    Row("Rare", ("Cleo",)),
    Row("Other", ("Dora",)),
]


@pytest.fixture(scope="module")
def few():
    """A small build, the catalogue row of each of `ROWS`, and what is seen of a library with "Mine"."""
    catalogue, model = small(ROWS)
    build = Build(catalogue, model, {})
    rows = catalogue.find_rows([saved(number).id for number in range(len(ROWS))])
    return build, rows, build_method_input([saved(0)], build, 3, seed=1)


def split(rows, build, is_new_only=True):
    return HiddenSplit([saved(0)], np.unique(build.catalogue.versions[rows]), rows, is_new_only)


def test_where_artists_are_hidden_a_pick_with_a_visible_guest_is_no_find(few):
    build, rows, seen = few
    with_guest, alone = rows[[1]], rows[[2]]  # two versions of "Duet"

    assert compute_metrics(Picks(with_guest), split(alone, build), seen, build)["recall@50"] == 0
    assert compute_metrics(Picks(alone), split(alone, build), seen, build)["recall@50"] == 1
    assert compute_metrics(Picks(with_guest), split(alone, build, False), seen, build)["recall@50"] == 1


def test_a_pick_with_a_known_guest_is_by_known_artists(few):
    build, rows, seen = few
    values = compute_metrics(Picks(rows[[1, 3, 4, 5]]), split(rows[[3]], build), seen, build)
    assert values["known_artists"] == 1 / 4


def test_artists_found_are_those_of_the_picks_whichever_song_it_is(few):
    build, rows, seen = few
    # Hidden are songs by Berta and Cleo; picked is another one by Berta, and one by Dora.
    values = compute_metrics(Picks(rows[[2, 5]]), split(rows[[3, 4]], build), seen, build)
    assert values["recall@50"] == 0
    assert values["artist_recall@50"] == 1 / 2
    assert values["artist_precision@50"] == 1 / 2


def test_tail_recall_leaves_out_the_songs_of_the_commonest_artists(few):
    build, rows, seen = few
    berta, cleo = (build.catalogue.first_artists[rows[at]] for at in (3, 4))
    is_common = np.zeros(len(build.catalogue.artist_keys), dtype=bool)
    is_common[berta] = True
    case = split(rows[[3, 4]], build)

    def recall_tail(picks, common=is_common):
        return compute_metrics(Picks(rows[picks]), case, seen, build, common)["tail_recall@50"]

    assert recall_tail([3]) == 0
    assert recall_tail([3, 4]) == 1
    is_all_common = is_common.copy()
    is_all_common[cleo] = True
    assert isnan(recall_tail([3, 4], is_all_common))
    assert "tail_recall@50" not in compute_metrics(Picks(rows[[3]]), case, seen, build)


def test_another_mix_says_how_many_picks_differ_from_the_one_that_it_varies(build, songs):
    methods = list_methods("songs")

    measured = measure(make_playlist(songs), build, methods, HidingProtocol())

    ours, other = (set(measured[name].rows.tolist()) for name in ("ours", "ours, seed 1"))
    assert measured["ours, seed 1"].values["changed"] == len(other - ours) > 0
    assert isnan(measured["ours"].values["changed"])
