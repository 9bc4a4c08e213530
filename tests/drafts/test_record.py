"""What is kept of a mix for its playlist's page."""

import json
import traceback
from dataclasses import replace

import pytest

from drafts.record import MAX_LEFT_OUT, make_record, put_covers, put_songs, record_spares
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
        Reason("sound", 0, "Ann, Bo", ("calm", "acoustic"), "Mine"),
    ),
    taste=1,
    is_new_artist=True,
    energy=0.25,
)
LOST = LeftOut(Song("", "Demo tape", ()), WhyLeftOut.NOT_IN_CATALOGUE)


TASTES = (
    MixTaste("Loud", "Loud: Cy", n_saved=2, n_picks=0),
    MixTaste("Quiet", "Quiet: Ann", 2, 1, ("slow folk",), Song(song_id(8), "Typical", ("Ann",))),
)


def make_mix(*left_out, picks=(PICK,), **others):
    return Mix(picks, (0, len(picks)), (2, 2), 4, 0, left_out, tastes=TASTES, **others)


def test_the_record_holds_everything_that_the_page_shows_as_facts():
    record = make_record(make_mix(LOST, short_of_new=True, newer=3))

    assert record == PlaylistRecord(
        songs=(
            RecordedSong(
                id=song_id(1),
                title="Theirs",
                artists="Cy, Di",
                first_artist="Cy",
                year=2001,
                taste=1,
                rank=1,
                because=Credit("Mine", "Ann, Bo"),
                reasons=(
                    RecordedReason("genre", 2, "Di", ("folk", "pop")),
                    RecordedReason("sound", 0, "Ann, Bo", ("calm", "acoustic"), "Mine"),
                ),
                is_new_artist=True,
                cluster=1,
                energy=0.25,
            ),
        ),
        tastes=(
            RecordedTaste("Loud", "Loud: Cy", n_saved=2, n_picks=0),
            RecordedTaste("Quiet", "Quiet: Ann", 2, 1, ("slow folk",), Credit("Typical", "Ann")),
        ),
        counts=LibraryCounts(n_saved=5, n_matched=4, n_estimated=0, n_left_out=1, n_newer=3),
        left_out=(RecordedLeftOut("Demo tape", "", "not_in_catalogue"),),
        new_artists=1,
        short_of_new=True,
    )
    assert PlaylistRecord.from_json(json.dumps(record.to_json())) == record


@pytest.mark.parametrize("title", ["half \ud83c a pair", "a pair \U0001f3b5", "a NUL \0", "\uffff", ']}"\\'])
def test_a_record_comes_back_whatever_is_in_a_title(title):
    """Files of songs may hold all of these, and pages show them in a printable form."""
    record = make_record(make_mix(LeftOut(Song("", title, (title,)), WhyLeftOut.NOT_IN_CATALOGUE)))

    assert PlaylistRecord.from_json(json.dumps(record.to_json())) == record


@pytest.mark.parametrize(
    "text", ["", '{"songs": [{"title": "Ann Secret', "[1]", "null", '{"title": "\\ud83c']
)
def test_what_is_no_json_of_a_record_is_refused_without_quoting_it(text):
    with pytest.raises(ValueError, match="this is not a playlist's record: ") as refused:
        PlaylistRecord.from_json(text)

    assert "Secret" not in "".join(traceback.format_exception(refused.value))


OTHER = Pick(Song(song_id(2), "Other", ("Cy",)), 0, 0.1, 2, None, {}, taste=0)


def test_the_songs_are_in_the_order_of_the_playlist():
    record = make_record(make_mix(picks=(PICK, OTHER), written=(1, 0)))

    assert [song.rank for song in record.songs] == [2, 1]


def test_a_pick_that_no_saved_song_is_near_has_none():
    (song,) = make_record(make_mix(picks=(OTHER,))).songs

    assert song.because is None


def test_what_stands_in_for_a_song_that_cannot_be_played_is_counted_as_it_is():
    record = make_record(make_mix(picks=(replace(OTHER, rank=1),), new_artists=1))

    assert record.new_artists == 0
    assert [taste.n_picks for taste in record.tastes] == [1, 0]


def test_a_mix_tells_what_it_brought_and_what_went_since_the_one_before():
    third = replace(OTHER, song=Song(song_id(3), "Third", ("Di", "Ed")))
    before = make_record(make_mix(picks=(PICK, OTHER)))

    record = make_record(make_mix(picks=(third, OTHER)), before)

    assert (before.n_came, before.went) == (0, ())
    assert (record.n_came, record.went) == (1, (Credit("Theirs", "Cy, Di"),))


def test_other_songs_are_counted_in_place_of_those_of_the_mix():
    record = make_record(make_mix(picks=(PICK, OTHER)), kept=(song_id(1), song_id(2)))

    changed = put_songs(record, record.songs[1:], before=record)

    assert [song.title for song in changed.songs] == ["Other"]
    assert [taste.n_picks for taste in changed.tastes] == [1, 0]
    assert (changed.new_artists, changed.n_came, changed.kept) == (0, 0, (song_id(2),))
    assert changed.went == (Credit("Theirs", "Cy, Di"),)


def test_a_cover_that_was_seen_is_shown_again():
    record = make_record(make_mix(picks=(PICK, OTHER)))
    seen = put_songs(record, [replace(record.songs[0], cover="https://covers/1")])

    assert [song.cover for song in put_covers(record, seen).songs] == ["https://covers/1", ""]


def test_what_is_not_in_a_record_can_stand_in_for_songs_of_the_same_taste():
    record = make_record(make_mix(picks=(PICK,)))
    spare = replace(OTHER, song=Song(song_id(3), "Spare", ("Di",)), taste=1)
    mix = make_mix(picks=(PICK, OTHER), spares=(spare,))
    turned = replace(mix, tastes=mix.tastes[::-1])
    unknown = replace(mix, tastes=(mix.tastes[0], replace(mix.tastes[1], full_name="Another")))

    assert [(song.title, song.taste) for song in record_spares(mix, record)] == [("Other", 0), ("Spare", 1)]
    assert [(song.title, song.taste) for song in record_spares(turned, record)] == [
        ("Other", 1),
        ("Spare", 0),
    ]
    assert [(song.title, song.taste) for song in record_spares(unknown, record)] == [("Other", 0)]


def test_a_record_names_a_hundred_left_out_songs_and_counts_them_all():
    record = make_record(make_mix(*[LOST] * 101))

    assert len(record.left_out) == MAX_LEFT_OUT == 100
    assert record.counts.n_left_out == 101


@pytest.mark.parametrize("version", [None, 0, 99])
def test_a_record_of_another_version_is_refused(version):
    kept = make_record(make_mix()).to_json() | {"version": version}

    with pytest.raises(ValueError, match="not a playlist's record: version: Input should be 3"):
        PlaylistRecord.from_json(json.dumps(kept))


@pytest.mark.parametrize(
    ("part", "told"), [({"id": "1", "artists": "Ann Secret"}, "title"), ({"title": ["Ann Secret"]}, "title")]
)
def test_what_is_no_record_is_refused_without_a_word_of_its_songs(part, told):
    kept = make_record(make_mix(picks=(PICK,))).to_json()
    [song] = kept["songs"]
    kept["songs"] = [part if "id" in part else {**song, **part}]

    with pytest.raises(ValueError, match=rf"not a playlist's record: songs\.0\.{told}: ") as refused:
        PlaylistRecord.from_json(json.dumps(kept))

    assert "Secret" not in "".join(traceback.format_exception(refused.value))
