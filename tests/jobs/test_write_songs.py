"""Writing a mix into a playlist of the stand-in: refused, missing and unplayable songs are replaced."""

from dataclasses import replace

import pytest

import spotify
from jobs.write_songs import MAX_LISTS, MAX_PROBES, write_songs
from standin.faults import Answer, Fault, Sent
from standin.named_faults import FAULTS, late, refused
from standin.state import StandinEntry
from store.record import RecordedSong
from tests.support.standin import made_up_songs

WRITE, ADD, LOOK = (f"{method} /v1/playlists/{{id}}/items" for method in ("PUT", "POST", "GET"))
WRITES = ("PUT", "POST")
N_SONGS = 420


def record(song, cluster, rank=0):
    artists = ", ".join(song.artists)
    return RecordedSong(
        song.id, song.title, artists, song.artists[0], song.year, 0, rank, None, (), cluster=cluster
    )


class Desk:
    """A listener's playlist at the stand-in, and 50 songs to write and 20 spares of each of two tastes."""

    def __init__(self, standin, n_spares=20):
        songs = made_up_songs(N_SONGS)
        standin.state.music.add(songs)
        self.standin, self.state = standin, standin.state
        self.picks = [record(song, at % 2, at + 1) for at, song in enumerate(songs[:50])]
        self.spares = [record(song, at % 2) for at, song in enumerate(songs[50 : 50 + 2 * n_spares])]
        self.old = [song.id for song in songs[200:250]]
        self.theirs = [song.id for song in songs[250:]]
        self.listener = standin.add_listener()
        self.playlist = self.state.add_playlist(self.listener, "Mix", "", False, False)
        self.waits, self.noted = [], []

    def hold(self, song_ids):
        self.playlist.entries[:] = [StandinEntry(self.state.music.find(song_id), 0) for song_id in song_ids]

    def write(self, held=(), **options):
        def wait(seconds):
            self.waits.append(seconds)
            self.standin.clock.seconds += seconds

        token = self.standin.token_for(self.listener)
        with spotify.client_for(token, f"{self.standin.url}/v1", wait) as client:
            return write_songs(
                client,
                self.playlist.id,
                self.picks,
                lambda: self.spares,
                held,
                wait,
                self.noted.extend,
                **options,
            )

    @property
    def songs(self):
        return [entry.song.id for entry in self.playlist.entries]

    @property
    def picked(self):
        return [song.id for song in self.picks]

    def count_writes(self):
        return self.standin.count(WRITE) + self.standin.count(ADD)


@pytest.fixture
def desk(standin):
    return Desk(standin)


def assert_well_written(desk, written, bad):
    """Check that the playlist has fifty songs, none bad, in the order and clusters of the picks, as returned."""
    assert desk.songs == list(written.song_ids) == [song.id for song in written.songs]
    assert len(set(desk.songs)) == len(desk.songs) == 50
    assert not set(desk.songs) & bad
    assert [song.cluster for song in written.songs] == [song.cluster for song in desk.picks]
    assert [song.rank for song in written.songs] == list(range(1, 51))
    kept = [at for at, song in enumerate(desk.songs) if song == desk.picked[at]]
    assert set(desk.noted) >= set(desk.picked) - {desk.picked[at] for at in kept}


def test_a_song_of_an_old_record_is_replaced_by_one_of_its_taste_whatever_the_cluster(desk):
    desk.picks = [replace(song, cluster=0) for song in desk.picks]
    desk.spares = [replace(spare, cluster=1, taste=at % 2) for at, spare in enumerate(desk.spares)]
    desk.picks[0] = replace(desk.picks[0], taste=1)
    desk.state.dead.add(desk.picked[0])

    written = desk.write()

    assert written.songs[0].id == desk.spares[1].id


def test_playable_songs_take_one_write_and_one_look(desk):
    written = desk.write()

    assert_well_written(desk, written, set())
    assert desk.songs == desk.picked
    assert (desk.count_writes(), desk.standin.count(LOOK), desk.waits, desk.noted) == (1, 1, [], [])


@pytest.mark.parametrize("at", [0, 1, 24, 25, 37, 49])
def test_one_refused_song_is_found_replaced_and_noted_within_twelve_calls(desk, at):
    desk.state.refused.add(desk.picked[at])

    written = desk.write()

    assert_well_written(desk, written, desk.state.refused)
    assert desk.picked[at] in desk.noted
    assert len(desk.noted) <= 6
    assert desk.count_writes() + desk.standin.count(LOOK) <= 12


@pytest.mark.parametrize("ats", [(0, 1), (0, 49), (10, 30), (3, 4, 5), (0, 25, 49), (12, 24, 36, 48)])
def test_a_few_refused_songs_are_replaced_within_twelve_writes(desk, ats):
    desk.state.refused |= {desk.picked[at] for at in ats}

    written = desk.write()

    assert_well_written(desk, written, desk.state.refused)
    assert desk.state.refused <= set(desk.noted)
    assert desk.count_writes() <= 12


def test_a_refused_spare_is_replaced_by_another(desk):
    desk.state.refused |= {desk.picked[0], desk.spares[0].id}

    written = desk.write()

    assert_well_written(desk, written, desk.state.refused)
    assert desk.count_writes() <= 12


@pytest.mark.parametrize("ats", [range(50), range(0, 50, 2), [*range(50), *range(50, 90)]])
def test_where_too_many_are_refused_the_playlist_is_as_before(desk, ats):
    desk.hold(desk.old)
    known = desk.picked + [spare.id for spare in desk.spares]
    desk.state.refused |= {known[at] for at in ats}

    with pytest.raises(spotify.Refused):
        desk.write(desk.old)

    assert desk.songs == desk.old
    assert desk.count_writes() <= MAX_LISTS + MAX_PROBES + 1


def test_no_old_song_is_gone_during_the_search_for_refused_songs(desk):
    desk.hold(desk.old)
    desk.state.refused.add(desk.picked[30])
    seen = []
    watch = Fault(then=lambda _: seen.append(desk.songs))
    desk.state.faults.add("{any} /v1/playlists/{id}/items", watch, times=None)

    desk.write(desk.old)

    *searching, found, looked_at = seen
    assert len(searching) >= 4
    assert all(songs[:50] == desk.old for songs in searching)
    assert found == looked_at == desk.songs


def test_old_songs_that_are_refused_by_now_do_not_hinder_the_search(desk):
    desk.hold(desk.picked)
    desk.state.refused |= {desk.picked[0], desk.picked[7]}

    written = desk.write(desk.picked)

    assert_well_written(desk, written, desk.state.refused)


@pytest.mark.parametrize("name", ["403 missing scope", "403 removed endpoint", "403 not on the list"])
@pytest.mark.parametrize(("call", "after"), [(ADD, 0), (ADD, 3), (WRITE, 1), (LOOK, 0)])
def test_a_search_that_fails_restores_what_was_there(desk, name, call, after):
    desk.hold(desk.old)
    desk.state.refused.add(desk.picked[30])
    desk.state.faults.add(call, FAULTS[name], after=after)

    with pytest.raises(spotify.SpotifyError):
        desk.write(desk.old)

    assert desk.songs == desk.old


def test_where_restoring_fails_no_old_song_is_lost_and_the_first_error_counts(desk):
    desk.hold(desk.old)
    desk.state.refused.add(desk.picked[30])
    desk.state.faults.add(ADD, FAULTS["403 not on the list"], after=3)
    desk.state.faults.add(WRITE, FAULTS["403 missing scope"], after=1)

    with pytest.raises(spotify.NotAllowed):
        desk.write(desk.old)

    assert desk.songs[:50] == desk.old


def test_a_rate_limit_in_the_search_is_not_answered_with_another_call(desk):
    desk.hold(desk.old)
    desk.state.refused.add(desk.picked[30])
    desk.state.faults.add(ADD, FAULTS["429 long"], after=2)

    with pytest.raises(spotify.RateLimited):
        desk.write(desk.old)

    assert desk.standin.count(WRITE) == 1
    assert desk.songs[:50] == desk.old


@pytest.mark.parametrize("name", ["502", "502 after it was done", "cut before the answer"])
def test_an_addition_without_an_answer_is_made_once_more(desk, name):
    desk.state.refused.add(desk.picked[30])
    desk.state.faults.add(ADD, FAULTS[name])

    written = desk.write()

    assert_well_written(desk, written, desk.state.refused)


def test_two_additions_without_an_answer_end_the_search(desk):
    desk.hold(desk.old)
    desk.state.refused.add(desk.picked[30])
    desk.state.faults.add(ADD, Fault(sent=Sent.NOTHING), times=None)

    with pytest.raises(spotify.Unclear):
        desk.write(desk.old)

    assert desk.standin.count(ADD) == 2
    assert desk.songs == desk.old


@pytest.mark.parametrize("kind", ["dead", "nulled", "unplayable"])
def test_songs_that_cannot_be_played_are_replaced_and_looked_at_again(desk, kind):
    bad = getattr(desk.state, kind)
    bad |= {desk.picked[at] for at in (0, 7, 49)}

    written = desk.write()

    assert_well_written(desk, written, bad)
    assert set(desk.noted) == bad
    assert desk.count_writes() == 2


@pytest.mark.parametrize("kind", ["dead", "nulled", "unplayable"])
def test_spares_that_cannot_be_played_either_are_replaced_too(desk, kind):
    bad = getattr(desk.state, kind)
    bad |= {desk.picked[0], desk.spares[0].id, desk.spares[2].id}

    written = desk.write()

    assert_well_written(desk, written, bad)
    assert set(desk.noted) == bad
    assert desk.count_writes() == 4


def test_a_playlist_in_which_songs_are_missing_again_and_again_is_restored(desk):
    desk.hold(desk.old)
    desk.state.dead |= {desk.picked[0], *(spare.id for spare in desk.spares)}

    with pytest.raises(spotify.NotWritten):
        desk.write(desk.old)

    assert desk.songs == desk.old
    assert desk.count_writes() == MAX_LISTS + 1


def test_refused_and_dead_songs_at_once(desk):
    desk.state.refused |= {desk.picked[3], desk.spares[1].id}
    desk.state.dead |= {desk.picked[20]}

    written = desk.write()

    assert_well_written(desk, written, desk.state.refused | desk.state.dead)
    assert desk.count_writes() <= 12


def test_a_spare_is_not_by_the_artist_who_plays_before_or_after(desk):
    def by(artist, spare):
        return replace(spare, first_artist=artist)

    after = desk.picks[3].first_artist
    spares = (by(after, desk.spares[0]), desk.spares[2], by(after, desk.spares[4]))
    desk.spares = spares
    desk.state.dead |= {desk.picked[at] for at in (2, 20, 30)}

    desk.write()

    # The other two go where they are nobody's neighbours.
    spare_ids = [spare.id for spare in spares]
    assert [desk.songs[at] for at in (2, 20, 30)] == [spare_ids[1], spare_ids[0], spare_ids[2]]


def test_a_spare_of_the_lost_pick_s_taste_and_kind_goes_first(desk):
    known, other_taste, new = (desk.spares[at] for at in (0, 2, 4))
    spares = (known, replace(other_taste, taste=1, is_new_artist=True), replace(new, is_new_artist=True))
    desk.picks[20] = replace(desk.picks[20], is_new_artist=True)
    desk.spares = spares
    desk.state.dead |= {desk.picked[at] for at in (20, 30, 40)}

    desk.write()

    spare_ids = [spare.id for spare in spares]
    assert [desk.songs[at] for at in (20, 30, 40)] == [spare_ids[2], spare_ids[0], spare_ids[1]]


def test_a_pick_without_a_spare_is_left_out(standin):
    desk = Desk(standin, n_spares=1)
    desk.state.dead |= {desk.picked[at] for at in (0, 2, 3)}

    written = desk.write()

    assert len(written.songs) == 49
    assert [song.id for song in written.songs] == list(written.song_ids) == desk.songs
    assert [song.rank for song in written.songs] == list(range(1, 50))


def test_an_empty_list_is_never_written(desk):
    desk.hold(desk.old)
    desk.picks, desk.spares = desk.picks[:2], []
    desk.state.unplayable |= {desk.picked[0], desk.picked[1]}

    with pytest.raises(spotify.NotWritten):
        desk.write(desk.old)

    assert desk.songs == desk.old


def test_a_song_that_appears_late_is_waited_for_and_not_replaced(desk):
    desk.state.faults.add(LOOK, late(2))

    written = desk.write()

    assert desk.songs == desk.picked
    assert_well_written(desk, written, set())
    assert (desk.noted, desk.count_writes()) == ([], 1)


@pytest.mark.parametrize("n_shown", [0, 50])
def test_a_list_that_is_not_what_was_written_makes_no_song_unplayable(desk, n_shown):
    desk.hold(desk.old)
    # The write is answered, but the playlist stays as before.
    done = Answer(200, b'{"snapshot_id": "x"}')
    desk.hold(desk.old[:n_shown])
    desk.state.faults.add(WRITE, Fault(is_done=False, answer=done))

    with pytest.raises(spotify.NotWritten):
        desk.write(desk.old[:n_shown])

    assert desk.noted == []
    assert desk.songs == desk.old[:n_shown]


def test_a_refusal_that_is_not_about_songs_is_no_reason_to_search(desk):
    desk.hold(desk.old)
    desk.state.faults.add(WRITE, refused(403, "Forbidden by the owner"))

    with pytest.raises(spotify.Refused):
        desk.write(desk.old)

    assert (desk.count_writes(), desk.songs) == (1, desk.old)


def test_a_song_that_the_listener_adds_meanwhile_does_not_become_ours(desk):
    mine = StandinEntry(desk.state.music.find(desk.old[0]), 0)
    desk.state.faults.add(LOOK, Fault(first=lambda: desk.playlist.entries.append(mine)))

    written = desk.write()

    assert list(written.song_ids) == desk.picked


def test_the_songs_have_the_covers_of_their_albums(desk):
    written = desk.write()

    assert all(song.cover.startswith(desk.standin.url) for song in written.songs)


@pytest.mark.parametrize(("n", "n_added"), [(1, 0), (50, 0), (51, 1), (120, 1), (170, 2)])
def test_what_the_listener_has_added_stays_behind_our_songs_in_its_order(desk, n, n_added):
    theirs = desk.theirs[:n]
    desk.hold([*desk.old[:3], *theirs])

    written = desk.write(desk.songs, additions=theirs)

    assert desk.songs == [*desk.picked, *theirs]
    assert list(written.song_ids) == desk.picked
    assert desk.standin.count(ADD) == n_added


def test_a_song_that_the_listener_has_added_and_we_write_stands_there_once(desk):
    written = desk.write(additions=[desk.picked[7], desk.old[0]])

    assert desk.songs == [*desk.picked, desk.old[0]]
    assert list(written.song_ids) == desk.picked


@pytest.mark.parametrize("kind", ["refused", "dead", "unplayable"])
def test_a_bad_song_of_ours_is_replaced_before_what_the_listener_has_added(desk, kind):
    bad, theirs = getattr(desk.state, kind), desk.theirs[:60]
    bad.add(desk.picked[30])

    written = desk.write(additions=theirs)

    assert desk.songs == [*written.song_ids, *theirs]
    assert len(set(written.song_ids) - bad) == 50


def test_a_song_of_the_listener_s_that_cannot_be_played_stays(desk):
    theirs = desk.theirs[:2]
    desk.state.unplayable.add(theirs[0])

    desk.write(additions=theirs)

    assert desk.songs == [*desk.picked, *theirs]
    assert desk.noted == []


@pytest.mark.parametrize("name", ["502 after it was done", "cut before the answer"])
def test_more_songs_than_fit_a_call_are_written_once_though_an_answer_is_lost(desk, name):
    theirs = desk.theirs[:60]
    desk.state.faults.add(ADD, FAULTS[name])

    desk.write(additions=theirs)

    assert desk.songs == [*desk.picked, *theirs]


@pytest.mark.parametrize(("call", "after"), [(ADD, 0), (LOOK, 0)])
def test_a_failure_restores_more_songs_than_fit_a_call(desk, call, after):
    theirs = desk.theirs[:120]
    desk.hold([*desk.old, *theirs])
    before = desk.songs
    desk.state.faults.add(call, FAULTS["403 not on the list"], after=after)

    with pytest.raises(spotify.NotAllowed):
        desk.write(before, additions=theirs)

    assert desk.songs == before


def test_a_song_of_the_listener_s_that_is_refused_by_now_fails_and_the_others_are_restored(desk):
    theirs = desk.theirs[:60]
    desk.hold([*desk.old, *theirs])
    desk.state.refused.add(theirs[-1])

    with pytest.raises(spotify.Refused):
        desk.write(desk.songs, additions=theirs)

    assert desk.songs == [*desk.old, *theirs[:-1]]


def test_the_playlist_is_renamed_once_its_songs_are_there(desk):
    desk.write(name="Sunday")

    assert desk.playlist.name == "Sunday"


def test_where_renaming_fails_the_songs_are_restored(desk):
    desk.hold(desk.old)
    desk.state.faults.add("PUT /v1/playlists/{id}", FAULTS["403 not on the list"])

    with pytest.raises(spotify.NotAllowed):
        desk.write(desk.old, name="Sunday")

    assert (desk.songs, desk.playlist.name) == (desk.old, "Mix")
