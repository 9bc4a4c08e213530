"""The songs on the map: those of the mix, and some of each taste."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.preparation import Prepared
from recommender.song import Song

#: Saved songs on the map, of all tastes together.
MAX_SAVED = 600


@dataclass(frozen=True, slots=True)
class MappedSong:
    """A song on the map.

    taste : the place of its taste
    energy, valence : thousandths, from calm and sad on
    is_estimated : whether these are not measured
    """

    song: Song
    taste: int
    energy: int
    valence: int
    is_estimated: bool = False


def map_saved_songs(prepared: Prepared, songs: Sequence[Song]) -> tuple[MappedSong, ...]:
    """Place at most `MAX_SAVED` saved songs on the map, taste by taste, the newest of each first.

    Parameters
    ----------
    songs : the songs of `prepared.sounds`, each with its title
    """
    members = prepared.own.members
    chosen = choose_evenly(members, prepared.own.sizes, MAX_SAVED)
    energies, valences = _place(prepared.sounds.vectors[chosen], prepared)
    is_estimated = ~prepared.sounds.is_measured[chosen]
    return tuple(
        MappedSong(songs[at], *facts)
        for at, *facts in zip(
            chosen.tolist(), members[chosen].tolist(), energies, valences, is_estimated.tolist(), strict=True
        )
    )


def map_rows(prepared: Prepared, rows: IntArray) -> tuple[MappedSong, ...]:
    """Place songs of the catalogue on the map, in their order."""
    catalogue = prepared.catalogue
    energies, valences = _place(catalogue.standardised[rows], prepared)
    tastes = prepared.own.assign(rows, catalogue).tolist()
    return tuple(
        MappedSong(catalogue.song(row), *facts)
        for row, *facts in zip(rows.tolist(), tastes, energies, valences, strict=True)
    )


def choose_evenly(members: IntArray, sizes: IntArray, places: int) -> IntArray:
    """Choose songs of each taste, evenly spread over its songs: their places, taste by taste.

    Equally many of each, as far as it has them; what it lacks, the larger ones share.

    Parameters
    ----------
    members : (n,) the taste of each song
    sizes : (n_tastes,) songs of each
    """
    by_taste = np.argsort(members, kind="stable")
    starts = np.cumsum(sizes) - sizes
    chosen = []
    for taste, quota in enumerate(_share_out(sizes, places).tolist()):
        within = np.arange(quota) * int(sizes[taste]) // max(quota, 1)
        chosen.append(by_taste[int(starts[taste]) + within])
    return np.concatenate(chosen)


def _share_out(sizes: IntArray, places: int) -> IntArray:
    """Return how many songs of each taste are chosen: (n_tastes,)."""
    quotas = np.zeros_like(sizes)
    # The smallest first: what they lack is left to the others.
    for n_done, taste in enumerate(np.argsort(sizes, kind="stable").tolist()):
        quotas[taste] = min(int(sizes[taste]), places // (len(sizes) - n_done))
        places -= int(quotas[taste])
    return quotas


def _place(vectors: FloatArray, prepared: Prepared) -> tuple[list[int], list[int]]:
    """Return the energies and the valences of songs in thousandths."""
    model = prepared.model
    energies, valences = (
        np.rint(1000 * model.restore(vectors, name)).astype(np.int64).tolist()
        for name in ("energy", "valence")
    )
    return energies, valences
