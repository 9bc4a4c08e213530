"""What is kept between the mixes of one listener, and that it changes none of them."""

import gc
import sys
import tracemalloc
from itertools import pairwise

import pytest

from recommender import Wishes, pick, prepare, recommend
from recommender.errors import EmptyLibrary, NothingMatched
from recommender.pipeline import STAGES
from recommender.preparation import BYTES_PER_SONG
from recommender.song import Song
from tests.support.songs import many, saved, song_id
from tests.support.threads import at_once

LIBRARY = [saved(number) for number in range(0, 1000, 30)]
ALL_KINDS = (
    Wishes(),
    Wishes(new_artists=1.0, spares=2),
    Wishes(liked=frozenset(map(song_id, range(5)))),
    Wishes(taste_weights=(0.0, 2.0), nudges={"energy": 1.0}),
    Wishes(start_artists=frozenset({"Artist 7"}), start_songs=frozenset({song_id(11)})),
    Wishes(liked=frozenset(map(song_id, range(9))), size=20, seed=3),
    Wishes(years=(2000, 2000), explicit=False, kept=frozenset({song_id(1)})),
)


def test_a_mix_is_the_same_whatever_was_picked_before():
    catalogue, model = many(1000)
    prepared = prepare(LIBRARY, catalogue, model)
    alone = [recommend(LIBRARY, catalogue, model, wishes) for wishes in ALL_KINDS]

    assert [pick(prepared, wishes) for wishes in ALL_KINDS] == alone
    assert [pick(prepared, wishes) for wishes in reversed(ALL_KINDS)] == alone[::-1]
    assert all(one.picks != other.picks for one, other in pairwise(alone))


def test_threads_that_pick_from_one_at_once_get_what_each_would_alone():
    catalogue, model = many(1000)
    alone = [recommend(LIBRARY, catalogue, model, wishes) for wishes in ALL_KINDS]
    usual = sys.getswitchinterval()
    # Threads take turns after every few steps.
    sys.setswitchinterval(1e-5)
    try:
        for _ in range(4):
            prepared = prepare(LIBRARY, catalogue, model)

            def act(number, prepared=prepared):
                if number == 2:
                    # The cache of previews asks meanwhile.
                    return min(prepared.nbytes for _ in range(200))
                return [pick(prepared, wishes) for wishes in ALL_KINDS[:: 1 - 2 * number]]

            one, other, least = at_once(3, act)

            assert one == alone
            assert other == alone[::-1]
            assert least > 0
    finally:
        sys.setswitchinterval(usual)


def test_what_scores_the_songs_can_be_dropped_and_is_worked_out_again_the_same():
    catalogue, model = many(1000)
    prepared = prepare(LIBRARY, catalogue, model)
    assert not prepared.has_scores
    mixes = [pick(prepared, wishes) for wishes in ALL_KINDS]
    held = prepared.nbytes
    assert prepared.has_scores

    prepared.drop_scores()

    assert not prepared.has_scores
    assert prepared.nbytes < held
    assert [pick(prepared, wishes) for wishes in ALL_KINDS] == mixes


def test_songs_that_are_owned_besides_tell_no_taste_but_are_not_picked_nor_their_artists_new():
    catalogue, model = many(1000)
    wishes = Wishes(size=100, new_artists=1.0)
    before = pick(prepare(LIBRARY, catalogue, model), wishes)
    # Every second pick, half of them as an export without ids has them; the others and their artists stay.
    owned = [Song("", one.song.title, one.song.artists) for one in before.picks[::4]]
    owned += [saved(int(one.song.id)) for one in before.picks[2::4]]

    after = pick(prepare(LIBRARY, catalogue, model, owned=owned), wishes)

    gone = {one.song.id for one in before.picks[::2]}
    artists = {one.song.artists for one in before.picks[::2]}
    assert not gone & {one.song.id for one in after.picks}
    assert not artists & {one.song.artists for one in after.picks if one.is_new_artist}
    assert (after.saved, after.matched, after.tastes[0].n_saved) == (
        before.saved,
        before.matched,
        before.tastes[0].n_saved,
    )


def test_each_part_tells_the_stages_that_it_ends():
    ended = []

    prepared = prepare(LIBRARY, *many(1000), on_stage=ended.append)
    assert ended == list(STAGES[:2])
    pick(prepared, Wishes(), ended.append)

    assert ended == list(STAGES)


def test_what_cannot_be_prepared_is_told_at_once():
    catalogue, model = many(1000)

    with pytest.raises(EmptyLibrary):
        prepare([], catalogue, model)
    with pytest.raises(NothingMatched):
        prepare([Song("", "No such song", ("Nobody",))], catalogue, model)


def test_the_memory_that_it_holds_is_told_about_right():
    catalogue, model = many(20_000)
    pick(prepare(LIBRARY, catalogue, model), Wishes())
    gc.collect()
    tracemalloc.start()

    prepared = prepare(LIBRARY, catalogue, model)
    before = prepared.nbytes
    for wishes in ALL_KINDS:
        pick(prepared, wishes)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert before < prepared.nbytes
    # The songs of the library were there before.
    assert prepared.nbytes - BYTES_PER_SONG * len(LIBRARY) == pytest.approx(held, rel=0.3)
