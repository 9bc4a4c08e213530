"""The pages of the history, in words."""

from dataclasses import replace
from datetime import UTC, datetime

from store.mixes import HistoryMix, MixLine
from store.playlists import Playlist
from store.record import Credit, LibraryCounts, PlaylistRecord, RecordedSong, RecordedTaste
from store.tuning import Tuning
from tests.support.songs import song_id
from web.history_page import describe_comparison, describe_mix, list_songs

NOW = datetime(2026, 11, 7, tzinfo=UTC)


def make_record(*numbers, **others):
    songs = tuple(
        RecordedSong(song_id(number), f"Song {number}", "Cy", "Cy", 2001, 0, number, None, ())
        for number in numbers
    )
    return PlaylistRecord(
        songs, (RecordedTaste("Quiet", "Quiet", 3, 1),), LibraryCounts(3, 3, 0, 0), **others
    )


def make_mix(record, name=None):
    song_ids, tastes = (song.id for song in record.songs), (taste.name for taste in record.tastes)
    counts = record.n_came, len(record.went)
    line = MixLine("j1", NOW, "p1", name, tuple(song_ids), record.tuning, tuple(tastes), *counts)
    return HistoryMix(line, record)


def make_playlist(record):
    return Playlist("p1", "a1", "Mine", NOW, record, (), "https://open.example/playlist/p1")


def test_a_mix_is_told_by_its_tuning_and_what_it_changed():
    tuning = Tuning(explicit=False, taste_percents=(50,))
    mix = make_mix(make_record(1, 2, tuning=tuning, n_came=1, went=(Credit("Old", "Ann"),)), "Sunday")

    shown = describe_mix(mix.line, None)

    assert (shown.name, shown.label) == ("Sunday", "Sunday")
    assert shown.tuning == "Balanced, 50 songs, no explicit, less “Quiet”"
    assert shown.changes == "1 new, 1 kept, 1 went"


def test_a_mix_without_a_name_goes_by_its_moment_and_a_first_one_changed_nothing():
    shown = describe_mix(make_mix(make_record(1)).line, None)

    assert (shown.name, shown.label, shown.changes) == ("", "7 November 2026, 00:00 UTC", "")


def test_mixes_of_one_day_are_told_apart():
    morning, evening = (
        replace(make_mix(make_record(1)).line, made_at=NOW.replace(hour=hour, minute=5)) for hour in (8, 20)
    )

    assert describe_mix(morning, None).label == "7 November 2026, 08:05 UTC"
    assert describe_mix(evening, None).label == "7 November 2026, 20:05 UTC"


def test_the_mix_that_the_playlist_holds_now_is_marked():
    mixes = [make_mix(make_record(1, 2)), make_mix(make_record(2, 1)), make_mix(make_record(1, 3))]

    shown = [describe_mix(mix.line, make_playlist(make_record(1, 2))) for mix in mixes]

    assert [mix.is_current for mix in shown] == [True, False, False]


def test_two_lists_are_compared_song_by_song():
    compared = describe_comparison(
        make_mix(make_record(1, 2, 3)), make_record(3, 4, 2), "https://open.example"
    )

    def titles(songs):
        return [song.title for song in songs]

    assert titles(compared.only_then) == ["Song 1"]
    assert titles(compared.only_now) == ["Song 4"]
    assert titles(compared.in_both) == ["Song 3", "Song 2"]


def test_a_song_leads_to_spotify():
    (song,) = list_songs(make_record(1).songs, "https://open.example")

    assert song.url == f"https://open.example/track/{song_id(1)}"
