"""What is left out of a mix: blunders, and languages that the listener never saves."""

import numpy as np
import pytest

from recommender import Wishes, recommend
from recommender.matching.match import match
from recommender.ranking.blunders import KINDS
from recommender.ranking.unwanted import find_unwanted
from recommender.song import Song
from tests.support.judged import Judged, judge
from tests.support.songs import Row, saved, small, song_id

MINE = [Judged(f"Mine {n}", ("A",)) for n in range(6)]
JINGLES = [Judged(f"Christmas {n}", ("B",)) for n in range(6)]
SPANISH = [Judged("La Noche", ("C",)), Judged("Yo Sin Ella", ("C",))]
RUSSIAN = [Judged("Группа крови", ("Kino",)), Judged("Звезда", ("Kino",))]


def list_unwanted(rows, library, allow=(), leave_out=()):
    catalogue = judge(rows)
    titles = [song.title for song in library]
    is_unwanted = find_unwanted(titles, match(library, catalogue), catalogue).mark(
        allow, leave_out, catalogue
    )
    return [rows[row].title for row in np.flatnonzero(is_unwanted).tolist()]


@pytest.mark.parametrize(("n_saved", "n_left_out"), [(0, 6), (2, 6), (3, 0), (6, 0)])
def test_a_kind_of_blunder_is_left_out_unless_a_few_are_saved(n_saved, n_left_out):
    library = [saved(number) for number in range(6 + n_saved)]

    assert len(list_unwanted(MINE + JINGLES, library)) == n_left_out


def test_three_christmas_songs_of_a_thousand_are_too_few():
    rows = JINGLES[:3] + [Judged(f"Song {n}", ("A",)) for n in range(601)]

    assert list_unwanted(rows, [saved(number) for number in range(600)]) == []
    assert len(list_unwanted(rows, [saved(number) for number in range(601)])) == 3


def test_a_kind_of_blunder_may_be_allowed():
    assert list_unwanted(MINE + JINGLES, [saved(0)], {"christmas"}) == []
    assert len(list_unwanted(MINE + JINGLES, [saved(0)], {"classical"})) == 6


def test_a_kind_that_is_left_out_is_so_though_the_listener_saves_such_songs():
    library = [saved(number) for number in range(12)]

    assert list_unwanted(MINE + JINGLES, library) == []
    assert len(list_unwanted(MINE + JINGLES, library, {"christmas"}, leave_out={"christmas"})) == 6


def test_what_is_two_kinds_of_blunder_needs_both_allowed():
    rows = [*MINE, Judged("Christmas (Karaoke)", ("B",))]

    assert list_unwanted(rows, [saved(0)], {"christmas"}) == ["Christmas (Karaoke)"]
    assert list_unwanted(rows, [saved(0)], {"christmas", "karaoke"}) == []


@pytest.mark.parametrize(
    ("library", "left_out"),
    [
        ([saved(0)], ["La Noche", "Yo Sin Ella", "Группа крови", "Звезда"]),
        ([saved(0), saved(6)], ["Группа крови", "Звезда"]),
        ([saved(0), Song("", "Not in the catalogue", ("C",))], ["Группа крови", "Звезда"]),
        ([saved(0), Song("", "Звёзды", ("Nobody",))], ["La Noche", "Yo Sin Ella"]),
        ([saved(0), Song("", "Señorita", ("Nobody",))], ["Группа крови", "Звезда"]),
        ([saved(0), Song("", "Müßiggang", ())], ["La Noche", "Yo Sin Ella", "Группа крови", "Звезда"]),
    ],
)
def test_a_language_is_left_out_of_which_nothing_is_saved(library, left_out):
    assert list_unwanted(MINE + SPANISH + RUSSIAN, library) == left_out


def test_a_mix_has_no_blunders_but_those_that_are_kept():
    rows = [Row("Mine", ("A",)), Row("Silent Night", ("B",)), Row("Santa Baby", ("C",)), Row("Song", ("D",))]
    catalogue, model = small(rows)

    def list_titles(**wishes):
        mix = recommend([saved(0)], catalogue, model, Wishes(new_artists=1, **wishes))
        return {pick.song.title for pick in mix.picks}

    assert list_titles() == {"Song"}
    assert list_titles(kept=frozenset({song_id(2)})) == {"Song", "Santa Baby"}
    assert list_titles(allow=frozenset({"christmas"})) == {"Song", "Silent Night", "Santa Baby"}


def test_a_recording_is_picked_under_one_name_and_never_where_another_is_owned():
    sound = {"duration_ms": 200_000, "tempo": 120}
    rows = [
        Judged("Culo", ("Pitbull", "Lil Jon"), sound),
        Judged("Culo", ("Lil Jon", "Pitbull"), sound),
        *MINE,
    ]
    catalogue = judge(rows)
    _, model = small([Row("Any", ("A",))], 1)

    def list_titles(number):
        mix = recommend([saved(number)], catalogue, model, Wishes(per_artist=9))
        return [pick.song.title for pick in mix.picks]

    assert list_titles(2).count("Culo") == 1
    assert "Culo" not in list_titles(0)


def test_the_bits_of_all_kinds_fit():
    assert len(set(KINDS)) == len(KINDS) <= 16
