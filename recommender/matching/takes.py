"""What a title says of a song that was recorded anew: "Taylor's Version", "10 Minute Version"."""

import re
from collections.abc import Sequence

import numpy as np

from recommender.catalogue.arrays import KeyArray
from recommender.catalogue.keys import hash_texts

# No name or number is that long, and without a bound one of thousands of characters would take minutes.
_TAKE = re.compile(r"[^\s(\[]{1,40}['’]s version|(?<!\d)\d{1,3}[ -]?min(?:ute)?s? version|\bre-?record")
_NO_LETTERS = re.compile(r"\W+")


def hash_takes(titles: Sequence[str]) -> KeyArray:
    """Hash what titles say of songs that were recorded anew: (n,) keys, 0 where one says nothing of it.

    A remaster, an edit or a live version has none: it may stand for the song.
    """
    keys = np.zeros(len(titles), dtype=np.uint64)
    for at, title in enumerate(titles):
        folded = title.casefold()
        # Few titles have any of them, and looking for a word is fast.
        if "version" in folded or "record" in folded:
            takes = {_NO_LETTERS.sub("", take) for take in _TAKE.findall(folded)}
            if takes:
                keys[at] = hash_texts([" ".join(sorted(takes))])[0]
    return keys
