import numpy as np
import pytest

from recommender.matching.match import match
from recommender.song import Song
from recommender.tastes.listener import add_liked, build_profile, find_new_rows
from tests.support.songs import Row, saved, small, song_id

ROWS = [
    Row("Here", ("Abba",), year=1976, popularity=70),
    Row("There", ("Cher", "Abba"), year=1998, popularity=80),
]


def profile(*library):
    catalogue, _ = small(ROWS)
    listener = build_profile(library, match(library, catalogue), catalogue)
    names = {
        place: name for place, name in zip(catalogue.first_artists.tolist(), ("Abba", "Cher"), strict=True)
    }
    return [names.get(place) for place in listener.artists.tolist()], listener


def test_the_catalogue_s_facts_go_before_the_library_s():
    artists, listener = profile(saved(1, "Anything", ("Somebody",), 2011), saved(0))

    assert artists == ["Cher", "Abba"]
    assert listener.years.tolist() == [1998, 1976]
    assert listener.popularity.tolist() == [80, 70]


def test_a_song_that_the_catalogue_lacks_still_counts_by_its_artist_and_year():
    artists, listener = profile(
        Song("", "Elsewhere", ("ABBA", "Cher"), 1980),
        Song("", "Nowhere", ("Nobody",)),
        Song("", "Nameless", ()),
    )

    assert artists == ["Abba", None, None]
    assert listener.years.tolist() == [1980, -1, -1]
    assert listener.popularity.dtype == np.uint8
    assert len(listener.popularity) == 0


KNOWN = [
    Row("One", ("Abba",)),
    Row("Two", ("Cher", "Dido")),
    Row("Three", ("Bob Marley",)),
    Row("Four", ("Prince & The Revolution",)),
    Row("Five", ("Prince",)),
    Row("Six", ("The Beatles", "Elton")),
    Row("Seven", ("Elton",)),
    Row("Eight", ("Fela", "Dido")),
]


def list_new(library, liked=()):
    """List the titles of the songs of whose artists the listener has nothing."""
    catalogue, _ = small(KNOWN)
    listener = build_profile(library, match(library, catalogue), catalogue)
    listener = add_liked(listener, catalogue.find_rows([song_id(number) for number in liked]), catalogue)
    is_new = find_new_rows(listener.is_known_artist, catalogue)
    return {catalogue.song(row).title for row in np.flatnonzero(is_new).tolist()}


ALL = {row.title for row in KNOWN}


@pytest.mark.parametrize(
    ("song", "known"),
    [
        (saved(0), {"One"}),
        # The catalogue's credits count, guests included, and a song with a known guest is not new.
        (saved(1), {"Two", "Eight"}),
        (Song("", "Elsewhere", ("Nobody", "ELTON")), {"Six", "Seven"}),
        (Song("", "Elsewhere", ("Nobody", "Fela")), {"Eight"}),
        (Song("", "Elsewhere", ("Nobody",)), set()),
        (Song("", "Nameless", ()), set()),
        # Variants, whether the catalogue has the name or not.
        (saved(4), {"Four", "Five"}),
        (Song("", "Elsewhere", ("Bob Marley & The Wailers",)), {"Three"}),
        (Song("", "Elsewhere", ("Beatles",)), {"Six"}),
    ],
)
def test_new_is_a_song_of_whose_artists_nothing_is_saved(song, known):
    assert list_new([song]) == ALL - known


def test_the_artists_of_liked_songs_are_known():
    assert list_new([saved(0)], liked=[1, 1]) == ALL - {"One", "Two", "Eight"}
