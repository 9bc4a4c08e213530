import json
import random

import numpy as np
import pytest

from recommender.catalogue.build import load_build
from recommender.catalogue.features import NAMES
from recommender.errors import BadDataset
from tests.support.dataset_files import COLUMNS, QUIRKS, make_rows, write
from tests.support.songs import real_data, song_id
from training.dataset import read_dataset
from training.gaps import fill_gaps
from training.genres import find_genres, read_genres
from training.kinds import KINDS
from training.sources import read_songs
from training.train import as_json, train

YEAR, POPULARITY, EXPLICIT = (NAMES.index(name) for name in ("year", "popularity", "explicit"))
LACKING = {"tracks_features.csv": "popularity", "dataset.csv": "year", "spotify_data.csv": "explicit"}


@pytest.fixture
def file(tmp_path):
    """Write rows to a file of a kind."""

    def make(kind, rows, name=None):
        path = tmp_path / (name or kind)
        path.write_text(write(kind, rows), encoding="utf-8")
        return path

    return make


def test_there_is_a_made_up_file_of_every_kind():
    assert {kind.name for kind in KINDS} == set(COLUMNS)


@pytest.mark.parametrize("quirk", QUIRKS)
@pytest.mark.parametrize("kind", COLUMNS)
def test_every_song_of_every_kind_is_read_whatever_is_odd_about_the_file(tmp_path, kind, quirk):
    odd, rows = QUIRKS[quirk], make_rows(kind, 20)
    path = tmp_path / "songs.csv"
    text = odd.rewrite(write(kind, [odd.change(row) for row in rows], odd.delimiter))
    path.write_bytes(text.encode(odd.encoding))

    dataset = read_dataset(path)

    assert dataset.kind.name == kind
    assert tuple(dataset.ids) == tuple(song_id(number) for number in range(20))
    assert tuple(dataset.titles) == tuple(f"Song {number}" for number in range(20))
    expected = np.array([[float(row[name]) for name in NAMES] for row in rows])
    if quirk in ("true", "TRUE", "True", "1", "1.0"):
        expected[:, EXPLICIT] = 1
    if kind in LACKING:
        expected[:, NAMES.index(LACKING[kind])] = np.nan
    np.testing.assert_array_equal(dataset.features, expected)
    assert dataset.bad == {}
    assert dataset.repeated == (20 if quirk == "its-own-header-in-the-middle" else 0)


@pytest.mark.parametrize("kind", COLUMNS)
def test_the_artists_of_every_kind_are_told_apart(file, kind):
    songs = read_songs([file(kind, make_rows(kind, 5))])

    one = kind == "spotify_data.csv"
    assert tuple(songs.dataset.artists) == ((("Some Body",) if one else ("Some Body", "Any Body")),) * 5


def test_an_artist_with_a_comma_stays_whole_in_charts_where_another_file_knows_the_name(file):
    charts, tracks = make_rows("universal_top_spotify_songs.csv", 3), make_rows("tracks.csv", 2, start=3)
    charts[0]["artists"] = "Kali Uchis, Tyler, The Creator, Some Body"
    charts[1]["artists"] = "Earth, Wind & Fire"
    charts[2]["artists"] = "Tyler, Some Body"
    tracks[0]["artists"] = "['Tyler, The Creator']"
    tracks[1]["artists"] = "['Earth, Wind & Fire', 'The Creator']"

    songs = read_songs([file("universal_top_spotify_songs.csv", charts), file("tracks.csv", tracks)])

    by_id = dict(zip(songs.dataset.ids, songs.dataset.artists, strict=True))
    assert by_id[song_id(0)] == ("Kali Uchis", "Tyler, The Creator", "Some Body")
    assert by_id[song_id(1)] == ("Earth, Wind & Fire",)
    assert by_id[song_id(2)] == ("Tyler", "Some Body")


def test_a_song_that_stands_once_for_each_genre_or_day_is_kept_once_with_its_highest_popularity(file):
    rows = make_rows("universal_top_spotify_songs.csv", 30)
    again = [row | {"snapshot_date": "2025-06-10", "popularity": "77"} for row in rows[:10]]
    first_day = [row | {"snapshot_date": "2025-06-09", "popularity": "0"} for row in rows[5:15]]

    dataset = read_dataset(file("universal_top_spotify_songs.csv", [*first_day, *rows, *again]))

    popularity = dict(zip(dataset.ids, dataset.features[:, POPULARITY].tolist(), strict=True))
    assert popularity == {song_id(number): 77 if number < 10 else 40 for number in range(30)}
    assert (dataset.repeated, dataset.bad) == (20, {})


def test_what_the_best_file_lacks_of_a_song_comes_from_the_next_one(file):
    rows = {kind: make_rows(kind, 10) for kind in COLUMNS}
    for row in rows["dataset.csv"]:
        row |= {"explicit": "True", "popularity": "55"}
    for row in rows["spotify_data.csv"]:
        row |= {"year": "2023", "popularity": "66"}

    songs = read_songs([file(kind, rows[kind]) for kind in ("dataset.csv", "spotify_data.csv")])

    assert songs.dataset.features[:, [YEAR, POPULARITY, EXPLICIT]].tolist() == [[2023, 55, 1]] * 10
    assert songs.filled == {"year": 0, "popularity": 0, "explicit": 0}
    assert songs.newest_year == 2023


def test_a_year_and_whether_a_song_is_explicit_are_guessed_as_popularity_is_and_counted(file):
    charts = [
        row | {"artists": artist, "release_date": date, "explicit": flag}
        for row, (artist, date, flag) in zip(
            make_rows("universal_top_spotify_songs.csv", 4),
            [
                ("Old", "1970", "True"),
                ("Old", "1970", "True"),
                ("New", "2020", "False"),
                ("New", "2020", "False"),
            ],
            strict=True,
        )
    ]
    # The mean of the five known years is 2000; Old's two songs are 30 below it, and half of that counts.
    undated = [row | {"artists": "Old"} for row in make_rows("dataset.csv", 1, start=4)]
    unknown = [row | {"artists": "New", "year": "2020"} for row in make_rows("spotify_data.csv", 1, start=5)]

    songs = read_songs(
        [
            file("universal_top_spotify_songs.csv", charts),
            file("dataset.csv", undated),
            file("spotify_data.csv", unknown),
        ]
    )

    guessed = dict(zip(songs.dataset.ids, songs.dataset.features, strict=True))
    assert guessed[song_id(4)][YEAR] == 1985
    assert guessed[song_id(5)][EXPLICIT] == 0
    assert songs.filled == {"year": 1, "popularity": 0, "explicit": 1}
    assert songs.dataset.has_year.tolist().count(False) == 1
    assert songs.newest_year == 2020


FIVE = [kind for kind in COLUMNS if kind != "data.csv"]


def make_five(file):
    """Write the five kinds beside the Kaggle dataset: 100 songs each, of which the next file has 50, too."""
    paths = []
    for number, kind in enumerate(FIVE):
        rows = make_rows(kind, 100, start=50 * number)
        rows += rows[:10] if kind in ("dataset.csv", "universal_top_spotify_songs.csv") else []
        paths.append(file(kind, rows))
    return paths


def check_five(report, n_others):
    """Check what training says of the five files, of which 300 songs are different ones."""
    told = json.loads(json.dumps(as_json(report)))
    sources = {source["kind"]: source for source in told["sources"] if source["kind"] in FIVE}
    assert told["rows"] == n_others + 300
    assert sum(source["kept"] for source in told["sources"]) == told["rows"]
    assert {kind: source["rows"] for kind, source in sources.items()} == dict.fromkeys(FIVE, 100)
    assert {kind for kind, source in sources.items() if source["repeated"] == 10} == {
        "dataset.csv", "universal_top_spotify_songs.csv",
    }  # fmt: skip
    assert (told["repeated"], told["bad"]) == (20, {})
    assert sources["dataset.csv"]["newest_year"] is None
    # What one file lacks, the next one has, for half of its songs.
    assert told["filled"]["popularity"] == 0
    return told


def test_the_five_kinds_together_keep_each_song_once_and_name_rows_by_source_and_the_newest_year(
    file, tmp_path
):
    report = train(make_five(file), tmp_path / "models")

    told = check_five(report, n_others=0)
    build = load_build(tmp_path / "models")
    assert told["newest_year"] == build.manifest["newest_year"] == build.catalogue.newest_year == 2019
    assert build.manifest["sources"] == told["sources"]
    assert len(build.catalogue) == len(set(map(bytes, build.catalogue.ids))) == 300


@pytest.mark.parametrize(
    "name", ["dataset-maharshipandya", "spotify_data-amitansh", "explicit-lower", "trailing"]
)
def test_every_newer_dataset_that_was_refused_is_read_whole(name):
    dataset = read_dataset(real_data(f"../cases/newer-datasets/{name}.csv"))

    assert (len(dataset.ids), dataset.bad) == (12, {})


def test_the_genre_file_that_was_refused_is_read():
    assert read_genres(real_data("../cases/newer-datasets/artists.csv"))


@pytest.mark.slow
def test_the_five_kinds_and_the_real_dataset_keep_each_song_once(file, tmp_path):
    report = train([real_data("data.csv.gz"), *make_five(file)], tmp_path / "models")

    told = check_five(report, n_others=172_614)
    assert told["newest_year"] == 2026
    ids = load_build(tmp_path / "models").catalogue.ids
    assert len(ids) == len(set(map(bytes, ids))) == 172_914


def test_songs_that_no_file_dates_make_a_catalogue_that_names_no_year(file, tmp_path):
    report = train([file("dataset.csv", make_rows("dataset.csv", 60))], tmp_path / "models")

    build = load_build(tmp_path / "models")
    assert as_json(report)["newest_year"] is build.manifest["newest_year"] is None
    assert as_json(report)["filled"] == {"year": 60, "popularity": 0, "explicit": 0}
    assert {build.catalogue.song(row).year for row in range(60)} == {None}
    assert build.model.decades == ("",) * 5


@pytest.mark.slow
def test_on_the_real_songs_guesses_are_as_near_as_the_documentation_says():
    songs = read_dataset(real_data("data.csv.gz"))
    is_hidden = np.random.default_rng(0).random(len(songs.ids)) < 0.5
    years, explicit = songs.features[:, YEAR], songs.features[:, EXPLICIT] > 0.5

    guessed = fill_gaps(np.where(is_hidden, np.nan, years), np.zeros(len(years)), songs.artists)
    flags = fill_gaps(np.where(is_hidden, np.nan, explicit), years, songs.artists)

    off = np.abs(guessed - years)[is_hidden].mean()
    mean_off = np.abs(years[~is_hidden].mean() - years)[is_hidden].mean()
    assert (round(off, 1), round(mean_off, 1)) == (6.8, 12.1)
    assert round(explicit[is_hidden & (flags < 0.5)].mean(), 2) == 0.05


@pytest.mark.parametrize(
    ("kind", "genres"),
    [
        ("dataset.csv", {"Some Body": ("folk", "pop"), "Any Body": ("folk", "pop")}),
        ("spotify_data.csv", {"Some Body": ("folk", "pop")}),
    ],
)
def test_genres_are_those_of_an_artist_s_songs(file, kind, genres):
    rows = make_rows(kind, 4)
    rows[2] |= {"genre": "pop", "track_genre": "pop"}
    rows[3] |= {"genre": "", "track_genre": ""}

    path = file(kind, rows)

    assert read_genres(path) == genres
    assert find_genres([path]) == path


def test_genres_of_the_600k_dataset_are_read_and_artists_of_one_name_add_up(tmp_path):
    path = tmp_path / "artists.csv"
    path.write_text(
        "id,followers,genres,name,popularity\n"
        "0DheY5irMjBUeLybbCUEZ2,0.0,[],Armid & Amir,0\n"
        "7dGJo4pcD2V6oG8kP0tJRR,43747833.0,\"['detroit hip hop', 'rap']\",Eminem,94\n"
        "0000000000000000000000,7.0,\"['rap', 'pop']\",Eminem,1\n"
        "0000000000000000000001,7.0,['rock'],Semi;Colon,1\n"
    )

    assert read_genres(path) == {"Eminem": ("detroit hip hop", "rap", "pop"), "Semi;Colon": ("rock",)}


def test_the_artists_of_a_song_with_genres_are_parted_whatever_the_column_is_called(tmp_path):
    path = tmp_path / "songs.csv"
    path.write_text(
        "name,artists,genres\nOne Song,\"['First Artist', 'Second Artist']\",\"['indie pop', 'rock']\"\n"
    )

    genres = ("indie pop", "rock")
    assert read_genres(path) == {"First Artist": genres, "Second Artist": genres}


def test_a_genre_file_beside_goes_before_the_genres_of_songs(file, tmp_path):
    data, songs = file("data.csv", make_rows("data.csv", 2)), file("dataset.csv", make_rows("dataset.csv", 2))
    assert find_genres([data]) is None
    assert find_genres([data, songs]) == songs
    (tmp_path / "data_w_genres.csv").write_text("artists,genres\nSome Body,pop\n")

    assert find_genres([data, songs]) == tmp_path / "data_w_genres.csv"


def test_rows_that_cannot_be_read_are_counted_by_reason_and_spoil_no_other(tmp_path):
    lines = write("dataset.csv", make_rows("dataset.csv", 40)).splitlines(keepends=True)
    lines[3] = lines[3].replace("Song 2", 'Song "2')  # a stray quotation mark, which is read
    lines[5] = lines[5].replace("Song 4", "Song, 4")
    lines[7] = f'6,"{song_id(6)}\n'
    lines[9] = lines[9].replace("Song 8", "x" * 200_000)
    lines[11] = lines[11][:40] + "\n"
    (tmp_path / "songs.csv").write_text("".join(lines))

    dataset = read_dataset(tmp_path / "songs.csv", allow_bad_rows=True)

    assert dataset.bad == {"too_many_cells": 1, "unclosed_quote": 1, "too_long": 1, "missing_value": 1}
    assert set(map(song_id, range(40))) - set(dataset.ids) == {song_id(number) for number in (4, 6, 8, 10)}
    with pytest.raises(BadDataset, match="4 of 40 rows are bad"):
        read_dataset(tmp_path / "songs.csv")


GOOD = {kind: write(kind, make_rows(kind, 30)) for kind in COLUMNS}
HEADER, FIRST, *_ = GOOD["spotify_data.csv"].splitlines()
BAD_FILES = {
    "nothing": (b"", "is empty"),
    "blank lines": (b"\r\n" * 30, "is empty"),
    "zeros": (bytes(3000), "has no columns of songs and their sound"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "UTF-8"),
    "a page": (b"<!doctype html><html><p>Sign in, please</p>" * 90, "has no columns of songs"),
    "JSON": (json.dumps([{"id": "x", "name": "y"}] * 50).encode(), "has no columns of songs"),
    "a line of 3 MB": (b"x" * 3_000_000, "has no columns of songs"),
    "a library": (
        b"Track URI,Track Name,Artist Name(s)\nspotify:track:x,A,B\n",
        "only Track URI, Track Name",
    ),
    "another table": (
        b"year,rain\n1999,3\n",
        "only year, rain; known are data.csv, dataset.csv, spotify_data",
    ),
    "playlists": (b"user_id,artistname,trackname,playlistname\n1,A,B,C\n", "has no columns of songs"),
    "a header alone": (HEADER.encode() + b"\n", "has no songs"),
    "without a column": (HEADER.replace("tempo", "x").encode() + b"\n", "lacks the column tempo, if it is a"),
    "without ids": (HEADER.replace("track_id", "x").encode() + b"\n", "lacks the column id"),
    "other rows": ((HEADER + "\n" + "1,2,3\n" * 50).encode(), "50 of 50 rows are bad (50 missing_value)"),
    "ids of nothing": (
        f"{HEADER}\n{FIRST.replace(song_id(0), 'x')}\n".encode(),
        "1 of 1 rows are bad (1 bad_id)",
    ),
    "Latin-1": (GOOD["data.csv"].replace("Song 7", "Größe").encode("latin-1"), "is not UTF-8 text"),
    "half of UTF-16": (GOOD["data.csv"].encode("utf-16")[:2001], "is not UTF-8 text"),
    "open quotation marks": (
        (HEADER + "\n" + '1,"2\n' * 50).encode(),
        "50 of 50 rows are bad (50 unclosed_quote)",
    ),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_file_ends_in_one_sentence_that_says_what_is_wrong(tmp_path, what):
    content, sentence = BAD_FILES[what]
    path = tmp_path / "songs.csv"
    path.write_bytes(content)

    with pytest.raises(BadDataset) as refused:
        read_dataset(path)

    assert str(refused.value).startswith(str(path))
    assert sentence in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
    assert len(str(refused.value)) < 800


@pytest.mark.parametrize("seed", range(60))
def test_a_spoilt_file_ends_in_songs_or_in_one_sentence(tmp_path, seed):
    rng = random.Random(seed)
    content = bytearray(GOOD[rng.choice(list(GOOD))].encode(rng.choice(["utf-8", "utf-8-sig", "utf-16"])))
    for _ in range(rng.randrange(1, 30)):
        at = rng.randrange(len(content))
        what = rng.randrange(4)
        if what == 0:
            content[at] = rng.randrange(256)
        elif what == 1:
            content[at : at + rng.randrange(40)] = b""
        elif what == 2:
            content[at:at] = rng.choice(
                [b'"', b",", b";", b"\n", b"\r", b"\0", b"[", b"'", "é".encode(), b"nan"]
            )
        else:
            content[at:at] = content[max(0, at - 200) : at]
    path = tmp_path / "songs.csv"
    path.write_bytes(content)

    try:
        songs = read_songs([path], allow_bad_rows=True)
    except BadDataset as refused:
        assert len(str(refused).splitlines()) == 1
    else:
        assert len(set(songs.dataset.ids)) == len(songs.dataset.ids) > 0
        assert np.isfinite(songs.dataset.features).all()
