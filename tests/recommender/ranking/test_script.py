import numpy as np
import pytest

from recommender import recommend
from recommender.matching.scripts import SCRIPTS, find_scripts
from recommender.ranking.signals.script import has_script, rate_script
from recommender.report import as_json
from recommender.song import Song
from tests.support.songs import Row, saved, small

CYRILLIC = 1
ROWS = [
    Row("Hello", ("Adele",)),
    Row("Кукушка", ("Кино",)),
    Row("Dance", ("Кино",)),
    Row("Home", ("Zemfira",)),
    Row("Искала", ("Zemfira",)),
    Row("Blue", ("Anna",)),
    Row("Red", ("Berta",)),
    Row("Green", ("Cleo",)),
]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Hello", ""),
        ("Motörhead", ""),
        ("", ""),
        ("♥", ""),
        ("Кукушка", "Cyrillic"),
        ("Кукушка (Remix)", "Cyrillic"),
        ("Άσπρα", "Greek"),
        ("حبيبي", "Arabic"),
        ("שיר", "Hebrew"),
        ("तुम", "Devanagari"),
        ("รัก", "Thai"),
        ("사랑", "Hangul"),
        ("愛", "Han"),
        ("さくら", "Han"),
        ("ラブ", "Han"),
    ],
)
def test_finds_the_script_of_a_text(text, script):
    numbers = {name: number for number, name in enumerate(SCRIPTS, 1)}

    assert find_scripts([text]).tolist() == [numbers.get(script, 0)]


def test_an_artist_s_songs_are_in_the_script_of_more_than_a_quarter_of_the_titles_or_of_the_name():
    catalogue, _ = small([*ROWS, *(Row(f"Song {n}", ("Dora",)) for n in range(3)), Row("Три", ("Dora",))])

    artists = [catalogue.song(row).artists[0] for row in range(len(catalogue))]
    scripts = dict(zip(artists, catalogue.artist_scripts[catalogue.first_artists].tolist(), strict=True))
    assert {name for name, script in scripts.items() if script == CYRILLIC} == {"Кино", "Zemfira"}


def test_a_row_is_rated_by_how_much_more_often_the_listener_saves_its_script():
    catalogue, _ = small(ROWS)
    scripts = np.array([CYRILLIC] * 4 + [0], dtype=np.uint8)

    values = rate_script(scripts, catalogue).at(slice(None))

    # Four saved songs in five against four rows in eight: 0.3 / 1.4.
    assert values.tolist() == pytest.approx([0, 3 / 14, 3 / 14, 3 / 14, 3 / 14, 0, 0, 0])


def test_what_the_catalogue_has_more_of_is_rated_zero():
    catalogue, _ = small(ROWS)

    assert not rate_script(np.array([CYRILLIC, 0, 0], dtype=np.uint8), catalogue).values.any()


@pytest.mark.parametrize(("n_cyrillic", "applies"), [(0, False), (1, False), (2, True)])
def test_one_song_in_twenty_is_no_habit(n_cyrillic, applies):
    scripts = np.array([CYRILLIC] * n_cyrillic + [0] * (20 - n_cyrillic), dtype=np.uint8)

    assert has_script(scripts) is applies


def test_nothing_is_said_of_scripts_to_who_saves_latin_titles():
    catalogue, model = small(ROWS)

    mix = recommend([saved(0, "Hello", ("Adele",))], catalogue, model)

    assert all("script" not in pick.signals for pick in mix.picks)


def test_cyrillic_titles_that_the_catalogue_lacks_bring_cyrillic_artists_first_and_say_so():
    catalogue, model = small([Row("Hello", ("Adele",)), *ROWS[3:]])
    unknown = [Song("", f"Песня {n}", ("Нигде",), 2000) for n in range(19)]

    mix = recommend([saved(0, "Hello", ("Adele",)), *unknown], catalogue, model)

    assert [pick.song.artists[0] for pick in mix.picks][:2] == ["Zemfira", "Zemfira"]
    by_title = {pick.song.title: pick.reasons for pick in mix.picks}
    assert "script" not in [reason.signal for reason in by_title["Home"]]
    reasons = [pick["reason"] for pick in as_json(mix, model, {})["picks"]]
    assert any("itled in Cyrillic, like 19 of your songs" in reason for reason in reasons[:2])
