"""The three evaluations, each as a section of the page on quality and as figures for `--json`."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation import estimates, matching, report
from evaluation.hiding import Protocol
from evaluation.run import evaluate
from recommender.catalogue.build import load

ESTIMATED = 8_000


@dataclass(frozen=True)
class Section:
    """What one evaluation found: under which heading of the page, in words and tables, and as one object."""

    heading: str
    text: str
    figures: dict[str, Any]


def of(arguments: Namespace) -> Section:
    """Give the section that the words of `./run evaluate` ask for.

    Raises
    ------
    FormatError, BadModels
        If a file or the models cannot be read.
    """
    files, models, sample = arguments.files, arguments.models, arguments.sample
    protocol = Protocol(arguments.hidden, arguments.minimum, arguments.seed)
    if arguments.matching:
        return of_matching(files, models, protocol, sample)
    if arguments.estimates:
        return of_estimates(models, protocol, sample)
    return of_picks(files, models, protocol, sample, arguments.report)


def of_picks(
    files: Sequence[Path], models: Path, protocol: Protocol, sample: int | None, page: Path | None
) -> Section:
    """Measure the picks; the picture goes beside the page, where there is one.

    Raises
    ------
    FormatError, BadModels
        As `evaluation.run.evaluate`.
    """
    results = evaluate(files, models, protocol, sample)
    if page is not None:
        report.draw(results, page.parent / report.PICTURE)
    return Section("Picks", report.as_markdown(results), report.as_json(results))


def of_matching(files: Sequence[Path], models: Path, protocol: Protocol, sample: int | None) -> Section:
    """Count the matches of libraries; a sample of those by title follows, to be judged by eye.

    Raises
    ------
    FormatError, BadModels
        If a library or the models cannot be read.
    """
    build = load(models)
    counts = matching.count(files, build)
    text = matching.as_markdown(counts)
    if sample is not None:
        pairs = matching.sample_beyond_id(files, build, sample, protocol.seed)
        text = f"{text}\n\n{matching.as_lines(pairs)}"
    return Section("Matching", text, matching.as_json(counts))


def of_estimates(models: Path, protocol: Protocol, sample: int | None) -> Section:
    """Guess the features of songs of the catalogue as if they were not known.

    Raises
    ------
    BadModels
        If the models cannot be read.
    """
    groups = estimates.measure_estimates(load(models), sample or ESTIMATED, protocol.seed)
    return Section("Estimates", estimates.as_markdown(groups), estimates.as_json(groups))
