"""The lines in which songs and artists are found, as training writes them."""

from recommender.catalogue.search import Found, find
from tests.support.songs import Row, small, song_id

ROWS = [
    Row("Don't Stop\nMe Now", ("Queen",), popularity=80),
    Row("Halo", ("Beyoncé", "Ann"), popularity=90),
    Row("Halo - Live", ("BEYONCE", "Bo"), popularity=10),
    Row("Halo", ("Beyoncé",), popularity=90, year=2008),
]


def test_a_line_has_the_folded_words_and_the_number_of_the_best_known_row():
    catalogue, _ = small(ROWS, 1)

    assert (
        catalogue.search_songs.tobytes().decode() == " halo beyonce ann\x1f1\n dont stop me now queen\x1f0\n"
    )


def test_an_artist_has_one_line_with_the_place_of_the_credit_on_their_best_known_row():
    catalogue, _ = small(ROWS, 1)

    assert catalogue.search_artists.tobytes().decode() == (
        " beyonce\x1f1\n ann\x1f2\n queen\x1f0\n bo\x1f4\n"
    )


def test_who_is_credited_only_on_a_version_that_is_not_listed_is_found_too():
    catalogue, _ = small(ROWS, 1)

    assert find(catalogue, "bo", 8) == [Found("artist", "Bo", "Bo")]
    assert find(catalogue, "halo", 8) == [Found("song", song_id(1), "Halo – Beyoncé, Ann")]
