"""A playlist's record in words."""

from dataclasses import replace

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
from web.playlist_page import (
    LeftOutView,
    describe_left_out_songs,
    describe_library,
    describe_songs,
    describe_tastes,
)


def make_record(*reasons, left_out=()):
    song = RecordedSong(song_id(1), "Theirs", "Cy", "Cy", 2001, 0, 1, Credit("Mine", "Ann"), reasons)
    return PlaylistRecord(
        (song,), (RecordedTaste("Quiet", "Quiet", 3, 1),), LibraryCounts(4, 3, 0, 1), left_out
    )


def test_a_stored_reason_of_a_signal_that_is_gone_is_not_told():
    record = make_record(
        RecordedReason("horoscope", 3),
        RecordedReason("era", 9, words=("1997–2001",)),
        RecordedReason("fame", 8),
        RecordedReason("guests", 2, "Di"),
    )

    (song,) = describe_songs(record, (), "https://open.example")

    assert (song.lead, song.facts) == ("You have 9 songs from 1997–2001", "With Di (you have 2 songs)")


def test_why_a_song_was_left_out_is_told_in_words_an_old_sentence_as_written():
    kept = RecordedLeftOut("Demo", "Ann", "not_in_catalogue"), RecordedLeftOut("Tape", "", "too quiet")

    assert describe_left_out_songs(make_record(left_out=kept)) == [
        LeftOutView("Demo", "Ann", "neither it nor its artists are in the catalogue"),
        LeftOutView("Tape", "", "too quiet"),
    ]


def test_a_mix_that_rests_on_little_says_so():
    little = replace(make_record(), counts=LibraryCounts(1194, 67, 208, 919, n_newer=12))

    known, newer, _help = describe_library(little)
    assert known == "We know 67 of your 1,194 songs, so this mix rests on little."
    assert newer == "12 of your songs are newer than every song of the catalogue."
    assert describe_library(make_record()) == ()


def test_a_taste_of_one_saved_song_is_counted_in_the_singular():
    one = replace(make_record(), tastes=(RecordedTaste("Quiet", "Quiet", 1, 1, ("folk",)),))

    assert describe_tastes(one)[0].summary == "1 picked, going by 1 saved song · typical: folk"
    assert describe_tastes(make_record())[0].summary == "1 picked, going by 3 saved songs"
