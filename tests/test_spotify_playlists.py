"""Making, filling and reading the playlist."""

import pytest
from scripted_server import Answer, answering

from spotify import (
    CreatedPlaylist,
    NotFound,
    Unreachable,
    client_for,
    create_playlist,
    describe_playlist,
    is_kept,
    playlist_songs,
    replace_songs,
)

URL = "https://open.spotify.com/playlist/p1"
GONE = Answer({"error": {"status": 404, "message": "Not found."}}, 404)


def call(function, *arguments, answers, **named):
    """Make one call; give what it returned and the requests that arrived."""
    with answering(*answers) as server, client_for("token", server.url + "/v1") as client:
        return function(client, *arguments, **named), server.requests


@pytest.mark.parametrize("is_public", [True, False])
def test_makes_a_playlist(is_public):
    made = Answer({"id": "p1", "external_urls": {"spotify": URL}}, 201)

    playlist, [request] = call(create_playlist, "Mix", "50 songs", is_public, answers=[made])

    assert playlist == CreatedPlaylist("p1", URL)
    assert (request.method, request.path) == ("POST", "/v1/me/playlists")
    assert request.json() == {
        "name": "Mix",
        "description": "50 songs",
        "public": is_public,
        "collaborative": False,
    }


def test_a_playlist_without_an_address_is_no_answer():
    with pytest.raises(Unreachable):
        call(create_playlist, "Mix", "", False, answers=[Answer({"id": "p1"}, 201)])


@pytest.mark.parametrize("n_songs", [0, 1, 100])
def test_writes_all_songs_in_one_call(n_songs):
    ids = [f"s{number}" for number in range(n_songs)]

    _, [request] = call(replace_songs, "p1", ids, answers=[Answer({"snapshot_id": "x"})])

    assert (request.method, request.path) == ("PUT", "/v1/playlists/p1/items")
    assert request.json() == {"uris": [f"spotify:track:{song_id}" for song_id in ids]}


@pytest.mark.parametrize("body", [b"", b"null", b'{"snapshot_id"'])
def test_songs_count_as_written_only_once_spotify_says_so(body):
    with pytest.raises(Unreachable):
        call(replace_songs, "p1", ["s1"], answers=[Answer(body)])


def test_more_songs_than_fit_one_call_are_refused_before_it():
    with answering() as server, client_for("token", server.url) as client:
        with pytest.raises(ValueError, match="101"):
            replace_songs(client, "p1", ["s1"] * 101)

        assert server.requests == []


def entries(*items, key="item", total=None):
    return Answer({"items": [{key: item} for item in items], "total": len(items) if total is None else total})


@pytest.mark.parametrize("key", ["item", "track"])
def test_reads_the_songs_under_the_new_and_the_older_key(key):
    answer = entries({"id": "s2", "type": "track"}, {"id": "s1"}, {"id": "s2"}, key=key)

    ids, [request] = call(playlist_songs, "p1", answers=[answer])

    assert ids == ["s2", "s1", "s2"]
    assert (request.method, request.path) == ("GET", "/v1/playlists/p1/items")
    assert (request.query["limit"], request.query["offset"]) == ("50", "0")


def test_of_both_keys_the_new_one_counts():
    answer = Answer({"items": [{"item": {"id": "new"}, "track": {"id": "old"}}], "total": 1})

    ids, _ = call(playlist_songs, "p1", answers=[answer])

    assert ids == ["new"]


def test_what_only_the_listener_can_have_added_has_an_empty_id():
    local = {"id": None, "type": "track", "is_local": True}
    answer = entries({"id": "s1"}, None, local, {"id": "e1", "type": "episode"}, {"id": None})

    ids, _ = call(playlist_songs, "p1", answers=[answer])

    assert ids == ["s1", "", "", ""]


@pytest.mark.parametrize(("n_songs", "n_requests"), [(0, 1), (50, 1), (51, 2)])
def test_reads_every_page_of_a_playlist(n_songs, n_requests):
    songs = [{"id": f"s{number}"} for number in range(n_songs)]
    answers = [entries(*songs[:50], total=n_songs), entries(*songs[50:], total=n_songs)]

    ids, requests = call(playlist_songs, "p1", answers=answers)

    assert ids == [f"s{number}" for number in range(n_songs)]
    assert len(requests) == n_requests


def test_a_playlist_that_is_not_ours_has_no_list_of_songs():
    with pytest.raises(Unreachable):
        call(playlist_songs, "p1", answers=[Answer({"total": 3})])


@pytest.mark.parametrize(
    "change", [{"name": "New"}, {"description": "Fresh songs"}, {"name": "New", "description": "Fresh songs"}]
)
def test_describes_a_playlist_though_the_answer_is_empty(change):
    _, [request] = call(describe_playlist, "p1", answers=[Answer(b"")], **change)

    assert (request.method, request.path) == ("PUT", "/v1/playlists/p1")
    assert request.json() == change


def test_a_page_of_somebody_else_has_described_nothing():
    with pytest.raises(Unreachable):
        call(describe_playlist, "p1", name="New", answers=[Answer(b"\n<!doctype html>Welcome")])


@pytest.mark.parametrize("kept", [True, False])
def test_says_whether_the_listener_keeps_a_playlist(kept):
    answer, [request] = call(is_kept, "p1", answers=[Answer([kept])])

    assert answer is kept
    assert (request.method, request.path) == ("GET", "/v1/me/library/contains")
    assert request.query == {"uris": "spotify:playlist:p1"}


@pytest.mark.parametrize("body", [[], {}, {"contains": True}])
def test_no_yes_or_no_is_no_answer(body):
    with pytest.raises(Unreachable):
        call(is_kept, "p1", answers=[Answer(body)])


@pytest.mark.parametrize(
    ("function", "arguments"),
    [(replace_songs, ["p1", ["s1"]]), (playlist_songs, ["p1"]), (describe_playlist, ["p1", "New"])],
)
def test_a_playlist_that_is_gone_is_not_found(function, arguments):
    with pytest.raises(NotFound):
        call(function, *arguments, answers=[GONE])
