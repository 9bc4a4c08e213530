"""The evaluation of the listeners' own tastes."""

import json

import numpy as np
import pytest

from evaluation import own_tastes
from evaluation.hiding import HidingProtocol
from evaluation.own_tastes import compute_rand_index, measure_tastes
from formats.errors import FormatError
from recommender.catalogue.build import Build
from recommender.tastes.taste_names import TasteName
from tests.support.songs import Row, small, song_id

SONGS = {"Cash": 6, "Parton": 5, "Nas": 6, "Jay-Z": 5, "Bach": 6, "Liszt": 5}
GENRES = {artist: [genre] for artist, genre in zip(SONGS, "CCRRBB", strict=True)}
ROWS = [
    Row(f"Song {number}", (artist,), (number % 2, 1 - number % 2))
    for artist, n_songs in SONGS.items()
    for number in range(n_songs)
]


@pytest.fixture
def build():
    return Build(*small(ROWS, genres=GENRES), manifest={})


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "hers.csv"
    lines = [f"{song_id(number)},{row.title},{row.artists[0]}" for number, row in enumerate(ROWS)]
    path.write_text("\n".join(["id,name,artists", *lines]), encoding="utf-8")
    return path


def measure(files, build, minimum=2, sample=None):
    return measure_tastes(files, build, HidingProtocol(minimum=minimum), sample)


def test_artists_are_whole_in_tastes_and_torn_by_clusters(library, build):
    (hers,) = measure([library], build).values()

    assert (hers.by_cluster, hers.by_taste) == (2, 1)
    assert sorted(name.name for name in hers.names) == ["B: Bach, Liszt", "C: Cash, Parton", "R: Nas, Jay-Z"]
    assert hers.songs == (11, 11, 11)


def test_the_halves_of_the_artists_are_compared_for_each_number_of_tastes(library, build):
    (hers,) = measure([library], build).values()

    assert list(hers.agreement) == ["chosen", "3", "4", "5", "6", "7", "8"]
    assert all(-1 <= index <= 1 for index in hers.agreement.values())


def test_a_listener_with_too_few_songs_is_left_out(library, build):
    with pytest.raises(FormatError, match="none of the 1 playlists has 34 songs"):
        measure([library], build, minimum=34)


def test_a_sample_has_as_many_listeners_as_asked_for(library, build, tmp_path):
    other = tmp_path / "his.csv"
    other.write_text(library.read_text(encoding="utf-8"), encoding="utf-8")

    assert len(measure([library, other], build)) == 2
    assert len(measure([library, other], build, sample=1)) == 1


def test_one_artist_alone_is_spread_over_no_more_than_one_taste(build, tmp_path):
    path = tmp_path / "few.csv"
    path.write_text(f"id,name,artists\n{song_id(0)},a,Cash\n{song_id(1)},b,Cash\n", encoding="utf-8")

    (few,) = measure([path], build).values()

    # Two songs are too few to be torn apart.
    assert (few.by_cluster, few.by_taste) == (0, 0)
    assert few.agreement["chosen"] == 1


def test_the_index_is_that_of_the_pairs():
    # Of the 10 pairs each groups 4, both the same 2, by chance 1.6: (2 - 1.6) / (4 - 1.6).
    first, second = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1])

    assert compute_rand_index(first, second) == pytest.approx(1 / 6)
    assert compute_rand_index(first, 1 - first) == 1


def test_the_page_tells_means_and_no_listener_s_artists(library, build):
    page = own_tastes.as_markdown(measure([library], build))

    assert "1 listeners with 3 tastes, which have 3 names." in page
    assert "| own tastes | 1.00 |" in page
    assert "Cash" not in page


def test_the_figures_are_json(library, build):
    figures = json.loads(json.dumps(own_tastes.as_json(measure([library], build))))

    assert figures["hers.csv"]["songs"] == [11, 11, 11]
    assert TasteName(**figures["hers.csv"]["names"][0]).name in (
        "B: Bach, Liszt",
        "C: Cash, Parton",
        "R: Nas, Jay-Z",
    )
