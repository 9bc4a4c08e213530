import gzip
import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from recommender.catalogue.features import NAMES
from recommender.errors import BadDataset
from tests.support.songs import KAGGLE, as_csv, kaggle_rows, real_data, song_id
from training.dataset import concatenate, read_dataset
from training.genres import read_genres
from training.kinds import KINDS


def written(folder, rows, columns=KAGGLE):
    path = folder / "data.csv"
    path.write_text(as_csv(rows, columns), encoding="utf-8")
    return path


def test_songs_are_read_in_the_order_of_the_file(tmp_path):
    rows = kaggle_rows(2)
    rows[0] |= {"name": "Größe — が", "artists": "['Кино', \"Destiny's Child\"]", "loudness": "-60.5"}
    rows[1] |= {"name": 'Say "hi", now', "artists": "Tyler, The Creator"}

    dataset = read_dataset(written(tmp_path, rows))

    assert tuple(dataset.ids) == (song_id(0), song_id(1))
    assert tuple(dataset.titles) == ("Größe — が", 'Say "hi", now')
    assert tuple(dataset.artists) == (("Кино", "Destiny's Child"), ("Tyler, The Creator",))
    assert dataset.features.tolist() == [[float(row[name]) for name in NAMES] for row in rows]
    assert dataset.bad == {}


def test_datasets_put_together_keep_their_kind_if_it_is_one_and_which_years_are_known(tmp_path):
    dataset = read_dataset(written(tmp_path, kaggle_rows(2)))
    guessed = replace(dataset, has_year=np.array([True, False]))
    other = replace(dataset, kind=KINDS[0])

    alike, mixed = concatenate([dataset, guessed]), concatenate([dataset, other])

    assert (alike.kind, mixed.kind) == (dataset.kind, None)
    assert alike.has_year.tolist() == [True, True, True, False]
    assert mixed.has_year is None


@pytest.mark.parametrize("title", ["NA", "None", "nan", "null", "1999", "True", "-"])
def test_a_title_is_any_text(tmp_path, title):
    rows = kaggle_rows(1)
    rows[0] |= {"name": title, "artists": title}

    dataset = read_dataset(written(tmp_path, rows))

    assert (list(dataset.titles), list(dataset.artists)) == ([title], [(title,)])


def test_columns_may_come_in_any_order_and_more_of_them(tmp_path):
    rows = [row | {"mood": "good"} for row in kaggle_rows(3)]

    dataset = read_dataset(written(tmp_path, rows, columns=["mood", *sorted(KAGGLE, reverse=True)]))

    assert dataset.features.tolist() == [[float(row[name]) for name in NAMES] for row in rows]


SPOILED = {
    "missing_value": [
        {"tempo": ""}, {"valence": "NaN"}, {"energy": " null "}, {"key": "NA"}, {"mode": "None"},
        {"year": "n/a"}, {"name": ""}, {"name": "  "}, {"id": ""}, {"artists": ""}, {"artists": "[]"},
        {"artists": "[ ]"}, {"artists": "['']"}, {"artists": " "}, {"artists": ";"},
    ],
    "not_a_number": [{"tempo": "fast"}, {"year": "soon"}, {"loudness": "-7,5"}, {"explicit": "maybe"}],
    "year_zero": [{"year": "0"}, {"year": "0.0"}],
    "out_of_range": [
        {"valence": "1.01"}, {"valence": "-0.01"}, {"year": "999"}, {"year": "2101"}, {"year": "-1"},
        {"popularity": "101"}, {"duration_ms": "0"}, {"tempo": "inf"}, {"loudness": "-101"}, {"key": "12"},
    ],
    "bad_id": [
        {"id": "short"}, {"id": "x" * 23}, {"id": "é" * 22}, {"id": "-" * 22},
        {"id": "spotify:local:Somebody:Album:Song:200"}, {"id": "spotify:episode:" + "0" * 22},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "change"), [(reason, change) for reason, changes in SPOILED.items() for change in changes]
)
def test_a_bad_row_is_left_out_and_counted_by_its_reason(tmp_path, reason, change):
    rows = kaggle_rows(100)
    rows[50] |= change

    dataset = read_dataset(written(tmp_path, rows))

    assert dataset.bad == {reason: 1}
    assert tuple(dataset.ids) == tuple(song_id(number) for number in range(100) if number != 50)
    assert np.isfinite(dataset.features).all()


def test_a_row_counts_once_under_the_first_thing_wrong_with_it(tmp_path):
    rows = kaggle_rows(1000)
    rows[1] |= {"tempo": "", "year": "0", "id": "short"}
    rows[2] |= {"tempo": "fast", "year": "0", "valence": "7"}
    rows[3] |= {"year": "0", "valence": "7", "id": "short"}
    rows[4] |= {"valence": "7", "id": "short"}

    assert read_dataset(written(tmp_path, rows)).bad == {
        "missing_value": 1,
        "not_a_number": 1,
        "year_zero": 1,
        "out_of_range": 1,
    }


def test_a_truncated_row_lacks_values(tmp_path):
    path = written(tmp_path, kaggle_rows(100))
    path.write_text(path.read_text() + "0.5,1999,0.5\n")

    dataset = read_dataset(path)

    assert dataset.bad == {"missing_value": 1}
    assert len(dataset.ids) == 100


def test_of_rows_with_one_id_the_first_good_one_stays_and_the_others_are_no_bad_rows(tmp_path):
    rows = kaggle_rows(500)
    rows[0] |= {"tempo": ""}
    rows[1] |= {"id": song_id(0), "name": "First good"}
    rows[2] |= {"id": song_id(0), "name": "Late"}

    dataset = read_dataset(written(tmp_path, rows))

    assert dataset.bad == {"missing_value": 1}
    assert dataset.repeated == 1
    assert dataset.titles[0] == "First good"
    assert dataset.ids.count(song_id(0)) == 1


def test_one_bad_row_in_a_hundred_is_left_out_and_more_are_an_error(tmp_path):
    rows = kaggle_rows(200)
    rows[0]["tempo"] = rows[1]["tempo"] = ""
    assert read_dataset(written(tmp_path, rows)).bad == {"missing_value": 2}
    rows[2]["year"] = "0"

    with pytest.raises(
        BadDataset, match=r"3 of 200 rows are bad \(2 missing_value, 1 year_zero\).*--allow-bad-rows"
    ):
        read_dataset(written(tmp_path, rows))

    allowed = read_dataset(written(tmp_path, rows), allow_bad_rows=True)
    assert allowed.bad == {"missing_value": 2, "year_zero": 1}
    assert len(allowed.ids) == 197


def test_a_file_of_bad_rows_has_no_songs(tmp_path):
    rows = [row | {"year": "0"} for row in kaggle_rows(3)]

    with pytest.raises(BadDataset, match="has no songs"):
        read_dataset(written(tmp_path, rows), allow_bad_rows=True)


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize("name", ["data.csv", "archive/deep/data.csv"])
def test_a_zip_is_read_wherever_in_it_the_table_lies(tmp_path, name):
    members = {
        "data_by_year.csv": "year\n1999\n",
        "__MACOSX/._data.csv": "rubbish",
        name: as_csv(kaggle_rows(4)),
    }

    assert len(read_dataset(zipped(tmp_path / "archive.zip", members)).ids) == 4


def test_a_gzipped_table_is_read(tmp_path):
    path = tmp_path / "data.csv.gz"
    path.write_bytes(gzip.compress(as_csv(kaggle_rows(4)).encode()))

    assert len(read_dataset(path).ids) == 4


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text(as_csv(kaggle_rows(4)), encoding="utf-8-sig")

    assert len(read_dataset(path).ids) == 4


GOOD = as_csv(kaggle_rows(200)).encode()


def encrypted_zip():
    """Make a zip whose only member says that it needs a password."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("data.csv", GOOD)
    content = bytearray(file.getvalue())
    content[6] |= 1  # the flag in the member's own header
    content[content.index(b"PK\1\2") + 8] |= 1  # and in the directory
    return bytes(content)


UNREADABLE = [
    ("data.csv", b"", "is empty"),
    ("data.csv", b"\n\n", "is empty"),
    ("data.csv", GOOD.split(b"\n", 1)[0] + b"\n", "has no songs"),
    (
        "data.csv",
        GOOD.replace(b"tempo", b"speed").replace(b",mode,", b",mood,"),
        "lacks the column mode, tempo, if it is a data.csv; known are data.csv, dataset.csv, spotify_data.csv,",
    ),
    ("data.csv", GOOD.replace(b"Song 7", b"Gr\xf6\xdfe"), "is not UTF-8 text"),
    ("data.csv", as_csv(kaggle_rows(9)).encode("utf-16")[:-1], "is not UTF-8 text"),
    ("data.csv", bytes(1000), "has no columns of songs and their sound"),
    ("data.csv.gz", b"", "is empty"),
    ("data.csv.gz", gzip.compress(GOOD, mtime=0)[:-2000], "cannot be read"),
    ("data.csv.gz", gzip.compress(GOOD, mtime=0)[:10] + b"\xff" * 50, "cannot be read"),
    ("data.csv.gz", GOOD, "cannot be read"),
    ("data.zip", GOOD, "cannot be read"),
    ("data.zip", b"", "cannot be read"),
    ("data.zip", encrypted_zip(), "cannot be read"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), UNREADABLE)
def test_a_file_that_is_no_table_is_refused_with_one_sentence(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(BadDataset) as refused:
        read_dataset(path)

    assert str(path) in str(refused.value)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_damaged_zip_is_refused(tmp_path):
    path = zipped(tmp_path / "data.zip", {"data.csv": GOOD})
    content = bytearray(path.read_bytes())
    content[500] ^= 0xFF
    path.write_bytes(content)

    with pytest.raises(BadDataset, match="cannot be read"):
        read_dataset(path)


def test_a_zip_without_the_table_is_refused(tmp_path):
    with pytest.raises(BadDataset, match=r"holds no data\.csv"):
        read_dataset(zipped(tmp_path / "archive.zip", {"data_by_year.csv": "year\n"}))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadDataset, match="there is no file"):
        read_dataset(tmp_path / "data.csv")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(BadDataset, match="cannot be read"):
        read_dataset(tmp_path)


def test_genres_are_read_from_a_list_or_joined_by_commas(tmp_path):
    path = tmp_path / "data_w_genres.csv"
    path.write_text(
        "genres,artists,count\n"
        '"[\'pop\', ""children\'s music""]",Abba,3\n'
        '"show tunes, musical",Cats,1\n'
        "[],Nobody,1\n,Nobody else,1\nrock,NA,1\n"
    )

    assert read_genres(path) == {
        "Abba": ("pop", "children's music"),
        "Cats": ("show tunes", "musical"),
        "NA": ("rock",),
    }


def test_genres_lie_in_the_same_zip(tmp_path):
    members = {"data.csv": as_csv(kaggle_rows(2)), "data_w_genres.csv": "artists,genres\nAbba,pop\n"}

    assert read_genres(zipped(tmp_path / "archive.zip", members)) == {"Abba": ("pop",)}


def test_a_table_without_genres_is_refused(tmp_path):
    with pytest.raises(BadDataset, match="lacks the column genres"):
        read_genres(written(tmp_path, kaggle_rows(2)))


@pytest.mark.slow
def test_the_real_dataset_has_no_bad_row():
    dataset = read_dataset(real_data("data.csv.gz"))

    assert dataset.bad == {}
    assert len(dataset.ids) == 172_614
