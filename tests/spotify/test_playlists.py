"""Creating, writing, describing, finding and removing the playlist."""

import pytest

from spotify import (
    CreatedPlaylist,
    ListedPlaylist,
    MissingScope,
    NotFound,
    Removed,
    Unclear,
    UnknownShape,
    Unreachable,
    add_songs,
    client_for,
    create_playlist,
    describe_playlist,
    find_marked,
    is_in_library,
    list_readable,
    remove_playlist,
    replace_songs,
)
from tests.support.scripted_server import Answer, answering

URL = "https://open.spotify.com/playlist/p1"
GONE = Answer({"error": {"status": 404, "message": "Not found."}}, 404)


def call(function, *arguments, answers, **named):
    """Make one call; return its result and the requests that arrived."""
    with answering(*answers) as server, client_for("token", server.url + "/v1") as client:
        return function(client, *arguments, **named), server.requests


@pytest.mark.parametrize("is_public", [True, False])
def test_creates_a_playlist(is_public):
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


@pytest.mark.parametrize(
    "body",
    [
        {"id": "p1"},
        {"id": "p1", "external_urls": {"spotify": "javascript:alert(1)"}},
        {"id": "p1", "external_urls": {"spotify": 7}},
        {"id": "p1", "external_urls": URL},
        {"id": 7, "external_urls": {"spotify": URL}},
        {"id": "../me", "external_urls": {"spotify": URL}},
        {"id": "", "external_urls": {"spotify": URL}},
        [],
    ],
)
def test_without_an_id_and_an_address_it_is_unclear_which_playlist_was_made(body):
    with pytest.raises(Unclear):
        call(create_playlist, "Mix", "", False, answers=[Answer(body, 201)])


@pytest.mark.parametrize("n_songs", [0, 1, 100])
def test_writes_all_songs_in_one_call(n_songs):
    ids = [f"s{number}" for number in range(n_songs)]

    _, [request] = call(replace_songs, "p1", ids, answers=[Answer({"snapshot_id": "x"})])

    assert (request.method, request.path) == ("PUT", "/v1/playlists/p1/items")
    assert request.json() == {"uris": [f"spotify:track:{song_id}" for song_id in ids]}


def test_adds_songs_in_one_call():
    _, [request] = call(add_songs, "p1", ["s1", "s2"], answers=[Answer({"snapshot_id": "x"}, 201)])

    assert (request.method, request.path) == ("POST", "/v1/playlists/p1/items")
    assert request.json() == {"uris": ["spotify:track:s1", "spotify:track:s2"]}


def test_songs_may_have_been_added_where_no_answer_came():
    with pytest.raises(Unclear):
        call(add_songs, "p1", ["s1"], answers=[Answer(b"", 502)])


@pytest.mark.parametrize("body", [b"", b"null", b'{"snapshot_id"'])
def test_songs_count_as_written_only_once_spotify_says_so(body):
    with pytest.raises(Unreachable):
        call(replace_songs, "p1", ["s1"], answers=[Answer(body)])


def test_more_songs_than_fit_one_call_are_refused_before_it():
    with answering() as server, client_for("token", server.url) as client:
        with pytest.raises(ValueError, match="101"):
            replace_songs(client, "p1", ["s1"] * 101)

        assert server.requests == []


@pytest.mark.parametrize(
    "change", [{"name": "New"}, {"description": "Fresh songs"}, {"name": "New", "description": "Fresh songs"}]
)
def test_describes_a_playlist_though_the_answer_is_empty(change):
    _, [request] = call(describe_playlist, "p1", answers=[Answer(b"")], **change)

    assert (request.method, request.path) == ("PUT", "/v1/playlists/p1")
    assert request.json() == change


def test_a_web_page_instead_of_an_answer_is_unreachable():
    with pytest.raises(Unreachable):
        call(describe_playlist, "p1", name="New", answers=[Answer(b"\n<!doctype html>Welcome")])


@pytest.mark.parametrize("kept", [True, False])
def test_checks_whether_a_playlist_is_in_the_library(kept):
    answer, [request] = call(is_in_library, "p1", answers=[Answer([kept])])

    assert answer is kept
    assert (request.method, request.path) == ("GET", "/v1/me/library/contains")
    assert request.query == {"uris": "spotify:playlist:p1"}


@pytest.mark.parametrize("body", [[], {}, {"contains": True}, ["false"], [1], [None], "true"])
def test_an_answer_that_is_no_boolean_is_of_no_known_shape(body):
    with pytest.raises(UnknownShape):
        call(is_in_library, "p1", answers=[Answer(body)])


@pytest.mark.parametrize(
    ("function", "arguments"),
    [(replace_songs, ["p1", ["s1"]]), (describe_playlist, ["p1", "New"]), (remove_playlist, ["p1"])],
)
def test_a_playlist_that_is_gone_is_not_found(function, arguments):
    with pytest.raises(NotFound):
        call(function, *arguments, answers=[GONE])


def listed(playlist_id, description):
    return {
        "id": playlist_id,
        "description": description,
        "external_urls": {"spotify": f"{URL}/{playlist_id}"},
    }


def test_finds_the_playlists_with_a_marker():
    lists = [
        listed("p1", "New songs. k7x2"),
        None,
        listed("p2", None),
        listed("p3", "k7x2 is not at the end"),
        listed("p4", "k7x2 "),
        listed("p5", ""),
        7,
        listed("p6", 7),
        {"description": ["k7x2"]},
    ]

    found, [request] = call(find_marked, "k7x2", answers=[Answer({"items": lists, "total": 9})])

    assert found == [CreatedPlaylist("p1", f"{URL}/p1"), CreatedPlaylist("p4", f"{URL}/p4")]
    assert (request.method, request.path) == ("GET", "/v1/me/playlists")


def test_looks_for_a_marker_on_every_page():
    first = Answer({"items": [listed(f"q{number}", "") for number in range(50)], "total": 51})
    second = Answer({"items": [listed("p1", "k7x2")], "total": 51})

    found, requests = call(find_marked, "k7x2", answers=[first, second])

    assert found == [CreatedPlaylist("p1", f"{URL}/p1")]
    assert [request.query["offset"] for request in requests] == ["0", "50"]


def test_finds_the_playlists_with_any_of_several_markers():
    lists = [listed("p1", "New songs. k7x2"), listed("p2", "New songs. m3q9"), listed("p3", "New songs.")]

    found, _ = call(find_marked, "k7x2", "m3q9", answers=[Answer({"items": lists, "total": 3})])

    assert [playlist.id for playlist in found] == ["p1", "p2"]


@pytest.mark.parametrize(
    "body", [{"items": [{"description": "k7x2"}], "total": 1}, {"items": {}, "total": 0}, {"items": []}]
)
def test_a_marked_playlist_or_a_list_of_another_shape_is_an_error(body):
    with pytest.raises(UnknownShape):
        call(find_marked, "k7x2", answers=[Answer(body)])


def test_removes_a_playlist_from_the_library():
    _, [request] = call(remove_playlist, "p1", answers=[Answer(b"")])

    assert (request.method, request.path) == ("DELETE", "/v1/me/library")
    assert request.query == {"uris": "spotify:playlist:p1"}


@pytest.mark.parametrize(
    ("message", "kind"), [("Insufficient client scope", MissingScope), ("Forbidden", Removed)]
)
def test_who_may_not_remove_a_playlist_is_told_why(message, kind):
    with pytest.raises(kind):
        call(remove_playlist, "p1", answers=[Answer({"error": {"status": 403, "message": message}}, 403)])


def in_list(playlist_id, **changes):
    return {"id": playlist_id, "name": "Party", "description": " Ours ", "items": {"total": 3}, **changes}


def test_lists_the_playlists_whose_songs_may_be_read_and_leaves_out_what_is_odd():
    entries = [
        in_list("p1"),
        in_list("p2", name="", items={"total": 0}, description=None),
        in_list("p3", items=None),
        # As Spotify called it before.
        {key: value for key, value in in_list("p4", tracks={"total": 7}).items() if key != "items"},
        {key: value for key, value in in_list("theirs").items() if key != "items"},
        *(in_list("p5", items={"total": odd}) for odd in ("many", True, -5, 10**25, 1.5, None)),
        in_list("p" * 256),
        in_list(""),
        in_list(7),
        None,
        "p6",
    ]
    answer = Answer({"items": entries, "total": len(entries)})

    found, _ = call(list_readable, 500, answers=[answer])

    assert found == [
        ListedPlaylist("p1", "Party", " Ours", 3),
        ListedPlaylist("p2", "p2", "", 0),
        ListedPlaylist("p4", "Party", " Ours", 7),
    ]


@pytest.mark.parametrize(("n_listed", "max_listed", "n_found"), [(0, 5, 0), (3, 5, 3), (5, 5, 5), (9, 5, 5)])
def test_lists_no_more_playlists_than_wished(n_listed, max_listed, n_found):
    answer = Answer({"items": [in_list(f"p{number}") for number in range(n_listed)], "total": n_listed})

    found, requests = call(list_readable, max_listed, answers=[answer])

    assert [playlist.id for playlist in found] == [f"p{number}" for number in range(n_found)]
    assert len(requests) == 1
