"""What trees have learned, and what they look at."""

from dataclasses import fields, replace

import numpy as np
import pytest

from recommender import Wishes, recommend
from recommender.catalogue.together import Lists, Together
from recommender.matching.match import match
from recommender.ranking.limits import Limits
from recommender.ranking.signals import SIGNALS, learned
from recommender.ranking.signals.affinity import compute_affinity
from recommender.ranking.signals.learned import FILES, LEARNED, MANY_SONGS, load_fitted
from recommender.ranking.signals.signal import SignalInputs
from recommender.ranking.signals.traits import SIGNAL_TRAITS, TRAITS, build_trait_tables
from recommender.ranking.signals.trees import MAX_LEAVES, Trees, load_trees, save_trees
from recommender.ranking.weights import reweigh
from recommender.tastes.cluster import find_tastes
from recommender.tastes.listener import build_profile
from tests.support.songs import Row, many, saved, small

WITHOUT = reweigh(SIGNALS, {"learned": 0.0})


def prepare(library, catalogue, model):
    matches = match(library, catalogue)
    listener = build_profile(library, matches, catalogue)
    tastes = find_tastes(catalogue.standardised[listener.rows], model)
    affinity = compute_affinity(listener, len(catalogue.artist_keys))
    return SignalInputs(listener, tastes, affinity, catalogue, Limits())


def test_a_song_goes_to_the_right_where_a_trait_is_above_the_threshold():
    # x0 > 1 ? (x1 > 5 ? 4 : 2) : 1, and a second tree that is 10 where x1 > 0, else -10
    values = np.zeros((2, MAX_LEAVES), dtype=np.float32)
    values[:, :3] = [[1, 2, 4], [-10, 10, 0]]
    trees = Trees(
        traits=np.array([0, 1, 1], dtype=np.uint8),
        thresholds=np.array([1, 5, 0], dtype=np.float32),
        splits=np.array([[0, 2], [1, 0]], dtype=np.int32),
        left=np.array([[0b01, 0b01], [0b10, 0]], dtype=np.uint16),
        values=values,
        names=np.array(["speed", "size"]),
    )

    sums = trees.evaluate(np.array([[0, 1, 2, 2], [9, 0, 5, 6]], dtype=np.float32))

    assert sums.tolist() == [11, -9, 12, 14]


def test_trees_are_the_same_from_their_file(tmp_path):
    for trees in map(load_fitted, filter(None, (*FILES[False], *FILES[True]))):
        save_trees(trees, tmp_path / "trees.npz")

        again = load_trees(tmp_path / "trees.npz")
        for field in fields(Trees):
            assert np.array_equal(getattr(again, field.name), getattr(trees, field.name))
        assert trees.traits.max() < len(TRAITS)


ROWS = [
    Row("Mine", ("Abba",), (1, 0, 0, 0, 0, 0, 0, 0), year=1975, popularity=60),
    Row("Mine too", ("Abba",), (1, 0, 0, 0, 0, 0, 0, 0), year=1977, popularity=70),
    Row("Also mine", ("Bach",), (1,), year=1975, popularity=10),
    Row("Near", ("Cher",), (1,), year=1976, popularity=50),
    Row("Far", ("Dee",), (-9,), year=2015, popularity=5),
    Row("Unknown", ("Eve",), (1,), year=1976, popularity=50),
]
GENRES = {"Abba": ["pop", "disco"], "Bach": ["baroque"], "Cher": ["pop", "disco"], "Dee": ["trap"]}


def collect(rows=ROWS, genres=GENRES, library=(0, 1, 2)):
    catalogue, model = small(rows, 1, genres)
    tables = build_trait_tables(prepare([saved(number) for number in library], catalogue, model))
    in_order = catalogue.find_rows([saved(number).id for number in range(len(rows))])
    values = {"mood": np.linspace(0, 1, len(rows)).astype(np.float32)}
    return dict(zip(TRAITS, tables.collect(in_order, values), strict=True))


def test_the_traits_of_a_song_are_those_of_its_row_its_year_and_its_artist():
    traits = collect()

    assert traits["mood"].tolist() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert all(not traits[name].any() for name in SIGNAL_TRAITS if name != "mood")
    assert traits["popularity"].tolist() == [60, 70, 10, 50, 5, 50]
    assert traits["year_rank"].tolist() == [0.5, 0, 0, 0, 0, 0]
    # Saved: two songs of 1975, one of 1977.
    year, far = np.exp(-1), np.exp(-2)
    expected = [(2 + far) / 3, (1 + 2 * far) / 3, (2 + far) / 3, (2 * year + year) / 3]
    assert traits["near_years"].tolist()[:4] == pytest.approx(expected)
    assert traits["near_years"][4] < 1e-9
    assert traits["wide_years"][0] > traits["wide_years"][3] > traits["wide_years"][4] > 0
    assert traits["artist_peak"].tolist() == [70, 70, 10, 50, 5, 50]
    assert traits["artist_songs"].tolist() == [2, 2, 1, 1, 1, 1]
    assert traits["artist_hits"].tolist() == [2, 2, 0, 1, 0, 1]


def test_a_genre_counts_by_how_much_commoner_it_is_among_the_listener_s_artists():
    traits = collect()

    # Liked by log(1 + songs): Abba log 3, Bach log 2. Two of five artists are of pop, and of disco.
    part = np.log(3) / np.log(6)
    pop = np.log((part + 0.002) / (2 / 5 + 0.002))
    assert traits["genre_lift"][3] == pytest.approx(2 * pop / 2**0.5, rel=1e-4)
    assert traits["best_genre_lift"][3] == pytest.approx(pop, rel=1e-4)
    assert traits["genre_lift"][4] == pytest.approx(np.log(0.002 / (1 / 5 + 0.002)), rel=1e-4)
    assert (traits["genre_lift"][5], traits["best_genre_lift"][5]) == (0, -1)


def test_artists_are_alike_by_genres_years_popularity_and_sound_together():
    traits = collect()

    alike = traits["alike_artists"]
    assert alike[0] > alike[3] > 0
    assert alike[4] == pytest.approx(0, abs=1e-4)
    assert alike[5] == 0, "nothing is known of its genres"
    # All saved artists sound like Cher: the weights sum to 1.
    assert traits["artist_sound"][3] == pytest.approx(1, abs=1e-3)
    assert traits["artist_sound"][4] == pytest.approx(0, abs=1e-4)


def test_without_genres_the_other_traits_remain():
    traits = collect(genres={})

    assert not traits["genre_lift"].any()
    assert not traits["alike_artists"].any()
    assert not traits["artist_sound"].any()
    assert traits["artist_peak"].tolist() == [70, 70, 10, 50, 5, 50]


def rate(n_saved, has_playlists=False):
    """Rate a hundred rows with any signals, as songs by known artists and as songs by new ones."""
    catalogue, model = many(800)
    if has_playlists:
        nothing = Lists(np.empty(0, np.int32), np.zeros(len(catalogue.recordings), np.int32))
        one = Lists(np.array([0, 1], np.int32), np.array([2], np.int32))
        norms, common = np.ones(1, np.float32), np.empty((1, 0), np.float32)
        catalogue = replace(catalogue, together=Together(one, nothing, one, nothing, norms, common))
    refine = LEARNED.refine(prepare([saved(number) for number in range(n_saved)], catalogue, model))
    rng = np.random.default_rng(0)
    values = {name: rng.random(100, dtype=np.float32) for name in SIGNAL_TRAITS}
    return tuple(refine(np.arange(100), values, np.full(100, is_new)) for is_new in (False, True))


def test_a_correction_is_half_where_there_is_none_and_stays_from_0_to_1():
    known, new = rate(n_saved=30)

    for values in (known, new):
        assert values.dtype == np.float32
        assert 0 <= values.min() < values.max() <= 1
    assert not np.array_equal(known, new)


def test_the_larger_a_library_the_less_the_trees_say():
    few, many_songs = rate(n_saved=30)[0], rate(n_saved=700)[0]

    assert MANY_SONGS < 700
    assert np.abs(many_songs - 0.5).max() < np.abs(few - 0.5).max()


def test_new_artists_are_not_corrected_where_playlists_tell_what_goes_together():
    known, new = rate(n_saved=30, has_playlists=True)

    assert np.all(new == 0.5)
    assert np.any(known != 0.5)


def test_the_trees_change_the_picks_and_are_never_a_reason():
    catalogue, model = many(2000)
    library = [saved(number) for number in range(40)]

    mix = recommend(library, catalogue, model, Wishes(size=20))
    plain = recommend(library, catalogue, model, Wishes(size=20), signals=WITHOUT)

    assert {pick.song.id for pick in mix.picks} != {pick.song.id for pick in plain.picks}
    assert all(0 <= pick.signals["learned"] <= 1 for pick in mix.picks)
    assert all(reason.signal != "learned" for pick in mix.picks for reason in pick.reasons)


def test_trees_that_look_at_other_traits_are_refused(tmp_path, monkeypatch):
    trees = load_fitted("known.npz")
    save_trees(replace(trees, names=trees.names[::-1]), tmp_path / "other.npz")
    monkeypatch.setattr(learned, "FITTED", tmp_path)

    with pytest.raises(ValueError, match=r"other\.npz look at other traits: fit them anew with ./run fit"):
        load_fitted("other.npz")


def test_every_trait_has_its_name_once():
    assert len(set(TRAITS)) == len(TRAITS)
    assert set(SIGNAL_TRAITS) < {signal.name for signal in SIGNALS}
