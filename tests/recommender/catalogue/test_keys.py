import numpy as np

from recommender.catalogue.keys import find, hash_texts


def test_keys_are_the_same_on_every_machine():
    # blake2b of "a\x1fb" in 8 bytes, as `b2sum -l 64` prints it, read as little-endian.
    assert hash_texts([("a", "b")]).tolist() == [0x10D4E09F664D4CF8]


def test_keys_differ_where_the_parts_differ():
    keys = hash_texts([("a", "b c"), ("a b", "c"), ("a b c",), ("a b c", "")])

    assert len(set(keys.tolist())) == 4


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
