"""What is kept of a mix for its playlist's page."""

import json
from dataclasses import replace

import pytest

from jobs.record import MAX_LEFT_OUT, make_record
from recommender.mix import LeftOut, Mix, MixTaste, Pick, Reason, WhyLeftOut
from recommender.song import Song
from store.record import (
    Credit,
    LibraryCounts,
    PlaylistRecord,
    RecordedLeftOut,
    RecordedReason,
    RecordedSong,
    RecordedTaste,
)
from tests.support.songs import song_id

PICK = Pick(
    Song(song_id(1), "Theirs", ("Cy", "Di"), 2001),
    cluster=1,
    score=0.123456789,
    rank=1,
    because=Song(song_id(9), "Mine", ("Ann", "Bo"), 1999),
    signals={"genre": 0.987654321, "era": 0.0},
    reasons=(
        Reason("genre", 2, "Di", ("folk", "pop")),
        Reason("sound", words=("calm", "acoustic"), is_guess=True),
    ),
    taste=1,
)
LOST = LeftOut(Song("", "Demo tape", ()), WhyLeftOut.NOT_IN_CATALOGUE)


TASTES = (
    MixTaste("Rock: Ann", "Rock: Ann, Eve", 5, 0, (), PICK.because),
    MixTaste("Folk: Bo", "Folk, pop: Bo", 3, 1, ("slow folk",), PICK.because),
)


def make_mix(*left_out):
    return Mix((PICK,), shares=(0, 1), saved=(5, 3), matched=3, estimated=5, left_out=left_out, tastes=TASTES)


def test_the_record_holds_everything_that_the_page_shows_as_facts():
    record = make_record(make_mix(LOST))

    assert record == PlaylistRecord(
        songs=(
            RecordedSong(
                id=song_id(1),
                title="Theirs",
                artists="Cy, Di",
                first_artist="Cy",
                year=2001,
                cluster=1,
                rank=1,
                because=Credit("Mine", "Ann, Bo"),
                reasons=(
                    RecordedReason("genre", 2, "Di", ("folk", "pop")),
                    RecordedReason("sound", words=("calm", "acoustic"), is_guess=True),
                ),
            ),
        ),
        tastes=(
            RecordedTaste("Rock: Ann", "Rock: Ann, Eve", n_saved=5, n_picks=0),
            RecordedTaste("Folk: Bo", "Folk, pop: Bo", n_saved=3, n_picks=1, genres=("slow folk",)),
        ),
        counts=LibraryCounts(n_saved=9, n_matched=3, n_estimated=5, n_left_out=1),
        left_out=(RecordedLeftOut("Demo tape", "", "not_in_catalogue"),),
    )
    assert PlaylistRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


def test_the_songs_are_in_the_order_of_the_playlist():
    other = Pick(Song(song_id(2), "Other", ("Cy",)), 1, 0.1, 2, PICK.because, {})
    mix = Mix((PICK, other), (0, 2), (0, 3), 3, 0, (), written=(1, 0))

    assert [song.rank for song in make_record(mix).songs] == [2, 1]


def test_a_spare_of_another_taste_is_counted_with_its_own():
    record = make_record(replace(make_mix(), picks=(replace(PICK, taste=0),)))

    assert [(taste.name, taste.n_picks) for taste in record.tastes] == [("Rock: Ann", 1), ("Folk: Bo", 0)]
    assert record.songs[0].cluster == 0


def test_a_record_names_a_hundred_left_out_songs_and_counts_them_all():
    record = make_record(make_mix(*[LOST] * 101))

    assert len(record.left_out) == MAX_LEFT_OUT == 100
    assert record.counts.n_left_out == 101


@pytest.mark.parametrize("version", [None, 0, 99])
def test_a_record_of_another_version_is_refused(version):
    kept = make_record(make_mix()).to_json() | {"version": version}

    with pytest.raises(ValueError, match=f"has version {version}, but this program reads 1"):
        PlaylistRecord.from_json(kept)
