"""A playlist's record in words."""

from store.record import (
    Credit,
    LibraryCounts,
    PlaylistRecord,
    RecordedReason,
    RecordedSong,
    RecordedTaste,
)
from tests.support.songs import song_id
from web.playlist_page import describe_songs


def make_record(*reasons):
    song = RecordedSong(song_id(1), "Theirs", "Cy", "Cy", 2001, 0, 1, Credit("Mine", "Ann"), reasons)
    return PlaylistRecord((song,), (RecordedTaste("Quiet", "Quiet", 3, 1),), LibraryCounts(4, 3, 0, 1))


def test_a_stored_reason_of_a_signal_that_is_gone_is_not_told():
    record = make_record(RecordedReason("horoscope", 3), RecordedReason("era", 9), RecordedReason("sound"))

    (song,) = describe_songs(record, (), "https://open.example")

    assert song.reasons == "From the same few years as 9 of your songs"
