"""How near the estimate of a song's features comes to what was measured, beside simpler guesses."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from recommender.catalogue.arrays import BoolArray, DoubleArray, IntArray
from recommender.catalogue.build import Build
from recommender.catalogue.catalogue import Catalogue
from recommender.tastes.estimate import ESTIMATED, GIVEN, estimate
from recommender.tastes.fit_estimator import fit_estimator


@dataclass(frozen=True)
class Guess:
    """How good one way of guessing is.

    cluster : share of the songs whose cluster is right
    error : root of the mean squared error over the 12 features that nobody tells, in standard deviations
    """

    cluster: float
    error: float


@dataclass(frozen=True)
class Group:
    """Some of the hidden songs, and how good each way is for them."""

    songs: int
    guesses: dict[str, Guess]


def measure_estimates(build: Build, n_songs: int, seed: int) -> dict[str, Group]:
    """Hide the features of random songs of the catalogue, at most a tenth of it, and guess them again.

    The guesses see the features of the other songs only; ours is told year,
    duration and whether a song is explicit, as Spotify tells them. In a second
    round all songs of the hidden songs' first artists are hidden, so that
    these artists are not known at all.
    """
    catalogue = build.catalogue
    n_asked = min(n_songs, len(catalogue) // 10)
    asked = np.sort(np.random.default_rng(seed).permutation(len(catalogue))[:n_asked])
    is_hidden = np.zeros(len(catalogue), dtype=bool)
    is_hidden[asked] = True
    groups = _groups(asked, is_hidden, build)
    unknown = np.isin(catalogue.first_artists, catalogue.first_artists[asked])
    # In a small catalogue that may be all there are.
    of_unknown = {} if unknown.all() else _groups(asked, unknown, build)
    return groups | {f"{name}, first artist unknown": group for name, group in of_unknown.items()}


def _groups(asked: IntArray, is_hidden: BoolArray, build: Build) -> dict[str, Group]:
    """Guess the songs in the rows `asked` from those that are not hidden."""
    catalogue, model = build.catalogue, build.model
    seen = _without(is_hidden, catalogue)
    songs, artists = _credits(asked, catalogue)
    is_known = np.bincount(seen.row_artists, minlength=len(catalogue.artist_keys))[artists] > 0
    songs, artists = songs[is_known], artists[is_known]
    truth = catalogue.standardised[asked].astype(np.float64)
    guesses = {
        "global mean": np.tile(seen.standardised.mean(axis=0, dtype=np.float64), (len(asked), 1)),
        "artist mean": _artist_means(songs, artists, len(asked), seen),
        "estimate": estimate(truth[:, GIVEN], songs, artists, seen, fit_estimator(seen)),
    }
    right = model.nearest_cluster(truth)
    has_artist = np.isin(np.arange(len(asked)), songs)
    return {
        name: Group(
            int(among.sum()),
            {by: _guess(guess[among], truth[among], right[among], build) for by, guess in guesses.items()},
        )
        for name, among in (("all", np.ones(len(asked), dtype=bool)), ("some artist known", has_artist))
        if among.any()
    }


def _guess(guess: DoubleArray, truth: DoubleArray, right: IntArray, build: Build) -> Guess:
    apart = (guess - truth)[:, ESTIMATED]
    is_right = build.model.nearest_cluster(guess) == right
    return Guess(float(is_right.mean()), float(np.sqrt((apart**2).mean())))


def _without(is_hidden: BoolArray, catalogue: Catalogue) -> Catalogue:
    """Give what estimates read of the catalogue, without the hidden rows."""
    counts = np.diff(catalogue.row_artist_ends, prepend=0)
    stays = ~is_hidden
    return replace(
        catalogue,
        ids=catalogue.ids[stays],
        standardised=catalogue.standardised[stays],
        first_artists=catalogue.first_artists[stays],
        row_artists=catalogue.row_artists[np.repeat(stays, counts)],
        row_artist_ends=np.cumsum(counts[stays]),
    )


def _credits(rows: IntArray, catalogue: Catalogue) -> tuple[IntArray, IntArray]:
    """Give every pair of a place in `rows`, which ascend, and an artist credited there, by place."""
    of_rows = np.zeros(len(catalogue), dtype=bool)
    of_rows[rows] = True
    counts = np.diff(catalogue.row_artist_ends, prepend=0)
    artists = catalogue.row_artists[np.repeat(of_rows, counts)].astype(np.int64)
    return np.repeat(np.arange(len(rows)), counts[rows]), artists


def _artist_means(songs: IntArray, artists: IntArray, n_songs: int, seen: Catalogue) -> DoubleArray:
    """Give the mean features of all songs of each song's artists; where none is known, of the catalogue."""
    n_artists = len(seen.artist_keys)
    credited = np.repeat(np.arange(len(seen)), np.diff(seen.row_artist_ends, prepend=0))
    totals = np.bincount(songs, np.bincount(seen.row_artists, minlength=n_artists)[artists], n_songs)
    means = np.empty((n_songs, seen.standardised.shape[1]))
    for column, values in enumerate(seen.standardised.T):
        of_artists = np.bincount(seen.row_artists, values[credited], n_artists)
        sums = np.bincount(songs, of_artists[artists], n_songs)
        means[:, column] = np.where(totals > 0, sums / np.maximum(totals, 1), values.mean(dtype=np.float64))
    return means


def as_json(groups: dict[str, Group]) -> dict[str, Any]:
    """Give one object for `--json`."""
    return {name: asdict(group) for name, group in groups.items()}


def as_markdown(groups: dict[str, Group]) -> str:
    """Give the section of the page."""
    lines = ["| songs | | guess | right cluster | error |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {group.songs:,} | {by} | {guess.cluster:.1%} | {guess.error:.3f} |"
        for name, group in groups.items()
        for by, guess in group.guesses.items()
    ]
    return "\n".join(lines)
