import zipfile

import numpy as np
import pytest

from recommender.catalogue.build import compute_sha256
from recommender.catalogue.features import NAMES
from recommender.errors import BadDataset
from tests.support.songs import TRACKS, TRACKS_FEATURES, as_csv, kaggle_rows, song_id
from training import dataset as reading
from training.dataset import read_dataset
from training.gaps import fill_gaps
from training.sources import read_songs

YEAR, POPULARITY, EXPLICIT = (NAMES.index(name) for name in ("year", "popularity", "explicit"))


@pytest.fixture
def table(tmp_path):
    """Write rows to a table with the columns of a kind."""

    def write(name, rows, columns=None):
        path = tmp_path / name
        path.write_text(as_csv(rows, columns) if columns else as_csv(rows), encoding="utf-8")
        return path

    return write


def test_the_year_of_tracks_csv_is_taken_from_its_date(table):
    rows = kaggle_rows(3)
    for row, date in zip(rows, ("1922-02-22", "1965-07", "2021"), strict=True):
        row["release_date"] = date

    dataset = read_dataset(table("tracks.csv", rows, TRACKS))

    assert dataset.features[:, YEAR].tolist() == [1922, 1965, 2021]
    others = [place for place in range(len(NAMES)) if place != YEAR]
    expected = [[float(row[name]) for name in NAMES] for row in rows]
    assert dataset.features[:, others].tolist() == np.array(expected)[:, others].tolist()


def test_tracks_features_csv_has_no_popularity_and_says_true_and_false(table):
    rows = kaggle_rows(2)
    rows[0]["explicit"], rows[1]["explicit"] = "True", "False"

    dataset = read_dataset(table("tracks_features.csv", rows, TRACKS_FEATURES))

    assert np.isnan(dataset.features[:, POPULARITY]).all()
    assert not np.isnan(np.delete(dataset.features, POPULARITY, axis=1)).any()
    assert dataset.features[:, EXPLICIT].tolist() == [1, 0]
    assert dataset.features[:, YEAR].tolist() == [1950, 1951]


@pytest.mark.parametrize(
    ("columns", "spoilt", "reason"),
    [
        (TRACKS, {"release_date": ""}, "missing_value"),
        (TRACKS, {"release_date": "soon"}, "not_a_number"),
        (TRACKS, {"release_date": "0000"}, "year_zero"),
        (TRACKS, {"popularity": ""}, "missing_value"),
        (TRACKS_FEATURES, {"explicit": "maybe"}, "not_a_number"),
        (TRACKS_FEATURES, {"tempo": "-1"}, "out_of_range"),
        (TRACKS_FEATURES, {"year": "0"}, "year_zero"),
    ],
)
def test_bad_rows_of_the_relatives_are_counted_by_their_reason(table, columns, spoilt, reason):
    rows = kaggle_rows(100)
    rows[50] |= spoilt

    assert read_dataset(table("songs.csv", rows, columns)).bad == {reason: 1}


@pytest.mark.parametrize(
    ("columns", "without", "lacking"),
    [
        (TRACKS, "release_date", "year"),
        (TRACKS, "popularity", "popularity"),
        (TRACKS_FEATURES, "explicit", "explicit"),
    ],
)
def test_a_relative_that_lacks_a_column_of_its_kind_is_refused(table, columns, without, lacking):
    path = table("songs.csv", kaggle_rows(3), [name for name in columns if name != without])

    with pytest.raises(BadDataset, match=f"lacks the column {lacking}, if it is a tracks"):
        read_dataset(path)


def test_the_relatives_are_found_in_a_zip(tmp_path):
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("artists.csv", "id,followers\n")
        archive.writestr("kaggle/tracks.csv", as_csv(kaggle_rows(4), TRACKS))

    assert len(read_dataset(path).ids) == 4


def test_a_table_read_in_many_chunks_is_one(table, monkeypatch):
    rows = kaggle_rows(700)
    rows[699]["id"] = song_id(5)
    rows[300]["tempo"] = "fast"
    path = table("data.csv", rows)
    whole = read_dataset(path)
    monkeypatch.setattr(reading, "CHUNK_ROWS", 99)
    monkeypatch.setattr(reading, "CHUNKS_AT_ONCE", 3)

    in_chunks = read_dataset(path)

    assert in_chunks.bad == whole.bad == {"not_a_number": 1}
    assert in_chunks.repeated == whole.repeated == 1
    for name in ("ids", "titles", "artists"):
        assert list(getattr(in_chunks, name)) == list(getattr(whole, name))
    assert in_chunks.features.tolist() == whole.features.tolist()


def test_a_song_in_several_files_is_taken_from_the_one_with_most_features_then_from_the_first(table):
    rows = kaggle_rows(6)
    titled = {name: [row | {"name": f"{row['name']}, {name}"} for row in rows] for name in "abc"}
    poor = table("a.csv", titled["a"][:4], TRACKS_FEATURES)
    rich = table("b.csv", titled["b"][2:5])
    rich_too = table("c.csv", titled["c"][3:], TRACKS)

    songs = read_songs([poor, rich, rich_too])

    assert dict(zip(songs.dataset.ids, songs.dataset.titles, strict=True)) == {
        song_id(0): "Song 0, a",
        song_id(1): "Song 1, a",
        song_id(2): "Song 2, b",
        song_id(3): "Song 3, b",
        song_id(4): "Song 4, b",
        song_id(5): "Song 5, c",
    }
    assert [(one.name, one.rows, one.kept) for one in songs.sources] == [
        ("a.csv", 4, 2), ("b.csv", 3, 3), ("c.csv", 3, 1),
    ]  # fmt: skip
    assert [one.sha256 for one in songs.sources] == [compute_sha256(path) for path in (poor, rich, rich_too)]
    assert songs.filled == {"year": 0, "popularity": 2, "explicit": 0}
    assert songs.dataset.bad == {}
    assert not np.isnan(songs.dataset.features).any()


def test_bad_rows_of_all_files_add_up(table):
    one, other = kaggle_rows(200), kaggle_rows(300)
    one[0]["tempo"] = other[0]["tempo"] = ""
    other[1]["year"] = "0"

    songs = read_songs([table("one.csv", one), table("other.csv", other)])

    assert songs.dataset.bad == {"missing_value": 2, "year_zero": 1}
    assert [(source.rows, source.kept) for source in songs.sources] == [(199, 199), (298, 100)]


def test_a_file_named_twice_counts_once(table):
    path = table("data.csv", kaggle_rows(3))

    assert [source.kept for source in read_songs([path, path]).sources] == [3]


NAN = float("nan")


def filled(rows):
    popularity, years, names = zip(*rows, strict=True)
    guessed = fill_gaps(np.array(popularity), np.array(years), [(name, "Guest") for name in names])
    return guessed.tolist()


def test_an_unknown_popularity_is_that_of_the_year_shifted_as_the_artist_s_other_songs_are():
    rows = [
        (30.0, 1990, "A"),
        (50.0, 1990, "B"),  # the mean of 1990 is 40, of 2000 is 60, of all 52
        (60.0, 2000, "B"),
        (48.0, 2000, "C"),
        (72.0, 2000, "D"),
        (NAN, 1990, "Unknown"),
        (NAN, 2000, "A"),  # one song, 10 below its year: a third of that
        (NAN, 1990, "B"),  # two songs, 10 above and 0 above: a quarter of their sum
        (NAN, 1970, "Unknown"),
    ]

    assert filled(rows) == pytest.approx([30, 50, 60, 48, 72, 40, 60 - 10 / 3, 40 + 10 / 4, 52])


def test_an_estimated_popularity_stays_within_the_scale():
    rows = [(0.0, 2000, "A")] * 20 + [(5.0, 1990, "B"), (100.0, 2000, "B")] + [(NAN, 1990, "A")]
    rows += [(100.0, 2000, "C")] * 20 + [(99.0, 2010, "D"), (NAN, 2010, "C")]

    guessed = filled(rows)

    assert (guessed[22], guessed[-1]) == (0, 100)


def test_where_nothing_is_known_every_popularity_is_the_same():
    assert filled([(NAN, 1990, "A"), (NAN, 2000, "B")]) == [0, 0]
