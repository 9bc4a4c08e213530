import numpy as np

from recommender.catalogue.keys import find, hash_ids, hash_pairs, hash_texts
from tests.support.songs import song_id


def test_keys_are_the_same_on_every_machine():
    # blake2b of "ab" in 8 bytes, as `b2sum -l 64` prints it, read as little-endian.
    assert hash_texts(["ab"]).tolist() == [0x8810DE87F1B5520E]


def test_keys_of_pairs_differ_where_the_parts_differ():
    keys = hash_pairs(["a", "a b", "a b c", "c"], ["b c", "c", "", "a b"])

    assert len(set(keys.tolist())) == 4


def test_keys_of_ids_differ_and_the_empty_one_is_zero():
    ids = [song_id(number) for number in range(10_000)] + ["0" * 21 + "A", "A" + "0" * 21, ""]

    keys = hash_ids(np.array(ids, dtype="S22"))

    assert len(set(keys.tolist())) == len(ids)
    assert keys[-1] == 0


def test_no_texts_have_no_keys():
    assert hash_texts([]).shape == (0,)


def test_finds_the_first_of_equal_keys():
    keys = np.array([9, 2, 5, 1, 3], dtype=np.uint64)
    among = np.array([2, 5, 5, 9], dtype=np.uint64)

    assert find(keys, among).tolist() == [3, 0, 1, -1, -1]


def test_finds_nothing_among_no_keys():
    none = np.array([], dtype=np.uint64)

    assert find(np.array([1], dtype=np.uint64), none).tolist() == [-1]
    assert find(none, none).tolist() == []


def test_a_key_above_all_others_is_absent():
    assert find(np.array([2**64 - 1], dtype=np.uint64), np.array([7], dtype=np.uint64)).tolist() == [-1]
