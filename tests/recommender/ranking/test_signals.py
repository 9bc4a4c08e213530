"""Every signal on a few songs, worked out by hand."""

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest

from recommender.catalogue.features import NAMES
from recommender.ranking.limits import Limits
from recommender.ranking.scoring import build_scoring
from recommender.ranking.selection import Selection
from recommender.ranking.signals import SIGNALS, affinity, artists, audible, genres, times
from recommender.ranking.signals.collaborations import rate_collaborations
from recommender.ranking.signals.signal import Signal
from recommender.ranking.signals.table import Table, scale_by_logarithm
from recommender.ranking.weights import reweigh
from recommender.tastes.cluster import find_tastes
from recommender.tastes.listener import ListenerProfile
from tests.support.songs import Row, small
from training.layout import arrange_vectors

NOTHING = {signal.name: 0.0 for signal in SIGNALS}
ROWS = [
    Row("One", ("Abba",), year=1976, popularity=70),
    Row("Two", ("Abba",), year=1977, popularity=80),
    Row("Three", ("Abba",), year=1990, popularity=70),
    Row("Four", ("Cher", "Abba"), year=1998, popularity=10),
    Row("Five", ("Bach", "Cher"), year=1998, popularity=10),
]


@pytest.fixture
def catalogue():
    catalogue, _ = small(ROWS)
    assert [catalogue.song(row).title for row in range(5)] == [row.title for row in ROWS]
    return catalogue


def listener(catalogue, *songs, popularity=()):
    """Make a listener of (row of an artist's song or None, year) pairs."""
    places = [-1 if row is None else catalogue.first_artists[row] for row, _ in songs]
    years = [year for _, year in songs]
    return ListenerProfile(
        np.array(places, dtype=np.int64),
        np.array(years, dtype=np.int64),
        np.array(popularity, dtype=np.uint8),
        np.zeros(len(catalogue.artist_keys), dtype=bool),
    )


def of_rows(table):
    return table.at(slice(None)).tolist()


def test_a_table_is_looked_up_by_row():
    table = Table(np.array([0.25, 1], dtype=np.float32), np.array([1, 0, 1]))

    assert of_rows(table) == [1, 0.25, 1]
    assert table.at(np.array([1, 1])).tolist() == [0.25, 0.25]


def test_the_logarithm_keeps_the_ends_and_tells_small_densities_apart():
    assert scale_by_logarithm(np.array([0.0, 0.001, 1.0]), 0.001).tolist() == pytest.approx(
        [0, log(2) / log(1001), 1]
    )


def test_an_artist_is_liked_by_the_logarithm_of_the_songs_saved(catalogue):
    abba, cher, bach = catalogue.first_artists[[0, 3, 4]].tolist()
    who = listener(catalogue, (0, 1976), (1, 1977), (0, -1), (3, 1998), (None, 2000))

    liked = affinity.compute_affinity(who, 3)

    assert liked[[abba, cher, bach]].tolist() == pytest.approx([log(4) / log(64), log(2) / log(64), 0])
    # log 4 / log 64 is a third, log 2 a sixth.
    assert of_rows(artists.rate_artist(liked, catalogue)) == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1 / 6, 0])


def test_no_artist_is_liked_more_than_wholly(catalogue):
    who = listener(catalogue, *[(0, 1976)] * 200)

    assert affinity.compute_affinity(who, 3).max() == 1


def test_guests_are_the_other_artists_and_the_best_liked_of_them_counts():
    catalogue, _ = small(
        [
            Row("Alone", ("Abba",)),
            Row("With one", ("Abba", "Bach")),
            Row("With two", ("Bach", "Cher", "Abba")),
        ]
    )
    abba, bach = catalogue.first_artists[[0, 2]].tolist()
    liked = np.zeros(3, dtype=np.float32)
    liked[[abba, bach]] = 0.5, 0.25

    assert of_rows(artists.rate_guests(liked, catalogue)) == [0, 0.25, 0.5]


def test_a_record_is_what_the_same_artist_made_in_the_same_years(catalogue):
    who = listener(catalogue, (0, 1976), (0, 1976), (0, 1994), (3, -1), (None, 1998))

    signal = artists.rate_record(who, catalogue)

    # Two songs of the year itself; two of the year before; one of four years after.
    counts = [2, 2 * exp(-1), exp(-4), 0, 0]
    assert of_rows(signal) == pytest.approx([log(1 + count) / log(64) for count in counts])


def test_saved_songs_of_years_outside_the_catalogue_s_count_where_they_are_near(catalogue):
    who = listener(catalogue, (0, 1975), (0, 1900), (3, 1999), (3, 2050))

    signal = artists.rate_record(who, catalogue)

    counts = [exp(-1), exp(-2), 0, exp(-1), 0]
    assert of_rows(signal) == pytest.approx([log(1 + count) / log(64) for count in counts])


def test_an_era_is_near_above_all_in_its_own_year(catalogue):
    signal = times.rate_era(listener(catalogue, (0, 1976), (None, 1979), (3, -1), (3, 99_999)), catalogue)

    densities = [(1 + 4**-1.5) / 2, (2**-1.5 + 3**-1.5) / 2, (15**-1.5 + 12**-1.5) / 2]
    densities += [(23**-1.5 + 20**-1.5) / 2] * 2
    assert of_rows(signal) == pytest.approx([log(1 + 1000 * d) / log(1001) for d in densities], rel=1e-5)


@pytest.mark.parametrize(
    ("years", "scale"),
    [
        ((1976,), 1),  # no spread at all
        ((1972, 1980), 1),  # a standard deviation of four years, as that of a playlist
        ((1968, 1984), 1 / 2),
        ((1956, 1996, 1956, 1996), 1 / 5),
    ],
)
def test_an_era_counts_less_the_wider_the_saved_years_spread(catalogue, years, scale):
    signal = times.rate_era(listener(catalogue, *((None, year) for year in years)), catalogue)

    def compute_density(year):
        return sum((1 + abs(year - own)) ** -1.5 for own in years) / len(years)

    in_full = [log(1 + 1000 * compute_density(row.year)) / log(1001) for row in ROWS]
    assert of_rows(signal) == pytest.approx([value * scale for value in in_full], rel=1e-5)


def test_what_spread_of_years_counts_in_full_can_be_chosen(catalogue):
    who = listener(catalogue, (None, 1968), (None, 1984))

    wide = of_rows(times.rate_era(who, catalogue, narrow_years=8))

    assert wide == pytest.approx([2 * value for value in of_rows(times.rate_era(who, catalogue))])
    assert wide == pytest.approx(of_rows(times.rate_era(who, catalogue, narrow_years=100)))


def test_without_years_there_is_no_era(catalogue):
    assert of_rows(times.rate_era(listener(catalogue, (0, -1)), catalogue)) == [0] * 5


def test_fame_compares_the_listener_s_songs_with_the_catalogue_s(catalogue):
    signal = times.rate_fame(listener(catalogue, popularity=(70, 70)), catalogue)

    def share_at(popularity):
        own = exp(-abs(70 - popularity) / 6) + 1e-3
        all_songs = sum(exp(-abs(row.popularity - popularity) / 6) for row in ROWS) / 5 + 1e-3
        return own / (own + all_songs)

    assert of_rows(signal) == pytest.approx([share_at(p) for p in (70, 80, 70, 10, 10)], rel=1e-5)


def test_a_listener_like_the_catalogue_makes_nothing_of_fame(catalogue):
    assert (
        of_rows(times.rate_fame(listener(catalogue, popularity=(80, 10, 70, 70, 10)), catalogue)) == [0.5] * 5
    )


def test_the_most_popular_song_of_an_artist_is_best_known_of_equals_the_first(catalogue):
    second, third = 1 - log(2) / log(1000), 1 - log(3) / log(1000)

    assert of_rows(times.rate_best_known(catalogue)) == pytest.approx([second, 1, third, 1, 1])


def test_an_artist_is_rated_by_the_liked_artists_on_its_songs_each_counted_once():
    rows = [
        Row("One", ("Abba",)),
        Row("Two", ("Cher", "Abba")),
        Row("Two again", ("Abba", "Cher")),
        Row("Three", ("Bach", "Cher", "Dee")),
        Row("Four", ("Dee",)),
        Row("Five", ("Eve",)),
    ]
    catalogue, _ = small(rows)

    liked = np.zeros(len(catalogue.artist_keys), dtype=np.float32)
    liked[catalogue.first_artists[[0, 3, 5]]] = [1, 0.5, 1]

    signal = rate_collaborations(liked, catalogue)

    # Cher recorded with Abba and Bach, Dee with Bach; nobody has recorded with oneself.
    cher, dee = log(1 + 1.5) / log(13), log(1 + 0.5) / log(13)
    assert of_rows(signal) == pytest.approx([0, cher, 0, 0, dee, 0], rel=1e-6)


def test_no_artist_is_rated_above_1_for_collaborations():
    rows = [Row(f"Song {n}", ("Abba", f"Guest {n}")) for n in range(13)]
    catalogue, _ = small(rows)
    liked = np.ones(len(catalogue.artist_keys), dtype=np.float32)

    assert of_rows(rate_collaborations(liked, catalogue)) == [1] * 13
    assert of_rows(rate_collaborations(np.zeros_like(liked), catalogue)) == [0] * 13


def with_vectors(catalogue, **vectors):
    """Set genre vectors of two dimensions for the artists of rows 0, 3 and 4, zeros unless named."""
    table = np.zeros((3, 2), dtype=np.float16)
    for name, row in (("abba", 0), ("cher", 3), ("bach", 4)):
        table[catalogue.first_artists[row]] = vectors.get(name, (0, 0))
    return replace(catalogue, **arrange_vectors(table, catalogue.n_rows_by))


def liked_by(catalogue, **liked):
    table = np.zeros(3, dtype=np.float32)
    for name, row in (("abba", 0), ("cher", 3), ("bach", 4)):
        table[catalogue.first_artists[row]] = liked.get(name, 0)
    return table


def test_genres_are_near_those_of_the_nearest_artist_and_of_all_together(catalogue):
    catalogue = with_vectors(catalogue, abba=(1, 0), cher=(0, 1), bach=(0.5, -0.5))

    genre, scene = genres.rate_genre_and_scene(liked_by(catalogue, abba=0.75, cher=1), catalogue, 128)

    # Together they stand at (0.75, 1), of length 1.25.
    assert of_rows(genre) == pytest.approx([1, 1, 1, 1, 0.5**4])
    assert of_rows(scene) == pytest.approx([0.6, 0.6, 0.6, 0.8, 0])


def test_what_is_known_of_no_genre_is_near_none(catalogue):
    catalogue = with_vectors(catalogue, abba=(1, 0), bach=(1, 0))

    genre, scene = genres.rate_genre_and_scene(liked_by(catalogue, abba=0.5, cher=1), catalogue, 128)

    assert of_rows(genre) == of_rows(scene) == [1, 1, 1, 0, 1]


def test_only_the_best_liked_artists_are_asked_for_the_nearest(catalogue):
    catalogue = with_vectors(catalogue, abba=(1, 0), cher=(0, 1), bach=(1, 0))

    genre, _ = genres.rate_genre_and_scene(liked_by(catalogue, abba=0.5, cher=1), catalogue, 1)

    assert of_rows(genre) == [0, 0, 0, 1, 0]


def test_without_genres_or_without_known_artists_there_is_no_genre(catalogue):
    liked = liked_by(catalogue, abba=1)

    assert catalogue.embed(np.arange(3)).shape == (3, 0)
    for place in (catalogue, with_vectors(catalogue, bach=(1, 0))):
        genre, scene = genres.rate_genre_and_scene(liked, place, 128)
        assert of_rows(genre) == of_rows(scene) == [0] * 5


def heard(*songs):
    """Place songs by (valence, energy), in cluster 0 where valence is above year."""
    at = np.zeros((len(songs), len(NAMES)), dtype=np.float32)
    at[:, NAMES.index("valence")] = [song[0] for song in songs]
    at[:, NAMES.index("energy")] = [song[1] for song in songs]
    at[:, NAMES.index("year")] = [song[2] if len(song) > 2 else 0 for song in songs]
    return at


def sounds(saved, candidates, max_songs=512):
    rows = [Row(f"Song {number}", ("A",), tuple(at)) for number, at in enumerate(heard(*candidates).tolist())]
    catalogue, model = small(rows)
    known = audible.collect_saved_sounds(find_tastes(heard(*saved), model), max_songs)
    by_title = [catalogue.song(row).title for row in range(len(rows))]
    order = np.array([by_title.index(row.title) for row in rows])
    return audible.rate_sound_and_mood(order, known, catalogue)


def test_sound_goes_by_the_nearest_song_of_the_taste_and_mood_by_all():
    # The third saved song belongs to the other taste.
    sound, mood = sounds(saved=[(1, 0), (3, 0), (0, 0, 2)], candidates=[(1, 0), (2, 1)])

    alike = [[1, exp(-1), exp(-1 / 4)], [exp(-2 / 4), exp(-2 / 4), exp(-5 / 4)]]
    assert sound.tolist() == pytest.approx([1, exp(-2 / 4)])
    means = [sum(of_row) / 3 for of_row in alike]
    assert mood.tolist() == pytest.approx([log(1 + 1e5 * mean) / log(1 + 1e5) for mean in means], rel=1e-5)


def test_what_is_not_heard_moves_no_sound():
    sound, _ = sounds(saved=[(1, 0)], candidates=[(1, 0, 0.5)])

    assert sound.tolist() == [1]


def test_a_taste_without_saved_songs_sounds_like_none():
    # The second candidate belongs to the other taste.
    sound, mood = sounds(saved=[(1, 0)], candidates=[(1, 0), (1, 0, 2)])

    assert (sound.tolist(), mood.tolist()) == ([1, 0], [1, 1])


def test_many_saved_songs_are_taken_in_blocks_and_some_stand_for_all(monkeypatch):
    saved = [(1, 0), (2, 1), (3, 2), (1, 2)] * 5
    candidates = [(1 + number / 10, number / 20) for number in range(30)]
    at_once = sounds(saved, candidates)
    monkeypatch.setattr(audible, "BLOCK", 64)

    in_blocks = sounds(saved, candidates)
    by_some = sounds(saved, candidates, max_songs=4)  # every fifth of 20: each place once, as often as all

    for other in (in_blocks, by_some):
        np.testing.assert_allclose(other, at_once, rtol=1e-5)


def test_a_score_is_the_weighted_mean_of_the_signals(catalogue):
    _, model = small(ROWS)
    catalogue = with_vectors(catalogue, abba=(1, 0), cher=(1, 0))
    who = listener(catalogue, (0, 1976), popularity=(70,))
    tastes = find_tastes(catalogue.standardised[:1], model)
    signals = reweigh(SIGNALS, NOTHING | {"artist": 1.0, "genre": 2.0, "sound": 1.0})

    scoring = build_scoring(tastes, who, catalogue, signals, Limits())
    rows = np.array([1, 3, 4])
    values = scoring.values(rows)

    assert values.keys() == NOTHING.keys() - {"together", "circle", "script"}
    assert values["artist"].tolist() == pytest.approx([1 / 6, 0, 0])
    assert values["genre"].tolist() == [1, 1, 0]
    assert values["sound"].tolist() == [1, 1, 1]
    assert scoring.scores(rows).tolist() == pytest.approx([(1 / 6 + 2 + 1) / 4, 3 / 4, 1 / 4])
    # What is looked up comes first; the sound of the best is worked out then.
    assert scoring.first_stage_scores[rows].tolist() == pytest.approx([(1 / 6 + 2) / 4, 2 / 4, 0])


def test_chance_adds_standard_deviations_of_their_odds_to_the_best_candidates(catalogue):
    _, model = small(ROWS)
    tastes = find_tastes(catalogue.standardised[:1], model)
    noise = np.array([0.5, 1.0, 0.0, 1.5, 0.25], dtype=np.float32)
    table = Table(np.array([0.2, 0.6, 0.4, 0.4, 0.4], dtype=np.float32), np.arange(5))
    signal = Signal("any", 5.0, 5.0, tables=lambda given: (table,))

    scoring = build_scoring(tastes, listener(catalogue), catalogue, [signal], Limits())
    selection = Selection(scoring, noise=noise)

    # At a weight of 5 the odds of 0.2 are e^-2 of those of 0.6: 0.1353, and half of 0.8647 is their deviation.
    expected = [0.6 + np.log(0.1353 + 0.5 * 0.4323) / 5, 0.6 + np.log(1 + 0.4323) / 5]
    assert selection.score(np.array([0, 1])).tolist() == pytest.approx(expected, abs=1e-4)
    # What scores alike is not told apart by chance either, and what is looked up is free of it.
    assert selection.score(np.array([2, 3, 4])).tolist() == pytest.approx([0.4] * 3)
    assert selection.score(np.empty(0, dtype=np.int64)).tolist() == []
    assert selection.first_stage_scores.tolist() == table.values.tolist()


def test_a_listener_cannot_be_scored_by_nothing(catalogue):
    tastes = find_tastes(catalogue.standardised[:1], small(ROWS)[1])

    with pytest.raises(ValueError, match="at least one signal"):
        build_scoring(tastes, listener(catalogue), catalogue, reweigh(SIGNALS, NOTHING), Limits())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"known_weight": -0.1}, "at least 0"),
        ({"new_weight": -0.1}, "at least 0"),
        ({"known_weight": float("nan")}, "at least 0"),
        ({"tables": None}, "one of tables, prepare and refine"),
        ({"prepare": lambda given: None}, "one of tables, prepare and refine"),
        ({"refine": lambda given: None}, "one of tables, prepare and refine"),
        ({"fact": lambda pick, evidence: None}, "no phrase"),
    ],
    ids=[
        "negative weight",
        "negative new weight",
        "no weight",
        "no values",
        "two sources of values",
        "tables and refine",
        "fact without a phrase",
    ],
)
def test_a_signal_that_could_not_be_scored_or_told_is_refused(wrong, sentence):
    weights = {"known_weight": 1.0, "new_weight": 1.0}
    right = {"name": "luck", **weights, "tables": lambda given: (times.rate_best_known(given.catalogue),)}

    with pytest.raises(ValueError, match=sentence):
        Signal(**right | wrong)


def test_no_two_signals_have_one_name():
    assert len({signal.name for signal in SIGNALS}) == len(SIGNALS)
