"""Finding a song by what it is."""

import pytest

from recommender.song import Song
from spotify import Unreachable, client_for, find_song
from tests.support.scripted_server import Answer, answering

WANTED = Song("dead", "Clair de Lune", ("Ada", "Grace"))


def track(song_id, title="Clair de Lune", artists=("Ada",), **more):
    return {"id": song_id, "name": title, "artists": [{"name": name} for name in artists]} | more


def find(*tracks, song=WANTED, **named):
    answer = Answer({"tracks": {"items": list(tracks), "total": len(tracks)}})
    with answering(answer) as server, client_for("token", server.url + "/v1") as client:
        found = find_song(client, song, **named)
        [request] = server.requests
        return found, request


def test_searches_by_title_and_first_artist():
    found, request = find(track("s1", artists=("ADA", "Somebody")))

    assert found == Song("s1", "Clair de Lune", ("ADA", "Somebody"))
    assert (request.method, request.path) == ("GET", "/v1/search")
    assert request.query["q"] == 'track:"Clair de Lune" artist:"Ada"'
    assert (request.query["type"], request.query["limit"]) == ("track", "10")


def test_searches_by_the_number_of_the_recording_where_it_is_known():
    found, request = find(track("s1", title="Clair de Lune - Remastered"), isrc="GBAYE6700149")

    assert found.id == "s1"
    assert request.query["q"] == "isrc:GBAYE6700149"


@pytest.mark.parametrize(
    "other",
    [
        track("s1", title="Clair de Lune (Live)"),
        track("s1", artists=("Grace", "Ada")),
        track("s1", artists=()),
        track("s1", is_playable=False),
        track("s1", type="episode"),
        track(None),
        None,
    ],
)
def test_passes_over_what_is_another_song_or_cannot_be_played(other):
    found, _ = find(other, track("s2", title="CLAIR DE LUNE"))

    assert found.id == "s2"


@pytest.mark.parametrize("named", [{}, {"isrc": "GBAYE6700149"}])
def test_what_is_not_there_is_none(named):
    found, _ = find(**named)

    assert found is None


@pytest.mark.parametrize(
    ("song", "query"),
    [
        (Song("", 'The "Best" Of', ()), 'track:"The  Best  Of"'),
        (Song("", "x" * 300, ("y" * 300,)), f'track:"{"x" * 100}" artist:"{"y" * 100}"'),
    ],
)
def test_a_search_is_short_and_keeps_its_quotation_marks(song, query):
    _, request = find(song=song)

    assert request.query["q"] == query
    assert len(query) <= 250


@pytest.mark.parametrize("body", [{}, {"tracks": None}, {"tracks": {"items": [7]}}])
def test_a_search_of_another_shape_is_no_answer(body):
    with answering(Answer(body)) as server, client_for("token", server.url) as client:
        with pytest.raises(Unreachable):
            find_song(client, WANTED)
