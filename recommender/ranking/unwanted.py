"""Rows that no listener like this one wants: blunders, and songs in languages of which they save none."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import BoolArray, look_up
from recommender.catalogue.catalogue import Catalogue
from recommender.matching.match import Matches
from recommender.ranking.blunders import KINDS
from recommender.ranking.languages import LANGUAGES

# A kind of blunder is wanted where so many saved songs, and so large a share of them, are of it. In playlists
# with one or two such songs at most 1 % of the hidden ones are; with five or more an eighth to five sixths.
MIN_SAVED = 3
MIN_SHARE = 0.005

_LANGUAGES_BY_LETTER: dict[str, set[int]] = {}
for _place, _language in enumerate(LANGUAGES, 1):
    for _letter in _language.letters:
        _LANGUAGES_BY_LETTER.setdefault(_letter, set()).add(_place)


@dataclass(frozen=True, eq=False)
class Unwanted:
    """What one listener does not want, whatever the wishes.

    is_foreign : (m,) whether each artist sings in a language that the listener never saves
    kinds : the kinds of blunder of which the listener saves none, or few
    """

    is_foreign: BoolArray
    kinds: frozenset[str]

    def mark(self, allow: Collection[str], leave_out: Collection[str], catalogue: Catalogue) -> BoolArray:
        """Return for each row whether it is not wanted: (n,).

        Parameters
        ----------
        allow : kinds of blunder that are wanted all the same
        leave_out : kinds of blunder that are not wanted, though the listener may save them
        """
        bits = sum(1 << KINDS.index(kind) for kind in self.kinds.difference(allow).union(leave_out))
        is_unwanted: BoolArray = (catalogue.blunders & np.uint16(bits)) != 0
        is_unwanted |= look_up(self.is_foreign, catalogue.first_artists)
        return is_unwanted


def find_unwanted(titles: Iterable[str], matches: Matches, catalogue: Catalogue) -> Unwanted:
    """Find the blunders and the languages that the listener never saves.

    A kind of blunder is none for a listener who saves such songs. Languages are
    those of the artists and letters of all saved songs, whether the catalogue has
    them or not; English and what is unknown are always wanted.

    Parameters
    ----------
    titles : of all saved songs
    """
    rows = matches.rows[matches.is_matched]
    saved = catalogue.blunders[rows]
    unwanted = []
    for place, kind in enumerate(KINDS):
        n_saved = int(np.count_nonzero(saved & (1 << place)))
        if not (n_saved >= MIN_SAVED and n_saved >= MIN_SHARE * len(rows)):
            unwanted.append(kind)
    is_spoken = np.zeros(len(LANGUAGES) + 1, dtype=bool)
    is_spoken[[0, *_find_languages(titles)]] = True
    artists = np.concatenate([catalogue.first_artists[rows], matches.artists.places])
    is_spoken[catalogue.artist_languages[artists[artists >= 0]]] = True
    return Unwanted(look_up(~is_spoken, catalogue.artist_languages), frozenset(unwanted))


def _find_languages(titles: Iterable[str]) -> set[int]:
    """Find the languages of which any title has a letter."""
    letters = set("".join([title for title in titles if not title.isascii()]).lower())
    return set().union(*(_LANGUAGES_BY_LETTER[letter] for letter in letters & _LANGUAGES_BY_LETTER.keys()))
