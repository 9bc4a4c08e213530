"""Reading the saved songs, odd entries included."""

from dataclasses import replace
from threading import Barrier

import pytest

from recommender.song import Song
from spotify import (
    Page,
    SignInExpired,
    UnknownShape,
    client_for,
    read_playlist_pages,
    read_saved_page,
    read_saved_pages,
)
from tests.support.scripted_server import Answer, answering, answering_with
from tests.support.standin import made_up_songs


def track(song_id, **changes):
    known = {
        "id": song_id,
        "type": "track",
        "name": f"Title {song_id}",
        "artists": [{"name": "Ada"}, {"name": "Grace"}],
        "album": {"release_date": "1999-05-21"},
        "duration_ms": 200_000,
        "explicit": True,
        "is_local": False,
    }
    return known | changes


def page(*tracks, total, following=None):
    return Answer({"items": [{"track": each} for each in tracks], "total": total, "next": following})


def get_songs(pages):
    return [song for each in pages for song in each.songs]


def read(*answers):
    with answering(*answers) as server, client_for("token", server.url + "/v1") as client:
        return get_songs(read_saved_pages(client)), server.requests


def read_library(pages):
    """Read a library whose pages may be asked for in any order."""
    with answering_with(lambda request: pages[int(request.query["offset"]) // 50]) as server:
        with client_for("token", server.url + "/v1") as client:
            return list(read_saved_pages(client)), server.requests


def library(saved):
    ids = [f"s{number}" for number in range(saved)]
    starts = range(0, max(saved, 1), 50)
    return [page(*map(track, ids[start : start + 50]), total=saved) for start in starts]


@pytest.mark.parametrize(
    ("saved", "sizes"), [(0, [0]), (1, [1]), (50, [50]), (51, [50, 1]), (120, [50, 50, 20])]
)
def test_reads_every_page_in_order_with_the_total(saved, sizes):
    pages, requests = read_library(library(saved))

    assert [song.id for song in get_songs(pages)] == [f"s{number}" for number in range(saved)]
    assert [(len(each.songs), each.total) for each in pages] == [(size, saved) for size in sizes]
    assert [request.path for request in requests] == ["/v1/me/tracks"] * len(sizes)
    asked = sorted((int(request.query["offset"]), request.query["limit"]) for request in requests)
    assert asked == [(50 * number, "50") for number in range(len(sizes))]


def test_reads_40_pages_in_11_rounds_four_at_a_time_after_the_first():
    pages, together, rounds = library(2000), Barrier(4, timeout=10), []

    def answer(request):
        at = int(request.query["offset"]) // 50
        # Nobody of a round is answered before all four have asked; of the last round there are three.
        if 1 <= at <= 36 and together.wait() == 0:
            rounds.append(at)
        return pages[at]

    with answering_with(answer) as server, client_for("token", server.url + "/v1") as client:
        songs = get_songs(read_saved_pages(client))

    assert [song.id for song in songs] == [f"s{number}" for number in range(2000)]
    assert client.calls == len(server.requests) == 40
    # With the first page and the last three: 11 times the delay of a call, 1.65 s at 150 ms.
    assert len(rounds) == 9
    # Never more than four: each thread has a session of its own, and so has this one.
    assert len(client._sessions) == 1 + 4


@pytest.mark.parametrize(
    ("start", "sizes"), [(0, [50, 50, 20]), (1, [50, 50, 19]), (50, [50, 20]), (120, [0]), (170, [0])]
)
def test_goes_on_where_an_earlier_reading_ended(standin, start, sizes):
    listener = standin.add_listener(saved=120)

    with client_for(standin.token_for(listener), standin.url + "/v1") as client:
        pages = list(read_saved_pages(client, start))

    assert get_songs(pages) == made_up_songs(120)[start:]
    assert [(len(each.songs), each.total) for each in pages] == [(size, 120) for size in sizes]


def test_a_library_that_grows_and_shrinks_while_it_is_read_is_read_to_its_end():
    first, second, third = library(120)
    first.body["total"], second.body["total"] = 60, 120

    pages, _ = read_library([first, second, third])

    assert [(len(each.songs), each.total) for each in pages] == [(50, 60), (50, 120), (20, 120)]
    second.body["total"] = 60

    pages, requests = read_library([first, second, third])

    assert [(len(each.songs), each.total) for each in pages] == [(50, 60), (50, 60)]
    assert len(requests) == 2


def test_whoever_stops_reading_gets_no_more_pages():
    with answering_with(lambda request: library(1000)[int(request.query["offset"]) // 50]) as server:
        with client_for("token", server.url + "/v1") as client:
            pages = read_saved_pages(client)
            for _ in range(2):
                next(pages)
            pages.close()

        assert len(server.requests) <= 1 + 4


def test_a_page_gives_every_entry_its_place():
    local = track(None, is_local=True, name="Demo tape")
    answer = page(track("s1"), None, local, track("e1", type="episode"), track("s2"), total=105)

    with answering(answer) as server, client_for("token", server.url + "/v1") as client:
        read = read_saved_page(client, 50)

        [request] = server.requests
        assert request.query == {"limit": "50", "offset": "50"}
    assert [song and song.id for song in read.songs] == ["s1", None, "", None, "s2"]
    assert read.total == 105


def test_beyond_the_end_of_the_library_is_an_empty_page():
    with answering(page(total=7)) as server, client_for("token", server.url + "/v1") as client:
        assert read_saved_page(client, 50) == Page((), 7)


def test_a_track_becomes_a_song():
    songs, _ = read(page(track("s1"), total=1))

    assert songs == [Song("s1", "Title s1", ("Ada", "Grace"), 1999, 200_000, True)]


@pytest.mark.parametrize(
    ("album", "year"),
    [
        ({"release_date": "1999"}, 1999),
        ({"release_date": "1999-05"}, 1999),
        ({"release_date": ""}, None),
        ({"release_date": None}, None),
        ({"release_date": "0000"}, None),
        ({"release_date": "unknown"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_missing_album_date_is_no_year(album, year):
    [song], _ = read(page(track("s1", album=album), total=1))

    assert song.year == year


def test_what_spotify_does_not_say_is_not_known():
    [song], _ = read(page({"id": "s1", "name": "Bare", "artists": []}, total=1))

    assert song == Song("s1", "Bare", ())


def test_what_is_no_song_keeps_its_place():
    gone = [track(None, name=None), track("", name=""), track(None, name="")]
    odd = [None, track("e1", type="episode"), track(None, type="episode"), *gone]

    songs, _ = read(page(*odd, track("s1"), total=7))

    assert [song and song.id for song in songs] == [None] * 6 + ["s1"]


def test_local_files_are_kept_without_an_id():
    first = track(None, is_local=True, artists=[{"name": ""}], name="Demo tape", album=None)
    second = track(None, is_local=True, name=None)

    songs, _ = read(page(first, second, total=2))

    assert songs == [
        Song("", "Demo tape", (), None, 200_000, True),
        Song("", "", ("Ada", "Grace"), 1999, 200_000, True),
    ]


def test_the_address_of_the_next_page_is_not_followed():
    first, second = library(51)

    with answering() as elsewhere:
        first.body["next"] = elsewhere.url + "/v1/me/tracks?offset=50"
        songs, _ = read(first, second)

        assert len(songs) == 51
        assert elsewhere.requests == []


def test_a_refusal_in_the_middle_does_not_end_the_library_early():
    first, _ = library(51)

    with pytest.raises(SignInExpired):
        read(first, Answer({"error": {"status": 401, "message": "The access token expired"}}, 401))


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"items": [], "next": None},
        {"total": 0, "next": None},
        {"items": None, "total": 1},
        {"items": {"1": 2}, "total": 1},
        {"items": [], "total": -1},
        {"items": [], "total": 10**9},
        {"items": [], "total": float("inf")},
        {"items": [], "total": 7},
        {"items": [{"added_at": "2026-01-01"}], "total": 1},
        {"items": [None, 7, {"song": {"id": "s1"}}], "total": 3},
        {"items": [None] * 50, "total": 103},
        {"items": [None] * 20, "total": 103, "limit": 20},
    ],
)
def test_a_page_of_another_shape_is_an_error_not_an_empty_library(body):
    with pytest.raises(UnknownShape):
        read(Answer(body))


@pytest.mark.parametrize(
    "last",
    [[None], [None, None], [7, {"track": {}}, None], [None] * 49, [{"track": {"is_local": True}}] * 2],
    ids=["one", "two", "three kinds", "forty-nine", "local files without a title"],
)
def test_a_last_page_of_unreadable_entries_costs_no_more_than_these(last):
    full = {"items": [{"track": track(f"s{place}")} for place in range(50)], "total": 50 + len(last)}

    songs, _ = read(Answer(full), Answer(full | {"items": last}))

    assert [song.is_nameless for song in songs] == [False] * 50 + [True] * len(last)


def test_a_library_of_local_files_without_a_title_can_be_read():
    body = {"items": [{"track": {"is_local": True, "id": None}}] * 50, "total": 50}

    assert read(Answer(body))[0] == [UNREADABLE] * 50


def read_one(entry):
    """Read a library with an odd entry between two others; return what became of it, and what was counted."""
    body = {"items": [{"track": track("s1")}, entry, {"track": track("s3")}], "total": 3}
    with answering(Answer(body)) as server, client_for("token", server.url + "/v1") as client:
        first, odd, third = get_songs(read_saved_pages(client))
    assert (first.id, third.id) == ("s1", "s3")
    return odd, dict(client.odd)


UNREADABLE = Song("", "", ())
KNOWN = Song("s2", "Title s2", ("Ada", "Grace"), 1999, 200_000, True)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        "a song",
        [],
        {},
        {"added_at": "2026-01-01"},
        {"track": {}},
        {"track": 7},
        {"track": ["s2"]},
        {"track": {"id": 7, "name": None}},
        {"track": {"id": "../me", "name": 1999, "artists": [{"name": "Ada"}]}},
    ],
)
def test_an_entry_that_cannot_be_read_keeps_its_place_without_a_name(entry):
    song, odd = read_one(entry)

    assert song == UNREADABLE
    assert song.is_nameless
    assert odd["a saved song"] == 1


@pytest.mark.parametrize(
    "entry",
    [
        {"item": track("s2")},
        {"track": track("s2"), "item": track("s2")},
        {"track": None, "item": track("s2")},
        {"track": track("s2", type=None, is_local=None)},
        {"track": track("s2", restrictions={"reason": "explicit"}, linked_from={"id": "x"})},
    ],
)
def test_a_song_is_read_whatever_is_around_it(entry):
    assert read_one(entry) == (KNOWN, {})


@pytest.mark.parametrize(
    ("changes", "song", "odd"),
    [
        ({"artists": None}, replace(KNOWN, artists=()), "artists"),
        ({"artists": "Ada"}, replace(KNOWN, artists=()), "artists"),
        ({"artists": [None, {"name": "Ada"}]}, replace(KNOWN, artists=("Ada",)), "artists"),
        ({"artists": [{"name": 7}, {"name": "Ada"}, "Grace"]}, replace(KNOWN, artists=("Ada",)), "artists"),
        ({"artists": [{"name": None}, {"name": ""}, {}]}, replace(KNOWN, artists=()), None),
        ({"artists": [{"name": 0}, {"name": "Ada"}]}, replace(KNOWN, artists=("Ada",)), "artists"),
        ({"artists": [{"name": {}}]}, replace(KNOWN, artists=()), "artists"),
        ({"artists": [{"name": []}]}, replace(KNOWN, artists=()), "artists"),
        ({"artists": [{"name": False}]}, replace(KNOWN, artists=()), "artists"),
        ({"artists": {}}, replace(KNOWN, artists=()), "artists"),
        ({"artists": {"name": "Ada"}}, replace(KNOWN, artists=("Ada",)), "artists"),
        ({"artists": []}, replace(KNOWN, artists=()), None),
        ({"name": 1999}, replace(KNOWN, title=""), "title"),
        ({"name": None}, replace(KNOWN, title=""), None),
        ({"id": 12345}, replace(KNOWN, id=""), "id"),
        ({"id": None}, replace(KNOWN, id=""), "id"),
        ({"id": ""}, replace(KNOWN, id=""), "id"),
        ({"id": "../me"}, replace(KNOWN, id=""), "id"),
        ({"album": 7}, replace(KNOWN, year=None), "date"),
        ({"album": {"release_date": 2019}}, replace(KNOWN, year=None), "date"),
        ({"album": {"release_date": "１９９９"}}, replace(KNOWN, year=None), None),
        ({"album": {"release_date": "9999-01-01"}}, replace(KNOWN, year=None), None),
        ({"duration_ms": None}, replace(KNOWN, duration_ms=None), None),
        ({"duration_ms": "180000"}, replace(KNOWN, duration_ms=None), "duration"),
        ({"duration_ms": 180_000.5}, replace(KNOWN, duration_ms=180_000), None),
        ({"duration_ms": 10**20}, replace(KNOWN, duration_ms=None), "duration"),
        ({"duration_ms": float("nan")}, replace(KNOWN, duration_ms=None), "duration"),
        ({"duration_ms": -5}, replace(KNOWN, duration_ms=None), "duration"),
        ({"duration_ms": True}, replace(KNOWN, duration_ms=None), "duration"),
        ({"duration_ms": {"totalMilliseconds": 188_000}}, replace(KNOWN, duration_ms=188_000), None),
        ({"duration_ms": {"totalMilliseconds": "3:08"}}, replace(KNOWN, duration_ms=None), "duration"),
        ({"duration_ms": {}}, replace(KNOWN, duration_ms=None), "duration"),
        ({"explicit": None}, replace(KNOWN, is_explicit=None), None),
        ({"explicit": "true"}, replace(KNOWN, is_explicit=None), "explicit mark"),
        ({"type": 5}, KNOWN, "type"),
        ({"type": {}}, KNOWN, "type"),
        ({"is_local": "true"}, KNOWN, "local mark"),
        ({"is_local": 0}, KNOWN, "local mark"),
    ],
)
def test_a_field_that_cannot_be_read_is_unknown_and_counted(changes, song, odd):
    expected = {f"the {odd} of a saved song": 1} if odd else {}

    assert read_one({"track": track("s2", **changes)}) == (song, expected)


def test_a_missing_field_is_unknown():
    bare = track("s2")
    for name in ("id", "artists", "duration_ms", "explicit", "album", "type"):
        del bare[name]

    song, odd = read_one({"track": bare})

    assert song == Song("", "Title s2", ())
    assert odd == {"the id of a saved song": 1, "the artists of a saved song": 1}


def test_a_local_file_with_an_object_for_its_duration_is_kept():
    local = track(None, is_local=True, name="My Song", album={"release_date": None})

    song, odd = read_one({"track": local | {"duration_ms": {"totalMilliseconds": 188_000}}})

    assert (song, odd) == (Song("", "My Song", ("Ada", "Grace"), None, 188_000, True), {})


def test_the_only_song_of_the_last_page_may_be_odd():
    first, second = library(51)
    second.body["items"] = [None]

    pages, _ = read_library([first, second])

    assert [song.id for song in get_songs(pages)] == [*(f"s{number}" for number in range(50)), ""]


def test_pages_that_are_capped_below_what_was_asked_are_read_without_a_gap():
    ids = [f"s{number}" for number in range(70)]

    def answer(request):
        start = int(request.query["offset"])
        return Answer(
            {"items": [{"track": track(each)} for each in ids[start : start + 20]], "total": 70, "limit": 20}
        )

    with answering_with(answer) as server, client_for("token", server.url + "/v1") as client:
        songs = get_songs(read_saved_pages(client))

        assert len(server.requests) == 4
    assert [song.id for song in songs] == ids


def test_a_count_that_is_a_little_too_high_ends_with_the_list():
    first, second = library(100)
    beyond = page(total=101)
    first.body["total"] = second.body["total"] = 101

    pages, _ = read_library([first, second, beyond])

    assert len(get_songs(pages)) == 100


def test_a_count_that_is_far_too_high_is_an_error():
    first, _ = library(100)
    first.body["total"] = 900

    with pytest.raises(UnknownShape):
        read_library([first, *(page(total=900) for _ in range(17))])


def test_half_a_character_in_a_title_does_not_break_what_comes_after():
    songs, _ = read(page(track("s1", name="Half \ud83d a heart"), total=1))

    assert songs[0].title == "Half ? a heart"


def test_reads_the_songs_of_a_playlist_and_keeps_the_place_of_what_is_none():
    tracks = [
        track("s1"),
        track("e1", type="episode"),
        track(None, is_local=True, name="Demo tape", artists=[{"name": "Me"}]),
        None,
    ]
    answer = Answer({"items": [{"item": each} for each in tracks], "total": 4})

    with answering(answer) as server, client_for("token", server.url + "/v1") as client:
        [found] = read_playlist_pages(client, "p1")

    assert server.requests[0].path == "/v1/playlists/p1/items"
    assert [song and (song.id, song.title) for song in found.songs] == [
        ("s1", "Title s1"),
        None,
        ("", "Demo tape"),
        None,
    ]
    assert found.total == 4
