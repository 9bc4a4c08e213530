import numpy as np

from recommender.matching.match import match
from recommender.song import Song
from recommender.tastes.listener import build_profile
from tests.support.songs import Row, saved, small

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
