"""`evaluation.hiding`: what each protocol hides, by hand and against an oracle that goes by names."""

import pytest

from evaluation.hiding import MIN_ARTISTS, PROTOCOLS, HidingProtocol, hide
from formats.registry import load_playlists
from formats.source_playlist import SourcePlaylist
from recommender.matching.match import match
from recommender.matching.normalise import normalise
from recommender.song import Song
from tests.support.playlists import make_playlist
from tests.support.songs import Row, real_build, real_data, saved, small


def test_a_fifth_of_the_songs_is_hidden_and_no_version_of_them_is_seen(build, songs):
    playlist = make_playlist(songs)
    again = SourcePlaylist("mine", (*playlist.songs, *playlist.songs))  # each song twice

    case = hide(again, build.catalogue, HidingProtocol())

    catalogue = build.catalogue
    seen = {song.id for song in case.visible}
    hidden = catalogue.find_rows([song.id for song in playlist.songs if song.id not in seen])
    shown = catalogue.find_rows(list(seen))
    assert len(case.hidden) == 12
    assert set(case.hidden.tolist()) == set(catalogue.versions[hidden].tolist())
    assert set(case.hidden_rows.tolist()) <= set(hidden.tolist())
    assert not set(case.hidden.tolist()) & set(catalogue.versions[shown].tolist())
    assert len(case.visible) == 2 * (60 - len(hidden))


def test_songs_that_the_catalogue_lacks_stay_visible(build, songs):
    unknown = tuple(Song("", f"Unknown {number}", ("Nobody",)) for number in range(5))
    playlist = SourcePlaylist("mine", make_playlist(songs).songs + unknown)
    for name in ("songs", "discovery"):
        assert set(unknown) <= set(hide(playlist, build.catalogue, HidingProtocol(name)).visible)


@pytest.mark.parametrize("name", ["songs", "discovery"])
def test_what_is_hidden_depends_on_seed_and_name_alone(build, songs, name):
    def list_hidden(playlist_name, seed=0):
        playlist = make_playlist(songs, name=playlist_name)
        return hide(playlist, build.catalogue, HidingProtocol(name, seed=seed)).hidden.tolist()

    assert list_hidden("mine") == list_hidden("mine")
    assert list_hidden("mine") != list_hidden("yours")
    assert list_hidden("mine") != list_hidden("mine", seed=1)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_playlist_with_too_few_songs_is_left_out(build, songs, name):
    few = make_playlist(songs, n_songs=29)
    assert hide(few, build.catalogue, HidingProtocol(name)) is None
    assert hide(few, build.catalogue, HidingProtocol(name, minimum=29)) is not None


@pytest.mark.parametrize("wrong", [{"hidden": 0}, {"hidden": 1}, {"minimum": 1}, {"name": "albums"}])
def test_a_protocol_that_hides_all_or_nothing_or_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        HidingProtocol(**wrong)


ROWS = [
    Row("Help", ("The Beatles",)),
    Row("Yesterday", ("Beatles",)),
    Row("Duet", ("Anna", "Berta")),
    Row("Solo", ("Anna",)),
    Row("Blue", ("Berta",)),
    Row("Red", ("Cleo", "The Beatles")),
    Row("Green", ("Cleo",)),
    Row("Grey", ("Dora", "Emil")),
]
LACKING = {
    "by Anna": Song("", "Unknown", ("Anna",)),
    "with Beatles": Song("", "Unknown", ("Nobody", "Beatles")),
    "by Nobody": Song("", "Unknown", ("Nobody",)),
}
# First artist of the hidden songs -> what is to be found, and what is neither seen nor looked for.
BY_HIDDEN = {
    "Beatles": ({"Help", "Yesterday"}, {"Red", "with Beatles"}),  # Cleo, of "Red", is still seen
    "Anna": ({"Solo"}, {"Duet", "by Anna"}),
    "Berta": ({"Blue"}, {"Duet"}),
    "Cleo": ({"Green"}, {"Red"}),
    "Dora": ({"Grey"}, set()),  # Emil is not seen either
}


@pytest.mark.parametrize("seed", range(20))
def test_an_artist_is_hidden_with_all_songs_guest_credits_and_spellings(seed):
    catalogue, _ = small(ROWS)
    names = {saved(number): row.title for number, row in enumerate(ROWS)} | {
        song: name for name, song in LACKING.items()
    }

    case = hide(SourcePlaylist("mine", tuple(names)), catalogue, HidingProtocol("discovery", 0.2, 8, seed))

    found = [catalogue.song(row) for row in case.hidden_rows.tolist()]
    [artist] = {song.artists[0].removeprefix("The ") for song in found}
    to_find, neither = BY_HIDDEN[artist]
    assert {song.title for song in found} == to_find
    assert {names[song] for song in case.visible} == set(names.values()) - to_find - neither
    assert catalogue.versions[case.hidden_rows].tolist() == case.hidden.tolist()


def test_a_playlist_of_few_artists_is_left_out_where_artists_are_hidden():
    rows = [Row(f"Song {at}", (f"Artist {at % MIN_ARTISTS}",)) for at in range(10)]
    catalogue, _ = small(rows)
    protocol = HidingProtocol("discovery", minimum=5)
    enough = [saved(at) for at in range(MIN_ARTISTS)]
    few = [saved(at) for at in range(10) if at % MIN_ARTISTS]

    assert hide(SourcePlaylist("mine", tuple(enough)), catalogue, protocol) is not None
    assert hide(SourcePlaylist("mine", tuple(few)), catalogue, protocol) is None


def test_a_playlist_in_which_every_song_has_a_visible_artist_is_left_out_where_artists_are_hidden():
    catalogue, _ = small(
        [Row(f"Song {at}", (f"Artist {at}", f"Artist {(at + 1) % 5}", "Host")) for at in range(5)]
    )
    playlist = SourcePlaylist("mine", tuple(saved(at) for at in range(5)))
    assert hide(playlist, catalogue, HidingProtocol("discovery", minimum=5)) is None


def test_a_playlist_of_which_nothing_would_be_seen_is_left_out_where_artists_are_hidden():
    catalogue, _ = small(
        [Row(f"Song {at}", (f"Artist {at}", "Star")) for at in range(4)] + [Row("S", ("Star",))]
    )
    playlist = SourcePlaylist("mine", tuple(saved(at) for at in range(5)))
    cases = [hide(playlist, catalogue, HidingProtocol("discovery", 0.2, 5, seed)) for seed in range(20)]
    # The star is on every song; any other artist leaves songs with the star, who is seen.
    assert cases == [None] * 20


def list_names(song, row, catalogue):
    """The names of a song's artists, its own and those of its row, without case, accents and article."""
    artists = song.artists + (catalogue.song(row).artists if row >= 0 else ())
    return {normalise(name).removeprefix("the ") for name in artists}


@pytest.mark.slow
def test_on_real_lists_no_visible_song_credits_a_hidden_artist(tmp_path_factory):
    catalogue = real_build(tmp_path_factory).catalogue
    playlists = load_playlists(real_data("playlists/mpd.slice.2000-2999.json.gz"))[:60]
    playlists += [
        playlist
        for number in (2, 6, 8)
        for playlist in load_playlists(real_data(f"libraries/library-{number}.csv.gz"))
    ]
    cases = [hide(playlist, catalogue, HidingProtocol("discovery")) for playlist in playlists]

    measured = [case for case in cases if case is not None]
    assert len(measured) >= 30
    for case in measured:
        rows = match(case.visible, catalogue).rows.tolist()
        seen = set().union(*map(list_names, case.visible, rows, [catalogue] * len(rows)))
        hidden = [list_names(catalogue.song(row), row, catalogue) for row in case.hidden_rows.tolist()]
        assert seen.isdisjoint(set().union(*hidden))


def test_the_newest_fifth_is_what_was_saved_last_and_nothing_of_that_time_is_seen():
    catalogue, _ = small([Row(f"Song {at}", (f"Artist {at}",)) for at in range(10)])
    lacking = {name: Song("", name, ("Nobody",)) for name in ("newer", "older")}
    # Newest first. Song 1 was saved again lately, but first long ago.
    library = (
        saved(1), lacking["newer"], saved(0), saved(2), lacking["older"],
        *(saved(at) for at in range(3, 10)), saved(1),
    )  # fmt: skip

    case = hide(SourcePlaylist("mine", library), catalogue, HidingProtocol("newest", minimum=10))

    assert {catalogue.song(row).title for row in case.hidden_rows.tolist()} == {"Song 0", "Song 2"}
    assert case.visible == list(library[4:])
    assert not case.is_new_only
