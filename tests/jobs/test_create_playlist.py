"""One playlist for a job, whatever becomes of the answer to its creation."""

import logging
from dataclasses import replace

import pytest

import spotify
from jobs.create_playlist import LATE_WAITS_S, create_once, find_created, make_marker
from standin.named_faults import FAULTS

CREATE, LIST, REMOVE = "POST /v1/me/playlists", "GET /v1/me/playlists", "DELETE /v1/me/library"
MARKER = make_marker("job-1")
UNDONE, DONE = FAULTS["502"], FAULTS["502 after it was done"]
DONE_LATE = FAULTS["502 after it was done, seen very late"]


class Desk:
    """A listener at the stand-in, and the waits so far."""

    def __init__(self, standin):
        self.standin, self.faults = standin, standin.state.faults
        self.listener = standin.add_listener()
        self.waits = []

    def call(self, function, *arguments):
        def wait(seconds):
            self.waits.append(seconds)
            self.standin.clock.seconds += seconds

        token = self.standin.token_for(self.listener)
        with spotify.client_for(token, f"{self.standin.url}/v1", wait) as client:
            return function(client, *arguments, wait)

    def create(self):
        return self.call(create_once, "Mix", "New.", False, MARKER)

    def add(self, marker):
        return self.standin.state.add_playlist(self.listener, "Mix", f"New. {marker}", False, False).id

    @property
    def playlists(self):
        return [playlist.id for playlist in self.listener.playlists]


@pytest.fixture
def desk(standin):
    return Desk(standin)


def test_a_marker_is_a_short_word_of_its_job():
    assert make_marker("a") != make_marker("b")
    assert MARKER.isalnum()
    assert len(MARKER) == 15


def test_an_answered_creation_is_one_call(desk):
    created = desk.create()

    assert desk.playlists == [created.id]
    assert desk.listener.playlists[0].description.endswith(f". {MARKER}")
    assert (desk.standin.count("{any} /{rest*}"), desk.waits) == (1, [])


def test_a_creation_that_was_done_is_found_at_once(desk):
    desk.faults.add(CREATE, DONE)

    created = desk.create()

    assert desk.playlists == [created.id]
    assert (desk.standin.count(CREATE), desk.waits) == (1, [0])


def test_a_playlist_that_is_listed_after_a_few_seconds_is_found_then(desk):
    desk.faults.add(CREATE, replace(FAULTS["late item"], answer=DONE.answer))

    created = desk.create()

    assert desk.playlists == [created.id]
    assert (desk.standin.count(CREATE), desk.waits) == (1, [0, 2, 5])


def test_a_second_creation_comes_only_after_looking_four_times_in_seventeen_seconds(desk):
    desk.faults.add(CREATE, UNDONE)

    created = desk.create()

    assert desk.playlists == [created.id]
    assert desk.waits == [0, 2, 5, 10, *LATE_WAITS_S]


def test_a_duplicate_that_is_listed_late_is_removed_and_logged(desk, caplog):
    caplog.set_level(logging.WARNING)
    desk.faults.add(CREATE, DONE_LATE)

    created = desk.create()

    assert desk.playlists == [created.id]
    assert desk.standin.count(CREATE) == 2
    assert f"is a duplicate of {created.id}" in caplog.text


@pytest.mark.parametrize(
    "name", ["403 missing scope", "403 removed endpoint", "403 not on the list", "403 owner without Premium"]
)
def test_a_duplicate_that_may_not_be_removed_is_emptied_and_renamed(desk, name):
    desk.faults.add(CREATE, DONE_LATE)
    desk.faults.add(REMOVE, FAULTS[name])

    created = desk.create()

    duplicate = next(each for each in desk.listener.playlists if each.id != created.id)
    assert (duplicate.name, duplicate.description, duplicate.entries) == ("Empty, please delete", "", [])
    assert len(desk.playlists) == 2


@pytest.mark.parametrize("look", [1, 2, 3])
def test_a_late_look_that_is_refused_is_made_again(desk, look):
    desk.faults.add(CREATE, DONE_LATE)
    desk.faults.add(LIST, FAULTS["403 not on the list"], after=4 + look - 1)

    created = desk.create()

    assert desk.playlists == [created.id]


@pytest.mark.parametrize(("call", "after"), [(LIST, 6), (REMOVE, 0)])
@pytest.mark.parametrize(
    ("name", "kind"), [("429 long", spotify.RateLimited), ("access revoked", spotify.SignInExpired)]
)
def test_where_nothing_can_be_done_for_now_it_fails_and_the_next_try_removes_the_duplicate(
    desk, call, after, name, kind
):
    desk.faults.add(CREATE, DONE_LATE)
    desk.faults.add(call, FAULTS[name], after=after)
    with pytest.raises(kind):
        desk.create()

    found = desk.call(lambda client, wait: find_created(client, [MARKER], wait))

    assert desk.playlists == [found.id]


def test_there_is_no_third_creation_after_two_without_an_answer(desk):
    desk.faults.add(CREATE, UNDONE, times=None)

    with pytest.raises(spotify.Unclear):
        desk.create()

    assert desk.standin.count(CREATE) == 2
    assert desk.waits == [0, 2, 5, 10] * 2


def test_two_creations_without_an_answer_that_were_done_leave_one(desk):
    desk.faults.add(CREATE, DONE_LATE, times=2)

    created = desk.create()

    assert desk.playlists == [created.id]


@pytest.mark.parametrize("name", ["403 missing scope", "429 quota", "access revoked"])
def test_a_creation_that_is_refused_is_not_made_again(desk, name):
    desk.faults.add(CREATE, FAULTS[name])

    with pytest.raises(spotify.SpotifyError):
        desk.create()

    assert (desk.standin.count(CREATE), desk.playlists) == (1, [])


def test_playlists_of_earlier_tries_are_found_by_any_of_their_markers_and_only_one_is_kept(desk):
    first, second, other = desk.add("mixaaa"), desk.add("mixbbb"), desk.add("mixccc")

    found = desk.call(lambda client, wait: find_created(client, ["mixaaa", "mixbbb"], wait))

    assert found.id in (first, second)
    assert set(desk.playlists) == {found.id, other}


def test_a_playlist_that_does_not_exist_is_looked_for_as_often_as_asked(desk):
    assert desk.call(lambda client, wait: find_created(client, ["mixaaa"], wait, (0, 10, 20))) is None

    assert desk.waits == [0, 10, 20]
