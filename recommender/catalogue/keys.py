"""Texts hashed to 64-bit keys, and the look-up of keys among sorted ones."""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from functools import partial
from hashlib import blake2b
from string import ascii_letters, digits
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import IntArray, KeyArray

_SEPARATOR = "\x1f"  # in no title, so that "a" + "b c" and "a b" + "c" differ
# Odd, so that no bit of what they multiply is lost; else any: the digits of the golden ratio and of pi.
_MULTIPLIERS = np.array([0x9E3779B97F4A7C15, 0x243F6A8885A308D3, 0x13198A2E03707345], dtype=np.uint64)
ID_LENGTH = 22
# Four characters of Base64, whose alphabet has all of Spotify's, are three bytes.
PACKED_LENGTH = 17
_PADDING = "AA"
# What no id has stands for everything else.
_NO_ID = "+" * ID_LENGTH
_ID_CHARACTERS = (ascii_letters + digits).encode()
_TO_ID_CHARACTERS = bytes(code if code in _ID_CHARACTERS else ord("+") for code in range(256))


def hash_texts(texts: Iterable[str]) -> KeyArray:
    """Hash normalised texts to (n,) 64-bit keys, equal for equal texts on every machine.

    Two of 200,000 different texts share a key in about one catalogue in 10^9.
    """
    hashes = map(partial(blake2b, digest_size=8), map(str.encode, texts))
    return np.frombuffer(b"".join([each.digest() for each in hashes]), dtype="<u8").astype(np.uint64)


def hash_pairs(titles: Iterable[str], artists: Iterable[str]) -> KeyArray:
    """Hash n pairs of a normalised title and a normalised artist's name to (n,) keys."""
    return hash_texts(map(_SEPARATOR.join, zip(titles, artists, strict=True)))


def hash_ids(ids: npt.NDArray[np.bytes_]) -> KeyArray:
    """Hash (n,) Spotify ids of 22 bytes, or packed ones, to 64-bit keys; 0 for the empty id.

    Ids are random already: their three words, weighted, collide as rarely as hashes do.
    """
    words = ids.astype("S24").view("<u8").reshape(-1, len(_MULTIPLIERS))
    keys: KeyArray = (words * _MULTIPLIERS).sum(axis=1, dtype=np.uint64)
    return keys


def pack_ids(ids: Iterable[str]) -> npt.NDArray[np.uint8]:
    """Pack Spotify ids into 17 bytes each: (n, 17); what is no id becomes one that no song has."""
    texts = "".join([(each if len(each) == ID_LENGTH else _NO_ID) + _PADDING for each in ids])
    packed = b64decode(texts.encode("ascii", "replace").translate(_TO_ID_CHARACTERS))
    return np.frombuffer(packed, dtype=np.uint8).reshape(-1, PACKED_LENGTH + 1)[:, :PACKED_LENGTH]


def unpack_id(packed: npt.NDArray[np.uint8]) -> str:
    """Unpack the (17,) bytes of a Spotify id."""
    return b64encode(packed.tobytes() + b"\0").decode()[:ID_LENGTH]


def hash_packed_ids(packed: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Hash (n, 17) packed ids to 32-bit keys, of which some songs share one."""
    keys: npt.NDArray[np.uint32] = (hash_ids(packed.view(f"S{PACKED_LENGTH}").ravel()) >> 32).astype(
        np.uint32
    )
    return keys


def find(keys: npt.NDArray[Any], sorted_keys: npt.NDArray[Any]) -> IntArray:
    """Find the place of each key in `sorted_keys`, the first of equals; -1 where it is absent."""
    if len(sorted_keys) == 0:
        return np.full(len(keys), -1, dtype=np.int64)
    # Sorted, as each search then starts near where the last one ended.
    order = np.argsort(keys)
    places = np.empty(len(keys), dtype=np.int64)
    places[order] = np.searchsorted(sorted_keys, keys[order])
    places[places == len(sorted_keys)] = 0
    return np.where(sorted_keys[places] == keys, places, -1)
