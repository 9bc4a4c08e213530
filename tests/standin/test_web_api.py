"""The stand-in's Web API: what an app in development mode gets, and how it is refused."""

import pytest
import requests

from recommender.song import Song
from tests.support.standin import made_up_songs

UNKNOWN = "9" * 22


class Api:
    """One listener's calls; paths are under /v1."""

    def __init__(self, standin, listener, token=None):
        self.root = f"{standin.url}/v1"
        self.headers = {"Authorization": f"Bearer {token or standin.token_for(listener)}"}

    def __call__(self, method, path, json=None, **query):
        return requests.request(
            method, self.root + path, json=json, params=query, headers=self.headers, timeout=5
        )


@pytest.fixture
def lisa(standin):
    return standin.add_listener(saved=5, name="Lisa")


@pytest.fixture
def api(standin, lisa):
    return Api(standin, lisa)


def uris(*numbers):
    return [f"spotify:track:{number:022d}" for number in numbers]


def made(api, *numbers, **fields):
    """Make a playlist with these songs; return its id."""
    playlist_id = api("POST", "/me/playlists", {"name": "Mix"} | fields).json()["id"]
    if numbers:
        assert api("PUT", f"/playlists/{playlist_id}/items", {"uris": uris(*numbers)}).status_code == 200
    return playlist_id


def contents(api, playlist_id):
    items = api("GET", f"/playlists/{playlist_id}/items", limit=50).json()["items"]
    return [int(entry["item"]["id"]) for entry in items]


def refusal(response):
    """Return status and message, after checking that the body has the same status."""
    error = response.json()["error"]
    assert (set(error), error["status"]) == ({"status", "message"}, response.status_code)
    return error["status"], error["message"]


def test_me_has_just_the_fields_of_development_mode(api, lisa):
    answer = api("GET", "/me").json()

    assert set(answer) == {
        "account_id",
        "display_name",
        "external_urls",
        "href",
        "id",
        "images",
        "type",
        "uri",
    }
    assert answer["account_id"] != answer["id"]
    assert (answer["account_id"], answer["id"], answer["display_name"]) == (lisa.account_id, lisa.id, "Lisa")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "No token provided"),
        ("Basic abc", "No token provided"),
        ("Bearer", "No token provided"),
        ("Bearer invented", "Invalid access token"),
    ],
)
def test_a_call_without_a_known_token_is_401(standin, header, message):
    headers = {"Authorization": header} if header else {}

    assert refusal(requests.get(f"{standin.url}/v1/me", headers=headers, timeout=5)) == (401, message)


def test_an_expired_token_is_401(standin, api):
    standin.state.expire_tokens()

    assert refusal(api("GET", "/me")) == (401, "The access token expired")


@pytest.mark.parametrize(
    ("method", "path", "json", "scope"),
    [
        ("GET", "/me/tracks", None, "user-library-read"),
        ("GET", "/me/playlists", None, "playlist-read-private"),
        ("POST", "/me/playlists", {"name": "Mix"}, "playlist-modify-public"),
        ("POST", "/me/playlists", {"name": "Mix", "public": False}, "playlist-modify-private"),
        ("GET", "/playlists/{shown}/items", None, "playlist-read-private"),
        ("PUT", "/playlists/{shown}", {"name": "New"}, "playlist-modify-public"),
        ("PUT", "/playlists/{hidden}", {"name": "New"}, "playlist-modify-private"),
        ("PUT", "/playlists/{shown}/items", {"uris": uris(1)}, "playlist-modify-public"),
        ("POST", "/playlists/{hidden}/items", {"uris": uris(1)}, "playlist-modify-private"),
        ("DELETE", "/playlists/{hidden}/items", {"items": [{"uri": uris(1)[0]}]}, "playlist-modify-private"),
        ("PUT", "/me/library?uris=spotify:playlist:{shown}", None, "playlist-modify-public"),
        ("DELETE", f"/me/library?uris={uris(1)[0]}", None, "user-library-modify"),
        ("GET", f"/me/library/contains?uris={uris(1)[0]}", None, "user-library-read"),
        ("GET", "/me/library/contains?uris=spotify:playlist:{shown}", None, "playlist-read-private"),
    ],
)
def test_each_call_needs_its_scope(standin, lisa, api, method, path, json, scope):
    path = path.format(shown=made(api), hidden=made(api, public=False))
    others = {"user-library-read", "user-library-modify", "user-follow-modify"}
    others |= {"playlist-read-private", "playlist-modify-public", "playlist-modify-private"}

    without = Api(standin, lisa, standin.token_for(lisa, others - {scope}))(method, path, json)
    with_it = Api(standin, lisa, standin.token_for(lisa, {scope}))(method, path, json)

    assert refusal(without) == (403, "Insufficient client scope")
    assert with_it.ok


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/users/somebody/playlists"),
        ("GET", "/users/somebody/playlists"),
        ("GET", "/users/somebody"),
        *((method, "/playlists/x/tracks") for method in ("GET", "POST", "PUT", "DELETE")),
        ("PUT", "/playlists/x/followers"),
        ("DELETE", "/playlists/x/followers"),
        ("GET", "/playlists/x/followers/contains"),
        ("GET", "/tracks?ids=x"),
        ("GET", "/albums?ids=x"),
        ("PUT", "/me/tracks"),
        ("DELETE", "/me/tracks"),
        ("GET", "/me/tracks/contains"),
        ("GET", "/audio-features"),
        ("GET", "/audio-features/x"),
        ("GET", "/audio-analysis/x"),
        ("GET", "/recommendations"),
        ("GET", "/artists/x/related-artists"),
        ("GET", "/artists/x/top-tracks"),
        ("GET", "/browse/categories/x/playlists"),
        ("GET", "/markets"),
    ],
)
def test_what_is_removed_is_forbidden(api, method, path):
    assert refusal(api(method, path)) == (403, "Forbidden")


def test_what_never_existed_is_not_found(api):
    assert refusal(api("GET", "/me/songs")) == (404, "Service not found")


@pytest.mark.parametrize("saved", [0, 1, 50, 51, 120])
def test_saved_songs_come_in_pages_newest_first(standin, saved):
    api = Api(standin, standin.add_listener(saved=saved))
    ids, times, address = [], [], f"{standin.url}/v1/me/tracks?limit=50"

    while address:
        page = requests.get(address, headers=api.headers, timeout=5).json()
        ids += [int(item["track"]["id"]) for item in page["items"]]
        times += [item["added_at"] for item in page["items"]]
        assert page["total"] == saved
        address = page["next"]

    assert ids == list(range(saved))
    assert times == sorted(times, reverse=True)


def test_a_page_names_its_neighbours_on_its_own_host(standin, api):
    answer = api("GET", "/me/tracks", limit=2, offset=1).json()

    root = f"{standin.url}/v1/me/tracks"
    assert (answer["limit"], answer["offset"], answer["total"]) == (2, 1, 5)
    assert answer["href"] == f"{root}?offset=1&limit=2"
    assert answer["previous"] == f"{root}?offset=0&limit=2"
    assert answer["next"] == f"{root}?offset=3&limit=2"


def test_a_page_has_twenty_unless_asked_otherwise(standin):
    api = Api(standin, standin.add_listener(saved=30))

    answer = api("GET", "/me/tracks").json()

    assert (answer["limit"], len(answer["items"])) == (20, 20)


@pytest.mark.parametrize(
    ("path", "query", "message"),
    [
        ("/me/tracks", {"limit": "0"}, "Invalid limit"),
        ("/me/tracks", {"limit": "51"}, "Invalid limit"),
        ("/me/tracks", {"limit": "many"}, "Invalid limit"),
        ("/me/tracks", {"offset": "-1"}, "Invalid offset"),
        ("/me/playlists", {"limit": "51"}, "Invalid limit"),
        ("/search", {"q": "song", "type": "track", "limit": "11"}, "Invalid limit"),
        ("/search", {"q": "song", "type": "track", "offset": "1001"}, "Invalid offset"),
        ("/search", {"q": "", "type": "track"}, "No search query"),
        ("/search", {"q": "song"}, "Missing parameter type"),
        ("/search", {"q": "song", "type": "song"}, "Bad search type field song"),
        ("/tracks/short", {}, "Invalid base62 id"),
        ("/me/library/contains", {}, "Missing required field: uris"),
        (
            "/me/library/contains",
            {"uris": ",".join(uris(*range(41)))},
            "Too many URIs requested, the maximum is 40",
        ),
        ("/me/library/contains", {"uris": "spotify:track:short"}, "Invalid uri: spotify:track:short"),
        ("/me/library/contains", {"uris": f"spotify:song:{UNKNOWN}"}, f"Invalid uri: spotify:song:{UNKNOWN}"),
    ],
)
def test_a_question_out_of_bounds_is_400(api, path, query, message):
    assert refusal(api("GET", path, **query)) == (400, message)


def test_a_song_has_its_album_and_its_recording_code(api):
    # Songs 3, 4 and 5 are Artist 1's, all of 1990.
    answer = api("GET", f"/tracks/{4:022d}").json()

    assert (answer["name"], answer["duration_ms"], answer["explicit"]) == ("Song 4", 184_000, False)
    assert (answer["track_number"], answer["album"]["total_tracks"]) == (2, 3)
    assert (answer["album"]["name"], answer["album"]["release_date"]) == ("Song 3", "1990")
    assert [artist["name"] for artist in answer["artists"]] == ["Artist 1"]
    assert answer["external_ids"] == {"isrc": "ZZ0009000004"}
    assert not {"available_markets", "popularity", "linked_from"} & set(answer)


def test_a_song_that_does_not_exist_is_404(api):
    assert refusal(api("GET", f"/tracks/{UNKNOWN}")) == (404, "Resource not found")


def test_a_local_file_is_saved_but_has_no_id(standin):
    api = Api(
        standin, standin.add_listener(saved=[Song("", "Demo: tape", ("Us", "Them"), duration_ms=61_000)])
    )

    [item] = api("GET", "/me/tracks").json()["items"]

    assert (item["track"]["is_local"], item["track"]["id"]) == (True, None)
    assert item["track"]["uri"] == "spotify:local:Us%2C+Them::Demo%3A+tape:61"


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("sONG 59 ARTIST", [59]),
        ('track:"Song 7"', [7]),
        ('artist:"Artist 19"', [57, 58, 59]),
        ('artist:"Artist 19" track:58', [58]),
        ("isrc:ZZ0009000004", [4]),
        ("isrc:ZZ0009100004", []),
        ("isrc:ZZ0009099999", []),
        ("isrc:DEXXX9000004", []),
        ("song year:1991", [6, 7, 8, 9, 10]),
        ("song year:1998-1999", [48, 49, 50, 51, 52]),
        ("no such song", []),
    ],
)
def test_search_goes_by_words_and_filters(api, q, found):
    answer = api("GET", "/search", q=q, type="track").json()["tracks"]

    assert [int(track["id"]) for track in answer["items"]] == found


def test_search_has_empty_lists_for_other_kinds(api):
    answer = api("GET", "/search", q="song", type="album,track", limit=10).json()

    assert (answer["albums"]["total"], answer["tracks"]["total"]) == (0, 60)
    assert len(answer["tracks"]["items"]) == 10


def test_a_new_playlist_is_empty_and_belongs_to_the_listener(api, lisa):
    response = api("POST", "/me/playlists", {"name": "Mix", "description": "Mine", "public": False})

    answer = response.json()
    assert response.status_code == 201
    assert (answer["name"], answer["description"], answer["public"]) == ("Mix", "Mine", False)
    assert (answer["owner"]["id"], answer["items"]["total"]) == (lisa.id, 0)
    assert "tracks" not in answer


def test_two_playlists_may_have_one_name(api):
    first, second = made(api), made(api)

    assert [p["id"] for p in api("GET", "/me/playlists").json()["items"]] == [second, first]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Missing required field: name"),
        ({"name": ""}, "Missing required field: name"),
        ({"name": 7}, "Invalid value for field: name"),
        ({"name": "Mix", "public": "no"}, "Invalid value for field: public"),
        ({"name": "Mix", "collaborative": True}, "A collaborative playlist cannot be public"),
    ],
)
def test_a_playlist_that_cannot_be_is_400(api, lisa, fields, message):
    assert refusal(api("POST", "/me/playlists", fields)) == (400, message)
    assert lisa.playlists == []


def test_a_body_that_is_not_json_is_400(standin, api):
    response = requests.post(f"{api.root}/me/playlists", data="name=Mix", headers=api.headers, timeout=5)

    assert refusal(response) == (400, "Error parsing JSON.")


def test_replacing_leaves_the_same_however_often(api):
    playlist_id = made(api, 9, 8)

    for _ in range(2):
        api("PUT", f"/playlists/{playlist_id}/items", {"uris": uris(3, 1, 2)})
        assert contents(api, playlist_id) == [3, 1, 2]
    api("PUT", f"/playlists/{playlist_id}/items", {"uris": []})

    assert contents(api, playlist_id) == []


@pytest.mark.parametrize(
    ("json", "query", "after"),
    [
        ({"uris": uris(5, 6)}, {}, [1, 2, 5, 6]),
        (uris(5, 6), {}, [1, 2, 5, 6]),
        ({"uris": uris(5, 6), "position": 1}, {}, [1, 5, 6, 2]),
        ({"uris": uris(5)}, {"uris": ",".join(uris(7, 8)), "position": 0}, [7, 8, 1, 2]),
    ],
)
def test_adding_goes_to_the_end_or_to_the_position(api, json, query, after):
    playlist_id = made(api, 1, 2)

    response = api("POST", f"/playlists/{playlist_id}/items", json, **query)

    assert response.status_code == 201
    assert contents(api, playlist_id) == after


def test_removing_takes_a_song_out_wherever_it_is(api):
    playlist_id = made(api, 1, 2, 1, 3)

    response = api(
        "DELETE", f"/playlists/{playlist_id}/items", {"items": [{"uri": uri} for uri in uris(1, 9)]}
    )

    assert response.status_code == 200
    assert contents(api, playlist_id) == [2, 3]


@pytest.mark.parametrize(
    ("move", "after"),
    [
        ({"range_start": 0, "insert_before": 3}, [1, 2, 0, 3, 4]),
        ({"range_start": 3, "insert_before": 0, "range_length": 2}, [3, 4, 0, 1, 2]),
        ({"range_start": 1, "insert_before": 5}, [0, 2, 3, 4, 1]),
        ({"range_start": 1, "insert_before": 2, "range_length": 3}, [0, 1, 2, 3, 4]),
    ],
)
def test_a_range_can_be_moved(api, move, after):
    playlist_id = made(api, *range(5))

    assert api("PUT", f"/playlists/{playlist_id}/items", move).status_code == 200
    assert contents(api, playlist_id) == after


def test_every_write_has_a_snapshot_of_its_own(api):
    playlist_id = made(api)
    path = f"/playlists/{playlist_id}/items"
    snapshots = [api("PUT", path, {"uris": uris(1)}).json()["snapshot_id"] for _ in range(2)]
    snapshots.append(api("POST", path, {"uris": uris(2)}).json()["snapshot_id"])
    first = {"items": [{"uri": uris(1)[0]}], "snapshot_id": snapshots[0]}
    snapshots.append(api("DELETE", path, first).json()["snapshot_id"])

    assert len(set(snapshots)) == 4
    assert api("GET", f"/playlists/{playlist_id}").json()["snapshot_id"] == snapshots[-1]
    invented = first | {"snapshot_id": "invented"}
    assert refusal(api("DELETE", path, invented)) == (400, "Invalid snapshot id")


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(
    ("given", "message"),
    [
        (uris(*[1] * 101), "You can add a maximum of 100 tracks per request."),
        ([f"spotify:track:{UNKNOWN}"], "Payload contains a non-existing ID"),
        (["spotify:local:Us::Demo:61"], "Invalid track uri: spotify:local:Us::Demo:61"),
        (["spotify:track:short"], "Invalid track uri: spotify:track:short"),
        (["spotify:episode:" + "1" * 22], "Invalid track uri: spotify:episode:" + "1" * 22),
        ([7], "Invalid value for field: uris"),
        ("spotify:track:1", "Invalid value for field: uris"),
    ],
)
def test_a_write_of_what_cannot_be_in_a_playlist_is_400_and_changes_nothing(api, method, given, message):
    playlist_id = made(api, 1, 2)

    response = api(method, f"/playlists/{playlist_id}/items", {"uris": given})

    assert refusal(response) == (400, message)
    assert contents(api, playlist_id) == [1, 2]


@pytest.mark.parametrize(
    ("method", "json"),
    [
        ("POST", {}),
        ("POST", {"uris": uris(1), "position": 3}),
        ("PUT", {}),
        ("PUT", {"uris": uris(1), "range_start": 0, "insert_before": 1}),
        ("PUT", {"range_start": 0}),
        ("PUT", {"range_start": 2, "insert_before": 0}),
        ("DELETE", {}),
        ("DELETE", {"items": uris(1)}),
        ("DELETE", {"tracks": [{"uri": uris(1)[0]}]}),
    ],
)
def test_an_incomplete_write_is_400(api, method, json):
    playlist_id = made(api, 1, 2)

    assert api(method, f"/playlists/{playlist_id}/items", json).status_code == 400
    assert contents(api, playlist_id) == [1, 2]


def test_a_hundred_songs_fit_one_write(api):
    playlist_id = made(api, *[1] * 100)

    assert api("GET", f"/playlists/{playlist_id}/items").json()["total"] == 100


def test_describing_changes_what_is_named_and_nothing_else(api):
    playlist_id = made(api, 1, description="Old")

    response = api("PUT", f"/playlists/{playlist_id}", {"name": "New", "public": False})

    assert (response.status_code, response.content) == (200, b"")
    answer = api("GET", f"/playlists/{playlist_id}").json()
    assert (answer["name"], answer["description"], answer["public"]) == ("New", "Old", False)
    assert answer["items"]["total"] == 1


@pytest.mark.parametrize(
    ("method", "path", "json"),
    [
        ("GET", "", None),
        ("PUT", "", {"name": "New"}),
        ("GET", "/items", None),
        ("PUT", "/items", {"uris": []}),
        ("POST", "/items", {"uris": []}),
        ("DELETE", "/items", {"items": []}),
    ],
)
def test_a_playlist_that_does_not_exist_is_404(api, method, path, json):
    assert refusal(api(method, f"/playlists/{UNKNOWN}{path}", json)) == (404, "Resource not found")


def test_another_listeners_playlist_can_be_seen_but_not_read_or_written(standin, api):
    playlist_id = made(api, 1)
    other = Api(standin, standin.add_listener(name="Otto"))

    answer = other("GET", f"/playlists/{playlist_id}").json()
    assert answer["owner"]["display_name"] == "Lisa"
    assert "items" not in answer

    path = f"/playlists/{playlist_id}"
    assert refusal(other("GET", f"{path}/items")) == (403, "Forbidden")
    assert refusal(other("PUT", path, {"name": "Mine now"})) == (403, "Forbidden")
    assert refusal(other("PUT", f"{path}/items", {"uris": []})) == (403, "Forbidden")
    assert contents(api, playlist_id) == [1]


def test_a_playlist_removed_from_the_library_still_exists(api, lisa):
    playlist_id = made(api, 1)
    uri = f"spotify:playlist:{playlist_id}"
    assert api("GET", "/me/library/contains", uris=uri).json() == [True]

    api("DELETE", "/me/library", uris=uri)

    assert api("GET", "/me/library/contains", uris=uri).json() == [False]
    assert api("GET", "/me/playlists").json()["total"] == 0
    assert contents(api, playlist_id) == [1]

    api("PUT", "/me/library", uris=uri)
    assert [playlist.id for playlist in lisa.playlists] == [playlist_id]


def test_songs_can_be_saved_and_taken_out(standin, lisa):
    token = standin.token_for(lisa, {"user-library-read", "user-library-modify"})
    api = Api(standin, lisa, token)
    standin.clock.seconds += 60

    api("PUT", "/me/library", uris=",".join(uris(7, 2)))
    api("DELETE", "/me/library", uris=",".join(uris(0, 30)))

    # Song 2 was already saved and keeps its place; song 30 never was.
    saved = api("GET", "/me/tracks").json()["items"]
    assert [int(item["track"]["id"]) for item in saved] == [7, 1, 2, 3, 4]
    assert saved[0]["added_at"] > saved[1]["added_at"]
    assert api("GET", "/me/library/contains", uris=",".join(uris(7, 0, 2))).json() == [True, False, True]


def test_what_does_not_exist_is_in_no_library(api):
    unknown = f"spotify:playlist:{UNKNOWN}"

    assert api("GET", "/me/library/contains", uris=unknown).json() == [False]
    assert refusal(api("DELETE", "/me/library", uris=unknown)) == (404, "Resource not found")


def test_requests_are_recorded_with_their_token_s_owner(standin, api, lisa):
    playlist_id = made(api, 1)
    api("GET", "/me/tracks", limit=50)

    assert standin.count("GET /v1/me/tracks") == 1
    assert standin.count("PUT /v1/playlists/{id}/items") == 1
    assert standin.count("GET /v1/playlists/{id}/items") == 0
    last = standin.state.requests[-1]
    assert (last.method, last.path, last.query, last.listener) == (
        "GET",
        "/v1/me/tracks",
        {"limit": "50"},
        lisa,
    )
    assert standin.state.requests[-2].path == f"/v1/playlists/{playlist_id}/items"


def test_songs_saved_from_outside_the_catalogue_exist(standin):
    api = Api(standin, standin.add_listener(saved=made_up_songs(1, first=900)))

    assert api("GET", f"/tracks/{900:022d}").json()["name"] == "Song 900"


def written(api, *numbers):
    """Write these songs; return the status, and the items that read back."""
    playlist_id = made(api)
    status = api("PUT", f"/playlists/{playlist_id}/items", {"uris": uris(*numbers)}).status_code
    page = api("GET", f"/playlists/{playlist_id}/items").json()
    assert page["total"] == len(page["items"])
    return status, [item["item"] for item in page["items"]]


def test_a_dead_song_can_be_written_but_is_missing_afterwards(standin, api):
    standin.state.dead.add(f"{2:022d}")

    status, items = written(api, 1, 2, 3)

    assert (status, [item["name"] for item in items]) == (200, ["Song 1", "Song 3"])


def test_a_dead_song_may_read_back_as_null(standin, api):
    standin.state.nulled.update((f"{2:022d}", f"{4:022d}"))

    status, items = written(api, 1, 2, 3)

    assert (status, [item and item["name"] for item in items]) == (200, ["Song 1", None, "Song 3"])
    saved = api("GET", "/me/tracks").json()
    assert [item["track"] is None for item in saved["items"]] == [False, False, True, False, True]
    assert (saved["total"], set(saved["items"][2])) == (5, {"added_at", "track"})


def test_an_unplayable_song_says_so(standin, api):
    standin.state.unplayable.add(f"{2:022d}")

    status, items = written(api, 1, 2)

    assert (status, [item["is_playable"] for item in items]) == (200, [True, False])
    assert [item.get("restrictions") for item in items] == [None, {"reason": "market"}]
    assert api("GET", f"/tracks/{2:022d}").json()["is_playable"] is False


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_write_that_names_a_refused_song_is_400_and_changes_nothing(standin, api, method):
    playlist_id = made(api, 9)
    standin.state.refused.add(f"{2:022d}")

    response = api(method, f"/playlists/{playlist_id}/items", {"uris": uris(1, 2)})

    assert refusal(response) == (400, "Payload contains a non-existing ID")
    assert contents(api, playlist_id) == [9]


@pytest.mark.parametrize("kind", ["dead", "nulled", "refused"])
def test_a_lost_song_is_not_found(standin, api, kind):
    assert api("GET", "/search", q="isrc:ZZ0009900059", type="track").json()["tracks"]["total"] == 1
    getattr(standin.state, kind).add(f"{59:022d}")

    assert refusal(api("GET", f"/tracks/{59:022d}")) == (404, "Resource not found")

    for q in ("isrc:ZZ0009900059", 'track:"Song 59"'):
        assert api("GET", "/search", q=q, type="track").json()["tracks"]["items"] == []
