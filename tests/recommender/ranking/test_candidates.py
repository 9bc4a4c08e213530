"""What each wish does to a mix, on catalogues small enough to see it."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.library_csv import read_library
from recommender import Wishes, recommend
from recommender.catalogue.features import NAMES
from recommender.matching.normalise import normalise
from recommender.ranking.candidates import LIFTED, count_by_cluster, keep_best_known
from recommender.tastes.listener import ListenerProfile, add_liked
from recommender.wishes import NUDGED
from tests.support.songs import Row, many, real_build, real_data, saved, small, song_id

ROWS = [
    Row("Mine", ("A",), (2, 0)),
    Row("Mine too", ("A",), (0, 2)),
    Row("Old", ("B",), (2, 0.1), year=1970),
    Row("Rude", ("C",), (2, 0.2), explicit=True),
    Row("New", ("D",), (2, 0.3), year=2010),
    Row("Duet", ("E", "B"), (2, 0.4), year=2011),
    Row("Other", ("F",), (0.2, 2), year=1990),
    Row("Other - Live", ("F",), (0.1, 2), year=1991),
    Row("Last", ("G",), (0.3, 2), year=1992),
]
LIBRARY = [saved(0), saved(1)]


def ids(*numbers):
    return frozenset(map(song_id, numbers))


def describe(case):
    """Name a case alike in every process, whatever the order of its sets."""
    if isinstance(case, dict):
        return ", ".join(f"{name}={describe(value)}" for name, value in case.items())
    return f"{{{', '.join(sorted(case))}}}" if isinstance(case, set | frozenset) else str(case)


def make_mix(rows=ROWS, library=LIBRARY, n_clusters=2, **wishes):
    catalogue, model = small(rows, n_clusters)
    return recommend(library, catalogue, model, Wishes(**wishes))


def list_titles(mix):
    return {pick.song.title for pick in mix.picks}


def test_the_eligible_songs_of_each_cluster_are_counted():
    catalogue, _ = small([Row("A", ("A",), (1, 0)), Row("B", ("B",), (1, 0)), Row("C", ("C",), (0, 1))], 3)

    assert count_by_cluster(np.array([True, False, True]), catalogue).tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("wishes", "gone"),
    [
        ({"explicit": False}, {"Rude"}),
        ({"years": (1980, 2010)}, {"Old", "Duet"}),
        ({"years": (2010, 2010)}, {"Old", "Duet", "Rude", "Other", "Last"}),
        ({"years": (-50_000, 50_000)}, set()),
        ({"banned_artists": frozenset({"b", "Nobody"})}, {"Old", "Duet"}),
        ({"banned_songs": ids(7)}, {"Other"}),
        ({"removed": ids(7, 4)}, {"Other", "New"}),
        ({"recent": ids(6)}, {"Other"}),
        ({"removed": frozenset({"?", ""}), "liked": frozenset({"?"}), "kept": frozenset({"?"})}, set()),
    ],
    ids=describe,
)
def test_what_a_wish_is_against_is_not_picked(wishes, gone):
    everything = {"Old", "Rude", "New", "Duet", "Other", "Last"}

    mix = make_mix(**wishes)

    # Of the two versions the first is picked.
    assert list_titles(mix) == everything - gone
    assert list_titles(make_mix()) == everything


def test_a_mix_as_long_as_wished_has_nothing_in_its_way():
    assert make_mix(size=5, explicit=False).short_because == ()


def test_what_is_in_the_way_of_a_longer_mix_is_named():
    mix = make_mix(size=6, explicit=False, years=(1960, 2020), removed=ids(4), recent=ids(8))

    assert list_titles(mix) == {"Old", "Duet", "Other"}
    assert mix.short_because == ("explicit", "removed", "recent")


def test_where_the_catalogue_is_too_small_no_wish_is_in_the_way():
    assert make_mix(years=(1960, 2020)).short_because == ()


def test_wishes_that_are_in_the_way_only_together_are_named_together():
    # The explicit song is also removed; the years are in nobody's way.
    mix = make_mix(size=6, explicit=False, removed=ids(3), years=(1960, 2020))

    assert len(mix.picks) == 5
    assert mix.short_because == ("explicit", "removed")


def test_too_few_artists_for_the_cap_are_named():
    rows = [Row("Mine", ("A",), (2, 0)), *(Row(f"Song {n}", ("B",), (2, n / 9)) for n in range(4))]

    mix = make_mix(rows, [saved(0)], size=4)

    assert (len(mix.picks), mix.short_because) == (2, ("per_new_artist",))


def test_too_few_known_artists_for_the_cap_are_named():
    rows = [Row("Mine", ("A",), (2, 0)), *(Row(f"Song {n}", ("A",), (2, n / 9)) for n in range(4))]

    mix = make_mix(rows, [saved(0)], size=4)

    assert (len(mix.picks), mix.short_because) == (3, ("per_artist",))


# Two tastes of the listener's, of five songs by A and four by B, a cluster each; and a song of B's among A's.
TWO_TASTES = [
    *(Row(f"A{n}", ("A",), (2, 0), year=2000) for n in range(5)),
    *(Row(f"B{n}", ("B",), (0, 2), year=1980) for n in range(4)),
    *(Row(f"Song {n}", (f"C{n}",), (2, 0) if n % 2 else (0, 2)) for n in range(40)),
]
NINE = [saved(number) for number in range(9)]


def make_mix_of_two(**wishes):
    return make_mix(TWO_TASTES, NINE, **wishes)


def count_by_taste(mix):
    return [taste.n_picks for taste in mix.tastes]


def test_the_shares_of_the_listener_s_tastes_are_multiplied_by_their_weights():
    usual = make_mix_of_two(size=9)

    assert count_by_taste(usual) == [5, 4]
    assert make_mix_of_two(size=9, taste_weights=(1.0, 1.0)) == usual
    assert make_mix_of_two(size=9, taste_weights=(3.0, 3.0, 0.5)) == usual
    assert make_mix_of_two(size=9, taste_weights=()) == usual
    assert count_by_taste(make_mix_of_two(size=12, taste_weights=(0.4,))) == [4, 8]
    assert count_by_taste(make_mix_of_two(size=12, taste_weights=(0.4, 0.25))) == [8, 4]
    assert count_by_taste(make_mix_of_two(size=12, taste_weights=(1e-9, 1.0))) == [0, 12]


def test_no_song_of_a_taste_that_is_switched_off_is_picked():
    off = make_mix_of_two(size=9, taste_weights=(0.0, 0.3))

    assert (count_by_taste(off), [taste.n_saved for taste in off.tastes]) == ([0, 9], [5, 4])
    assert {pick.taste for pick in off.picks} == {1}


def test_a_taste_that_is_switched_off_makes_a_mix_short():
    mix = make_mix_of_two(size=30, taste_weights=(0.0, 1.0))

    assert (count_by_taste(mix), mix.short_because) == ([0, 20], ("taste_weights",))


def test_with_every_taste_switched_off_only_the_kept_songs_are_left():
    off = {"size": 5, "taste_weights": (0.0, 0.0)}

    mix = make_mix_of_two(**off)
    assert (mix.picks, mix.short_because) == ((), ("taste_weights",))
    kept = make_mix_of_two(**off, kept=ids(9), spares=3)
    assert (list_titles(kept), kept.spares) == ({"Song 0"}, ())


def test_kept_songs_stay_at_the_places_of_their_scores():
    best = make_mix(size=2, library=[saved(0)])
    worst = make_mix(size=4, library=[saved(0)]).picks[-1]
    assert worst not in best.picks

    mix = make_mix(size=2, library=[saved(0)], kept=frozenset({worst.song.id}))

    assert [pick.song for pick in mix.picks] == [best.picks[0].song, worst.song]
    assert mix.picks[1].score == worst.score


def test_kept_songs_stay_over_the_cap_their_share_and_the_filters():
    rows = [
        Row("Mine", ("A",), (2, 0)),
        Row("Mine too", ("A",), (0, 2)),
        *(Row(f"By B {n}", ("B",), (2, n / 9), year=1970, explicit=True) for n in range(4)),
        Row("By B, there", ("B",), (0, 2)),
        Row("By C", ("C",), (0.1, 2)),
        Row("By D", ("D",), (2, 0.1)),
    ]
    kept = ids(2, 3, 4)

    mix = make_mix(rows, size=4, per_artist=2, kept=kept, years=(1990, 2010), explicit=False, recent=kept)

    # Two places for each taste; three are kept of the first, all by B, who has no more.
    assert list_titles(mix) == {"By B 0", "By B 1", "By B 2", "By C"}
    assert (mix.shares, mix.short_because) == ((3, 1), ())


@pytest.mark.parametrize(
    "wishes",
    [
        {"unplayable": ids(7)},
        {"banned_songs": ids(6)},
        {"banned_artists": frozenset({"F"})},
        {"removed": ids(6)},
    ],
    ids=describe,
)
def test_a_kept_song_that_is_banned_or_removed_goes(wishes):
    assert "Other - Live" not in list_titles(make_mix(kept=ids(7), **wishes))
    assert "Other - Live" in list_titles(make_mix(kept=ids(7)))


def test_a_kept_song_that_has_been_saved_or_is_of_a_taste_that_is_gone_goes():
    assert song_id(7) not in {
        pick.song.id for pick in make_mix(library=[*LIBRARY, saved(6)], kept=ids(7)).picks
    }
    assert list_titles(make_mix(library=[saved(0)], kept=ids(7))) == {"Old", "Rude", "New", "Duet"}


def test_of_what_is_kept_no_two_versions_and_no_more_than_the_size_are_picked():
    assert len(make_mix(size=50, kept=ids(6, 7)).picks) == 6
    few = make_mix(size=2, kept=ids(2, 3, 4, 6, 7, 8))

    assert len(few.picks) == 2
    scores = {pick.song.id: pick.score for pick in make_mix().picks}
    assert [pick.score for pick in few.picks] == pytest.approx(sorted(scores.values(), reverse=True)[:2])


def test_a_liked_song_counts_as_three_saved_songs_of_its_taste():
    rows = [Row("Mine", ("A",), (2, 0)), Row("Mine too", ("A",), (0, 2))]
    rows += [Row(f"Song {n}", (f"B{n}",), (2, 0) if n % 2 else (0, 2)) for n in range(40)]

    liked = make_mix(rows, size=20, liked=ids(3))

    # 1 + 3 : 1 of the tastes; with a saved song that counts as three, 3 : 1.
    assert (liked.shares, liked.saved) == ((16, 4), (1, 1))
    assert make_mix(rows, size=20, liked=ids(0)).shares == (15, 5)


def test_the_artist_of_a_liked_song_is_liked():
    rows = [Row("Mine", ("A",), (2, 0)), *(Row(f"Song {n}", (f"B{n // 2}",), (2, 0)) for n in range(20))]

    mix = make_mix(rows, [saved(0)], size=2, new_artists=0, liked=ids(13))

    assert list_titles(mix) == {"Song 12", "Song 13"}
    assert {pick.because for pick in mix.picks} == {saved(0)}


def test_a_liked_song_of_a_taste_that_is_gone_counts_for_nothing():
    assert make_mix(library=[saved(0)], liked=ids(6)) == make_mix(library=[saved(0)])


def test_liked_songs_are_songs_of_the_listener_s():
    catalogue, _ = small(ROWS)
    row = int(catalogue.find_rows([song_id(2)])[0])
    nothing = (np.empty(0, dtype=kind) for kind in (np.int64, np.int64, np.uint8))
    nobody = ListenerProfile(*nothing, np.zeros(len(catalogue.artist_keys), dtype=bool))

    listener = add_liked(nobody, np.array([row, row]), catalogue)

    assert listener.artists.tolist() == [catalogue.first_artists[row]] * 2
    assert (listener.years.tolist(), listener.popularity.tolist()) == ([1970, 1970], [50, 50])


@pytest.mark.parametrize("feature", NUDGED)
def test_a_nudge_moves_the_mean_of_its_feature(feature):
    catalogue, model = many(1000)
    library = [saved(number) for number in range(0, 1000, 30)]

    def compute_mean(nudge):
        mix = recommend(library, catalogue, model, Wishes(nudges={feature: nudge}))
        rows = catalogue.find_rows([pick.song.id for pick in mix.picks])
        return catalogue.standardised[rows, NAMES.index(feature)].mean()

    assert compute_mean(-1) < compute_mean(-0.5) < compute_mean(0) < compute_mean(0.5) < compute_mean(1)


def test_wishes_at_their_defaults_wish_for_nothing():
    library = [saved(number) for number in range(0, 1000, 30)]
    nothing = Wishes(
        nudges={"energy": 0, "tempo": 0}, new_artists=0.5, taste_weights=(2, 2, 2, 2, 2, 2, 2, 2)
    )

    assert recommend(library, *many(1000), nothing) == recommend(library, *many(1000))


def test_a_seed_gives_another_mix_of_nearly_the_same_score_and_always_the_same():
    catalogue, model = many(4000)
    library = [saved(number) for number in range(0, 1000, 30)]

    best, one, again, two = (
        recommend(library, catalogue, model, Wishes(seed=seed)) for seed in (None, 1, 1, 2)
    )

    assert one == again
    assert len({titles for mix in (best, one, two) for titles in [tuple(sorted(list_titles(mix)))]}) == 3
    assert best.shares == one.shares == two.shares
    score, other = (np.mean([pick.score for pick in mix.picks]) for mix in (best, one))
    assert other == pytest.approx(score, abs=0.02)
    assert all(25 <= len(list_titles(best) - list_titles(mix)) <= 45 for mix in (one, two))


@pytest.mark.parametrize(("share", "n_new"), [(0, 0), (0.2, 4), (0.49, 10), (0.51, 10), (1, 20)])
def test_as_many_picks_as_wished_are_by_new_artists(share, n_new):
    rows = [Row(f"Song {n}", (f"A{n % 40}",), (n % 7, n % 5), year=1960 + n % 50) for n in range(400)]
    catalogue, model = small(rows)
    library = [saved(number) for number in (0, 1, 2, 3, 41, 42, 83)]
    own = {f"A{number}" for number in range(4)}

    mix = recommend(library, catalogue, model, Wishes(size=20, per_artist=20, new_artists=share))

    assert sum(pick.song.artists[0] not in own for pick in mix.picks) == n_new
    assert [pick.is_new_artist for pick in mix.picks] == [
        pick.song.artists[0] not in own for pick in mix.picks
    ]
    assert (len(mix.picks), mix.new_artists, mix.short_of_new) == (20, n_new, False)


VERSIONS = [
    Row("Mine", ("A",), (2, 0)),
    Row("Hit", ("B",), (2, 0.1), popularity=40),
    Row("Hit - Live", ("B",), (0.1, 2), popularity=70, explicit=True),
    Row("Hit - Remastered", ("B",), (2, 0.2), popularity=60, year=2015),
    Row("Hit - Mono", ("B",), (2, 0.3), popularity=60),
]


@pytest.mark.parametrize(
    ("wishes", "picked"),
    [
        ({}, "Hit - Remastered"),  # the live one lies where nothing is saved; of equals the first
        ({"unplayable": ids(3)}, "Hit - Mono"),
        ({"unplayable": ids(3, 4)}, "Hit"),
        ({"kept": ids(1)}, "Hit"),
        ({"liked": ids(2)}, "Hit - Remastered"),
    ],
    ids=describe,
)
def test_of_several_versions_the_best_known_that_may_be_picked_is(wishes, picked):
    assert list_titles(make_mix(VERSIONS, [saved(0)], **wishes)) == {picked}


def test_the_best_known_version_is_picked_in_whatever_taste_it_lies():
    rows = [*VERSIONS, Row("Mine too", ("A",), (0, 2))]
    library = [saved(0), saved(5)]

    assert list_titles(make_mix(rows, library)) == {"Hit - Live"}
    assert list_titles(make_mix(rows, library, explicit=False)) == {"Hit - Remastered"}
    assert list_titles(make_mix(rows, library, removed=ids(2))) == set()


def test_of_each_recording_only_the_best_known_eligible_row_is_kept():
    rows = [
        Row("Solo", ("C",), popularity=1),
        Row("Twin", ("D",), popularity=255),
        Row("Twin", ("D",), popularity=255),
        Row("Hit", ("B",), popularity=0),
        Row("Hit", ("B",), popularity=9),
    ]
    catalogue, _ = small(rows, 1)
    # The numbers of recordings need not be dense.
    catalogue = replace(catalogue, repeated_recordings=catalogue.repeated_recordings * 7 + 3)

    def keep(*eligible):
        return keep_best_known(np.array(eligible, dtype=bool), catalogue).astype(int).tolist()

    assert keep(1, 1, 1, 1, 1) == [1, 1, 0, 0, 1]
    assert keep(0, 0, 1, 1, 0) == [0, 0, 1, 1, 0]
    assert keep(1, 0, 0, 0, 0) == [1, 0, 0, 0, 0]


@pytest.mark.parametrize("number", range(1, 10))
@pytest.mark.slow
def test_another_seed_exchanges_half_of_a_real_listener_s_mix(number, tmp_path_factory):
    library = read_library(real_data(f"libraries/library-{number}.csv.gz"))
    build = real_build(tmp_path_factory)

    one, other = (
        {pick.song.id for pick in recommend(library, build.catalogue, build.model, Wishes(seed=seed)).picks}
        for seed in (1, 2)
    )

    assert len(one) == len(other) == 50
    assert len(one - other) >= 25


SOME = st.frozensets(st.integers(0, 999).map(song_id), max_size=40)
ALL_WISHES = st.builds(
    Wishes,
    size=st.integers(10, 100),
    per_artist=st.integers(1, 4),
    spares=st.integers(0, 2),
    unplayable=SOME,
    explicit=st.booleans(),
    years=st.none() | st.tuples(st.integers(1990, 2000), st.integers(2000, 2010)),
    new_artists=st.floats(0, 1),
    per_new_artist=st.integers(1, 4),
    nudges=st.dictionaries(st.sampled_from(NUDGED), st.floats(-1, 1)),
    taste_weights=st.none() | st.tuples(*[st.floats(0, 2)] * 3),
    banned_songs=SOME,
    banned_artists=st.frozensets(st.integers(0, 249).map("Artist {}".format), max_size=20),
    kept=SOME,
    removed=SOME,
    recent=SOME,
    liked=SOME,
    seed=st.none() | st.integers(0, 9),
    start_songs=st.frozensets(st.integers(0, 999).map(song_id), max_size=2),
    start_artists=st.frozensets(st.integers(0, 9).map("Artist {}".format), max_size=1),
)


@pytest.fixture(scope="module")
def thousand():
    chance = np.random.default_rng(3)
    rows = [
        Row(
            f"Song {at % 900}",
            (f"Artist {at % 225}", f"Artist {at % 7}"),
            tuple(chance.normal(size=len(NAMES)).round(3).tolist()),
            year=1985 + at % 31,
            explicit=at % 5 == 0,
        )
        for at in range(1000)
    ]
    return small(rows, n_clusters=3)


def assert_wishes_come_true(mix, wishes, library, catalogue):
    """Check what is promised of every mix, whatever is wished for."""
    songs = [catalogue.find_rows([pick.song.id for pick in each]) for each in (mix.picks, mix.spares)]
    rows = np.concatenate(songs)
    is_kept = np.isin(rows, catalogue.find_rows(sorted(wishes.kept)))
    versions = catalogue.versions[rows]
    assert len(mix.picks) <= wishes.size
    assert len(set(versions)) == len(rows)
    never = sorted(wishes.banned_songs | wishes.removed | {song.id for song in library})
    assert not np.isin(versions, catalogue.versions[catalogue.find_rows(never)]).any()
    assert not {song.id for song in (pick.song for pick in mix.picks)} & wishes.unplayable
    artists = {normalise(name) for row in rows.tolist() for name in catalogue.song(row).artists}
    assert not artists & {normalise(name) for name in wishes.banned_artists}
    others = rows[~is_kept]
    recent = catalogue.versions[catalogue.find_rows(sorted(wishes.recent))]
    assert not np.isin(catalogue.versions[others], recent).any()
    assert wishes.explicit or not catalogue.explicit[others].any()
    first, last = wishes.years or (0, 3000)
    years = catalogue.first_years[others]
    assert ((first <= years) & (years <= last)).all()
    of_kept = Counter(catalogue.song(row).artists[0] for row in rows[is_kept].tolist())
    mine = catalogue.find_rows([*(song.id for song in library), *wishes.liked])
    known = {artist for row in mine.tolist() for artist in catalogue.song(row).artists}
    for artist, count in Counter(catalogue.song(row).artists[0] for row in rows.tolist()).items():
        assert count <= max(wishes.per_artist if artist in known else wishes.per_new_artist, of_kept[artist])
    assert list(mix.shares) == [
        sum(pick.cluster == at for pick in mix.picks) for at in range(len(mix.shares))
    ]
    assert [pick.rank for pick in mix.picks] == list(range(1, len(mix.picks) + 1))
    assert all(pick.because in (None, *library) and 0 <= pick.score <= 1 for pick in mix.picks)
    for cluster in range(len(mix.shares)):
        for is_new in (True, False):
            scores = [
                pick.score for pick in mix.picks if (pick.cluster, pick.is_new_artist) == (cluster, is_new)
            ]
            assert scores == sorted(scores, reverse=True)
    assert len(mix.picks) == wishes.size or set(mix.short_because) <= set(LIFTED)


@pytest.mark.slow
@given(ALL_WISHES)
@settings(max_examples=60)
def test_what_is_promised_of_every_mix_holds_whatever_is_wished(thousand, wishes):
    library = [saved(number) for number in range(0, 300, 10)]

    mix = recommend(library, *thousand, wishes)

    assert_wishes_come_true(mix, wishes, library, thousand[0])
    assert mix == recommend(library, *thousand, wishes)
    without_limits = recommend(library, *thousand, replace(wishes, **LIFTED))
    assert bool(mix.short_because) == (len(without_limits.picks) > len(mix.picks))


@pytest.mark.slow
def test_a_real_listener_s_wishes_come_true(tmp_path_factory):
    library = read_library(real_data("libraries/library-2.csv.gz"))
    build = real_build(tmp_path_factory)
    before = [pick.song for pick in recommend(library, build.catalogue, build.model).picks]
    wishes = Wishes(
        size=100,
        explicit=False,
        years=(1990, 2015),
        new_artists=0.8,
        nudges={"energy": 0.5},
        taste_weights=(1.0, 0.0, 2.0, 1.0, 0.5),
        banned_artists=frozenset(before[0].artists),
        kept=frozenset(song.id for song in before[10:15]),
        recent=frozenset(song.id for song in before),
        liked=frozenset(song.id for song in before[20:23]),
        seed=4,
    )

    mix = recommend(library, build.catalogue, build.model, wishes)

    picked = {pick.song.id for pick in mix.picks}
    assert len(mix.picks) == 100
    assert not picked & (wishes.recent - wishes.kept)
    assert all(
        1990 <= song.year <= 2015 for song in (pick.song for pick in mix.picks) if song.id not in wishes.kept
    )
    assert len(picked & wishes.kept) >= 4
