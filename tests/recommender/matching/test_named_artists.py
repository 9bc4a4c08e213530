"""Artists of the catalogue, found by what somebody has typed."""

from recommender.matching.named_artists import NamedArtist, find_named
from tests.support.songs import Row, small


def test_an_artist_is_found_by_the_whole_name_in_whatever_spelling_and_without_the():
    catalogue, _ = small(
        [
            Row("One", ("The Beatles",), popularity=70),
            Row("Two", ("The Beatles",), popularity=80),
            Row("Three", ("Beyoncé",), popularity=60),
        ]
    )

    found = find_named(["beatles", "THE BEATLES", "beyonce", "beat", ""], catalogue)

    beatles = NamedArtist("The Beatles", 80)
    assert found == [beatles, beatles, NamedArtist("Beyoncé", 60), None, None]
    assert find_named([], catalogue) == []
