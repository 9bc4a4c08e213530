"""The evaluations, each as a section of docs/quality.md and as figures for `--json`."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation import estimates, matching, own_tastes, report
from evaluation.hiding import HidingProtocol
from evaluation.run import evaluate
from recommender.catalogue.build import load_build

ESTIMATED = 8_000


@dataclass(frozen=True)
class Section:
    """The results of one evaluation: its heading on the page, its Markdown text, and one object."""

    heading: str
    text: str
    figures: dict[str, Any]


def build_section(arguments: Namespace) -> Section:
    """Run the evaluation that the arguments of `./run evaluate` ask for.

    Raises
    ------
    FormatError, BadModels
        If a file or the models cannot be read.
    """
    files, models, sample = arguments.files, arguments.models, arguments.sample
    protocol = HidingProtocol(arguments.hidden, arguments.minimum, arguments.seed)
    if arguments.matching:
        return evaluate_matching(files, models, protocol, sample)
    if arguments.tastes:
        return evaluate_tastes(files, models, protocol, sample)
    if arguments.estimates:
        return evaluate_estimates(models, protocol, sample)
    return evaluate_picks(files, models, protocol, sample, arguments.report)


def evaluate_picks(
    files: Sequence[Path], models: Path, protocol: HidingProtocol, sample: int | None, page: Path | None
) -> Section:
    """Measure the picks; if a page is given, draw the picture beside it.

    Raises
    ------
    FormatError, BadModels
        As `evaluation.run.evaluate`.
    """
    results = evaluate(files, models, protocol, sample)
    if page is not None:
        report.draw(results, page.parent / report.PICTURE)
    return Section("Picks", report.as_markdown(results), report.as_json(results))


def evaluate_matching(
    files: Sequence[Path], models: Path, protocol: HidingProtocol, sample: int | None
) -> Section:
    """Count the matches in libraries; with `sample`, list so many by title, to be judged by eye.

    Raises
    ------
    FormatError, BadModels
        If a library or the models cannot be read.
    """
    build = load_build(models)
    counts = matching.count_matches(files, build)
    text = matching.as_markdown(counts)
    if sample is not None:
        pairs = matching.sample_beyond_id(files, build, sample, protocol.seed)
        text = f"{text}\n\n{matching.as_lines(pairs)}"
    return Section("Matching", text, matching.as_json(counts))


def evaluate_estimates(models: Path, protocol: HidingProtocol, sample: int | None) -> Section:
    """Measure the estimates of `sample` songs of the catalogue as if their features were not known.

    Raises
    ------
    BadModels
        If the models cannot be read.
    """
    groups = estimates.measure_estimates(load_build(models), sample or ESTIMATED, protocol.seed)
    return Section("Estimates", estimates.as_markdown(groups), estimates.as_json(groups))


def evaluate_tastes(
    files: Sequence[Path], models: Path, protocol: HidingProtocol, sample: int | None
) -> Section:
    """Find the tastes of the listeners in these files, or of a random sample of them.

    Raises
    ------
    FormatError, BadModels
        As `evaluation.own_tastes.measure_tastes`, or if the models cannot be read.
    """
    measured = own_tastes.measure_tastes(files, load_build(models), protocol, sample)
    return Section("Tastes", own_tastes.as_markdown(measured), own_tastes.as_json(measured))
