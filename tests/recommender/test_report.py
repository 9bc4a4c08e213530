"""A mix on paper: times, JSON, table."""

import json
from dataclasses import replace

import pytest

from recommender.catalogue.model import Model
from recommender.explanation.knowledge import HELP
from recommender.mix import LeftOut, Mix, MixTaste, Pick, Reason, WhyLeftOut
from recommender.report import StageTimes, as_json, as_table
from recommender.song import Song
from tests.support.songs import song_id

SAVED = Song(song_id(9), "Mine", ("Ann", "Bo"), 1999)
PICK = Pick(
    Song(song_id(1), "Theirs", ("Cy",), 2001),
    cluster=1,
    score=0.123456789,
    rank=1,
    because=SAVED,
    signals={"genre": 0.987654321, "era": 0.0},
    reasons=(
        Reason("artist", 4),
        Reason("sound", artist="Ann, Bo", words=("calm", "acoustic"), title="Mine"),
    ),
    is_new_artist=True,
)
LOST = LeftOut(Song("", "Demo tape", ()), WhyLeftOut.NOT_IN_CATALOGUE)


@pytest.fixture
def mix():
    new = {"new_artists": 1, "short_of_new": True, "newer": 2, "newest_year": 2020}
    tastes = (MixTaste("Folk: Bo", "Folk, pop: Bo", 3, 1, ("slow folk",), SAVED),)
    return Mix(
        (PICK,), shares=(0, 1), saved=(0, 3), matched=3, estimated=0, left_out=(LOST,), tastes=tastes, **new
    )


@pytest.fixture
def model():
    return Model(
        None, None, None, names=("Loud", "Quiet"), genres=((), ("slow folk",)), decades=("", "1970s")
    )


def test_each_stage_takes_the_time_since_the_one_before():
    times = StageTimes(iter([10.0, 10.001, 10.003, 10.003, 10.010, 10.0105]).__next__)

    for stage in ("match", "cluster", "allocate", "rank", "explain"):
        times.ended(stage)

    assert times.milliseconds() == {
        "match": 1.0,
        "cluster": 2.0,
        "allocate": 0.0,
        "rank": 7.0,
        "explain": 0.5,
        "total": 10.5,
    }


def test_the_json_is_what_the_command_promises(mix, model):
    written = json.loads(json.dumps(as_json(mix, model, {"total": 1.5})))

    assert written == {
        "picks": [
            {
                "id": song_id(1),
                "title": "Theirs",
                "artists": ["Cy"],
                "year": 2001,
                "cluster": 1,
                "taste": 0,
                "score": 0.123457,
                "rank": 1,
                "reason": "You’ve saved 4 of their songs; sounds like Mine by Ann, Bo, which you saved: calm, acoustic",
                "lead": "You’ve saved 4 of their songs",
                "because": song_id(9),
                "is_new_artist": True,
                "signals": {"genre": 0.987654, "era": 0.0},
            }
        ],
        "written": [song_id(1)],
        "shares": [0, 1],
        "tastes": ["Loud", "Quiet · slow folk · 1970s"],
        "own_tastes": [
            {
                "name": "Folk: Bo",
                "full_name": "Folk, pop: Bo",
                "saved": 3,
                "picks": 1,
                "genres": ["slow folk"],
                "medoid": song_id(9),
            }
        ],
        "matched": 3,
        "estimated": 0,
        "left_out": 1,
        "short_because": [],
        "new_artists": 1,
        "short_of_new": True,
        "newer": 2,
        "newest_year": 2020,
        "plays": 0,
        "left_out_songs": [
            {"title": "Demo tape", "artists": [], "why": "neither it nor its artists are in the catalogue"}
        ],
        "stages_ms": {"total": 1.5},
    }


def test_where_no_saved_song_is_near_none_is_named(mix, model):
    alone = replace(mix, picks=(replace(PICK, because=None),))

    assert as_json(alone, model, {})["picks"][0]["because"] is None


def test_the_table_names_the_tastes_and_why_each_pick(mix):
    table = as_table(mix)

    assert "Saved songs: 3 matched, 0 estimated, 1 left out" in table
    assert "  1 of 1 songs, by 3 saved ones: 0 Folk, pop: Bo" in table
    assert "Theirs – Cy" in table
    assert "By artists new to you: 1 of 1 songs, fewer than wished" in table
    assert "new" not in as_table(replace(mix, picks=(replace(PICK, is_new_artist=False),))).split("why")[1]
    assert (
        "You’ve saved 4 of their songs; sounds like Mine by Ann, Bo, which you saved: calm, acoustic" in table
    )


def test_a_mix_that_came_out_short_says_which_wishes_were_in_the_way(mix, model):
    short = replace(mix, short_because=("explicit", "years"))

    assert as_json(short, model, {})["short_because"] == ["explicit", "years"]
    sentence = "Fewer songs than wished: explicit songs are left out; songs of other years are left out"
    assert sentence in as_table(short)


def test_the_table_says_where_little_is_known_and_how_many_songs_are_newer(mix):
    table = as_table(replace(mix, matched=0, estimated=3, newer=2))

    assert "We know 0 of your 4 songs, so this mix rests on little." in table
    assert "2 of your songs are newer than every song of the catalogue." in table
    assert HELP in table
    assert HELP not in as_table(replace(mix, newer=0))
    assert "The newest songs of the catalogue are from 2020" in table
    assert "We know" not in as_table(mix)
    assert "newest songs" not in as_table(replace(mix, newest_year=0))


@pytest.mark.parametrize(
    ("plays", "told"), [(12_345, "Weighed by 12,345 plays\n"), (1, "Weighed by 1 play\n"), (0, None)]
)
def test_the_plays_that_songs_are_weighed_by_are_told(mix, model, plays, told):
    played = replace(mix, plays=plays)

    assert as_json(played, model, {})["plays"] == plays
    assert told in as_table(played) if told else "play" not in as_table(played)


def test_an_odd_title_keeps_to_its_line_of_the_table(mix):
    odd = replace(PICK.song, title="\x1b[31mred\nTheirs too\u202e")

    table = as_table(replace(mix, picks=(replace(PICK, song=odd),)))

    assert len(table.splitlines()) == len(as_table(mix).splitlines())
    assert "\ufffd[31mred Theirs too\ufffd – Cy" in table


def test_a_pick_that_no_saved_song_is_near_to_names_none(mix, model):
    alone = replace(mix, picks=(replace(PICK, because=None),), short_of_new=False)

    assert as_json(alone, model, {})["picks"][0]["because"] is None
    assert "By artists new to you: 1 of 1 songs\n" in as_table(alone)
