from dataclasses import replace

import numpy as np
import pytest

from recommender.catalogue.catalogue import ARRAYS
from recommender.catalogue.keys import hash_packed_ids, hash_texts, pack_ids, unpack_id
from recommender.song import Song
from tests.support.songs import Row, small, song_id

ROWS = [
    Row("Second", ("Abba", "Cher"), at=(0, 1), year=1975, explicit=True),
    Row("Größe — が", ("Кино",), at=(1, 0), year=1988, duration_ms=200_000),
    Row("NA", ("None",), at=(2, 0), year=1999),
    Row("Third", ("Abba",), at=(0, 3), year=1976),
]


@pytest.fixture
def catalogue():
    return small(ROWS, n_clusters=3)[0]


def test_rows_are_ordered_by_cluster_then_as_in_the_dataset(catalogue):
    titles = [catalogue.song(row).title for row in range(len(catalogue))]

    assert titles == ["Größe — が", "NA", "Second", "Third"]
    assert catalogue.n_clusters == 3
    assert [catalogue.cluster(number) for number in range(3)] == [slice(0, 2), slice(2, 4), slice(4, 4)]


def test_a_song_comes_back_as_it_was_written(catalogue):
    assert catalogue.song(0) == Song(song_id(1), "Größe — が", ("Кино",), 1988, 200_000, False)
    assert catalogue.song(2) == Song(song_id(0), "Second", ("Abba", "Cher"), 1975, None, True)


def test_finds_rows_by_id(catalogue):
    ids = [song_id(3), song_id(1), "", song_id(9), "short", "é" * 22, song_id(2) + "0", "\0" * 22]

    assert catalogue.find_rows(ids).tolist() == [3, 0, -1, -1, -1, -1, -1, -1]


def test_ids_that_share_a_key_are_told_apart(catalogue):
    shared = replace(catalogue, id_keys=np.full(4, hash_packed_ids(pack_ids([song_id(3)]))[0]))

    assert shared.find_rows([song_id(3), song_id(9)]).tolist() == [3, -1]


def test_ids_of_any_letters_come_back_as_they_were():
    ids = ["z" * 22, "0aZ9" * 5 + "bY", "7" + "q" * 21]

    assert list(map(unpack_id, pack_ids(ids))) == ids


def test_names_that_are_written_otherwise_in_other_rows_come_back_as_they_were():
    written = [("BEYONCÉ",), ("B", "Beyoncé"), ("Beyoncé", "b"), ("BEYONCÉ", "B")]
    catalogue, _ = small([Row(f"Song {at}", artists) for at, artists in enumerate(written)])

    assert [catalogue.song(row).artists for row in range(4)] == written


def test_finds_no_rows_for_no_ids(catalogue):
    assert catalogue.find_rows([]).tolist() == []


def test_an_id_after_all_others_is_absent(catalogue):
    assert catalogue.find_rows(["z" * 22]).tolist() == [-1]


def test_knows_every_credited_artist(catalogue):
    keys = hash_texts(["abba", "cher", "кино", "none", "second", ""])

    assert catalogue.has_artists(keys).tolist() == [True, True, True, True, False, False]


def test_each_row_has_the_facts_and_artists_of_its_song():
    rows = [
        Row("Song", ("Abba", "Cher"), popularity=77),
        Row("Other", ("Cher", "Abba", "Кино"), popularity=3),
    ]

    catalogue, _ = small(rows)

    assert catalogue.popularity.tolist() == [77, 3]
    assert catalogue.durations_ms.tolist() == [0, 0]
    assert catalogue.explicit.tolist() == [False, False]
    keys = [hash_texts([name])[0] for name in ("abba", "cher", "кино")]
    abba, cher, kino = np.searchsorted(catalogue.artist_keys, keys).tolist()
    assert catalogue.row_artists.tolist() == [abba, cher, cher, abba, kino]
    assert catalogue.row_artist_ends.tolist() == [2, 5]
    assert [catalogue.get_artists(row).tolist() for row in (0, 1)] == [[abba, cher], [cher, abba, kino]]
    assert catalogue.first_artists.tolist() == [abba, cher]


def test_every_field_is_an_array(catalogue):
    assert all(isinstance(getattr(catalogue, name), np.ndarray) for name in ARRAYS)


def test_the_year_of_a_song_is_that_of_its_earliest_version():
    rows = [
        Row("Hurt - 2018 Remaster", ("Cash",), year=2018),
        Row("Hurt", ("Cash",), year=2002),
        Row("Hurt", ("Nine Inch Nails",), year=1994),
        Row("Hurt (Live)", ("Cash", "Guest"), year=2003),
    ]

    catalogue, _ = small(rows)

    assert catalogue.first_years.tolist() == [2002, 2002, 1994, 2002]
    assert catalogue.years.tolist() == [2018, 2002, 1994, 2003]
    assert catalogue.song(0).year == 2002


def test_artists_whose_names_are_variants_are_of_one_group():
    rows = [Row("Song", (name,)) for name in ("The Beatles", "Prince", "Beatles", "Prince & The Revolution")]

    catalogue, _ = small(rows)

    beatles, prince, beatles_too, revolution = catalogue.artist_groups[catalogue.first_artists].tolist()
    assert (beatles, prince) == (beatles_too, revolution)
    assert (
        catalogue.artist_group_keys[[beatles, prince]].tolist() == hash_texts(["beatles", "prince"]).tolist()
    )


def test_the_artists_of_rows_are_collected_row_by_row():
    rows = [Row("One", ("A",)), Row("Two", ("B", "C", "A")), Row("Three", ("C", "B"))]
    catalogue, _ = small(rows)
    a, b, c = catalogue.row_artists[:3].tolist()

    assert catalogue.collect_artists(np.array([2, 0, 1])).tolist() == [c, b, a, b, c, a]
    assert catalogue.collect_artists(np.array([], dtype=np.int64)).tolist() == []
    assert catalogue.guest_rows.tolist() == [1, 1, 2]
    assert catalogue.guest_artists.tolist() == [c, a, b]


def test_an_artist_is_named_as_the_first_row_that_credits_them_writes_it():
    rows = [Row("One", ("BEYONCÉ",)), Row("Two", ("B", "Beyoncé")), Row("Three", ("Guest of B", "b"))]
    catalogue, _ = small(rows)

    names = {catalogue.name_artist(artist) for artist in range(len(catalogue.artist_keys))}

    assert names == {"BEYONCÉ", "B", "Guest of B"}
