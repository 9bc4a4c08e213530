"""What each change of a draft does to its songs, and that each can be undone."""

from dataclasses import replace

import pytest

from drafts import changes
from recommender.errors import NoRecommendation
from store import drafts, opinions
from store.errors import DraftChanged
from store.record import Start
from store.tuning import Tuning

pytestmark = pytest.mark.slow


def list_voices(desk):
    given = opinions.list_opinions(desk.database, desk.account_id)
    return {(each.about, each.subject, each.wish) for each in given}


def test_nothing_is_changed_at_first(desk):
    assert desk.step.number == 0
    assert desk.step.record == desk.playlist.record


def test_a_swapped_song_gives_its_place_to_another_of_its_taste(desk):
    before = desk.songs

    desk.take(changes.swap, before[7].id)

    after = desk.songs
    assert [song.id for song in after[:7]] == [song.id for song in before[:7]]
    assert [song.id for song in after[8:]] == [song.id for song in before[8:]]
    assert after[7].id not in {song.id for song in before}
    assert after[7].taste == before[7].taste
    assert after[7].is_new_artist == before[7].is_new_artist
    assert after[7].reasons


def test_every_song_can_be_swapped_one_after_the_other(desk):
    seen = set(desk.song_ids)
    for place in range(0, 50, 5):
        desk.take(changes.swap, desk.song_ids[place])
        assert len(desk.song_ids) == 50
        assert desk.song_ids[place] not in seen
        seen.add(desk.song_ids[place])


def test_a_removed_song_leaves_a_shorter_list_and_does_not_come_back(desk):
    gone = desk.songs[3]

    desk.take(changes.remove, gone.id)

    record = desk.step.record
    assert len(record.songs) == 49
    assert gone.id not in desk.song_ids
    assert [song.rank for song in record.songs] == list(range(1, 50))
    assert sum(taste.n_picks for taste in record.tastes) == 49
    assert record.new_artists == sum(song.is_new_artist for song in record.songs)
    desk.take(changes.retune, Tuning())
    assert len(desk.song_ids) == 50
    assert gone.id not in desk.song_ids


def test_what_the_listener_has_added_in_spotify_is_not_picked_as_ours(desk):
    before = set(desk.song_ids)
    shuffled = changes.shuffle(desk.previews, desk.playlist, desk.step)
    theirs = [song.id for song in shuffled.record.songs if song.id not in before][:3]
    desk.playlist = replace(desk.playlist, additions=tuple(theirs))

    desk.take(changes.shuffle)

    assert len(theirs) == 3
    assert not set(desk.song_ids) & set(theirs)


def test_a_kept_song_stays_through_every_tuning(desk):
    kept = desk.song_ids[20]
    desk.take(changes.keep, kept)

    for seed in range(1, 4):
        desk.take(changes.retune, Tuning(seed=seed, new_percent=100))
        assert kept in desk.song_ids


def test_a_released_song_may_go(desk):
    song = desk.song_ids[0]
    desk.take(changes.keep, song)
    desk.take(changes.release, song)

    assert desk.step.record.kept == ()


def test_a_liked_song_counts_from_the_next_mix_on(desk):
    song = desk.song_ids[0]

    desk.take(changes.like, song)

    assert desk.song_ids == [each.id for each in desk.playlist.record.songs]
    assert ("song", song, "more") in list_voices(desk)
    desk.take(changes.unlike, song)
    assert not list_voices(desk)


def test_a_blocked_song_is_replaced_and_never_picked_again(desk):
    song = desk.songs[10]

    desk.take(changes.block_song, song.id)

    assert desk.songs[10].taste == song.taste
    assert len(desk.song_ids) == 50
    assert ("song", song.id, "never") in list_voices(desk)
    desk.take(changes.shuffle)
    assert song.id not in desk.song_ids


def test_all_songs_of_a_blocked_artist_are_replaced_at_once(desk):
    artists = [song.first_artist for song in desk.songs]
    artist = max(artists, key=artists.count)
    places = [at for at, each in enumerate(artists) if each == artist]
    before = desk.song_ids

    desk.take(changes.block_artist, desk.song_ids[places[0]])

    assert len(desk.song_ids) == 50
    assert all(artist not in song.artists.split(", ") for song in desk.songs)
    stays = [at for at in range(50) if artist not in desk.playlist.record.songs[at].artists.split(", ")]
    assert [desk.song_ids[at] for at in stays] == [before[at] for at in stays]


@pytest.mark.parametrize(
    "action",
    ["swap", "remove", "keep", "like", "block_song", "block_artist"],
)
def test_undo_brings_back_what_was(desk, action):
    before, voices = desk.step, list_voices(desk)
    desk.take(getattr(changes, action), desk.song_ids[5])

    desk.undo()

    assert desk.step == before
    assert list_voices(desk) == voices


def test_undo_goes_back_step_by_step(desk):
    states = [desk.step]
    for size in (40, 30, 20):
        desk.take(changes.retune, Tuning(size=size))
        states.append(desk.step)
    for state in reversed(states[:-1]):
        desk.undo()
        assert desk.step == state
    assert desk.undo() is None


def test_an_opinion_of_before_comes_back_with_undo(desk):
    song = desk.songs[5]
    desk.take(changes.like, song.id)
    desk.take(changes.block_song, song.id)
    assert ("song", song.id, "never") in list_voices(desk)

    desk.undo()

    assert ("song", song.id, "more") in list_voices(desk)


def test_another_shuffle_changes_at_least_half(desk):
    before = set(desk.song_ids)

    desk.take(changes.shuffle)

    assert len(desk.song_ids) == 50
    assert len(set(desk.song_ids) - before) >= 25


@pytest.mark.parametrize(("percent", "n_new"), [(0, 0), (20, 10), (100, 50)])
def test_the_share_of_new_artists_is_exact(desk, percent, n_new):
    desk.take(changes.retune, Tuning(new_percent=percent))

    assert sum(song.is_new_artist for song in desk.songs) == desk.step.record.new_artists == n_new


@pytest.mark.parametrize("size", [10, 33, 100])
def test_the_length_is_as_wished(desk, size):
    desk.take(changes.retune, Tuning(size=size))

    assert len(set(desk.song_ids)) == size


def test_songs_are_of_the_wished_years(desk):
    desk.take(changes.retune, Tuning(first_year=1980, last_year=1999))

    assert desk.songs
    assert all(1980 <= song.year <= 1999 for song in desk.songs)


def test_a_taste_that_is_switched_off_has_no_songs(desk):
    n_tastes = len(desk.step.record.tastes)
    desk.take(changes.retune, Tuning(taste_percents=(0,) + (100,) * (n_tastes - 1)))

    assert len(desk.songs) == 50
    assert all(song.taste != 0 for song in desk.songs)


def test_a_tuned_mix_may_hold_songs_of_the_saved_playlist(desk):
    desk.take(changes.retune, Tuning(size=45))

    assert len(set(desk.song_ids) & {song.id for song in desk.playlist.record.songs}) >= 25


def test_a_tuning_that_leaves_nothing_changes_nothing(desk):
    with pytest.raises(NoRecommendation):
        desk.take(changes.retune, Tuning(first_year=1900, last_year=1900))

    assert desk.step.number == 0


def test_a_mix_starts_from_three_songs_or_artists_at_most(desk):
    starts = [Start("artist", song.first_artist, song.first_artist) for song in desk.songs[:4]]

    desk.take(changes.start_from, starts, "four")

    assert len(desk.step.record.starts) == changes.MAX_STARTS
    assert desk.step.subject == "four"
    assert len(desk.songs) == 50


def test_an_earlier_mix_comes_back_whole(desk):
    first = desk.step.record
    desk.take(changes.remove, desk.song_ids[0])
    desk.take(changes.shuffle)

    desk.take(lambda previews, playlist, step: changes.restore(step, first))

    assert desk.step.record == first
    assert not desk.step.removed


def test_a_name_is_part_of_the_draft(desk):
    desk.take(lambda previews, playlist, step: changes.rename(step, "Sunday"))

    assert desk.step.name == "Sunday"
    desk.undo()
    assert desk.step.name == desk.playlist.name


def test_of_two_tabs_the_slower_is_told(desk):
    step = desk.step
    desk.take(changes.keep, desk.song_ids[0])

    with pytest.raises(DraftChanged):
        drafts.add(desk.database, desk.account_id, desk.playlist.id, step.number, replace(step, name="late"))


def test_what_the_slower_tab_blocked_is_not_blocked(desk):
    step = desk.step
    blocked = changes.block_song(desk.previews, desk.playlist, step, desk.song_ids[0])
    desk.take(changes.keep, desk.song_ids[1])

    with pytest.raises(DraftChanged):
        drafts.add(desk.database, desk.account_id, desk.playlist.id, step.number, blocked)

    assert not list_voices(desk)


def test_a_playlist_that_was_never_written_has_no_draft(desk):
    with pytest.raises(ValueError, match="not written"):
        changes.begin(replace(desk.playlist, record=None))
