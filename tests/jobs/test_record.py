"""What is kept of a mix for its playlist's page."""

import json

import pytest

from jobs.record import MAX_LEFT_OUT, make_record
from recommender.catalogue.model import Model
from recommender.mix import LeftOut, Mix, Pick, Reason, WhyLeftOut
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
)
LOST = LeftOut(Song("", "Demo tape", ()), WhyLeftOut.NOT_IN_CATALOGUE)


@pytest.fixture
def model():
    return Model(
        None, None, None, names=("Loud", "Quiet"), genres=((), ("slow folk",)), decades=("", "1970s")
    )


def make_mix(*left_out):
    return Mix(picks=(PICK,), shares=(0, 1), saved=(0, 3), matched=3, estimated=0, left_out=left_out)


def test_the_record_holds_everything_that_the_page_shows_as_facts(model):
    record = make_record(make_mix(LOST), model)

    assert record == PlaylistRecord(
        songs=(
            RecordedSong(
                id=song_id(1),
                title="Theirs",
                artists="Cy, Di",
                first_artist="Cy",
                year=2001,
                taste=0,
                rank=1,
                because=Credit("Mine", "Ann, Bo"),
                reasons=(
                    RecordedReason("genre", 2, "Di", ("folk", "pop")),
                    RecordedReason("sound", words=("calm", "acoustic"), is_guess=True),
                ),
            ),
        ),
        tastes=(RecordedTaste("Quiet", "Quiet · slow folk · 1970s", n_saved=3, n_picks=1),),
        counts=LibraryCounts(n_saved=4, n_matched=3, n_estimated=0, n_left_out=1),
        left_out=(RecordedLeftOut("Demo tape", "", "not_in_catalogue"),),
    )
    assert PlaylistRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


def test_the_songs_are_in_the_order_of_the_playlist(model):
    other = Pick(Song(song_id(2), "Other", ("Cy",)), 1, 0.1, 2, PICK.because, {})
    mix = Mix((PICK, other), (0, 2), (0, 3), 3, 0, (), written=(1, 0))

    assert [song.rank for song in make_record(mix, model).songs] == [2, 1]


def test_a_record_names_a_hundred_left_out_songs_and_counts_them_all(model):
    record = make_record(make_mix(*[LOST] * 101), model)

    assert len(record.left_out) == MAX_LEFT_OUT == 100
    assert record.counts.n_left_out == 101


@pytest.mark.parametrize("version", [None, 0, 99])
def test_a_record_of_another_version_is_refused(model, version):
    kept = make_record(make_mix(), model).to_json() | {"version": version}

    with pytest.raises(ValueError, match=f"has version {version}, but this program reads 2"):
        PlaylistRecord.from_json(kept)
