"""What a mix does that starts from songs or artists of the catalogue."""

from dataclasses import replace

import numpy as np
import pytest

from formats.library_csv import read_library
from recommender import Wishes, pick, prepare, recommend
from recommender.ranking.starts import rate_starts
from tests.support.songs import Row, real_build, real_data, saved, small, song_id
from training.together import read_playlists

GENRES = {"Mine": ["pop"], "Miles": ["jazz"], "Bill": ["jazz"], "Loud": ["metal"]}
ROWS = [
    *(Row(f"Mine {n}", ("Mine",), (2, 0)) for n in range(5)),
    Row("So What", ("Miles",), (0, 2), popularity=60),
    Row("Blue in Green", ("Miles", "Bill"), (0, 2, 0.2), popularity=50),
    Row("Peace Piece", ("Bill",), (0, 2, -0.4)),
    Row("Noise", ("Loud",), (2, 2)),
    Row("Unknown", ("Nobody",), (0.1, 2)),
]


def rate(songs=(), artists=()):
    catalogue, _ = small(ROWS, genres=GENRES)
    likeness = rate_starts(songs, artists, catalogue)
    titles = [catalogue.song(row).title for row in range(len(catalogue))]
    return [dict(zip(titles, of_start.tolist(), strict=True)) for of_start in likeness]


def test_a_start_is_most_like_itself_then_its_genre_and_sound():
    (likeness,) = rate(songs=[song_id(5)])

    assert likeness["So What"] == 1
    assert 1 > likeness["Blue in Green"] > likeness["Peace Piece"] > likeness["Unknown"] > likeness["Noise"]
    # Genres are three quarters of it, and the sound, 0.4 standard deviations away, nearly a quarter.
    assert likeness["Peace Piece"] == pytest.approx((3 + np.exp(-(0.4**2) / 4)) / 4, abs=1e-3)


def test_an_artist_is_like_all_their_songs_and_may_be_spelt_in_any_way():
    (likeness,) = rate(artists=["MILES"])

    assert likeness["So What"] == pytest.approx(likeness["Blue in Green"]) == 1
    assert likeness["Peace Piece"] > 0.9


def test_of_an_artist_without_genres_only_the_sound_counts():
    (likeness,) = rate(artists=["Nobody"])

    assert likeness["Unknown"] == 1
    assert likeness["So What"] == pytest.approx(np.exp(-(0.1**2) / 4), abs=1e-5)


def test_unknown_starts_have_no_effect():
    assert rate(songs=["?", song_id(99)], artists=["No such artist", ""]) == []
    catalogue, model = small(ROWS, genres=GENRES)
    starts = {"start_songs": frozenset({"?"}), "start_artists": frozenset({"No such artist"})}

    assert recommend([saved(0)], catalogue, model, Wishes(**starts)) == recommend(
        [saved(0)], catalogue, model
    )


def test_artists_who_stand_together_with_a_start_in_playlists_are_like_it(tmp_path):
    lines = [
        "u,Miles,So What,a",
        "u,Loud,Noise,a",
        "u,Miles,So What,b",
        "u,Loud,Noise,b",
        "u,Nobody,Unknown,c",
    ]
    (tmp_path / "lists.csv").write_text("\n".join(["user_id,artistname,trackname,playlistname", *lines]))
    catalogue, _ = small(ROWS)
    catalogue = replace(catalogue, together=read_playlists([tmp_path / "lists.csv"], catalogue).together)
    titles = [catalogue.song(row).title for row in range(len(catalogue))]

    (likeness,) = rate_starts([song_id(5)], [], catalogue)

    by_title = dict(zip(titles, likeness.tolist(), strict=True))
    # Two thirds by playlists, and the sound two standard deviations away.
    assert by_title["Noise"] == pytest.approx((2 + np.exp(-1)) / 3, abs=1e-5)
    assert by_title["Unknown"] < 0.4


def test_the_songs_of_a_mix_lean_towards_its_start_which_may_be_among_them():
    rows = [
        *(Row(f"Mine {n}", (f"Mine {n}",), (2, 0)) for n in range(8)),
        *(Row(f"Pop {n}", (f"Pop {n}",), (2, n / 50)) for n in range(40)),
        *(Row(f"Jazz {n}", (f"Jazz {n}",), (0, 2 + n / 50)) for n in range(40)),
    ]
    genres = {row.artists[0]: ["jazz" if row.title.startswith("Jazz") else "pop"] for row in rows}
    catalogue, model = small(rows, genres=genres)
    prepared = prepare([saved(number) for number in range(8)], catalogue, model)

    def count_jazz(**wishes):
        titles = [each.song.title for each in pick(prepared, Wishes(size=20, **wishes)).picks]
        assert len(titles) == 20
        return "Jazz 3" in titles and sum(title.startswith("Jazz") for title in titles)

    assert not count_jazz()
    assert count_jazz(start_songs=frozenset({song_id(51)})) > 10
    assert count_jazz(start_artists=frozenset({"Jazz 3"})) > 10
    assert not count_jazz()


@pytest.mark.parametrize(
    ("artist", "genres"),
    [("Miles Davis", ("jazz", "bop")), ("Johnny Cash", ("country",)), ("Eminem", ("rap", "hip hop"))],
)
@pytest.mark.parametrize("number", [2, 9])
@pytest.mark.slow
def test_most_of_a_real_listener_s_mix_is_of_the_start_s_genres(number, artist, genres, tmp_path_factory):
    library = read_library(real_data(f"libraries/library-{number}.csv.gz"))
    build = real_build(tmp_path_factory)
    catalogue = build.catalogue

    mix = recommend(library, catalogue, build.model, Wishes(start_artists=frozenset({artist})))

    rows = catalogue.find_rows([each.song.id for each in mix.picks])
    names = [
        " ".join(build.model.genre_names[genre] for genre in catalogue.get_genres(first))
        for first in catalogue.first_artists[rows].tolist()
    ]
    assert len(mix.picks) == 50
    assert mix.new_artists == 25
    assert sum(any(genre in of_artist for genre in genres) for of_artist in names) > 30
