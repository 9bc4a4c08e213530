import pytest

from recommender.matching.artist_names import canonicalise
from recommender.matching.normalise import normalise


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("The Beatles", "Beatles"),
        ("Prince & The Revolution", "Prince"),
        ("Bob Marley & The Wailers", "Bob Marley"),
        ("Tom Petty and the Heartbreakers", "Tom Petty"),
        ("Percy Faith & His Orchestra", "Percy Faith"),
        ("Bruce Springsteen with The Sessions Band", "Bruce Springsteen"),
        ("Emmylou Harris with Glen Campbell", "Emmylou Harris"),
        ("YG feat. TeeFLii", "YG"),
        ("Selena y Los Dinos", "Selena"),
        ("Kid Abelha e os Abóboras Selvagens", "Kid Abelha"),
        ("The Dave Brubeck Quartet", "Dave Brubeck"),
        ("Glenn Miller Orchestra", "Glenn Miller"),
        ("Dave Matthews Band", "Dave Matthews"),
        ("Neal Hefti and his Orchestra and Chorus", "Neal Hefti and his Orchestra"),
    ],
)
def test_variants_of_a_name_are_one(name, variant):
    assert canonicalise(normalise(name)) == canonicalise(normalise(variant))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Alkaline Trio", "Alkaline"),
        ("The Band", "Band of Horses"),
        ("Hank Williams, Jr.", "Hank Williams"),
        ("Simon & Garfunkel", "Simon"),
        ("Iron & Wine", "Iron"),
        ("Down With Webster", "Down"),
        ("M.I.A.", "Mia"),
    ],
)
def test_different_artists_stay_apart(name, other):
    assert canonicalise(normalise(name)) != canonicalise(normalise(other))


@pytest.mark.parametrize("name", ["the", "the the", "and the", "feat", "with", "???", "band", ""])
def test_of_no_name_nothing_is_left(name):
    assert canonicalise(name) or not name
