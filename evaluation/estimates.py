"""How close the estimates of songs' features come to the measured ones, compared with simpler guesses."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from recommender.catalogue.arrays import BoolArray, DoubleArray, IntArray
from recommender.catalogue.build import Build
from recommender.catalogue.catalogue import Catalogue, list_rows_by_artist
from recommender.tastes.estimate import ESTIMATED, GIVEN, estimate
from recommender.tastes.fit_estimator import fit_estimator


@dataclass(frozen=True)
class Guess:
    """How good one way of guessing is.

    cluster : share of the songs whose cluster is guessed right
    error : root mean squared error over the 12 features that Spotify does not give, in standard deviations
    """

    cluster: float
    error: float


@dataclass(frozen=True)
class Group:
    """A group of hidden songs, and how good each way of guessing is for them."""

    songs: int
    guesses: dict[str, Guess]


def measure_estimates(build: Build, n_songs: int, seed: int) -> dict[str, Group]:
    """Measure how well the features of random songs, at most a tenth of the catalogue, can be guessed.

    The guesses see the features of the other songs only; ours also knows the
    year, the duration and whether a song is explicit, as Spotify gives them.
    In a second round all songs by the hidden songs' first artists are hidden,
    so that nothing is known of these artists.
    """
    catalogue = build.catalogue
    n_asked = min(n_songs, len(catalogue) // 10)
    asked = np.sort(np.random.default_rng(seed).permutation(len(catalogue))[:n_asked])
    is_hidden = np.zeros(len(catalogue), dtype=bool)
    is_hidden[asked] = True
    groups = _groups(asked, is_hidden, build)
    unknown = np.isin(catalogue.first_artists, catalogue.first_artists[asked])
    # In a small catalogue these may be all the songs.
    of_unknown = {} if unknown.all() else _groups(asked, unknown, build)
    return groups | {f"{name}, first artist unknown": group for name, group in of_unknown.items()}


def _groups(asked: IntArray, is_hidden: BoolArray, build: Build) -> dict[str, Group]:
    """Measure the guesses for the rows `asked`, made from the songs that are not hidden."""
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
    right = model.find_nearest_cluster(truth)
    has_artist = np.isin(np.arange(len(asked)), songs)
    return {
        name: Group(
            int(among.sum()),
            {
                by: _rate_guess(guess[among], truth[among], right[among], build)
                for by, guess in guesses.items()
            },
        )
        for name, among in (("all", np.ones(len(asked), dtype=bool)), ("some artist known", has_artist))
        if among.any()
    }


def _rate_guess(guess: DoubleArray, truth: DoubleArray, right: IntArray, build: Build) -> Guess:
    apart = (guess - truth)[:, ESTIMATED]
    is_right = build.model.find_nearest_cluster(guess) == right
    return Guess(float(is_right.mean()), float(np.sqrt((apart**2).mean())))


def _without(is_hidden: BoolArray, catalogue: Catalogue) -> Catalogue:
    """Return the catalogue without the hidden rows, as far as estimates read it."""
    counts = np.diff(catalogue.row_artist_ends, prepend=0)
    stays = ~is_hidden
    row_artists = catalogue.row_artists[np.repeat(stays, counts)]
    ends = np.cumsum(counts[stays])
    by_artist = list_rows_by_artist(row_artists, ends, len(catalogue.artist_keys))
    return replace(
        catalogue,
        ids=catalogue.ids[stays],
        standardised=catalogue.standardised[stays],
        first_artists=catalogue.first_artists[stays],
        row_artists=row_artists,
        row_artist_ends=ends,
        artist_rows=by_artist["artist_rows"],
        artist_row_ends=by_artist["artist_row_ends"],
    )


def _credits(rows: IntArray, catalogue: Catalogue) -> tuple[IntArray, IntArray]:
    """Return every pair of a position in `rows`, which ascend, and an artist credited there, by position."""
    of_rows = np.zeros(len(catalogue), dtype=bool)
    of_rows[rows] = True
    counts = np.diff(catalogue.row_artist_ends, prepend=0)
    artists = catalogue.row_artists[np.repeat(of_rows, counts)].astype(np.int64)
    return np.repeat(np.arange(len(rows)), counts[rows]), artists


def _artist_means(songs: IntArray, artists: IntArray, n_songs: int, seen: Catalogue) -> DoubleArray:
    """Return the mean features of all songs by each song's artists; the catalogue's if none is known."""
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
    """Return the groups as one object for `--json`."""
    return {name: asdict(group) for name, group in groups.items()}


def as_markdown(groups: dict[str, Group]) -> str:
    """Return the groups as a Markdown table."""
    lines = ["| songs | | guess | right cluster | error |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {group.songs:,} | {by} | {guess.cluster:.1%} | {guess.error:.3f} |"
        for name, group in groups.items()
        for by, guess in group.guesses.items()
    ]
    return "\n".join(lines)
