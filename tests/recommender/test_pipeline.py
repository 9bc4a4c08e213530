from collections import Counter
from dataclasses import replace
from itertools import pairwise
from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.library_csv import read_library
from recommender import Song, Wishes, recommend
from recommender.catalogue.features import NAMES
from recommender.errors import EmptyLibrary, NothingMatched
from recommender.matching.normalise import normalise, normalise_title
from recommender.mix import WhyLeftOut
from recommender.pipeline import STAGES
from recommender.ranking.signals import SIGNALS
from recommender.ranking.weights import reweigh
from recommender.tastes.known_features import MIN_MEASURED
from tests.support.songs import Row, many, real_build, real_data, saved, small, song_id

ONLY_SOUND = reweigh(SIGNALS, {signal.name: float(signal.name == "sound") for signal in SIGNALS})
UNKNOWN = Song("", "No such song", ("Nobody",))


@pytest.fixture(scope="module")
def thousand():
    return many(1000)


def make_version(song):
    return normalise_title(song.title), normalise(song.artists[0])


def assert_promises_hold(mix, library, catalogue, wishes=None):
    """Check everything that is promised of every mix."""
    wishes = wishes or Wishes()
    rows = catalogue.find_rows([song.id for song in library])
    known = [catalogue.song(row) for row in rows[rows >= 0].tolist()]
    owned = {make_version(song) for song in [*library, *known] if song.artists}
    songs = [pick.song for pick in mix.picks]
    assert len({song.id for song in songs}) == len(songs)
    assert not {song.id for song in songs} & {song.id for song in library}
    assert len({make_version(song) for song in songs}) == len(songs)
    assert not {make_version(song) for song in songs} & owned
    assert max(Counter(normalise(song.artists[0]) for song in songs).values(), default=0) <= wishes.per_artist
    assert [pick.rank for pick in mix.picks] == list(range(1, len(songs) + 1))
    assert sorted(mix.written) == list(range(len(songs)))
    if len(songs) >= 2 * wishes.per_artist:
        assert all(a.song.artists[0] != b.song.artists[0] for a, b in pairwise(mix.playlist))
    assert list(mix.shares) == [
        sum(pick.cluster == cluster for pick in mix.picks) for cluster in range(catalogue.n_clusters)
    ]
    for cluster in range(catalogue.n_clusters):
        for is_new in (True, False):
            scores = [
                pick.score for pick in mix.picks if (pick.cluster, pick.is_new_artist) == (cluster, is_new)
            ]
            assert scores == sorted(scores, reverse=True)
    assert all(0 <= pick.score <= 1 for pick in mix.picks)
    assert all(0 <= signal <= 1 for pick in mix.picks for signal in pick.signals.values())
    assert all(pick.because in (None, *library) for pick in mix.picks)
    assert mix.matched + mix.estimated + len(mix.left_out) == len(library)
    sure = mix.matched if mix.matched >= MIN_MEASURED else mix.matched + mix.estimated
    assert sum(mix.saved) == sure


def test_a_library_becomes_a_mix_with_reasons():
    rows = [
        Row("Loved", ("Abba",), at=(1, 0)),
        Row("Liked", ("Cher",), at=(0, 1)),
        Row("Loved (Live)", ("Abba",), at=(1, 0)),
        Row("Like it", ("Bach",), at=(3, 2), year=1999),
        Row("Like the other", ("Cash",), at=(0, 3), duration_ms=200_000, explicit=True),
        Row("Less like the other", ("Cash",), at=(1, 3)),
    ]
    catalogue, model = small(rows)
    library = [saved(1), UNKNOWN, Song("", "Loved", ("Abba",))]

    mix = recommend(library, catalogue, model, Wishes(size=3), signals=ONLY_SOUND)

    assert [pick.song for pick in mix.picks] == [
        Song(song_id(4), "Like the other", ("Cash",), 2000, 200_000, True),
        Song(song_id(5), "Less like the other", ("Cash",), 2000, None, False),
        Song(song_id(3), "Like it", ("Bach",), 1999, None, False),
    ]
    assert [pick.rank for pick in mix.picks] == [1, 2, 3]
    assert [pick.cluster for pick in mix.picks] == [1, 1, 0]
    assert [pick.score for pick in mix.picks] == pytest.approx([1, exp(-1 / 4), exp(-4 / 4)])
    assert [pick.signals["sound"] for pick in mix.picks] == [pick.score for pick in mix.picks]
    assert [pick.because for pick in mix.picks] == [library[0], library[0], None]
    assert (mix.shares, mix.saved) == ((1, 2), (1, 1))
    assert (mix.matched, mix.estimated) == (2, 0)
    assert [(left.song, left.why) for left in mix.left_out] == [(UNKNOWN, WhyLeftOut.NOT_IN_CATALOGUE)]


def test_each_pick_has_its_energy_as_the_dataset_tells_it():
    energies = {song_id(1): 0.25, song_id(2): 1.0, song_id(3): 0.0}
    at = [0.5, *energies.values()]
    place = NAMES.index("energy")
    rows = [
        Row(f"Song {n}", (f"Artist {n}",), at=(*[0.0] * place, (value - 0.4) / 0.2))
        for n, value in enumerate(at)
    ]
    catalogue, model = small(rows, 1)
    mean, scale = np.zeros(len(NAMES)), np.ones(len(NAMES))
    mean[place], scale[place] = 0.4, 0.2

    mix = recommend([saved(0)], catalogue, replace(model, mean=mean, scale=scale), Wishes(size=3))

    assert {pick.song.id: pick.energy for pick in mix.picks} == pytest.approx(energies, abs=1e-6)
    assert all(0 <= pick.energy <= 1 for pick in mix.picks)


def test_the_mix_names_the_tastes_of_the_listener_and_each_pick_has_one():
    artists = {"Cash": "country", "Parton": "country", "Nelson": "country", "Nas": "rap", "Jay-Z": "rap"}
    rows = [
        Row(f"Song {number} by {artist}", (artist,), at=(number % 2, 1 - number % 2))
        for artist in artists
        for number in range(6)
    ]
    catalogue, model = small(rows, genres={artist: [genre] for artist, genre in artists.items()})
    library = [saved(at) for at, row in enumerate(rows) if row.artists[0] != "Nelson" and at % 6 < 4]

    mix = recommend(library, catalogue, model, Wishes(size=8))

    named = {taste.name: taste for taste in mix.tastes}
    # With few artists, of whom two are of a genre, one taste is split: there are three.
    assert sum(taste.n_saved for taste in mix.tastes) == len(library)
    assert sum(taste.n_picks for taste in mix.tastes) == len(mix.picks)
    assert all(taste.medoid in library for taste in mix.tastes)
    for pick in mix.picks:
        wanted = artists[pick.song.artists[0]]
        words = mix.tastes[pick.taste].name
        assert any(artists[artist] == wanted for artist in artists if artist in words)
    assert len(named) == len(mix.tastes)


def test_a_song_that_the_catalogue_lacks_takes_part_by_features_measured_elsewhere():
    rows = [
        Row("Mine", ("A",), at=(1, 0)),
        Row("Near mine", ("B",), at=(2, 0)),
        Row("Near the other", ("C",), at=(0, 0, 2)),
    ]
    catalogue, model = small(rows, n_clusters=3)
    lacking = Song(song_id(77), "Lacking", ("D",))
    library = [lacking, saved(0), UNKNOWN]

    mix = recommend(
        library,
        catalogue,
        model,
        Wishes(size=2),
        look_up=lambda songs: {lacking.id: {"acousticness": 1.0, "valence": 0.0}},
    )

    assert [(pick.song.title, pick.cluster, pick.because) for pick in mix.picks] == [
        ("Near mine", 0, saved(0)),
        ("Near the other", 2, lacking),
    ]
    assert (mix.shares, mix.saved) == ((1, 0, 1), (1, 0, 1))
    assert (mix.matched, mix.estimated) == (1, 1)
    assert [left.song for left in mix.left_out] == [UNKNOWN]


def test_features_from_elsewhere_are_enough_for_a_mix(thousand):
    catalogue, model = thousand
    lacking = Song("?" * 22, "Lacking", ("D",))

    mix = recommend([lacking], catalogue, model, look_up=lambda songs: {lacking.id: {"valence": 1.0}})

    assert_promises_hold(mix, [lacking], catalogue)
    assert (mix.matched, mix.estimated, len(mix.picks)) == (0, 1, 50)


def test_what_is_measured_of_songs_in_the_catalogue_changes_nothing(thousand):
    library = [saved(7), UNKNOWN]

    def look_up(songs):
        return {song_id(7): {"energy": 1.0}, "": {"energy": 1.0}}

    assert recommend(library, *thousand, look_up=look_up) == recommend(library, *thousand)


def test_features_are_looked_up_once_for_the_songs_with_an_id_that_the_catalogue_lacks(thousand):
    lacking = [Song(letter * 22, "Lacking", ("D",)) for letter in "zay"]
    asked = []

    def look_up(songs):
        asked.append(list(songs))
        return {}

    recommend([lacking[0], saved(7), lacking[1], UNKNOWN, lacking[2]], *thousand, look_up=look_up)
    recommend([saved(7)], *thousand, look_up=look_up)

    assert asked == [lacking, []]


def test_an_empty_library_has_no_taste(thousand):
    with pytest.raises(EmptyLibrary, match="no saved songs"):
        recommend([], *thousand)


def test_a_library_of_which_nothing_matches_has_no_taste(thousand):
    with pytest.raises(NothingMatched, match="none of the saved songs"):
        recommend([UNKNOWN, UNKNOWN], *thousand)


def test_one_song_is_a_library(thousand):
    catalogue, model = thousand

    mix = recommend([saved(7)], catalogue, model)

    assert_promises_hold(mix, [saved(7)], catalogue)
    assert len(mix.picks) == 50
    assert len({pick.cluster for pick in mix.picks}) == 1
    assert {pick.because for pick in mix.picks} <= {saved(7), None}


def test_a_song_saved_twice_counts_twice(thousand):
    catalogue, model = thousand
    library = [saved(7), saved(7), UNKNOWN]

    mix = recommend(library, catalogue, model)

    assert_promises_hold(mix, library, catalogue)
    assert (mix.matched, len(mix.left_out)) == (2, 1)


def test_twenty_thousand_songs_are_a_library():
    catalogue, model = many(25_000)
    chosen = np.random.default_rng(1).permutation(30_000)[:20_000]
    library = [saved(int(number)) if number < 25_000 else UNKNOWN for number in chosen]

    mix = recommend(library, catalogue, model)

    assert_promises_hold(mix, library, catalogue)
    assert len(mix.picks) == 50
    assert mix.matched == (chosen < 25_000).sum()


def test_who_owns_the_whole_catalogue_gets_an_empty_mix(thousand):
    catalogue, model = thousand
    library = [saved(number) for number in range(1000)]

    mix = recommend(library, catalogue, model)

    assert mix.picks == ()
    assert mix.shares == (0, 0, 0, 0, 0)
    assert_promises_hold(mix, library, catalogue)


def test_the_mix_is_as_long_as_what_is_left(thousand):
    catalogue, model = thousand
    library = [saved(number) for number in range(990)]

    mix = recommend(library, catalogue, model)

    assert len(mix.picks) == 10
    assert_promises_hold(mix, library, catalogue)


def test_the_stages_are_reported_in_order(thousand):
    stages = []

    recommend([saved(7)], *thousand, on_stage=stages.append)

    assert tuple(stages) == STAGES


def test_equal_input_gives_an_equal_mix():
    library = [saved(number) for number in range(0, 1000, 30)]

    assert recommend(library, *many(1000)) == recommend(list(library), *many(1000))


STEPS = st.integers(-3, 3).map(float)
CATALOGUES = st.lists(
    st.builds(
        Row,
        st.sampled_from(
            ["One", "One (Remix)", "Two", "Two - Remastered", "Three", "Four", "Five", "Six", "Seven"]
        ),
        st.lists(st.sampled_from(["Abba", "ABBA", "Bach", "Cher", "Dido"]), min_size=1, max_size=2).map(
            tuple
        ),
        at=st.tuples(STEPS, STEPS, STEPS, STEPS),
        year=st.sampled_from([1990, 1991]),
        popularity=st.integers(0, 3),
    ),
    min_size=12,
    max_size=30,
)


@pytest.mark.slow
@given(CATALOGUES, st.data(), st.integers(1, 12), st.integers(1, 4))
def test_what_is_promised_of_every_mix_holds(rows, data, size, per_artist):
    catalogue, model = small(rows, n_clusters=3)
    owned = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=6))
    by_name = data.draw(st.lists(st.sampled_from(rows), max_size=3))
    library = [saved(number) for number in owned]
    library += [Song("", row.title, row.artists, row.year) for row in by_name] + [UNKNOWN]
    wishes = Wishes(size, per_artist, per_artist)

    mix = recommend(library, catalogue, model, wishes)

    assert_promises_hold(mix, library, catalogue, wishes)
    assert mix == recommend(library, catalogue, model, wishes)
    assert len(mix.picks) == min(size, most_that_can_be_picked(mix, library, catalogue, per_artist))


def most_that_can_be_picked(mix, library, catalogue, per_artist):
    """Count the new versions in all tastes of the library, as many of each artist as allowed."""
    rows = catalogue.find_rows([song.id for song in library])
    known = [catalogue.song(row) for row in rows[rows >= 0].tolist()]
    owned = {make_version(song) for song in [*library, *known] if song.artists}
    songs = [
        catalogue.song(row)
        for cluster, weight in enumerate(mix.saved)
        if weight
        for row in range(*catalogue.cluster(cluster).indices(len(catalogue)))
    ]
    by_artist = Counter(artist for _, artist in {make_version(song) for song in songs} - owned)
    return sum(min(count, per_artist) for count in by_artist.values())


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 10))
def test_real_libraries_get_fifty_new_songs(number, tmp_path_factory):
    library = read_library(real_data(f"libraries/library-{number}.csv.gz"))
    build = real_build(tmp_path_factory)

    mix = recommend(library, build.catalogue, build.model)

    assert len(mix.picks) == sum(mix.shares) == 50
    assert_promises_hold(mix, library, build.catalogue)


@pytest.mark.slow
@pytest.mark.parametrize("new_artists", [0.5, 1.0])
@pytest.mark.parametrize("number", range(1, 10))
def test_every_taste_with_a_share_of_two_places_gets_a_song(number, new_artists, tmp_path_factory):
    library = read_library(real_data(f"libraries/library-{number}.csv.gz"))
    build = real_build(tmp_path_factory)

    mix = recommend(library, build.catalogue, build.model, Wishes(new_artists=new_artists))

    n_saved = sum(taste.n_saved for taste in mix.tastes)
    assert all(taste.n_picks for taste in mix.tastes if 50 * taste.n_saved >= 2 * n_saved)


def test_spares_are_the_next_best_of_each_taste_and_obey_the_same_rules():
    rows = [Row(f"Loud {n}", (f"A{n // 3}",), (1.0, n / 100)) for n in range(40)]
    rows += [Row(f"Quiet {n}", (f"B{n // 3}",), (n / 100, 1.0)) for n in range(40)]
    catalogue, model = small(rows)
    library = [Song(song_id(n), "", ("A",)) for n in (0, 1, 2, 40, 41, 42)]

    alone = recommend(library, catalogue, model, Wishes(size=10, per_artist=2, diversity=0.0))
    mix = recommend(library, catalogue, model, Wishes(size=10, per_artist=2, diversity=0.0, spares=3))

    assert mix.picks == alone.picks
    assert [spare.cluster for spare in mix.spares] == [0, 0, 0, 1, 1, 1]
    assert {spare.rank for spare in mix.spares} == {0}
    ids = [pick.song.id for pick in (*mix.picks, *mix.spares)]
    assert len(set(ids)) == 16
    for cluster in (0, 1):
        worst_pick = min(pick.score for pick in mix.picks if pick.cluster == cluster)
        scores = [spare.score for spare in mix.spares if spare.cluster == cluster]
        assert scores == sorted(scores, reverse=True)
        assert max(scores) <= worst_pick


def test_a_banned_song_is_not_picked_but_another_version_of_it_may_be():
    catalogue, model = small(
        [
            Row("Mine", ("A",), (1.0, 0.0)),
            Row("Song", ("B",), (1.0, 0.1), popularity=90),
            Row("Song - Remix", ("B",), (1.0, 0.2)),
            Row("Other", ("C",), (1.0, 0.9)),
            Row("Far", ("D",), (0.0, 1.0)),
        ]
    )

    mix = recommend(
        [Song(song_id(0), "Mine", ("A",))],
        catalogue,
        model,
        Wishes(size=2, unplayable=frozenset({song_id(1), "?"})),
    )

    assert {pick.song.id for pick in mix.picks} == {song_id(2), song_id(3)}


def test_of_a_song_that_is_never_wanted_no_version_is_picked():
    catalogue, model = small(
        [
            Row("Mine", ("A",), (1.0, 0.0)),
            Row("Song", ("B",), (1.0, 0.1), popularity=90),
            Row("Song - Remix", ("B",), (1.0, 0.2)),
            Row("Other", ("C",), (1.0, 0.9)),
        ]
    )

    mix = recommend(
        [Song(song_id(0), "Mine", ("A",))],
        catalogue,
        model,
        Wishes(size=2, banned_songs=frozenset({song_id(2), "?"})),
    )

    assert [pick.song.id for pick in mix.picks] == [song_id(3)]


def test_of_an_artist_who_is_never_wanted_nothing_is_picked_however_the_name_is_written():
    catalogue, model = small(
        [
            Row("Mine", ("A",), (1.0, 0.0)),
            Row("Song", ("Béla", "C"), (1.0, 0.1)),
            Row("Another", ("Béla",), (1.0, 0.2)),
            Row("Duet", ("C", "Béla"), (1.0, 0.3)),
            Row("Other", ("C",), (1.0, 0.9)),
        ]
    )

    mix = recommend(
        [Song(song_id(0), "Mine", ("A",))],
        catalogue,
        model,
        Wishes(size=3, banned_artists=frozenset({"BELA", "Nobody known"})),
    )

    # Not even as a guest of somebody who is wanted.
    assert [pick.song.id for pick in mix.picks] == [song_id(4)]
