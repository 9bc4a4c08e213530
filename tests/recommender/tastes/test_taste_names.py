import numpy as np
import pytest

from recommender.tastes.own_tastes import OwnTastes
from recommender.tastes.taste_names import name_tastes
from tests.support.songs import Row, small


def list_names(*tastes, genres):
    """Name tastes, each given as artist -> number of saved songs."""
    rows = [
        Row(f"Song {number}", (artist,))
        for taste in tastes
        for artist, n_songs in taste.items()
        for number in range(n_songs)
    ]
    # What nobody saved must not matter.
    catalogue, model = small([*rows, Row("Unsaved", ("Stranger",))], genres={**genres, "Stranger": ["noise"]})
    by_artist = np.full(len(catalogue.artist_keys), -1, dtype=np.int8)
    saved = np.arange(len(rows))
    for row in saved.tolist():
        (artist,) = catalogue.song(row).artists
        by_artist[catalogue.first_artists[row]] = next(
            at for at, taste in enumerate(tastes) if artist in taste
        )
    none = np.zeros(len(tastes), dtype=np.int64)
    own = OwnTastes(by_artist[catalogue.first_artists[saved]], none, none, none, by_artist)
    return name_tastes(own, catalogue.first_artists[saved].astype(np.int64), catalogue, model.genre_names)


COUNTRY = {"Cash": 8, "Parton": 5, "Nelson": 4, "Young": 3, "Carter": 2}
RAP = {"Nas": 7, "Jay-Z": 4}
GENRES = {
    "Cash": ["country", "gospel", "outlaw country"],
    "Parton": ["country", "nashville sound"],
    "Nelson": ["country", "outlaw country"],
    "Young": ["country", "folk rock"],
    "Carter": ["country", "folk rock", "old-time"],
    "Nas": ["east coast rap", "rap"],
    "Jay-Z": ["rap"],
}


def test_a_taste_is_named_by_its_most_typical_genre_and_two_artists_of_most_songs():
    country, rap = list_names(COUNTRY, RAP, genres=GENRES)

    assert (country.name, rap.name) == ("Country: Cash, Parton", "Rap: Nas, Jay-Z")


def test_the_full_name_has_two_genres_and_four_artists_and_more_genres_stand_beside_it():
    country, rap = list_names(COUNTRY, RAP, genres=GENRES)

    # Gospel, the Nashville sound, old-time and East Coast rap are each of one artist alone.
    assert country.full_name == "Country, outlaw country: Cash, Parton, Nelson, Young"
    assert country.genres == ("folk rock",)
    assert (rap.full_name, rap.genres) == ("Rap: Nas, Jay-Z", ())


def test_artists_of_the_genre_are_named_before_one_of_more_songs_and_unknown_genres():
    (name,) = list_names({"Somebody": 9, **RAP}, genres=GENRES)

    assert name.name == "Rap: Nas, Jay-Z"
    assert name.full_name == "Rap: Nas, Jay-Z, Somebody"


def test_a_genre_that_all_tastes_have_is_less_typical():
    everywhere = {artist: ["music", *genres] for artist, genres in GENRES.items()}

    country, rap = list_names(COUNTRY, RAP, genres=everywhere)

    assert (country.name, rap.name) == ("Country: Cash, Parton", "Rap: Nas, Jay-Z")


def test_two_tastes_differ_in_genre_where_the_second_has_another_that_is_nearly_as_typical():
    genres = {
        "a": ["pop", "rock"],
        "b": ["pop", "rock"],
        "c": ["pop", "soul"],
        "d": ["pop", "soul"],
        "e": ["pop"],
    }

    names = list_names({"e": 9, "a": 1, "b": 1}, {"c": 4, "d": 4}, genres=genres)

    assert [name.name for name in names] == ["Pop: e, a", "Soul: c, d"]
    assert [name.full_name for name in names] == ["Pop, rock: e, a, b", "Soul, pop: c, d"]


def test_two_tastes_of_the_same_only_genre_are_told_apart_by_their_artists():
    genres = {artist: ["pop"] for artist in "abcd"}

    names = list_names({"a": 2, "b": 1}, {"c": 1, "d": 1}, genres=genres)

    assert [name.name for name in names] == ["Pop: a, b", "Pop: c, d"]


def test_without_genres_a_taste_is_named_by_its_artists():
    names = list_names(COUNTRY, RAP, genres={})

    assert [name.name for name in names] == ["Cash, Parton", "Nas, Jay-Z"]


def test_genres_of_few_of_its_songs_do_not_name_a_taste():
    (name,) = list_names({"Cash": 30, "Nas": 3, "Jay-Z": 2}, genres={"Nas": ["rap"], "Jay-Z": ["rap"]})

    assert (name.name, name.genres) == ("Cash, Nas", ())


def test_a_taste_of_unknown_artists_has_a_name_too():
    names = list_names(RAP, {}, genres=GENRES)

    assert [name.name for name in names] == ["Rap: Nas, Jay-Z", "Other songs"]


@pytest.mark.parametrize(
    ("genre", "written"), [("r&b", "R&B"), ("edm", "EDM"), ("k-pop", "K-pop"), ("uk garage", "UK garage")]
)
def test_a_genre_is_written_as_people_write_it(genre, written):
    (name,) = list_names({"a": 4, "b": 4}, genres={"a": [genre], "b": [genre]})

    assert name.name == f"{written}: a, b"
