"""The stand-in's ReccoBeats: audio features in its formats."""

import uuid

import pytest
import requests

from standin.named_faults import FAULTS
from tests.support.standin import made_up_songs

LIMITED = {"acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence"}


def ids(*numbers):
    return [f"{number:022d}" for number in numbers]


@pytest.fixture
def ask(standin):
    def ask(**query):
        return requests.get(f"{standin.url}/reccobeats/v1/audio-features", params=query, timeout=2)

    return ask


def asked_for(answer):
    """Return the numbers of the songs that an answer is about."""
    return {int(features["href"].rpartition("/")[2]) for features in answer.json()["content"]}


def test_a_song_has_its_features_and_names_spotifys_id_in_a_link_only(ask):
    [features] = ask(ids=ids(4)).json()["content"]

    assert features["href"] == f"https://open.spotify.com/track/{4:022d}"
    assert str(uuid.UUID(features["id"])) == features["id"]
    assert features["isrc"] == "ZZ0009000004"
    assert set(features) == LIMITED | {"id", "href", "isrc", "loudness", "tempo", "key", "mode"}
    assert all(0 <= features[name] <= 1 for name in LIMITED)
    assert -60 <= features["loudness"] <= 0
    assert 40 <= features["tempo"] <= 220
    assert features["mode"] in (0, 1)


def test_keys_are_pitch_classes_or_unknown(ask):
    content = ask(ids=ids(*range(40))).json()["content"]

    assert {features["key"] for features in content} <= set(range(-1, 12))
    assert -1 in {features["key"] for features in content}


def test_the_same_song_always_sounds_the_same(ask):
    first, again, other = (ask(ids=ids(number)).json()["content"][0] for number in (4, 4, 5))

    assert first == again
    assert first["tempo"] != other["tempo"]


@pytest.mark.parametrize("query", [{"ids": ids(1, 2, 3)}, {"ids": ",".join(ids(1, 2, 3))}])
def test_ids_come_one_by_one_or_with_commas(ask, query):
    assert asked_for(ask(**query)) == {1, 2, 3}


def test_a_recording_code_names_a_song_too(ask):
    assert asked_for(ask(ids="ZZ0009000004")) == {4}


def test_unknown_songs_are_left_out_and_the_order_is_not_kept(standin, ask):
    standin.state.unheard.update(ids(2))
    standin.add_listener(saved=made_up_songs(1, first=900))

    answer = ask(ids=ids(1, 2, 900, 3, 901, 3))

    assert asked_for(answer) == {1, 3, 900}
    assert len(answer.json()["content"]) == 3
    everything = [int(features["href"][-22:]) for features in ask(ids=ids(*range(40))).json()["content"]]
    assert everything != sorted(everything)


def test_only_unknown_songs_give_an_empty_list(ask):
    assert ask(ids=ids(999)).json() == {"content": []}


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ({}, 4001, "ids is required"),
        ({"ids": ""}, 4004, "size must be between 1 and 40"),
        ({"ids": ids(*range(41))}, 4004, "size must be between 1 and 40"),
    ],
)
def test_a_question_out_of_bounds_is_400(ask, query, code, message):
    answer = ask(**query)

    assert (answer.status_code, answer.json()) == (400, {"status": code, "errors": [{"message": message}]})


def test_it_misbehaves_like_the_rest(standin, ask):
    standin.state.faults.add("GET /reccobeats/v1/audio-features", FAULTS["429 short"])

    assert [ask(ids=ids(1)).status_code for _ in range(2)] == [429, 200]
    assert standin.count("GET /reccobeats/v1/audio-features") == 2
