"""Signals of the songs and artists in the playlists that are nearest to the listener's library."""

import numpy as np

from recommender.catalogue.arrays import DoubleArray, FloatArray, IntArray, list_distinct, look_up
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.together import ARTIST_PART, RARITY_POWER, Lists, Numbers
from recommender.ranking.signals.evidence import Evidence, Fact, PickedRow
from recommender.ranking.signals.signal import Signal, SignalInputs
from recommender.ranking.signals.table import Table
from recommender.tastes.listener import ListenerProfile

# All of these were chosen by measurement on the slices 0-1999 of the Million Playlist Dataset, each
# half of them rated by the playlists of the other.
# The nearest playlists that count: 300 find as much as all do.
MAX_NEAREST = 500
# A song, or artist, that is rated and that n playlists hold counts (n + 1) to this power less.
SONG_DISCOUNT, ARTIST_DISCOUNT = 0.3, 0.5
# From this many saved songs on, songs by known artists count less, by the square root: a large library is
# near to playlists of all kinds. Without it the nine libraries find less by known artists (NDCG@50 0.263
# for 0.280); with it for new artists, too, 3 % less by these.
FEW_SONGS = 100


def has_playlists(catalogue: Catalogue) -> bool:
    """Return whether the catalogue knows what stands together in playlists."""
    return catalogue.together.n_playlists > 0


def rate_by_playlists(given: SignalInputs) -> tuple[Table, Table]:
    """Rate each row by the nearest playlists that hold the song, and those that hold its first artist.

    These are nearest neighbours among users, weighed by inverse frequency (Breese,
    Heckerman and Kadie, "Empirical analysis of predictive algorithms for
    collaborative filtering", 1998), where the other users are playlists. A song
    that the listener has, and an artist whom they know, is rated 0; other songs
    by these artists are rated lower for a large library (`FEW_SONGS`).
    """
    catalogue, listener = given.catalogue, given.listener
    together, groups = catalogue.together, catalogue.artist_groups
    versions = list_distinct(catalogue.versions[listener.rows])
    known_groups = groups[listener.is_known_artist]
    nearest, nearness = find_nearest_playlists(versions, listener, catalogue)
    rated, of_songs = _rate_items(
        together.playlist_songs, together.song_playlists, nearest, nearness, versions, SONG_DISCOUNT
    )
    artists, of_artists = _rate_items(
        together.playlist_artists,
        together.artist_playlists,
        nearest,
        nearness,
        known_groups,
        ARTIST_DISCOUNT,
    )
    is_known_group = np.zeros(len(together.artist_playlists), dtype=bool)
    is_known_group[known_groups] = True
    by_known = np.flatnonzero(is_known_group[catalogue.version_groups[rated]])
    of_songs[by_known] *= np.float32(min(1.0, (FEW_SONGS / max(len(versions), 1)) ** 0.5))
    by_group = np.zeros(len(is_known_group), dtype=np.float32)
    by_group[artists] = of_artists
    # Numbers of ratings take less than a rating of each version; most have the zero that stands first.
    numbers = np.zeros(len(together.song_playlists), dtype=np.min_scalar_type(len(rated)))
    numbers[rated] = np.arange(1, len(rated) + 1)
    return (
        Table(np.append(np.float32(0), of_songs), catalogue.versions, numbers),
        Table(look_up(by_group, groups), catalogue.first_artists),
    )


def find_nearest_playlists(
    versions: Numbers, listener: ListenerProfile, catalogue: Catalogue
) -> tuple[IntArray, DoubleArray]:
    """Find the at most `MAX_NEAREST` playlists that tell most of a library, of equals the lower.

    A playlist is the nearer the more songs and artists it shares with the library, rare ones and much
    played artists first, and the shorter it is; what it shares with most playlists does not count
    (`Together.remove_common`). One that is like the library in nothing else is the opposite of near.

    Parameters
    ----------
    versions : (n_versions,) of the saved songs, none twice

    Returns
    -------
    (n_nearest,) int, ascending, and how near each is: below 0 for the opposite
    """
    together = catalogue.together
    has_artist = listener.artists >= 0
    weights = None if listener.weights is None else listener.weights[has_artist]
    n_by = np.bincount(catalogue.artist_groups[listener.artists[has_artist]], weights)
    groups = np.flatnonzero(n_by > 0)
    songs, artists = together.song_playlists, together.artist_playlists
    shared = songs.add_up(versions, songs.discount(versions, RARITY_POWER), together.n_playlists)
    of_artists = ARTIST_PART * np.log1p(n_by[groups]) * artists.discount(groups, RARITY_POWER)
    shared += artists.add_up(groups, of_artists, together.n_playlists)
    nearness = together.remove_common(shared / together.norms) / np.sqrt(together.norms)
    greatest = _find_greatest(np.abs(nearness), MAX_NEAREST)
    return greatest, nearness[greatest]


def _rate_items(
    playlist_items: Lists,
    item_playlists: Lists,
    nearest: IntArray,
    nearness: DoubleArray,
    owned: Numbers,
    power: float,
) -> tuple[IntArray, FloatArray]:
    """Rate items by the nearest playlists that hold them, relative to the highest.

    The square root keeps small sums apart. Owned items are not rated.

    Returns
    -------
    (n_rated,) the items whose rating is above 0, ascending, and their ratings
    """
    sums = playlist_items.add_up(nearest, nearness, len(item_playlists))
    sums[owned] = 0
    items = np.flatnonzero(sums > 0)
    values = sums[items] * item_playlists.discount(items, power)
    return items, np.sqrt(values / values.max(initial=0)).astype(np.float32)


def _find_greatest(values: DoubleArray, n_greatest: int) -> IntArray:
    """Return the places of the greatest values, ascending; of equal ones the lower places."""
    if len(values) <= n_greatest:
        return np.arange(len(values))
    least = np.partition(values, -n_greatest)[-n_greatest]
    above, equal = np.flatnonzero(values > least), np.flatnonzero(values == least)
    return np.sort(np.concatenate([above, equal[: n_greatest - len(above)]]))


def _find_together_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the saved song that is nearest to the pick by playlists, of equals that of the lower row."""
    catalogue = evidence.catalogue
    playlists = catalogue.together.song_playlists[int(catalogue.versions[pick.row])]
    nearest = evidence.songs_in_playlists.find_nearest(playlists)
    if not nearest:
        return None
    best, n_together = nearest
    title, artists = catalogue.read_text(int(evidence.distinct_songs[best]))
    return Fact(
        1,
        ", ".join(artists),
        title=title,
        n_together=n_together,
        n_playlists=catalogue.together.n_playlists,
    )


def _find_circle_fact(pick: PickedRow, evidence: Evidence) -> Fact | None:
    """Name the saved artist who is nearest to the pick's by playlists, of equals the lower group.

    Of several variants of the name it is that of most saved songs.
    """
    catalogue = evidence.catalogue
    group = int(catalogue.artist_groups[pick.artist])
    playlists = catalogue.together.artist_playlists[group]
    nearest = evidence.artists_in_playlists.find_nearest(playlists, left_out=group)
    if not nearest:
        return None
    best, n_together = nearest
    artist = int(evidence.distinct_artists[best])
    return Fact(
        int(evidence.n_by[artist]),
        evidence.name_artist(artist),
        n_together=n_together,
        n_playlists=catalogue.together.n_playlists,
    )


TOGETHER = Signal(
    "together",
    known_weight=2.8,
    new_weight=4.0,
    tables=rate_by_playlists,
    fact=_find_together_fact,
    phrase="in {together} of {playlists} playlists together with {credit}, which you saved",
    shorter=(
        ("in {together} of {playlists} playlists with {title}", "you saved {credit}"),
        (
            "goes with {title}",
            "in {together} of {playlists} playlists together with that song by {artist}, which you saved",
        ),
        ("goes with a song you saved", "in {together} of {playlists} playlists together with {credit}"),
    ),
    applies=lambda given: has_playlists(given.catalogue),
)
CIRCLE = Signal(
    "circle",
    known_weight=0.0,
    new_weight=5.5,
    tables=rate_by_playlists,
    column=1,
    fact=_find_circle_fact,
    phrase="its artist is in {together} of {playlists} playlists with {artist} (you’ve saved {songs})",
    shorter=(
        (
            "its artist goes with {artist}",
            "both are in {together} of {playlists} playlists, and you’ve saved {songs} by {artist}",
        ),
        (
            "its artist goes with one you save",
            "in {together} of {playlists} playlists with {artist} (you’ve saved {songs})",
        ),
    ),
    told_as="together",
    # That the song itself stands with a saved one says more.
    told_last=True,
    applies=lambda given: has_playlists(given.catalogue),
)
