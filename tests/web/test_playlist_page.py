"""What the page of a playlist shows, in words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from store.drafts import DraftStep
from store.opinions import Opinion
from store.playlists import Playlist
from store.recipes import Recipe
from store.record import (
    Credit,
    LibraryCounts,
    PlaylistRecord,
    RecordedLeftOut,
    RecordedReason,
    RecordedSong,
    RecordedTaste,
    Start,
)
from store.tuning import Tuning
from tests.support.songs import song_id
from web.playlist_page import (
    LeftOutView,
    compare_songs,
    describe_left_out_songs,
    describe_length,
    describe_library,
    describe_playlist_page,
)

NOW = datetime(2026, 11, 27, tzinfo=UTC)
OPEN_URL = "https://open.example"


def make_song(number, taste=0, *, reasons=(), **others):
    return RecordedSong(
        song_id(number), f"Song {number}", "Cy, Di", "Cy", 2001, taste, number, None, reasons, **others
    )


def make_record(*songs, **others):
    tastes = (RecordedTaste("Quiet", "Quiet, and calm", 3, 1), RecordedTaste("Loud", "Loud", 1, 1))
    return PlaylistRecord(songs or (make_song(1),), tastes, LibraryCounts(4, 3, 0, 1), **others)


def show(record, saved=None, *, number=0, action="saved", subject="", opinions=(), **others):
    """Describe the page of a record: as saved, or as a step of a draft of what is saved."""
    playlist = Playlist("p1", "a1", "Mine", NOW, saved or record, (), f"{OPEN_URL}/playlist/p1")
    step = DraftStep(number, NOW, action, subject, "Mine", record)
    return describe_playlist_page(playlist, step, opinions, OPEN_URL, **others)


def list_ids(page):
    return [song.id for song in page.songs]


def test_the_head_tells_how_many_songs_there_are_how_long_they_last_and_how_many_artists_are_new():
    hour = 60 * 60_000
    songs = [
        make_song(1, duration_ms=hour, is_new_artist=True),
        make_song(2, duration_ms=2 * hour, is_new_artist=True),
        make_song(3, duration_ms=None),
    ]

    page = show(make_record(*songs, new_artists=2))

    assert (page.n_songs, page.length, page.n_new_artists) == (3, "3 h 00", 1)
    assert (page.is_draft, page.undo, page.changes) == (False, "", None)


@pytest.mark.parametrize(
    ("minutes", "told"), [(0, ""), (57, "57 min"), (60, "1 h 00"), (177, "2 h 57"), (59.6, "1 h 00")]
)
def test_a_length_is_told_in_hours_and_minutes(minutes, told):
    assert describe_length(int(minutes * 60_000)) == told


def test_a_draft_tells_what_it_changes_and_what_undo_takes_back():
    saved = make_record(make_song(1), make_song(2))
    draft = make_record(make_song(3), make_song(2))

    page = show(draft, saved, number=1, action="swapped", subject="Song 1")

    assert page.is_draft
    assert page.undo == "swapped “Song 1”"
    assert page.changes.summary == "1 new, 1 kept, 1 went"
    assert page.changes.went == ("Song 1 by Cy, Di",)
    assert [song.has_come for song in page.songs] == [True, False]


def test_what_the_last_refresh_changed_is_told_until_there_is_a_draft():
    record = make_record(
        make_song(1), make_song(2), n_came=1, went=(Credit("Old", ""), Credit("Gone", "Ann"))
    )

    page = show(record)

    assert page.changes.summary == "1 new, 1 kept, 2 went"
    assert page.changes.went == ("Old", "Gone by Ann")


def test_only_what_the_last_step_brought_has_just_come():
    saved, before = make_record(make_song(1)), make_record(make_song(2))
    draft = make_record(make_song(2), make_song(3))

    page = show(draft, saved, number=2, action="tuned", before=before)

    assert [song.has_just_come for song in page.songs] == [False, True]
    assert [song.has_come for song in page.songs] == [True, True]
    assert not any(song.has_just_come for song in show(draft, saved, number=2, action="tuned").songs)


def test_a_preview_says_so_and_its_forms_carry_its_tuning():
    tuned = make_record(tuning=Tuning(new_percent=20, explicit=False))

    page = show(tuned, make_record(), number=1, action="tuned", is_preview=True)

    assert page.is_preview
    assert page.undo == ""
    assert page.query == "?n=20&x=0"
    assert page.address == {"n": "20", "x": "0"}


def test_a_draft_leads_back_to_itself_without_changing_what_another_tab_tunes():
    tuned = make_record(tuning=Tuning(size=30))

    page = show(tuned, make_record(), number=1, action="tuned")

    assert page.address == {"n": "50", "s": "30"}
    assert page.query == ""


def test_a_song_is_shown_with_what_is_known_of_it():
    song = make_song(
        1, 1, duration_ms=167_500, is_explicit=True, cover="https://img.example/1", is_new_artist=True
    )
    record = make_record(replace(song, because=Credit("Mine", "Ann")), kept=(song.id,))
    liked = Opinion("song", song.id, "more", "Song 1", NOW)

    (shown,) = show(record, opinions=[liked]).songs

    assert (shown.url, shown.year, shown.length) == (f"{OPEN_URL}/track/{song.id}", 2001, "2:48")
    assert (shown.taste.number, shown.taste.name) == (1, "Loud")
    assert shown.resembles == "Mine by Ann"
    assert (shown.is_explicit, shown.is_kept, shown.is_liked, shown.is_new_artist) == (True,) * 4


def test_what_is_not_known_of_a_song_is_left_out():
    (shown,) = show(make_record()).songs

    assert (shown.length, shown.cover, shown.reason, shown.facts, shown.resembles) == ("",) * 5
    assert (shown.is_explicit, shown.is_kept, shown.is_liked, shown.is_new_artist) == (False,) * 4


def test_another_wish_about_a_song_does_not_show_it_as_liked():
    opinions = [
        Opinion("song", song_id(1), "never", "Song 1", NOW),
        Opinion("artist", song_id(1), "more", "An artist of an odd name", NOW),
    ]

    (shown,) = show(make_record(), opinions=opinions).songs

    assert not shown.is_liked


def test_a_stored_reason_of_a_signal_that_is_gone_is_not_told():
    reasons = (
        RecordedReason("horoscope", 3),
        RecordedReason("era", 9, words=("1997–2001",)),
        RecordedReason("fame", 8),
        RecordedReason("guests", 2, "Di"),
    )

    (song,) = show(make_record(make_song(1, reasons=reasons))).songs

    assert (song.reason, song.facts) == (
        "You’ve saved 9 songs from 1997–2001",
        "With Di (you’ve saved 2 songs)",
    )


def test_a_new_artist_is_not_told_twice():
    reasons = (RecordedReason("new artist"), RecordedReason("era", 9, words=("1997–2001",)))

    (song,) = show(make_record(make_song(1, reasons=reasons, is_new_artist=True))).songs

    assert (song.reason, song.facts) == ("", "You’ve saved 9 songs from 1997–2001")


@pytest.mark.parametrize(
    ("reason", "is_new", "chip", "told"),
    [
        (RecordedReason("genre", 2, "Di", ("folk",)), True, ", like Di", ("Like Di", "Folk")),
        (RecordedReason("genre", 2, "Di", ("folk",)), False, "Folk, like Di", ("Folk, like Di", "")),
        (RecordedReason("best_known"), True, ": One of their best-known songs", None),
        (RecordedReason("new artist"), True, "", ("", "")),
    ],
)
def test_a_reason_goes_on_from_new_artist(reason, is_new, chip, told):
    (song,) = show(make_record(make_song(1, reasons=(reason,), is_new_artist=is_new))).songs

    assert song.chip == chip
    assert (song.reason, song.facts) == (told or (chip.removeprefix(": "), ""))


def test_the_saved_song_that_a_fact_names_is_not_named_again():
    reasons = (RecordedReason("sound", title="Mine", artist="Ann", words=("calm",)),)
    song = replace(make_song(1, reasons=reasons), because=Credit("Mine", "Ann"))

    (shown,) = show(make_record(song)).songs

    assert (shown.reason, shown.resembles) == ("Sounds like Mine by Ann, which you saved", "")


def test_songs_are_sorted_and_those_that_tie_stay_in_order():
    songs = (
        make_song(1, 1, energy=0.9),
        make_song(2, 0, energy=None, is_new_artist=True),
        make_song(3, 1, energy=0.1, is_new_artist=True),
        make_song(4, 0, energy=0.9),
    )
    record = make_record(*songs)

    def sort(order):
        return [int(song.title.split()[1]) for song in show(record, sort=order).songs]

    assert sort("") == sort("nonsense") == [1, 2, 3, 4]
    assert sort("taste") == [2, 4, 1, 3]
    # A song of unknown energy comes last.
    assert sort("energy") == [3, 1, 4, 2]
    assert sort("new") == [2, 3, 1, 4]


@pytest.mark.parametrize(
    ("only", "numbers"), [("", [1, 2, 3]), ("1", [2]), ("new", [1, 2]), ("9", [1, 2, 3]), ("x", [1, 2, 3])]
)
def test_songs_of_one_taste_or_by_new_artists_are_shown_alone(only, numbers):
    songs = (make_song(1, is_new_artist=True), make_song(2, 1, is_new_artist=True), make_song(3))

    page = show(make_record(*songs, new_artists=2), only=only)

    assert list_ids(page) == [song_id(number) for number in numbers]
    # The head counts all the same.
    assert page.n_songs == 3


def test_the_filters_offer_what_there_is():
    page = show(make_record(make_song(1), make_song(2)))

    assert [(choice.label, choice.value, choice.is_chosen) for choice in page.filters] == [
        ("All", "", True),
        ("Quiet", "0", False),
    ]
    chosen = show(make_record(make_song(1)), only="1").filters
    assert [(choice.label, choice.is_chosen) for choice in chosen] == [
        ("All", False),
        ("Quiet", False),
        ("Loud", True),
    ]


def test_a_taste_shows_its_songs_and_how_it_is_tuned():
    record = make_record(make_song(1), make_song(2), tuning=Tuning(taste_percents=(400,)))

    quiet, loud = show(record).tastes

    assert (quiet.n_songs, quiet.percent, quiet.is_least, quiet.is_most) == (2, 400, False, True)
    assert (loud.n_songs, loud.percent, loud.is_least, loud.is_most) == (0, 100, False, False)
    off = show(make_record(tuning=Tuning(taste_percents=(100, 0)))).tastes[1]
    assert (off.is_least, off.is_most) == (True, False)


def test_more_tastes_than_colours_share_them():
    tastes = tuple(RecordedTaste(f"Taste {number}", "", 1, 0) for number in range(9))

    page = show(replace(make_record(), tastes=tastes))

    assert [taste.colour for taste in page.tastes] == [0, 1, 2, 3, 4, 5, 6, 7, 0]


def test_the_form_is_set_as_the_mix_is_tuned():
    tuning = Tuning(new_percent=100, size=30, first_year=1973, explicit=False, valence=40, children=False)
    start = Start("artist", "Ann", "Ann")

    tune = show(make_record(tuning=tuning, starts=(start,), new_artists=1), decades=(1970, 1990)).tune

    assert [(preset.label, preset.is_chosen) for preset in tune.presets] == [
        ("Familiar", False),
        ("Balanced", False),
        ("Discover", True),
    ]
    assert (tune.n_new, tune.size, tune.explicit, tune.christmas, tune.children) == (
        1,
        30,
        False,
        True,
        False,
    )
    assert [(year.value, year.is_chosen) for year in tune.first_decades] == [
        ("", False),
        ("1970", False),
        ("1973", True),
        ("1980", False),
        ("1990", False),
    ]
    assert [(year.value, year.is_chosen) for year in tune.last_decades] == [
        ("", True),
        ("1979", False),
        ("1989", False),
        ("1999", False),
    ]
    assert [(mood.name, mood.value) for mood in tune.moods] == [
        ("e", 0),
        ("v", 40),
        ("a", 0),
        ("d", 0),
        ("b", 0),
    ]
    assert (tune.n_moods, len(tune.chips), tune.starts) == (1, 7, (start,))


def test_recipes_are_offered_with_their_tuning():
    (recipe,) = show(make_record(), recipes=[Recipe("Sunday", Tuning(energy=-40), NOW)]).recipes

    assert (recipe.name, recipe.args, recipe.words) == (
        "Sunday",
        {"n": "50", "e": "-40"},
        "Balanced, 50 songs, calmer",
    )


def test_a_saved_song_is_named_whatever_word_its_title_is():
    song = make_song(1, reasons=(RecordedReason("artist", 14),))

    (shown,) = show(make_record(replace(song, because=Credit("You", "Ann")))).songs

    assert "You" in shown.reason
    assert shown.resembles == "You by Ann"


def test_a_saved_song_that_a_reason_names_is_not_named_again():
    like_mine = RecordedReason("like start", title="Mine", artist="Ann")
    song = replace(make_song(1, reasons=(like_mine,)), because=Credit("Mine", "Ann"))

    assert show(make_record(song)).songs[0].resembles == ""


def test_what_means_nothing_to_another_listener_is_not_shared():
    tuning = Tuning(new_percent=80, size=30, taste_percents=(50, 200), seed=7)

    tune = show(make_record(tuning=tuning)).tune

    assert tune.args == {"n": "80", "s": "30", "t": "50,200", "r": "7"}
    assert tune.shared_args == {"n": "80", "s": "30"}


def test_two_lists_of_songs_are_compared_by_their_ids():
    changes = compare_songs([make_song(2), make_song(3)], [make_song(1), make_song(2)])

    assert (changes.summary, changes.went) == ("1 new, 1 kept, 1 went", ("Song 1 by Cy, Di",))


def test_why_a_song_was_left_out_is_told_in_words_an_old_sentence_as_written():
    kept = RecordedLeftOut("Demo", "Ann", "not_in_catalogue"), RecordedLeftOut("Tape", "", "too quiet")

    assert describe_left_out_songs(make_record(left_out=kept)) == [
        LeftOutView("Demo", "Ann", "neither it nor its artists are in the catalogue"),
        LeftOutView("Tape", "", "too quiet"),
    ]


def test_a_mix_that_rests_on_little_says_so():
    little = replace(make_record(), counts=LibraryCounts(1194, 67, 208, 919, n_newer=12))

    known, newer = describe_library(little)
    assert known == "We know 67 of your 1,194 songs, so this mix rests on little."
    assert newer == "12 of your songs are newer than every song of the catalogue."
    assert describe_library(make_record()) == ()


def test_a_taste_of_one_saved_song_is_counted_in_the_singular():
    quiet, loud = show(make_record()).tastes

    assert (quiet.summary, loud.summary) == ("goes by 3 saved songs", "goes by 1 saved song")
    typical = replace(make_record(), tastes=(RecordedTaste("Quiet", "Quiet", 1, 1, ("folk",)),))
    assert show(typical).tastes[0].summary == "goes by 1 saved song; typical: folk"
