"""The guaranteed share of picks by new artists, counted by name by a slow oracle."""

import re
from collections import Counter

import numpy as np
import pytest

from formats.library_csv import read_library
from formats.registry import load_playlists
from recommender import Song, Wishes, recommend
from recommender.catalogue.keys import hash_texts
from recommender.matching.match import match
from recommender.matching.normalise import normalise
from recommender.wishes import PRESETS
from tests.support.songs import Row, many, real_build, real_data, saved, small, song_id

N_PLAYLISTS = 200
MIN_ARTISTS = 25


def list_variants(name):
    """List what a normalised name is without its article, its band, its guests or its ensemble."""
    short = re.sub("^the ", "", name)
    short = re.split(" (?:and|with) (?:the|his|her|their) | feat | ft | featuring ", short)[0]
    long = re.sub(" (?:big band|band|orchestra|group|trio|quartet|quintet|sextet|septet)$", "", short)
    return {name, short, *([long] if " " in long else [])}


class Listener:
    """The names of everybody of whom a listener has anything."""

    def __init__(self, library, catalogue):
        rows = match(library, catalogue).rows
        in_catalogue = [catalogue.song(row) for row in rows[rows >= 0].tolist()]
        names = {normalise(name) for song in [*library, *in_catalogue] for name in song.artists}
        for text in {text for song in library for text in song.artists if "," in text}:
            # "Tyler, The Creator" is one name, "Ann, Bo" are two.
            if not catalogue.has_artists(hash_texts([normalise(text)]))[0]:
                names |= {normalise(part) for part in text.split(",") if part.strip()}
        self.names = {variant for name in names for variant in list_variants(name)}

    def knows(self, song):
        return any(self.names & list_variants(normalise(name)) for name in song.artists)


def assert_quota_holds(mix, library, catalogue, wishes):
    listener = Listener(library, catalogue)
    is_new = [not listener.knows(pick.song) for pick in mix.picks]
    assert [pick.is_new_artist for pick in mix.picks] == is_new
    n_new = round(wishes.new_artists * len(mix.picks))
    assert (len(mix.picks), mix.new_artists, sum(is_new)) == (wishes.size, n_new, n_new)
    assert not mix.short_of_new
    by = Counter(min(list_variants(normalise(pick.song.artists[0])), key=len) for pick in mix.picks)
    assert all(count <= (3 if name in listener.names else 2) for name, count in by.items()), by


def count_new_in_windows(picks):
    return [sum(pick.is_new_artist for pick in picks[at : at + 10]) for at in range(len(picks) - 9)]


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("number", range(1, 10))
@pytest.mark.slow
def test_the_quota_holds_exactly_for_real_libraries(number, preset, tmp_path_factory):
    library = read_library(real_data(f"libraries/library-{number}.csv.gz"))
    build = real_build(tmp_path_factory)
    wishes = Wishes(new_artists=PRESETS[preset])

    mix = recommend(library, build.catalogue, build.model, wishes)

    assert_quota_holds(mix, library, build.catalogue, wishes)
    if preset == "balanced":
        assert set(count_new_in_windows(mix.picks)) <= {4, 5, 6}
        assert set(count_new_in_windows(mix.playlist)) <= {3, 4, 5, 6, 7}


def list_playlists(catalogue):
    """List the playlists that have enough artists for any preset: of each, three songs are picked at most."""
    firsts = {normalise(catalogue.song(row).artists[0]) for row in range(len(catalogue))}
    return [
        playlist
        for name in ("mpd.slice.2000-2999.json.gz", "mpd.slice.3000-3999.json.gz")
        for playlist in load_playlists(real_data(f"playlists/{name}"))
        if len(firsts & {normalise(song.artists[0]) for song in playlist.songs}) >= MIN_ARTISTS
    ]


@pytest.mark.slow
def test_the_quota_holds_exactly_for_two_hundred_real_playlists(tmp_path_factory):
    build = real_build(tmp_path_factory)
    playlists = list_playlists(build.catalogue)
    for playlist in playlists[:: len(playlists) // N_PLAYLISTS][:N_PLAYLISTS]:
        for share in PRESETS.values():
            wishes = Wishes(new_artists=share)

            mix = recommend(playlist.songs, build.catalogue, build.model, wishes)

            assert_quota_holds(mix, playlist.songs, build.catalogue, wishes)
            windows = count_new_in_windows(mix.picks) + count_new_in_windows(mix.playlist)
            assert share != 0.5 or set(windows) <= {3, 4, 5, 6, 7}
    assert len(playlists) >= N_PLAYLISTS


@pytest.mark.parametrize("size", [10, 25, 50, 99])
@pytest.mark.parametrize("share", [0, 0.2, 0.5, 0.77, 1])
def test_the_quota_is_the_nearest_whole_number_for_every_length(size, share):
    catalogue, model = many(2000)
    library = [saved(number) for number in range(0, 2000, 19)]
    wishes = Wishes(size=size, new_artists=share)

    mix = recommend(library, catalogue, model, wishes)

    assert_quota_holds(mix, library, catalogue, wishes)


def by(artist, n, at, start=0):
    return [Row(f"{artist} {number}", (artist,), at) for number in range(start, start + n)]


def test_a_taste_without_new_artists_swaps_places_with_another():
    # Of either taste one song is saved; Ann is all there is in the first.
    rows = [
        *by("Ann", 9, (2, 0)), *by("Bo", 9, (0, 2)),
        *(row for at in range(9) for row in by(f"New {at}", 1, (0, 2))),
    ]  # fmt: skip
    catalogue, model = small(rows)
    library = [saved(0), saved(9)]

    mix = recommend(library, catalogue, model, Wishes(size=8, per_artist=8))

    assert (mix.shares, mix.new_artists, mix.short_of_new) == ((4, 4), 4, False)
    assert Counter((pick.cluster, pick.is_new_artist) for pick in mix.picks) == {(0, False): 4, (1, True): 4}


def test_swapping_works_where_the_caps_show_too_late_that_a_taste_is_short():
    # The first taste seems to have nine new songs, but they are all by one artist.
    rows = [
        *by("Ann", 9, (2, 0)), *by("New", 9, (2, 0)), *by("Bo", 9, (0, 2)),
        *(row for at in range(9) for row in by(f"New {at}", 1, (0, 2))),
    ]  # fmt: skip
    catalogue, model = small(rows)
    library = [saved(0), saved(18)]

    mix = recommend(library, catalogue, model, Wishes(size=12, per_artist=8))

    assert (mix.shares, mix.new_artists, mix.short_of_new) == ((6, 6), 6, False)
    assert Counter((pick.cluster, pick.is_new_artist) for pick in mix.picks) == {
        (0, False): 4, (0, True): 2, (1, False): 2, (1, True): 4,
    }  # fmt: skip


def test_where_the_catalogue_has_too_few_new_artists_known_ones_fill_the_mix_and_it_says_so():
    rows = [*by("Ann", 9, (2, 0)), *by("New", 9, (2, 0))]
    catalogue, model = small(rows)

    mix = recommend([saved(0)], catalogue, model, Wishes(size=8, per_artist=8))
    few = recommend([saved(0)], catalogue, model, Wishes(size=8, per_artist=3))

    assert (len(mix.picks), mix.new_artists, mix.short_of_new) == (8, 2, True)
    assert (len(few.picks), few.new_artists, few.short_because) == (5, 2, ("per_artist", "per_new_artist"))


def test_where_the_catalogue_has_too_few_known_artists_new_ones_fill_the_mix():
    rows = [*by("Ann", 2, (2, 0)), *(row for at in range(9) for row in by(f"New {at}", 1, (2, 0)))]
    catalogue, model = small(rows)

    mix = recommend([saved(0)], catalogue, model, Wishes(size=8, new_artists=0.2))

    assert (len(mix.picks), mix.new_artists, mix.short_of_new) == (8, 7, False)


def test_kept_songs_count_by_their_kind():
    rows = [*by("Ann", 9, (2, 0)), *(row for at in range(9) for row in by(f"New {at}", 1, (2, 0)))]
    catalogue, model = small(rows)
    new = np.flatnonzero(catalogue.first_artists != catalogue.first_artists[0])
    kept = frozenset(catalogue.song(row).id for row in new[:3].tolist())

    mix = recommend([saved(0)], catalogue, model, Wishes(size=6, kept=kept))
    known = recommend([saved(0)], catalogue, model, Wishes(size=6, new_artists=0, kept=kept))

    assert (mix.new_artists, known.new_artists) == (3, 3)
    assert kept <= {pick.song.id for pick in mix.picks}
    assert kept == {pick.song.id for pick in known.picks if pick.is_new_artist}


@pytest.mark.parametrize(
    ("n_kept", "n_others", "n_new", "is_short"),
    [(6, 9, 2, False), (4, 9, 4, False), (4, 3, 3, True), (6, 1, 1, True), (8, 9, 0, False)],
)
def test_kept_songs_that_fill_the_places_of_new_artists_are_not_blamed_on_the_catalogue(
    n_kept, n_others, n_new, is_short
):
    rows = [*by("Ann", 12, (2, 0)), *(row for at in range(n_others) for row in by(f"New {at}", 1, (2, 0)))]
    kept = frozenset(map(song_id, range(1, n_kept + 1)))

    mix = recommend([saved(0)], *small(rows), Wishes(size=8, per_artist=8, new_artists=0.5, kept=kept))

    assert kept <= {pick.song.id for pick in mix.picks}
    assert (len(mix.picks), mix.new_artists, mix.short_of_new) == (8, n_new, is_short)


def test_a_listener_may_have_an_artist_under_another_name_that_the_catalogue_lacks():
    rows = [
        Row("Mine", ("Ann",)),
        Row("Song", ("Bob Marley",)),
        Row("Other", ("Bo",)),
        Row("Duet", ("Bo", "Ann")),
    ]
    library = [saved(0), Song("", "Elsewhere", ("Bob Marley & The Wailers",))]

    mix = recommend(library, *small(rows), Wishes(size=3))

    assert {pick.song.title: pick.is_new_artist for pick in mix.picks} == {
        "Song": False, "Other": True, "Duet": False,
    }  # fmt: skip


def test_variants_of_a_name_count_together_for_the_caps():
    rows = [Row("Mine", ("Ann",)), *(Row(f"Song {at}", (f"{'The ' * (at % 2)}News",)) for at in range(6))]

    mix = recommend([saved(0)], *small(rows), Wishes(size=3, new_artists=1))

    assert (len(mix.picks), mix.short_because) == (2, ("per_new_artist",))


def test_spares_are_of_both_kinds():
    catalogue, model = many(2000)
    library = [saved(number) for number in range(0, 2000, 19)]

    mix = recommend(library, catalogue, model, Wishes(spares=2))

    of = Counter((spare.cluster, spare.is_new_artist) for spare in mix.spares)
    assert of == {(cluster, is_new): 2 for cluster in range(5) for is_new in (False, True)}


def test_the_tastes_of_a_mix_are_those_with_saved_songs():
    rows = [
        Row("Mine", ("Ann",), (0, 0, 2)),
        Row("Near", ("Bo",), (0, 0, 2)),
        Row("Else", ("Cy",), (2, 0, 0)),
    ]
    catalogue, model = small(rows, n_clusters=3)
    newer = Song("", "Elsewhere", ("Ann",), 2024)

    mix = recommend([saved(0), newer], catalogue, model, Wishes(size=2))

    # The newer song takes part by its artist's sound.
    assert [(taste.name, taste.n_saved, taste.n_picks) for taste in mix.tastes] == [("Ann", 1, 1)]
    assert [pick.taste for pick in mix.picks] == [0]
    assert mix.newer == 1
