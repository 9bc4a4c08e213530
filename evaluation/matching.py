"""How many saved songs each step of matching recognises, and how far it can be trusted."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formats.registry import load_library
from recommender.catalogue.arrays import BoolArray
from recommender.catalogue.build import Build
from recommender.catalogue.catalogue import Catalogue
from recommender.matching.match import STEPS, Matches, compare_durations, match
from recommender.printable import make_printable
from recommender.song import Song
from recommender.tastes.estimate import add_estimates
from recommender.tastes.known_features import collect_known_features


@dataclass(frozen=True)
class StepCounts:
    """How many songs one step matched, and how many of these matches look doubtful.

    other_artist : no artist in common
    other_duration : both durations are known and too far apart
    """

    matches: int
    other_artist: int
    other_duration: int


@dataclass(frozen=True)
class MatchCounts:
    """Counts of one library: songs, matches of each of `STEPS`, and how many other songs are estimated."""

    name: str
    songs: int
    steps: dict[str, StepCounts]
    estimated: int

    @property
    def beyond_id(self) -> float:
        """The share of the songs that are matched by a step after the first, by id."""
        return sum(self.steps[name].matches for name in STEPS[1:]) / self.songs


@dataclass(frozen=True)
class Pair:
    """A saved song and the catalogue's song that it was matched to, to be judged by eye."""

    library: str
    step: str
    saved: Song
    found: Song


def count_matches(files: Sequence[Path], build: Build) -> list[MatchCounts]:
    """Count the matches in each library; none of them may be empty.

    Raises
    ------
    FormatError
        If a file cannot be read.
    """
    return [_counts(file.name, load_library(file), build) for file in files]


def _counts(name: str, library: list[Song], build: Build) -> MatchCounts:
    catalogue = build.catalogue
    matches = match(library, catalogue)
    agree = _artists_agree(matches, catalogue)
    is_known, is_close = compare_durations(library, np.arange(len(library)), matches.rows, catalogue)
    steps = {}
    for number, step in enumerate(STEPS):
        of_step = matches.steps == number
        apart = of_step & is_known & ~is_close
        steps[step] = StepCounts(int(of_step.sum()), int((of_step & ~agree).sum()), int(apart.sum()))
    sounds = collect_known_features(library, matches.rows, catalogue, build.model, {})
    all_sounds = add_estimates(sounds, library, matches.artists, catalogue, build.model)
    return MatchCounts(name, len(library), steps, len(all_sounds.places) - len(sounds.places))


def _artists_agree(matches: Matches, catalogue: Catalogue) -> BoolArray:
    """Check for each song whether its row credits one of its artists; True where it has no row."""
    credits: list[set[int]] = [set() for _ in matches.rows]
    for song, place in zip(matches.artists.songs.tolist(), matches.artists.places.tolist(), strict=True):
        credits[song].add(place)
    return np.array(
        [
            row < 0 or not credited.isdisjoint(catalogue.get_artists(row).tolist())
            for row, credited in zip(matches.rows.tolist(), credits, strict=True)
        ],
        dtype=bool,
    )


def sample_beyond_id(files: Sequence[Path], build: Build, n_pairs: int, seed: int) -> list[Pair]:
    """Draw at most `n_pairs` matches by title at random from all libraries, to be judged by eye."""
    pairs = [pair for file in files for pair in _pairs(file.name, load_library(file), build.catalogue)]
    chosen = np.random.default_rng(seed).permutation(len(pairs))[:n_pairs]
    return [pairs[at] for at in np.sort(chosen)]


def _pairs(name: str, library: list[Song], catalogue: Catalogue) -> Iterator[Pair]:
    matches = match(library, catalogue)
    for at in np.flatnonzero(matches.steps > 0).tolist():
        yield Pair(name, STEPS[matches.steps[at]], library[at], catalogue.song(int(matches.rows[at])))


def as_json(counts: Sequence[MatchCounts]) -> dict[str, Any]:
    """Return the counts as one object for `--json`."""
    return {
        "libraries": [asdict(each) | {"beyond_id": each.beyond_id} for each in counts],
        "beyond_id": _mean_beyond_id(counts),
    }


def _mean_beyond_id(counts: Sequence[MatchCounts]) -> float:
    return sum(each.beyond_id for each in counts) / len(counts)


def as_markdown(counts: Sequence[MatchCounts]) -> str:
    """Return the counts as Markdown: a table of the libraries, then one of the steps."""
    heads = ["library", "songs", *STEPS, "beyond id", "estimated", "left out"]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for each in counts:
        left_out = each.songs - each.estimated - sum(step.matches for step in each.steps.values())
        cells = [f"{step.matches / each.songs:.1%}" for step in each.steps.values()]
        cells += [
            f"{share:.1%}" for share in (each.beyond_id, each.estimated / each.songs, left_out / each.songs)
        ]
        lines.append(f"| {each.name} | {each.songs:,} | {' | '.join(cells)} |")
    lines += ["", f"On average {100 * _mean_beyond_id(counts):.1f} points more than by id alone.", ""]
    lines += ["| step | matches | other artist | other duration |", "|---|---|---|---|"]
    for name in STEPS:
        of_step = [each.steps[name] for each in counts]
        n_matches = sum(step.matches for step in of_step)
        against = [sum(step.other_artist for step in of_step), sum(step.other_duration for step in of_step)]
        shares = [f"{number:,} ({number / max(n_matches, 1):.1%})" for number in against]
        lines.append(f"| {name} | {n_matches:,} | {' | '.join(shares)} |")
    return "\n".join(lines)


def as_lines(pairs: Sequence[Pair]) -> str:
    """Return the pairs as numbered lines, one pair a line."""
    return "\n".join(
        make_printable(f"{number:>3}  {pair.step}: {_named(pair.saved)}  ->  {_named(pair.found)}")
        for number, pair in enumerate(pairs, start=1)
    )


def _named(song: Song) -> str:
    return f"{song.title} / {', '.join(song.artists)} ({song.year or '–'}, {song.duration_ms or 0:,} ms)"
