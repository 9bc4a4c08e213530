"""What the page of a taste shows, in figures."""

from dataclasses import replace

import numpy as np
import pytest

from recommender import Song, Wishes, pick, prepare
from recommender.picture import song_map
from recommender.picture.picture import DecadeCount, count_decades, draw_picture
from tests.support.songs import many, saved, song_id


@pytest.fixture(scope="module")
def catalogue():
    return many(400)


@pytest.fixture(scope="module")
def prepared(catalogue):
    songs, model = catalogue
    library = [songs.song(row) for row in range(0, 400, 4)]
    return prepare([*library, saved(9_999, "Nobody knows it", ("Nobody",)), Song("", "", ())], songs, model)


def test_every_saved_song_is_recognised_estimated_or_left_out(prepared):
    picture = draw_picture(prepared, [])

    assert picture.n_saved == 102
    assert picture.n_matched + len(picture.estimated) + len(picture.left_out) == picture.n_saved
    assert [left_out.song.title for left_out in picture.left_out] == ["Nobody knows it", ""]


def test_tastes_are_those_with_songs_and_their_percents_sum_to_a_hundred(prepared):
    picture = draw_picture(prepared, [])

    assert sum(taste.percent for taste in picture.tastes) == 100
    assert sum(taste.n_songs for taste in picture.tastes) == picture.n_known == 100
    assert min(taste.n_songs for taste in picture.tastes) > 0
    assert tuple(taste.name for taste in picture.tastes) == prepared.taste_names


def test_a_taste_that_is_played_more_has_more_of_the_hundred_and_the_same_songs(catalogue, prepared):
    songs, model = catalogue
    before = draw_picture(prepared, []).tastes
    members = {
        prepared.library[place] for place in prepared.sounds.places[prepared.own.members == 0].tolist()
    }
    library = [replace(song, n_plays=50 if song in members else 1) for song in prepared.library]

    tastes = draw_picture(prepare(library, songs, model), []).tastes

    assert [taste.n_songs for taste in tastes] == [taste.n_songs for taste in before]
    assert tastes[0].percent > before[0].percent
    assert sum(taste.percent for taste in tastes) == 100


def test_typical_songs_are_of_the_taste_and_of_different_artists_the_nearest_to_its_middle_first(prepared):
    own, places = prepared.own, prepared.sounds.places
    picture = draw_picture(prepared, [])

    for number, taste in enumerate(picture.tastes):
        members = [prepared.library[place] for place in places[own.members == number].tolist()]
        assert len({song.artists[0] for song in taste.typical}) == len(taste.typical) == 3
        assert set(taste.typical) <= set(members)
        assert taste.typical[0] == prepared.library[int(places[own.medoids[number]])]


def test_a_taste_of_one_artist_has_one_typical_song(catalogue):
    songs, model = catalogue
    one, *others = [songs.song(row) for row in range(400) if songs.song(row).artists == ("Artist 7",)]

    picture = draw_picture(prepare([one, *others], songs, model), [])

    assert [len(taste.typical) for taste in picture.tastes] == [1]
    assert [taste.percent for taste in picture.tastes] == [100]


def test_a_song_whose_sound_is_estimated_is_not_typical(prepared):
    medoids = prepared.own.medoids
    is_measured = prepared.sounds.is_measured.copy()
    is_measured[medoids] = False
    estimated = {prepared.library[int(place)] for place in prepared.sounds.places[medoids]}

    picture = draw_picture(replace(prepared, sounds=replace(prepared.sounds, is_measured=is_measured)), [])

    assert len(estimated) == len(picture.tastes)
    assert not estimated & {song for taste in picture.tastes for song in taste.typical}


def test_songs_of_the_mix_are_on_the_map_in_their_order_where_the_catalogue_has_them(prepared):
    mix = pick(prepared, Wishes(size=10))
    ids = [each.song.id for each in mix.picks]

    picture = draw_picture(prepared, [*ids, song_id(12_345)])

    assert [point.song.id for point in picture.picked] == ids
    assert [point.taste for point in picture.picked] == [each.taste for each in mix.picks]
    assert [point.energy for point in picture.picked] == [round(1000 * each.energy) for each in mix.picks]
    assert sum(each.n_picked for each in picture.decades) == 10


def test_the_map_has_at_most_so_many_saved_songs_at_their_energy_and_mood(prepared, monkeypatch):
    monkeypatch.setattr(song_map, "MAX_SAVED", 30)

    picture = draw_picture(prepared, [])

    assert len(picture.saved) == 30
    assert [point.taste for point in picture.saved] == sorted(point.taste for point in picture.saved)
    catalogue, model = prepared.catalogue, prepared.model
    for point in picture.saved:
        features = catalogue.standardised[catalogue.find_rows([point.song.id])]
        assert point.energy == round(1000 * model.restore(features, "energy").item())
        assert point.valence == round(1000 * model.restore(features, "valence").item())


def test_a_song_without_a_title_is_named_by_the_catalogue(catalogue):
    songs, model = catalogue
    ids_alone = [Song(songs.song(row).id, "", ()) for row in range(20)]

    picture = draw_picture(prepare(ids_alone, songs, model), [])

    assert {point.song for point in picture.saved} == {songs.song(row) for row in range(20)}


def test_the_quarters_are_the_shares_of_calm_and_sad_songs_to_energetic_and_happy_ones(prepared):
    picture = draw_picture(prepared, [])

    # All songs are on the map.
    counts = np.zeros((2, 2))
    for point in picture.saved:
        counts[int(point.energy >= 500), int(point.valence >= 500)] += 1
    assert picture.quarters == pytest.approx(counts / counts.sum())


@pytest.mark.parametrize(
    ("saved_years", "picked_years", "counts"),
    [
        ([], [], []),
        ([1999, 2000, 2009], [], [(1990, 1, 0), (2000, 2, 0)]),
        ([1965], [1985, 1989], [(1960, 1, 0), (1980, 0, 2)]),
        ([2001, -1, -1], [], [(2000, 1, 0), (0, 2, 0)]),
        ([2001], [-1], [(2000, 1, 0), (0, 0, 1)]),
        ([-1], [], [(0, 1, 0)]),
    ],
    ids=str,
)
def test_songs_are_counted_by_decade_and_those_of_unknown_years_last(saved_years, picked_years, counts):
    counted = count_decades(np.array(saved_years, dtype=np.int64), np.array(picked_years, dtype=np.int64))

    assert counted == tuple(DecadeCount(*each) for each in counts)
