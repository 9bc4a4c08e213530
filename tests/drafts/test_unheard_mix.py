"""Which songs of recent mixes come again: none while there are others, else those of the oldest."""

from functools import partial

import pytest

from drafts.unheard_mix import pick_unheard
from recommender import Wishes, recommend
from recommender.errors import AllRuledOut, NothingFits
from tests.support.songs import many, saved, song_id

SIZE = 20
# Each artist has four songs, and four of the catalogue's are saved.
N_SONGS, N_SAVED = 84, 4
WISHES = Wishes(size=SIZE, per_artist=100, per_new_artist=100)


@pytest.fixture(scope="module")
def pick_songs():
    """The recommender for a listener to whom the catalogue has 80 songs to offer, of one taste."""
    catalogue, model = many(N_SONGS, n_clusters=1)
    return partial(recommend, [saved(number) for number in range(N_SAVED)], catalogue, model)


def list_songs(mix):
    return frozenset(pick.song.id for pick in mix.picks)


def make_mixes(pick_songs, n):
    """Return the songs of `n` mixes made one after the other, the newest first."""
    made = []
    for _ in range(n):
        made.insert(0, list_songs(pick_unheard(pick_songs, WISHES, made)))
    return made


def test_without_recent_mixes_it_is_the_mix_of_the_wishes(pick_songs):
    assert pick_unheard(pick_songs, WISHES, []) == pick_songs(WISHES)


def test_four_mixes_share_no_song_where_there_are_songs_for_four(pick_songs):
    made = make_mixes(pick_songs, 4)

    assert [len(mix) for mix in made] == [SIZE] * 4
    assert len(frozenset().union(*made)) == 4 * SIZE


def test_where_no_song_is_left_those_of_the_oldest_mixes_come_again(pick_songs):
    fifth, *made = make_mixes(pick_songs, 5)

    assert len(fifth) == SIZE
    assert fifth <= made[2] | made[3]


def test_where_too_few_are_left_these_come_and_no_more_again_than_are_missing(pick_songs):
    every = list_songs(pick_songs(Wishes(size=N_SONGS, per_artist=100, per_new_artist=100)))
    left = frozenset(sorted(every)[: SIZE // 2])
    newest, oldest = frozenset(sorted(every - left)[:35]), frozenset(sorted(every - left)[35:])

    songs = list_songs(pick_unheard(pick_songs, WISHES, [newest, oldest]))

    assert len(songs) == SIZE
    assert left <= songs
    assert songs - left <= oldest


def test_songs_of_the_last_mix_come_again_where_there_are_no_others(pick_songs):
    every = list_songs(pick_songs(Wishes(size=N_SONGS, per_artist=100, per_new_artist=100)))

    assert len(list_songs(pick_unheard(pick_songs, WISHES, [every]))) == SIZE


def test_a_mix_that_is_short_for_another_reason_is_made_once(pick_songs):
    wishes = Wishes(size=SIZE, banned_artists=frozenset(f"Artist {number}" for number in range(100)))
    tried = []

    def pick_and_note(asked):
        tried.append(asked)
        return pick_songs(asked)

    with pytest.raises(AllRuledOut):
        pick_unheard(pick_and_note, wishes, [frozenset({song_id(5)}), frozenset({song_id(6)})])

    assert [asked.recent for asked in tried] == [{song_id(5), song_id(6)}]


def test_a_tuning_that_leaves_nothing_is_told_from_a_catalogue_that_has_no_more(pick_songs):
    with pytest.raises(NothingFits):
        pick_unheard(pick_songs, Wishes(size=SIZE, years=(1800, 1801)), [])


@pytest.mark.parametrize(("n_mixes", "n_tries"), [(1, 2), (2, 3), (9, 5), (60, 7)])
def test_it_takes_few_tries_however_many_mixes_there_were(pick_songs, n_mixes, n_tries):
    every = list_songs(pick_songs(Wishes(size=N_SONGS, per_artist=100, per_new_artist=100)))
    tried = []

    def pick_and_note(asked):
        tried.append(asked)
        return pick_songs(asked)

    pick_unheard(pick_and_note, WISHES, [every] * n_mixes)

    assert len(tried) == n_tries
