"""Which songs of a playlist a method sees, and which are hidden for it to find."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from formats.source_playlist import SourcePlaylist
from recommender.catalogue.arrays import BoolArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.matching.match import Matches, match
from recommender.song import Song

# Of fewer artists, to hide a fifth would be to hide none.
MIN_ARTISTS = 5


@dataclass(frozen=True)
class HidingProtocol:
    """How songs are hidden.

    name : a key of `PROTOCOLS`
    hidden : share of a playlist's songs in the catalogue, or of their artists, between 0 and 1
    minimum : songs in the catalogue that a playlist must have to take part, >= 2
    """

    name: str = "songs"
    hidden: float = 0.2
    minimum: int = 30
    seed: int = 0

    def __post_init__(self) -> None:
        if self.name not in PROTOCOLS:
            raise ValueError(f"the protocol must be one of {', '.join(PROTOCOLS)}")
        if not 0 < self.hidden < 1 or self.minimum < 2:
            raise ValueError("the hidden share must be between 0 and 1, the minimum at least 2")


@dataclass(frozen=True, eq=False)
class HiddenSplit:
    """A playlist split into what a method sees and what it has to find.

    visible : the songs that a method sees, newest first
    hidden : (n_hidden,) versions (`Catalogue.versions`) to find, none of them visible
    hidden_rows : (n_hidden,) a catalogue row of each
    is_new_only : whether only picks by artists of whom nothing is visible count as found
    """

    visible: Sequence[Song]
    hidden: IntArray
    hidden_rows: IntArray
    is_new_only: bool = False


@dataclass(frozen=True, eq=False)
class _Found:
    """What the catalogue has of a playlist.

    versions : (n_songs,) the version of each song, -1 where the catalogue lacks it
    findable : every version of the playlist once, ascending
    """

    playlist: SourcePlaylist
    matches: Matches
    versions: IntArray
    findable: IntArray
    catalogue: Catalogue

    def split(self, is_visible: BoolArray, hidden: IntArray, is_new_only: bool = False) -> HiddenSplit:
        """Return the split into these songs and these versions."""
        visible = [song for song, is_seen in zip(self.playlist.songs, is_visible, strict=True) if is_seen]
        versions, first = np.unique(self.versions, return_index=True)
        rows = self.matches.rows[first[np.searchsorted(versions, hidden)]]
        return HiddenSplit(visible, hidden, rows, is_new_only)


def hide(playlist: SourcePlaylist, catalogue: Catalogue, protocol: HidingProtocol) -> HiddenSplit | None:
    """Hide a share of the playlist's songs by the protocol; all versions of a song count as one.

    Songs that the catalogue lacks cannot be found. What is hidden depends on
    the protocol, the seed and the playlist's name alone, so it is the same
    whatever else is measured.

    Returns
    -------
    HiddenSplit, or None if the catalogue has fewer than `protocol.minimum` of the songs, or too few artists
    """
    matches = match(playlist.songs, catalogue)
    versions = np.where(matches.is_matched, catalogue.versions[matches.rows], -1).astype(np.int64)
    findable = np.unique(versions[matches.is_matched])
    if len(findable) < protocol.minimum:
        return None
    rng = np.random.default_rng([protocol.seed, crc32(playlist.name.encode())])
    found = _Found(playlist, matches, versions, findable, catalogue)
    return PROTOCOLS[protocol.name](found, protocol.hidden, rng)


def _hide_songs(found: _Found, share: float, rng: np.random.Generator) -> HiddenSplit:
    """Hide random songs; those that the catalogue lacks stay visible."""
    n_findable = len(found.findable)
    hidden = found.findable[rng.choice(n_findable, _count_hidden(share, n_findable), replace=False)]
    return found.split(~np.isin(found.versions, hidden), hidden)


def _hide_artists(found: _Found, share: float, rng: np.random.Generator) -> HiddenSplit | None:
    """Hide random artists with every song that credits one of them, first or as a guest.

    An artist goes with all spellings of the name (`Catalogue.artist_groups`).
    To be found are the hidden songs by artists of whom nothing is visible: a
    hidden song with a visible guest is neither seen nor looked for. Songs that
    the catalogue lacks stay visible unless they credit a hidden artist.
    """
    catalogue, matches = found.catalogue, found.matches
    firsts = catalogue.first_artists[matches.rows[matches.is_matched]]
    artists = np.unique(catalogue.artist_groups[firsts])
    if len(artists) < MIN_ARTISTS:
        return None
    chosen = rng.choice(artists, _count_hidden(share, len(artists)), replace=False)
    songs, groups = _list_credits(matches, catalogue)
    is_visible = ~_mark(songs[np.isin(groups, chosen)], matches)
    is_seen_artist = np.isin(groups, groups[is_visible[songs]])
    is_wanted = matches.is_matched & ~is_visible & ~_mark(songs[is_seen_artist], matches)
    if not is_wanted.any() or not (is_visible & matches.is_matched).any():
        return None
    return found.split(is_visible, np.unique(found.versions[is_wanted]), is_new_only=True)


def _list_credits(matches: Matches, catalogue: Catalogue) -> tuple[IntArray, IntArray]:
    """Return pairs of a song and the group of an artist whom its own credits or its row's name."""
    own = matches.artists
    is_known = own.groups >= 0
    matched = np.flatnonzero(matches.is_matched)
    rows = matches.rows[matched]
    n_credits = np.diff(catalogue.row_artist_ends, prepend=0)[rows]
    return (
        np.concatenate([own.songs[is_known], np.repeat(matched, n_credits)]),
        np.concatenate([own.groups[is_known], catalogue.artist_groups[catalogue.collect_artists(rows)]]),
    )


def _mark(songs: IntArray, matches: Matches) -> BoolArray:
    """Mark these songs of the library."""
    is_marked = np.zeros(len(matches.rows), dtype=bool)
    is_marked[songs] = True
    return is_marked


def _hide_newest(found: _Found, share: float, _rng: np.random.Generator) -> HiddenSplit:
    """Hide the songs that were saved last, as if the listener had come before they saved them.

    Libraries and playlists are read newest first: of a slice of the Million
    Playlist Dataset, the last songs by `pos` are the newest. A song saved
    twice is as old as the first time. What the catalogue lacks of the same
    time is not visible either, as it would tell of what came later.
    """
    # The first place of each version in the reversed list is when it was first saved.
    from_oldest = np.unique(found.versions[::-1], return_index=True)[1]
    saved_at = np.sort(len(found.versions) - 1 - from_oldest)
    saved_at = saved_at[found.versions[saved_at] >= 0]
    newest = saved_at[: _count_hidden(share, len(found.findable))]
    is_visible = np.arange(len(found.versions)) > newest[-1]
    return found.split(is_visible, found.versions[newest])


def _count_hidden(share: float, n_all: int) -> int:
    return max(1, round(share * n_all))


#: Every way of hiding, by the name that `./run evaluate --protocol` knows it by.
PROTOCOLS: Mapping[str, Callable[[_Found, float, np.random.Generator], HiddenSplit | None]] = {
    "songs": _hide_songs,
    "discovery": _hide_artists,
    "newest": _hide_newest,
}
