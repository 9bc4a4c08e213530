"""Reading what is in a playlist, odd entries included."""

import pytest

from spotify import NotFound, PlaylistEntry, UnknownShape, client_for, read_playlist_entries
from tests.support.scripted_server import Answer, answering, answering_with


def entries(*items, key="item", total=None):
    return Answer({"items": [{key: item} for item in items], "total": len(items) if total is None else total})


def read(answer):
    with answering(answer) as server, client_for("token", server.url + "/v1") as client:
        return read_playlist_entries(client, "p1"), server.requests


@pytest.mark.parametrize("key", ["item", "track"])
def test_reads_the_songs_under_the_new_and_the_older_key(key):
    songs = [{"id": "s2", "type": "track", "is_playable": True}, {"id": "s1"}, {"id": "s2"}]

    found, [request] = read(entries(*songs, key=key))

    assert found == [PlaylistEntry("s2", True), PlaylistEntry("s1", True), PlaylistEntry("s2", True)]
    assert (request.method, request.path) == ("GET", "/v1/playlists/p1/items")
    assert (request.query["limit"], request.query["offset"]) == ("50", "0")


def test_a_song_closed_to_the_listener_is_told():
    found, _ = read(entries({"id": "s1", "is_playable": False}, {"id": "s2", "is_playable": None}))

    assert found == [PlaylistEntry("s1", False), PlaylistEntry("s2", True)]


def test_of_both_keys_the_new_one_counts():
    found, _ = read(Answer({"items": [{"item": {"id": "new"}, "track": {"id": "old"}}], "total": 1}))

    assert found == [PlaylistEntry("new", True)]


def test_what_only_the_listener_can_have_added_has_an_empty_id():
    local = {"id": None, "type": "track", "is_local": True}
    answer = entries({"id": "s1"}, None, local, {"id": "e1", "type": "episode"}, {"id": None})

    found, _ = read(answer)

    assert [entry.id for entry in found if not entry.is_gone] == ["s1", "", "", ""]


def test_a_song_that_spotify_no_longer_has_keeps_its_place():
    found, _ = read(entries({"id": "s1"}, None, {"id": "s2"}))

    assert [(entry.id, entry.is_gone) for entry in found] == [("s1", False), ("", True), ("s2", False)]
    assert not found[1].is_playable


def album(*images):
    return {"images": [{"url": url, "width": width} for url, width in images]}


@pytest.mark.parametrize(
    ("of_album", "cover"),
    [
        (album(("https://i/640", 640), ("https://i/64", 64), ("https://i/300", 300)), "https://i/64"),
        (album(("https://i/any", None), ("https://i/64", 64)), "https://i/64"),
        (album(("https://i/any", None)), "https://i/any"),
        (album(("http://127.0.0.1:9/cover/1", 64)), "http://127.0.0.1:9/cover/1"),
        (album(("http://elsewhere/64", 64)), ""),
        (album(("javascript:alert(1)", 64)), ""),
        (album((None, 64)), ""),
        (album((7, 64), ("https://i/300", 300)), "https://i/300"),
        (album(("https://i/any", "wide"), ("https://i/64", 64)), "https://i/64"),
        (album(("https://i/any", -1), ("https://i/64", 64)), "https://i/64"),
        ({"images": [None, 7, {"url": "https://i/64"}]}, "https://i/64"),
        ({"images": "https://i/64"}, ""),
        ("an album", ""),
        (album(), ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_the_smallest_picture_of_the_album_is_the_cover(of_album, cover):
    [entry], _ = read(entries({"id": "s1", "album": of_album}))

    assert entry.cover == cover


@pytest.mark.parametrize(("n_songs", "n_requests"), [(0, 1), (50, 1), (51, 2), (120, 3)])
def test_reads_every_page_of_a_playlist(n_songs, n_requests):
    songs = [{"id": f"s{number}"} for number in range(n_songs)]

    def answer(request):
        offset = int(request.query["offset"])
        return entries(*songs[offset : offset + 50], total=n_songs)

    with answering_with(answer) as server, client_for("token", server.url + "/v1") as client:
        found = read_playlist_entries(client, "p1")

        assert len(server.requests) == n_requests
    assert [entry.id for entry in found] == [f"s{number}" for number in range(n_songs)]


@pytest.mark.parametrize(
    "odd",
    [
        None,
        7,
        "s2",
        [],
        {},
        {"added_at": "2026-01-01"},
        {"item": 7},
        {"item": "s2"},
        {"item": {}},
        {"item": {"id": 7}},
        {"item": {"id": ["s2"], "type": "track"}},
        {"item": {"id": "../me"}, "added_at": 5},
    ],
)
def test_an_entry_that_cannot_be_read_keeps_its_place_and_is_counted(odd):
    items = [{"item": {"id": "s1"}}, odd, {"item": {"id": "s3"}}]

    with answering(Answer({"items": items, "total": 3})) as server:
        with client_for("token", server.url + "/v1") as client:
            found = read_playlist_entries(client, "p1")

    assert [(entry.id, entry.is_readable, entry.is_gone) for entry in found] == [
        ("s1", True, False),
        ("", False, False),
        ("s3", True, False),
    ]
    assert client.odd == {"an entry of a playlist": 1}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"id": "s1", "type": None, "is_local": None}, PlaylistEntry("s1", True)),
        ({"id": "s1", "type": 7, "is_playable": "no"}, PlaylistEntry("s1", True)),
        ({"id": 7, "type": "episode"}, PlaylistEntry("", True)),
        ({"id": 7, "is_local": True}, PlaylistEntry("", True)),
    ],
)
def test_what_is_odd_about_a_song_leaves_the_rest_of_it(item, expected):
    found, _ = read(entries(item))

    assert found == [expected]


@pytest.mark.parametrize(
    "body", [{"total": 3}, {"items": [{}], "total": 1}, {"items": [{"item": 7}, None], "total": 2}]
)
def test_a_playlist_of_which_nothing_can_be_read_is_an_error(body):
    with pytest.raises(UnknownShape):
        read(Answer(body))


def test_a_playlist_that_is_gone_is_not_found():
    with pytest.raises(NotFound):
        read(Answer({"error": {"status": 404, "message": "Not found."}}, 404))
