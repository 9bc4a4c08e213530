"""Names of invented artists and songs, drawn from word patterns."""

import numpy as np

from invented.patterns import ARTISTS, COMMA_NAMES, ODD_TITLES, TITLES
from invented.words import WORDS

ODD = 0.0015  # of the titles
# A style of few words may run out of names: then a style of very many takes over.
FEW_TRIES, MAX_TRIES = 2, 30


class Namer:
    """Draws names from a random generator; no two artists get the same one."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._comma_names = list(COMMA_NAMES)
        self._taken: set[str] = set()
        self._titles: set[str] = set()

    def choose(self, choices: tuple[str, ...]) -> str:
        """Draw one of the choices with equal probability."""
        return choices[int(self._rng.random() * len(choices))]

    def draw_artist(self, styles: tuple[str, ...]) -> str:
        """Draw a name in one of the styles of `ARTISTS` that was not drawn before."""
        if self._comma_names and "leader" in styles:
            return self._comma_names.pop()
        tries = 0
        while True:
            tries += 1
            if tries > MAX_TRIES:
                styles = ("leader",)
            name = self.choose(ARTISTS[self.choose(styles)]).format_map(_Words(self._rng))
            if name.casefold() not in self._taken:
                self._taken.add(name.casefold())
                return name

    def draw_title(self, styles: tuple[str, ...], used: set[str]) -> str:
        """Draw a title in one of the styles of `TITLES` that is not in `used`, the artist's titles.

        Two artists have songs with the same title now and then, as in real life.
        """
        tries = 0
        while True:
            tries += 1
            if tries > MAX_TRIES:
                styles = ("song",)
            patterns = ODD_TITLES if self._rng.random() < ODD else TITLES[self.choose(styles)]
            title = self.choose(patterns).format_map(_Words(self._rng))
            title = title[0].upper() + title[1:]
            if title not in used and (title not in self._titles or tries > FEW_TRIES):
                used.add(title)
                self._titles.add(title)
                return title


class _Words(dict[str, str]):
    """Fills each field of one pattern with a word from its list, never the same word twice."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def __missing__(self, field: str) -> str:
        left = [word for word in WORDS[field] if word not in self._given]
        word = left[int(self._rng.random() * len(left))]
        self._given.add(word)
        return word
