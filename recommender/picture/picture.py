"""What a listener's page of their taste shows, in figures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.arrays import DoubleArray, IntArray
from recommender.mix import LeftOut
from recommender.picture.density import measure_density
from recommender.picture.song_map import MappedSong, map_rows, map_saved_songs
from recommender.picture.traits import Trait, compare_with_catalogue, find_strongest_traits
from recommender.preparation import Prepared
from recommender.ranking.allocate import allocate
from recommender.song import Song
from recommender.tastes.taste_names import TasteName

N_TYPICAL = 3
# Weights are shared out as whole numbers, to a thousandth of a song.
WEIGHT_STEPS = 1_000


@dataclass(frozen=True, slots=True)
class PicturedTaste:
    """A taste: what its songs share, those in its middle, and in what they differ from the catalogue.

    percent : of all tastes together, by plays where they are known, else by songs
    typical : at most three songs, of different artists, the most typical first; estimates only where too
        few songs are measured
    """

    name: TasteName
    n_songs: int
    percent: int
    typical: tuple[Song, ...]
    traits: tuple[Trait, ...]


@dataclass(frozen=True, slots=True)
class DecadeCount:
    """The saved and the picked songs of a decade; 0 stands for songs of an unknown year."""

    decade: int
    n_saved: int
    n_picked: int


@dataclass(frozen=True, eq=False)
class Picture:
    """A listener's taste.

    tastes : those with songs, that of most songs first; percentages sum to 100
    saved, picked : songs on the map; picked ones that the catalogue lacks are not there
    density : the share of the catalogue in each cell of the map (`recommender.picture.density`)
    quarters : (2, 2) the share of the saved songs that are calm and energetic, sad and happy
    decades : those with songs, from the oldest to the newest; then songs of an unknown year, if any
    profile : the songs that count towards the proportions, beside the catalogue
    n_known : saved songs of a known or estimated sound, among which those on the map were chosen
    n_saved : saved songs; `n_matched`, those in `estimated` and those `left_out` sum to it
    n_plays : how often the saved songs were played in all; 0 where it is not known
    n_newer : saved songs of later years than every song of the catalogue
    estimated : saved songs that the catalogue lacks and whose sound is known all the same, or estimated
    """

    tastes: tuple[PicturedTaste, ...]
    saved: tuple[MappedSong, ...]
    picked: tuple[MappedSong, ...]
    density: DoubleArray
    quarters: DoubleArray
    decades: tuple[DecadeCount, ...]
    profile: tuple[Trait, ...]
    n_known: int
    n_saved: int
    n_matched: int
    n_plays: int
    n_newer: int
    estimated: tuple[Song, ...]
    left_out: tuple[LeftOut, ...]


def draw_picture(prepared: Prepared, picked: Sequence[str]) -> Picture:
    """Work out what is shown of a listener's taste.

    Parameters
    ----------
    picked : ids of the songs of the listener's mix; none where there is no mix
    """
    sounds, model = prepared.sounds, prepared.model
    rows = prepared.catalogue.find_rows(list(picked))
    rows = rows[rows >= 0]
    songs = _name_songs(prepared)
    is_matched = prepared.matches.is_matched[sounds.places]
    counted = sounds.vectors[sounds.counts]
    return Picture(
        tastes=_describe_tastes(prepared, songs),
        saved=map_saved_songs(prepared, songs),
        picked=map_rows(prepared, rows),
        density=measure_density(prepared.catalogue, model),
        quarters=_measure_quarters(model.restore(counted, "energy"), model.restore(counted, "valence")),
        decades=count_decades(prepared.listener.years, prepared.catalogue.find_years(rows)),
        profile=compare_with_catalogue(counted, model),
        n_known=len(songs),
        n_saved=len(prepared.library),
        n_matched=int(prepared.matches.is_matched.sum()),
        n_plays=prepared.n_plays,
        n_newer=prepared.n_newer,
        estimated=tuple(songs[at] for at in np.flatnonzero(~is_matched).tolist()),
        left_out=prepared.left_out,
    )


def count_decades(saved: IntArray, picked: IntArray) -> tuple[DecadeCount, ...]:
    """Count songs by decade from the oldest to the newest; -1 is an unknown year, counted last."""
    saved, picked = (np.maximum(years, 0) // 10 * 10 for years in (saved, picked))
    decades = np.unique(np.concatenate([saved, picked])).tolist()
    return tuple(
        DecadeCount(decade, int((saved == decade).sum()), int((picked == decade).sum()))
        for decade in sorted(decades, key=lambda decade: (decade == 0, decade))
    )


def _name_songs(prepared: Prepared) -> list[Song]:
    """Return the saved songs of a known sound; one without a title is named by the catalogue."""
    songs = [prepared.library[place] for place in prepared.sounds.places.tolist()]
    rows = prepared.matches.rows[prepared.sounds.places].tolist()
    return [
        song if song.title or row < 0 else prepared.catalogue.song(row)
        for song, row in zip(songs, rows, strict=True)
    ]


def _describe_tastes(prepared: Prepared, songs: Sequence[Song]) -> tuple[PicturedTaste, ...]:
    own, sounds = prepared.own, prepared.sounds
    artists = prepared.listener.artists[sounds.places]
    distances = own.measure_distances(sounds.vectors, artists, prepared.catalogue)
    has_genres = (artists >= 0) & prepared.catalogue.has_genres[artists]
    # As the places of a mix are shared out: by plays, where they are known.
    weights = np.rint(WEIGHT_STEPS * prepared.known_weights.sum(axis=0)).astype(np.int64)
    percents = allocate(weights, 100, np.full(len(own), 100)).tolist()
    described = []
    for taste, (name, n_songs) in enumerate(zip(prepared.taste_names, own.sizes.tolist(), strict=True)):
        members = np.flatnonzero(own.members == taste)
        # Where genres are unknown, a song is near by its sound alone: typical only where most are like that.
        is_usual = has_genres[members] == (2 * has_genres[members].sum() >= len(members))
        nearest = members[np.lexsort((distances[members], ~is_usual, ~sounds.is_measured[members]))]
        described.append(
            PicturedTaste(
                name,
                n_songs,
                percents[taste],
                tuple(songs[at] for at in _list_by_different_artists(nearest, artists)),
                find_strongest_traits(sounds.vectors[members], prepared.model),
            )
        )
    return tuple(described)


def _list_by_different_artists(places: IntArray, artists: IntArray) -> list[int]:
    """List the first places, one of each artist, at most `N_TYPICAL`."""
    first: dict[int, int] = {}
    for place, artist in zip(places.tolist(), artists[places].tolist(), strict=True):
        first.setdefault(artist, place)
        if len(first) == N_TYPICAL:
            break
    return list(first.values())


def _measure_quarters(energies: DoubleArray, valences: DoubleArray) -> DoubleArray:
    counts = np.bincount(2 * (energies >= 0.5) + (valences >= 0.5), minlength=4)
    shares: DoubleArray = (counts / counts.sum()).reshape(2, 2)
    return shares
