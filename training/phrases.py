"""Phrases looked for in all texts at once."""

from collections.abc import Iterable
from itertools import islice

import numpy as np
import numpy.typing as npt

from recommender.catalogue.arrays import BoolArray
from training.columns import BLOCK

EDGE = "|"
Places = npt.NDArray[np.int32]


class Phrases:
    """The words of n normalised texts, indexed, so that nothing walks through the texts to find a phrase."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._numbers = {EDGE: 0}
        parts = [np.zeros(1, dtype=np.int32)]
        iterator = iter(texts)
        while block := list(islice(iterator, BLOCK)):
            # A name of nothing but punctuation is kept as it is.
            words = f" {EDGE} ".join([*(text.replace(EDGE, "") for text in block), ""]).split()
            numbers = (self._numbers.setdefault(word, len(self._numbers)) for word in words)
            parts.append(np.fromiter(numbers, np.int32, len(words)))
        self._words = np.concatenate(parts)
        self._places = np.argsort(self._words, kind="stable").astype(np.int32)
        self._ends = np.cumsum(np.bincount(self._words))
        # An edge ends the text before it, and begins the next.
        self._edges = np.flatnonzero(self._words == self._numbers[EDGE]).astype(np.int32)

    def __len__(self) -> int:
        return len(self._edges) - 1

    def find(self, phrases: Iterable[str]) -> BoolArray:
        """Return for each text whether any of the phrases stands in it: (n,).

        Parameters
        ----------
        phrases : normalised words
            "|" is the beginning or the end of the text, and a word that ends in
            "*" stands for all that begin so.
        """
        has_any = np.zeros(len(self), dtype=bool)
        for phrase in phrases:
            words = phrase.split()
            # An edge is everywhere: the places of the first true word are few.
            first = next(at for at, word in enumerate(words) if word != EDGE)
            places = self._find_word(words[first])
            for at, word in enumerate(words):
                if at != first:
                    places = places[np.isin(self._words[places + at - first], self._list_numbers(word))]
            has_any[np.searchsorted(self._edges, places) - 1] = True
        return has_any

    def _list_numbers(self, word: str) -> list[int]:
        if not word.endswith("*"):
            return [self._numbers[word]] if word in self._numbers else []
        return [number for known, number in self._numbers.items() if known.startswith(word[:-1])]

    def _find_word(self, word: str) -> Places:
        numbers = self._list_numbers(word)
        parts = [self._places[self._ends[n - 1] if n else 0 : self._ends[n]] for n in numbers]
        return np.concatenate([np.empty(0, dtype=np.int32), *parts])
