"""The language of each artist."""

import pytest

from recommender.ranking.languages import LANGUAGES
from tests.support.judged import Judged, judge

NAMES = ("", *(language.name for language in LANGUAGES))


def detect(titles, genres=()):
    catalogue = judge([Judged(title, ("Somebody",)) for title in titles], {"Somebody": genres})
    [language] = catalogue.artist_languages.tolist()
    return NAMES[language]


@pytest.mark.parametrize(
    ("titles", "genres", "language"),
    [
        (("Yo Sin Tu Amor", "La Noche"), (), "spanish"),
        (("Mañana", "¿Quién?"), (), "spanish"),
        (("Ich und Du", "Wie Schön"), (), "german"),
        (("Группа крови", "Звезда"), (), "russian"),
        (("千本桜", "さくら", "ありがとう", "きみ"), (), "japanese"),
        (("Yo Sin Tu Amor",), (), ""),
        (("Yo Sin Tu Amor",), ("latin pop",), "spanish"),
        (("Bailando",), ("latin pop",), "spanish"),
        (("Bailando",), ("latin pop", "sertanejo"), ""),
        (("Hips in the Night", "Whenever You Want"), ("latin pop",), ""),
        (("Yo Sin Tu Amor", "La Noche", "I Want You", "What is Love"), ("latin pop",), ""),
        (("Yesterday", "Let It Be"), (), ""),
        (("", "!!!"), (), ""),
        (("La Vie en Rose", "Te Quiero", "Je t'aime, moi non plus", "Yo Soy"), (), ""),
    ],
)
def test_an_artist_sings_in_the_language_of_the_titles_and_genres(titles, genres, language):
    assert detect(titles, genres) == language


def test_every_language_has_a_name_and_signs_of_its_own():
    assert len(set(NAMES)) == len(NAMES)
    assert all(language.words or language.letters for language in LANGUAGES)
