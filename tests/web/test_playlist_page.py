"""A playlist's record in words."""

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
from web.playlist_page import LeftOutView, describe_left_out_songs, describe_songs


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
