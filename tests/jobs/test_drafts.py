"""Drafts and weekly refreshes as jobs: what is saved to Spotify is what was shown, whatever is there meanwhile."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from standin.faults import Fault
from standin.named_faults import FAULTS
from standin.state import StandinEntry
from store import jobs, mixes, playlists, tables, weekly
from store.tuning import Tuning

pytestmark = pytest.mark.slow

WRITE, ADD, LOOK = (f"{method} /v1/playlists/{{id}}/items" for method in ("PUT", "POST", "GET"))
NAME, SAVED = "PUT /v1/playlists/{id}", "GET /v1/me/tracks"


def test_a_refresh_becomes_a_draft_and_nothing_is_written(desk):
    job = desk.draft()

    step = desk.get_draft()
    assert (job.state, job.playlist_id) == ("done", desk.playlist.id)
    assert (step.number, step.action, step.is_refresh, step.name) == (
        1,
        "refreshed",
        True,
        desk.playlist.name,
    )
    assert desk.songs == desk.first
    assert not {song.id for song in step.record.songs} & set(desk.first)
    assert (len(step.record.songs), step.record.n_came, len(step.record.went)) == (50, 50, 50)
    assert len(mixes.list_history(desk.database, desk.nora.account_id, 10)) == 1


def test_a_refresh_of_a_draft_keeps_what_is_kept_and_does_not_bring_back_what_was_removed(desk):
    kept = desk.first[:3]
    record = replace(desk.playlist.record, kept=tuple(kept), tuning=Tuning(size=20, new_percent=0))
    desk.draft()
    removed = tuple(song.id for song in desk.get_draft().record.songs)
    desk.change(record=record, removed=removed, name="Renamed")

    desk.draft()

    step = desk.get_draft()
    songs = {song.id for song in step.record.songs}
    assert (step.number, step.name, step.removed) == (3, "Renamed", removed)
    assert songs & set(desk.first) == set(kept) == set(step.record.kept)
    assert not songs & set(removed)
    assert len(songs) == 20


def test_saving_writes_exactly_the_songs_of_the_draft_in_their_order_and_keeps_the_id(desk):
    wanted = desk.reorder()

    job = desk.save()

    assert (job.state, job.playlist_id) == ("done", desk.playlist.id)
    assert desk.songs == wanted
    assert len(desk.nora.playlists) == 1
    saved = desk.load()
    assert [song.id for song in saved.record.songs] == wanted
    assert all(song.cover for song in saved.record.songs)
    assert (saved.record.n_came, len(saved.record.went)) == (0, 10)
    assert desk.get_draft() is None
    history = mixes.list_history(desk.database, desk.nora.account_id, 10)
    assert [len(mix.song_ids) for mix in history] == [40, 50]


def test_saving_renames_the_playlist_where_the_draft_has_another_name(desk):
    desk.change(name="Sunday")
    desk.save()
    desk.change(name="Sunday")
    n_calls = desk.site.standin.state.count(NAME)
    desk.save()

    assert (desk.nora.playlists[0].name, desk.load().name) == ("Sunday", "Sunday")
    assert n_calls == desk.site.standin.state.count(NAME) == 1


def test_saving_as_a_new_playlist_leaves_the_old_one(desk):
    wanted = desk.reorder()
    desk.change(name="Another")

    job = desk.save(as_new=True)

    new, old = sorted(desk.nora.playlists, key=lambda playlist: playlist.id == desk.playlist.id)
    assert (job.state, job.playlist_id, new.name) == ("done", new.id, "Another")
    assert [entry.song.id for entry in new.entries] == wanted
    assert [entry.song.id for entry in old.entries] == desk.first
    assert playlists.get(desk.database, new.id, desk.nora.account_id).record.went == ()
    assert desk.get_draft() is None


def test_a_song_of_the_draft_that_cannot_be_played_is_replaced_by_one_of_its_taste(desk):
    wanted = desk.reorder()
    songs = desk.get_draft().record.songs
    # Of its first taste the small catalogue has no more.
    at = next(at for at, song in enumerate(songs) if song.taste == 1)
    desk.site.standin.state.dead.add(wanted[at])

    desk.save()

    assert [song for song in desk.songs if song not in wanted] == [desk.songs[at]]
    stand_in = desk.load().record.songs[at]
    assert (stand_in.id, stand_in.taste) == (desk.songs[at], 1)
    assert stand_in.reasons
    assert stand_in.id not in desk.first


def test_a_step_that_is_gone_is_not_saved(desk):
    desk.reorder()

    job = desk.run("save", draft_of=desk.playlist.id, step=7)

    assert (job.state, job.error) == ("failed", "DraftChanged")
    assert desk.songs == desk.first


def test_a_change_while_a_draft_is_saved_stays_a_draft(desk):
    wanted = desk.reorder()
    step = desk.get_draft()
    desk.change(name="Later")

    desk.run("save", draft_of=desk.playlist.id, step=step.number)

    assert desk.songs == wanted
    assert desk.get_draft().name == "Later"


@pytest.mark.parametrize("n", [10, 100])
def test_a_playlist_may_have_ten_songs_or_a_hundred(desk, n):
    desk.draft(tuning=Tuning(size=n))

    assert desk.save().state == "done"
    assert len(set(desk.songs)) == n


def test_what_the_listener_added_in_spotify_is_asked_about_and_left_alone(desk):
    desk.reorder()
    [theirs] = desk.add_own()

    job = desk.save()

    assert (job.state, job.error) == ("failed", "PlaylistChanged")
    assert desk.songs == [*desk.first, theirs]
    assert desk.get_draft() is not None
    assert len(desk.nora.playlists) == 1


@pytest.mark.parametrize("n", [1, 60, 120])
def test_what_the_listener_added_is_kept_behind_ours_now_and_by_later_updates(desk, n):
    theirs = desk.add_own(n)
    wanted = desk.reorder()
    assert desk.save(on_change="keep").state == "done"
    first = desk.songs
    desk.reorder()

    again = desk.save()

    assert first == [*wanted, *theirs]
    assert (again.state, desk.songs[-n:]) == ("done", theirs)
    assert [song.id for song in desk.load().record.songs] == wanted


def test_what_the_listener_added_is_written_over_if_they_say_so(desk):
    desk.add_own()
    wanted = desk.reorder()

    assert desk.save(on_change="overwrite").state == "done"
    assert desk.songs == wanted


def test_what_cannot_be_written_back_is_not_lost(desk):
    desk.reorder()
    entries = desk.nora.playlists[0].entries
    local = replace(desk.site.songs[1000], id="")
    entries.append(StandinEntry(local, desk.site.standin.state.now()))

    kept, overwritten = desk.save(on_change="keep"), desk.save(on_change="overwrite")

    assert (kept.state, kept.error) == ("failed", "NotKept")
    assert overwritten.state == "done"


def test_a_playlist_that_was_removed_in_spotify_is_made_anew(desk):
    wanted = desk.reorder()
    desk.nora.playlists.clear()

    job = desk.save()

    assert (job.state, desk.songs) == ("done", wanted)
    assert job.playlist_id != desk.playlist.id


def test_a_save_that_fails_leaves_the_playlist_and_the_draft(desk):
    desk.reorder()
    desk.add_own(60)
    before = desk.songs
    desk.site.standin.state.faults.add(LOOK, FAULTS["403 not on the list"], after=3)

    job = desk.save(on_change="keep")

    assert job.error == "NotAllowed"
    assert desk.songs == before
    assert desk.get_draft() is not None


def test_a_save_that_goes_on_after_a_break_in_the_middle_brings_back_what_the_listener_added(desk):
    theirs = desk.add_own(120)
    wanted = desk.reorder()
    desk.site.standin.state.faults.add(ADD, FAULTS["429 long"])
    job = desk.save(on_change="keep")
    assert (job.state, len(desk.songs)) == ("parked", 100)

    desk.site.clock.move(hours=2)
    desk.site.work()

    assert desk.songs == [*wanted, *theirs]


def test_once_a_week_the_playlist_has_other_songs_and_keeps_its_id(desk, refresh):
    seen = [desk.first]
    for _ in range(3):
        desk.let_a_week_pass()
        seen.append(desk.songs)

    assert [playlist.id for playlist in desk.nora.playlists] == [desk.playlist.id]
    assert len({song for songs in seen for song in songs}) == 4 * 50
    assert len(mixes.list_history(desk.database, desk.nora.account_id, 10)) == 4
    assert jobs.get_live(desk.database, desk.nora.account_id) is None


def test_two_workers_refresh_once(desk, refresh):
    desk.let_a_week_pass()
    songs = desk.songs
    desk.site.work()

    assert desk.songs == songs


def test_a_weekly_refresh_keeps_what_the_listener_added_and_the_draft(desk, refresh):
    desk.reorder()
    theirs = desk.add_own(2)

    for _ in range(2):
        desk.let_a_week_pass()

        assert desk.songs[-2:] == theirs
        assert len(desk.songs) == 52
    assert desk.get_draft().number == 1


def test_a_weekly_refresh_is_tuned_as_the_playlist_and_keeps_its_kept_songs(desk, refresh):
    record = replace(desk.playlist.record, tuning=Tuning(size=20), kept=tuple(desk.first[:2]))
    desk.change(record=record)
    desk.save()

    desk.let_a_week_pass()

    assert set(desk.songs) & set(desk.first) == set(desk.first[:2])
    assert (len(desk.songs), desk.load().record.tuning.size) == (20, 20)


def test_a_song_that_the_listener_removed_in_spotify_does_not_come_back_though_it_was_kept(desk, refresh):
    desk.change(record=replace(desk.playlist.record, kept=tuple(desk.first[:2])))
    desk.save()
    del desk.nora.playlists[0].entries[0]

    desk.let_a_week_pass()

    assert set(desk.songs) & set(desk.first) == {desk.first[1]}
    assert desk.load().record.kept == (desk.first[1],)


def test_a_playlist_that_was_removed_in_spotify_is_refreshed_no_more(desk, refresh):
    desk.nora.playlists.clear()
    desk.let_a_week_pass()

    kept = weekly.get(desk.database, desk.nora.account_id)
    assert (kept.is_on_hold, weekly.find_failure(desk.database, kept)) == (True, "PlaylistGone")
    assert desk.nora.playlists == []


def test_a_refresh_that_meets_what_cannot_be_written_back_is_on_hold_at_once(desk, refresh):
    local = replace(desk.site.songs[1000], id="")
    desk.nora.playlists[0].entries.append(StandinEntry(local, desk.site.standin.state.now()))
    desk.let_a_week_pass()

    kept = weekly.get(desk.database, desk.nora.account_id)
    assert (kept.is_on_hold, weekly.find_failure(desk.database, kept)) == (True, "NotKept")
    assert len(desk.songs) == 51


@pytest.mark.parametrize("as_new", [False, True])
def test_the_weekly_refresh_goes_on_with_the_playlist_that_takes_the_place_of_one(desk, refresh, as_new):
    desk.reorder()
    if not as_new:
        desk.nora.playlists.clear()

    saved = desk.save(as_new=as_new)

    refreshed = weekly.get(desk.database, desk.nora.account_id).playlist_id
    assert refreshed == (desk.playlist.id if as_new else saved.playlist_id)


def test_a_song_that_the_listener_added_and_the_draft_had_picked_is_there_once_and_stays_theirs(
    desk, refresh
):
    desk.draft()
    wanted = [song.id for song in desk.get_draft().record.songs]
    song = next(song for song in desk.site.songs if song.id == wanted[7])
    desk.nora.playlists[0].entries.append(StandinEntry(song, desk.site.standin.state.now()))
    desk.save(on_change="keep")
    assert desk.songs == wanted

    desk.let_a_week_pass()

    assert (len(desk.songs), desk.songs[-1]) == (51, wanted[7])
    assert set(desk.songs) & set(wanted) == {wanted[7]}


def test_what_a_save_without_a_token_has_left_out_comes_back_with_the_next(desk, browser):
    theirs = desk.add_own(120)
    wanted = desk.reorder()
    desk.site.standin.state.faults.add(ADD, FAULTS["access revoked"])
    assert desk.save(on_change="keep").error == "SignInExpired"
    assert desk.songs[-1] != theirs[-1]
    browser.sign_in(desk.nora)

    assert desk.save().state == "done"

    assert desk.songs == [*wanted, *theirs]


def test_songs_that_the_listener_removed_in_spotify_are_asked_about_and_nothing_is_written(desk):
    desk.reorder()
    del desk.nora.playlists[0].entries[20:25]
    before = desk.songs

    job = desk.save()

    assert (job.state, job.error) == ("failed", "PlaylistChanged")
    assert desk.songs == before
    assert desk.get_draft() is not None


@pytest.mark.parametrize("is_broken_off", [False, True])
def test_songs_that_the_listener_removed_in_spotify_stay_out_where_changes_are_kept(desk, is_broken_off):
    wanted = desk.reorder()
    removed = desk.songs[20:25]
    del desk.nora.playlists[0].entries[20:25]
    if is_broken_off:
        desk.site.standin.state.faults.add(LOOK, FAULTS["429 long"], after=1)

    desk.save(on_change="keep")
    desk.site.clock.move(hours=2)
    desk.site.work()

    left = [song for song in wanted if song not in removed]
    assert (len(left), desk.songs) == (35, left)
    assert [song.id for song in desk.load().record.songs] == left
    desk.change(name="Asked no more")
    assert desk.save().state == "done"


def test_songs_that_the_listener_removed_in_spotify_are_written_again_if_they_say_so(desk):
    wanted = desk.reorder()
    del desk.nora.playlists[0].entries[20:25]

    assert desk.save(on_change="overwrite").state == "done"
    assert desk.songs == wanted


def test_a_playlist_that_the_listener_has_emptied_is_asked_about_until_they_overwrite(desk):
    desk.reorder()
    desk.nora.playlists[0].entries.clear()

    assert [desk.save(on_change=answer).error for answer in ("ask", "keep")] == ["PlaylistChanged"] * 2
    assert desk.save(on_change="overwrite").state == "done"


@pytest.mark.parametrize("kind", ["nulled", "unplayable"])
def test_songs_that_spotify_itself_has_closed_are_not_asked_about(desk, kind):
    desk.reorder()
    getattr(desk.site.standin.state, kind).update(desk.first[:3])

    assert desk.save().state == "done"


def test_after_a_failed_save_of_fewer_songs_nobody_is_asked_about_what_it_left_out(desk, browser):
    wanted = desk.reorder()
    desk.site.standin.state.faults.add(LOOK, FAULTS["access revoked"], after=1)
    assert desk.save().error == "SignInExpired"
    assert len(desk.songs) == 40
    browser.sign_in(desk.nora)

    assert desk.save().state == "done"
    assert desk.songs == wanted


def test_a_save_without_a_lost_song_looks_for_none_that_could_stand_in(desk):
    desk.reorder()
    desk.site.standin.state.faults.add(WRITE, FAULTS["403 not on the list"])

    assert desk.save().error == "NotAllowed"
    # These may have been written.
    assert set(desk.load().song_ids) == set(desk.first)


def test_a_refresh_that_cannot_be_started_holds_up_no_job(desk, refresh):
    with desk.database.writing() as connection:
        connection.execute(update(tables.weekly_refreshes).values(time_zone="Atlantis/Capital"))
    wanted = desk.reorder()

    assert desk.save().state == "done"
    assert desk.songs == wanted
    assert weekly.get(desk.database, desk.nora.account_id).is_on_hold


def test_a_new_name_alone_makes_no_new_line_of_the_history(desk):
    first = mixes.list_history(desk.database, desk.nora.account_id, 10)
    record = replace(desk.playlist.record, kept=(desk.first[0],))
    desk.change(name="Sunday", record=record)

    desk.save()

    assert desk.nora.playlists[0].name == "Sunday"
    [mix] = mixes.list_history(desk.database, desk.nora.account_id, 10)
    assert (mix.id, mix.made_at) == (first[0].id, first[0].made_at)
    assert mixes.get(desk.database, mix.id, desk.nora.account_id).record.kept == (desk.first[0],)


def test_a_mix_whose_name_is_changed_still_tells_what_it_brought(desk):
    desk.reorder()
    desk.save()
    desk.change(name="Sunday", record=desk.load().record)

    desk.save()

    mix, _ = mixes.list_history(desk.database, desk.nora.account_id, 10)
    assert len(mixes.get(desk.database, mix.id, desk.nora.account_id).record.went) == 10


def test_new_playlists_are_numbered_and_a_name_that_was_chosen_stays(desk):
    for name in (desk.playlist.name, desk.playlist.name, "Sunday", desk.playlist.name):
        desk.reorder()
        desk.change(name=name)
        assert desk.save(as_new=True).state == "done"

    plain = desk.playlist.name
    names = [playlist.name for playlist in desk.nora.playlists]
    assert sorted(names) == sorted([plain, f"{plain} 2", f"{plain} 3", "Sunday", f"{plain} 4"])


def test_what_the_listener_does_to_the_draft_while_it_is_refreshed_counts(desk):
    kept, name = desk.first[0], "Meanwhile"

    def change(_):
        desk.change(name=name, record=replace(desk.playlist.record, kept=(kept,)))

    desk.site.standin.state.faults.add(SAVED, Fault(then=change))
    assert desk.draft(reread=True).state == "done"

    step = desk.get_draft()
    assert (step.number, step.action, step.name, step.record.kept) == (2, "refreshed", name, (kept,))


def test_a_refreshed_draft_has_no_song_that_the_listener_has_added(desk):
    desk.draft()
    picked = desk.get_draft().record.songs[5].id
    song = next(song for song in desk.site.songs if song.id == picked)
    desk.nora.playlists[0].entries.append(StandinEntry(song, desk.site.standin.state.now()))
    desk.change(record=desk.playlist.record)
    desk.save(on_change="keep")

    desk.draft()

    assert picked not in {song.id for song in desk.get_draft().record.songs}


def test_a_draft_is_saved_as_shown_though_its_playlist_was_refreshed_meanwhile(desk, refresh):
    wanted = desk.reorder()
    desk.let_a_week_pass()
    refreshed = desk.songs

    assert desk.save().state == "done"

    assert desk.songs == wanted
    record = desk.load().record
    assert (record.n_came, len(record.went)) == (40, len(set(refreshed) - set(wanted)))
