import tracemalloc
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.registry import load_library
from recommender.matching.artists import _MEMORIES, MAX_REMEMBERED
from recommender.matching.match import match
from recommender.matching.normalise import normalise, normalise_title
from recommender.song import Song
from tests.support.songs import Row, real_build, real_data, saved, small, song_id

ROWS = [
    Row("Hello", ("Adele",), year=2015),
    Row("Hello", ("Lionel Richie",), year=1984),
    Row("See You Again", ("Tyler, The Creator", "Kali Uchis"), year=2017),
    Row("After the Storm", ("Kali Uchis", "Tyler, The Creator", "Bootsy Collins"), year=2018),
    Row("Hurt - Live", ("Cash",), year=2003, popularity=10),
    Row("Hurt", ("Cash",), year=2002, popularity=70),
    Row("Hurt - 2011 Remaster", ("Cash",), year=2011, popularity=70),
    Row("Under Pressure", ("Queen", "David Bowie"), year=1981),
    Row("September", ("Earth, Wind & Fire",), year=1978),
    Row("1999", ("Prince",), year=1982),
    Row("Zabadak!", ("Dave Dee, Dozy, Beaky",), year=1967),
    Row("Bend It", ("Dave Dee, Dozy",), year=1966),
    Row("NA", ("Somebody",), year=1990),
]


@pytest.fixture(scope="module")
def catalogue():
    return small(ROWS)[0]


def match_rows(library, catalogue):
    return match(library, catalogue).rows.tolist()


def local(title, *artists, year=None):
    """Make a song without an id."""
    return Song("", title, artists, year)


def test_the_id_takes_precedence_over_title_and_artist(catalogue):
    assert match_rows([saved(0, "Hurt", ("Cash",))], catalogue) == [0]


def test_a_song_with_nothing_but_an_id_is_matched(catalogue):
    assert match_rows([saved(3)], catalogue) == [3]


def test_a_local_file_is_found_by_title_and_first_artist(catalogue):
    library = [local("HELLO!", "adele"), local("Hello", "Lionel Richie"), local("1999", "Prince")]

    assert match_rows(library, catalogue) == [0, 1, 9]


def test_the_most_popular_of_several_versions_is_taken_and_of_equals_the_first(catalogue):
    library = [local("Hurt (Demo)", "Cash"), local("Hurt - Live", "Cash")]

    assert match_rows(library, catalogue) == [5, 5]


def test_another_artist_s_song_of_that_title_is_no_match(catalogue):
    library = [
        local("Hello", "Evanescence", year=2015),
        local("Hello", year=2015),
        local("NA", "Nobody", year=1990),
    ]

    assert match_rows(library, catalogue) == [-1, -1, -1]


def test_title_and_year_are_enough_where_any_artist_agrees(catalogue):
    library = [
        local("Under Pressure", "David Bowie", year=1981),
        local("Under Pressure", "David Bowie", "Annie Lennox", year=1981),
        local("Under Pressure", "Annie Lennox", "Queen", year=1981),
        local("Under Pressure - Remastered", "David Bowie", year=1981),
    ]

    assert match_rows(library, catalogue) == [7, 7, 7, 7]


def test_an_artist_not_credited_first_does_not_agree_without_the_year(catalogue):
    library = [local("Under Pressure", "David Bowie"), local("Under Pressure", "David Bowie", year=1982)]

    assert match_rows(library, catalogue) == [-1, -1]


def test_the_artist_credited_first_decides_between_two_songs_of_one_title_and_year():
    catalogue, _ = small(
        [
            Row("One", ("Anna", "Cleo"), year=1990),
            Row("One", ("Berta", "Dora"), year=1990),
            Row("Two", ("Cleo",)),
        ]
    )

    assert match_rows([local("One", "Dora", "Cleo", year=1990)], catalogue) == [1]
    assert match_rows([local("One", "Cleo", "Dora", year=1990)], catalogue) == [0]


@pytest.mark.parametrize(
    ("title", "artists", "row"),
    [
        ("See You Again", "Tyler, The Creator", 2),
        ("See You Again", "Tyler, The Creator,Kali Uchis", 2),
        ("See You Again", "Tyler, The Creator, Kali Uchis", 2),
        ("After the Storm", "Kali Uchis,Tyler, The Creator,Bootsy Collins", 3),
        ("September", "Earth, Wind & Fire", 8),
        ("September", "Earth, Wind & Fire, The Emotions", 8),
        ("Under Pressure", "Queen,David Bowie", 7),
        ("Under Pressure", "Queen, ,David Bowie,", 7),
        ("Hello", "Adele,Nobody,Nobody Else", 0),
        # The longest name that is known.
        ("Zabadak!", "Dave Dee, Dozy, Beaky, Mick & Tich", 10),
        ("Bend It", "Dave Dee, Dozy, Nobody", 11),
    ],
)
def test_artists_joined_by_commas_are_split_and_names_with_commas_are_not(catalogue, title, artists, row):
    assert match_rows([local(title, artists)], catalogue) == [row]


JOINED = [
    Row("No Hago Coro - Remix", ("Ghetto", "Farruko", "Nino Freestyle", "El Alfa"), year=2021),
    Row("Never Forget You", ("Zara Larsson", "MNEK"), year=2017),
    Row("Good Time", ("Owl City", "Carly Rae Jepsen"), year=2012),
    Row("The Boxer", ("Simon & Garfunkel",), year=1970),
    Row("Thunderstruck", ("AC/DC",), year=1990),
    Row("September", ("Earth, Wind & Fire",), year=1978),
    Row("Golden", ("X",), year=1983),
    Row("King for a Day", ("Sleeping With Sirens", "Kellin Quinn"), year=2012),
    Row("Cruel", ("Marvin",), year=1990),
]


@pytest.fixture(scope="module")
def joined():
    return small(JOINED)[0]


SIGNS = [
    " & ",
    "/",
    " / ",
    " | ",
    "|",
    " x ",
    " X ",
    " × ",
    " + ",
    " feat. ",
    " Feat ",
    " ft. ",
    " featuring ",
]
SIGNS += [
    " with ",
    " With ",
    " vs. ",
    ", ",
    "&",
    "／",
    " ＆ ",
    ", & ",
    " • ",
    " · ",
    " feat.",
    " [feat. ",
    "，",
    "、",
]


@pytest.mark.parametrize("sign", SIGNS)
def test_artists_joined_by_any_sign_are_found_as_those_joined_by_commas_are(sign, joined):
    library = [
        # Of a first artist whom nobody knows the others are still tried.
        local("No Hago Coro - Remix", sign.join(["Nobody", "Farruko", "El Alfa"]), year=2021),
        local("No Hago Coro", sign.join(["Ghetto", "Farruko", "Nino Freestyle", "El Alfa", "Secreto"])),
        local("Never Forget You", sign.join(["Zara Larsson", "Mnek"])),
        local("Good Time", sign.join(["Owl City", "Nobody"])),
        local("The Boxer", sign.join(["Simon & Garfunkel", "Nobody"])),
        local("Thunderstruck", sign.join(["AC/DC", "Nobody"])),
        local("September", sign.join(["Earth, Wind & Fire", "The Emotions"])),
        local("King for a Day", sign.join(["Sleeping With Sirens", "Kellin Quinn"])),
    ]

    assert match_rows(library, joined) == [0, 0, 1, 2, 3, 4, 5, 7]


@pytest.mark.parametrize(
    ("title", "artist", "row"),
    [
        ("The Boxer", "Simon & Garfunkel", 3),
        ("Thunderstruck", "AC/DC", 4),
        ("September", "Earth, Wind & Fire", 5),
    ],
)
def test_a_whole_name_with_a_sign_in_it_is_one_artist(title, artist, row, joined):
    matches = match([local(title, artist)], joined)

    assert matches.rows.tolist() == [row]
    assert list(matches.artists.names) == [normalise(artist)]


@pytest.mark.parametrize("artists", ["HUNTR/X", "Nobody & Else", "Nobody with No One x Else", "feat. Nobody"])
def test_a_joined_name_of_which_the_catalogue_knows_nothing_stays_whole(artists, joined):
    assert list(match([local("Golden", artists)], joined).artists.names) == [normalise(artists)]


def test_beside_an_id_a_sign_is_part_of_the_name(joined):
    theirs = Song(song_id(99), "Cruel", ("Marvin & Guy",))

    assert match_rows([theirs], joined) == [-1]
    assert match_rows([replace(theirs, id="")], joined) == [8]
    assert match_rows([replace(theirs, artists=("Marvin, Guy",))], joined) == [8]


def test_a_joined_artist_after_a_name_with_a_comma_agrees_too(catalogue):
    library = [local("See You Again", "Nobody,Tyler, The Creator", year=2017)]

    assert match_rows(library, catalogue) == [2]


def test_a_name_may_hold_seven_commas():
    name = "A, B, C, D, E, F, G & H, I"
    catalogue, _ = small([Row("One", (name,))])

    assert match_rows([local("One", name), local("One", f"{name},Nobody")], catalogue) == [0, 0]


def test_thousands_of_joined_artists_are_split_quickly(catalogue):
    # Trying every stretch of them as a name would take more memory than there is.
    library = [local("Hello", "Adele," + ",".join(f"Singer {number}" for number in range(20_000)))]

    assert match_rows(library, catalogue) == [0]


def test_many_songs_of_very_many_joined_artists_take_little_memory(catalogue):
    letters = ",".join("abcdefgh" * 125)
    library = [local(f"Song {number}", f"Adele,{number},{letters}") for number in range(100)]
    tracemalloc.start()

    match_rows(library, catalogue)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Every stretch of up to ten of a hundred thousand parts took 300 MB.
    assert peak < 100_000_000


def test_artists_are_found_alike_however_many_came_before(catalogue):
    library = [local("See You Again", "Tyler, The Creator, Kali Uchis"), local("1999", "PRINCE")]
    others = [local("Hello", "".join(marks) + "Adele") for marks in product("!?.;:-*#+~'=", repeat=4)]
    assert len(others) > MAX_REMEMBERED

    found = [match_rows(songs, catalogue)[:2] for songs in (library, library, others, library, library)]

    assert found == [[2, 9], [2, 9], [0, 0], [2, 9], [2, 9]]
    assert len(_MEMORIES[catalogue]) < 10


def test_names_that_the_catalogue_lacks_are_not_remembered(catalogue):
    match_rows([local("Hello", "My Own Band"), local("Hello", "Adele, My Own Band")], catalogue)

    assert not any("My Own Band" in text for text in _MEMORIES.get(catalogue, {}))


def test_what_two_catalogues_have_of_an_artist_is_not_mixed_up(catalogue):
    other, _ = small([Row("1999", ("Prince",), year=1982)])
    library = [local("1999", "Prince"), local("Hello", "Adele")]

    assert [match_rows(library, each) for each in (catalogue, other, catalogue)] == [[9, 0], [0, -1], [9, 0]]


@pytest.mark.parametrize("artists", [",", ", ,", "", "&", " / , | "])
def test_signs_without_names_are_no_artists(catalogue, artists):
    assert match_rows([local("Hello", artists, year=2015)], catalogue) == [-1]


RECORDINGS = [
    Row("Blue", ("Anna",), year=1990, popularity=90, duration_ms=200_000),
    Row("Blue - Live", ("Anna",), year=1995, popularity=10, duration_ms=300_000),
    Row("Blue", ("Berta", "Cleo"), year=2000, popularity=50, duration_ms=100_000),
]


def timed(title, *artists, ms, year=None):
    """Make a local song of a known duration."""
    return Song("", title, artists, year, ms)


@pytest.fixture(scope="module")
def recordings():
    return small(RECORDINGS)[0]


def test_of_several_recordings_the_one_of_the_same_duration_is_taken(recordings):
    library = [timed("Blue", "Anna", ms=201_000), timed("Blue", "Anna", ms=299_000)]
    assert match_rows(library, recordings) == [0, 1]


@pytest.mark.parametrize(
    ("ms", "row"),
    [(194_000, -1), (195_000, 0), (206_185, 0), (206_186, -1), (292_000, 1), (None, 0)],
)
def test_a_recording_may_be_five_seconds_or_three_percent_longer_or_shorter(recordings, ms, row):
    # 206,185 ms: three percent of it are 6,185.55.
    assert match_rows([timed("Blue", "Anna", ms=ms)], recordings) == [row]


def test_another_recording_is_no_match_but_owned(recordings):
    library = [timed("Blue", "Anna", ms=400_000), timed("Blue", "Cleo", ms=150_000, year=2000)]
    assert match_rows(library, recordings) == [-1, -1]
    assert match(library[:1], recordings).owned_versions[recordings.versions].tolist() == [True, True, False]
    assert match(library[1:], recordings).owned_versions[recordings.versions].tolist() == [False, False, True]


TAKES = [
    Row("All Too Well", ("Taylor Swift",), year=2012, popularity=50),
    Row("All Too Well (Taylor's Version)", ("Taylor Swift",), year=2021, popularity=90),
    Row("Fearless (Taylor’s Version)", ("Taylor Swift",), year=2021),
    Row("Come and Get Your Love - Re-Recorded In Stereo", ("Redbone",), year=1974, popularity=60),
    Row("Come and Get Your Love - Single Edit", ("Redbone",), year=1974, popularity=40),
]


@pytest.mark.parametrize(
    ("title", "artist", "row"),
    [
        ("All Too Well", "Taylor Swift", 0),
        ("All Too Well - Live", "Taylor Swift", 0),
        ("All Too Well (Album Version)", "Taylor Swift", 0),
        ("All Too Well (Taylor’s Version)", "Taylor Swift", 1),
        ("ALL TOO WELL [TAYLOR'S VERSION] (From The Vault)", "Taylor Swift", 1),
        ("All Too Well (10 Minute Version)", "Taylor Swift", -1),
        ("All Too Well (10 Minute Version) (Taylor's Version) (From The Vault)", "Taylor Swift", -1),
        ("Fearless", "Taylor Swift", -1),
        ("Come and Get Your Love", "Redbone", 4),
        ("Come and Get Your Love (Rerecorded)", "Redbone", 3),
    ],
)
def test_what_was_recorded_anew_is_another_recording(title, artist, row):
    catalogue, _ = small(TAKES)

    assert match_rows([local(title, artist)], catalogue) == [row]


@pytest.mark.parametrize("title", [f"Hello ({'1' * 100_000} version)", f"Hello{' ' * 100_000}(x"])
def test_a_title_of_a_hundred_thousand_characters_is_read_in_a_moment(title):
    catalogue, _ = small(TAKES)

    # Time that grows with the square of the length would be minutes here.
    assert match_rows([local(title, "Adele")], catalogue) == [-1]


def test_whoever_has_one_recording_owns_the_song_in_all_of_them():
    catalogue, _ = small(TAKES)

    assert owned_titles([local("Fearless", "Taylor Swift")], catalogue) == {"Fearless (Taylor’s Version)"}


def test_an_id_matches_whatever_the_duration(recordings):
    assert match_rows([Song(song_id(0), "Blue", ("Anna",), None, 400_000)], recordings) == [0]


def test_title_and_duration_are_enough_where_any_artist_agrees(recordings):
    assert match_rows([timed("Blue", "Cleo", ms=101_000, year=2011)], recordings) == [2]
    assert match_rows([timed("Blue", "Dora", ms=101_000, year=2011)], recordings) == [-1]


def test_matches_tell_the_step_that_found_each_song(recordings):
    library = [
        saved(0),
        timed("Blue", "Anna", ms=None),
        timed("Blue", "Cleo", ms=None, year=2000),
        timed("Blue", "Cleo", ms=100_000),
        timed("Green", "Anna", ms=None),
    ]
    assert match(library, recordings).steps.tolist() == [0, 1, 2, 3, -1]


def test_an_empty_library_has_no_matches(catalogue):
    matches = match([], catalogue)

    assert matches.rows.tolist() == []
    assert matches.is_matched.tolist() == []
    assert not matches.owned_versions.any()


def owned_titles(library, catalogue):
    owned = match(library, catalogue).owned_versions[catalogue.versions]
    return {catalogue.song(row).title for row in np.flatnonzero(owned)}


def test_every_version_of_a_saved_song_is_owned(catalogue):
    versions = {"Hurt", "Hurt - Live", "Hurt - 2011 Remaster"}

    assert owned_titles([saved(4)], catalogue) == versions
    assert owned_titles([local("Hurt (Acoustic)", "Cash")], catalogue) == versions


def test_a_song_matched_by_year_is_owned_under_its_first_artist(catalogue):
    assert owned_titles([local("Under Pressure", "David Bowie", year=1981)], catalogue) == {"Under Pressure"}


def test_a_song_matched_by_id_is_owned_under_both_its_names(catalogue):
    assert owned_titles([saved(0, "1999", ("Prince",))], catalogue) == {"Hello", "1999"}


@pytest.mark.parametrize(
    ("title", "artist", "owned"),
    [
        ("Hello", "Adele", {"Hello"}),
        ("Hello", "Lionel Richie", {"Hello"}),
        ("Hurt", "Adele", {"Hello"}),
        ("September", "Earth, Wind & Fire", {"Hello", "September"}),
        ("Hello\x1fAdele", "Adele", {"Hello"}),
        ("Hello" * 100, "Adele", {"Hello"}),
        ("", "Adele", {"Hello"}),
    ],
)
def test_what_a_song_matched_by_id_is_called_elsewhere_is_owned_too(title, artist, owned, catalogue):
    library = [saved(0, title, (artist,)), saved(12, "NA", ("Somebody",))]

    assert owned_titles(library, catalogue) == owned | {"NA"}


TITLES = st.sampled_from(["One", "One (Live)", "One - 2011 Remaster", "Two", "Two feat. Cleo", "Три"])
ARTISTS = st.lists(st.sampled_from(["Anna", "ANNA", "Berta", "Cleo"]), min_size=1, max_size=3).map(tuple)
YEARS = st.sampled_from([1990, 1991])
CATALOGUES = st.lists(
    st.builds(
        Row,
        TITLES,
        ARTISTS,
        at=st.sampled_from([(1, 0), (0, 1)]),
        year=YEARS,
        popularity=st.integers(0, 2),
        duration_ms=st.sampled_from([0, 60_000, 66_000]),
    ),
    min_size=1,
    max_size=12,
)
LIBRARIES = st.lists(
    st.builds(
        Song,
        st.one_of(st.just(""), st.integers(0, 20).map(song_id)),
        TITLES,
        st.one_of(st.just(()), ARTISTS),
        st.one_of(st.none(), YEARS),
        st.sampled_from([None, 60_000, 65_000]),
    ),
    max_size=8,
)


def obvious_row(song, rows):
    """Search the whole catalogue for one song, rule by rule: return its row, or None."""
    names = [normalise(name) for name in song.artists]
    if by_id := [row for row in rows if song.id == row.song.id]:
        return by_id[0]
    found = []
    for row in rows:
        theirs = [normalise(artist) for artist in row.song.artists]
        common = [name for name in names if name in theirs]
        if normalise_title(song.title) != normalise_title(row.song.title) or not common:
            continue
        is_known = song.duration_ms and row.duration_ms
        is_close = is_known and abs(song.duration_ms - row.duration_ms) <= 5_000
        signs = [names[0] == theirs[0], song.year == row.year, is_close]
        if any(signs) and (is_close or not is_known):
            found.append((signs.index(True), names.index(common[0]), -row.popularity, row.number, row))
    return min(found)[-1] if found else None


@dataclass(frozen=True)
class Known:
    """A catalogue row, with the facts that its song lacks."""

    number: int
    song: Song
    popularity: int
    duration_ms: int
    year: int


@pytest.mark.slow
@given(CATALOGUES, LIBRARIES)
def test_agrees_with_a_search_of_the_whole_catalogue(rows, library):
    catalogue, _ = small(rows)
    # A row is recognised by its own year, though that of the song's earliest version is shown.
    songs = [replace(catalogue.song(row), year=year) for row, year in enumerate(catalogue.years.tolist())]
    of_id = {song_id(number): row for number, row in enumerate(rows)}
    known = [
        # The year that a song shows is that of its earliest version; it is matched by its own.
        Known(number, song, row.popularity, row.duration_ms, row.year)
        for number, song in enumerate(songs)
        for row in [of_id[song.id]]
    ]

    matches = match(library, catalogue)

    obvious = [obvious_row(song, known) for song in library]
    assert matches.rows.tolist() == [row.number if row else -1 for row in obvious]
    owned = {
        (normalise_title(song.title), normalise(song.artists[0]))
        for song in [*(s for s in library if s.artists), *(songs[row] for row in matches.rows if row >= 0)]
    }
    is_owned = matches.owned_versions[catalogue.versions]
    assert all(
        is_owned[number]
        for number, song in enumerate(songs)
        if (normalise_title(song.title), normalise(song.artists[0])) in owned
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["amp", "feat"])
def test_the_songs_of_several_artists_that_were_left_out_are_found(name, tmp_path_factory):
    library = load_library(real_data(f"../cases/artist-separators/{name}.csv"))

    matches = match(library, real_build(tmp_path_factory).catalogue)

    assert matches.is_matched.all()
