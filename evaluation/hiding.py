"""Which songs of a playlist a method sees, and which are hidden for it to find."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from formats.source_playlist import SourcePlaylist
from recommender.catalogue.arrays import IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.matching.match import match
from recommender.song import Song


@dataclass(frozen=True)
class HidingProtocol:
    """How songs are hidden.

    hidden : share of a playlist's songs in the catalogue, between 0 and 1
    minimum : songs in the catalogue that a playlist must have to take part, >= 2
    """

    hidden: float = 0.2
    minimum: int = 30
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.hidden < 1 or self.minimum < 2:
            raise ValueError("the hidden share must be between 0 and 1, the minimum at least 2")


@dataclass(frozen=True, eq=False)
class HiddenSplit:
    """A playlist split into what a method sees and what it has to find.

    visible : the songs that a method sees, newest first
    hidden : (n_hidden,) versions (`Catalogue.versions`) to find, none of them visible
    hidden_rows : (n_hidden,) a catalogue row of each
    """

    visible: Sequence[Song]
    hidden: IntArray
    hidden_rows: IntArray


def hide(playlist: SourcePlaylist, catalogue: Catalogue, protocol: HidingProtocol) -> HiddenSplit | None:
    """Hide a share of the playlist's songs; all versions of a song count as one.

    Songs that the catalogue lacks cannot be found and stay visible. What is
    hidden depends on the seed and the playlist's name alone, so it is the same
    whatever else is measured.

    Returns
    -------
    HiddenSplit, or None if the catalogue has fewer than `protocol.minimum` of the songs
    """
    rows = match(playlist.songs, catalogue).rows
    versions = np.where(rows >= 0, catalogue.versions[rows], -1)
    findable, first = np.unique(versions[rows >= 0], return_index=True)
    if len(findable) < protocol.minimum:
        return None
    rng = np.random.default_rng([protocol.seed, crc32(playlist.name.encode())])
    n_hidden = max(1, round(protocol.hidden * len(findable)))
    chosen = rng.choice(len(findable), n_hidden, replace=False)
    hidden = findable[chosen].astype(np.int64)
    stays = ~np.isin(versions, hidden)
    visible = [song for song, is_seen in zip(playlist.songs, stays, strict=True) if is_seen]
    return HiddenSplit(visible, hidden, rows[rows >= 0][first[chosen]])
