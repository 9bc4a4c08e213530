"""The evaluations, each as sections of docs/quality.md and as figures for `--json`."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation import estimates, matching, own_tastes, report
from evaluation.common_artists import find_fitted_slices, mark_common_artists
from evaluation.hiding import HidingProtocol
from evaluation.run import evaluate
from recommender.catalogue.build import load_build

ESTIMATED = 8_000
# Of equal rank; the newest songs of a playlist are no better test than any others.
DEFAULT_PROTOCOLS = ("songs", "discovery")


@dataclass(frozen=True)
class Findings:
    """The results of one evaluation: Markdown texts by their headings on the page, and one object."""

    sections: Mapping[str, str]
    figures: dict[str, Any]


def find_out(arguments: Namespace) -> Findings:
    """Run the evaluation that the arguments of `./run evaluate` ask for.

    Raises
    ------
    FormatError, BadModels
        If a file or the models cannot be read.
    """
    files, models, sample, seed = arguments.files, arguments.models, arguments.sample, arguments.seed
    if arguments.matching:
        return evaluate_matching(files, models, seed, sample)
    if arguments.tastes:
        return evaluate_tastes(files, models, HidingProtocol(minimum=arguments.minimum, seed=seed), sample)
    if arguments.estimates:
        return evaluate_estimates(models, seed, sample)
    names = [arguments.protocol] if arguments.protocol else DEFAULT_PROTOCOLS
    protocols = [HidingProtocol(name, arguments.hidden, arguments.minimum, seed) for name in names]
    common = arguments.common or find_fitted_slices(files)
    return evaluate_picks(files, models, protocols, sample, common, arguments.all_methods, arguments.report)


def evaluate_picks(
    files: Sequence[Path],
    models: Path,
    protocols: Sequence[HidingProtocol],
    sample: int | None,
    common: Sequence[Path],
    with_variants: bool,
    page: Path | None,
) -> Findings:
    """Measure the picks by each protocol, at least one; if a page is given, draw the pictures beside it.

    The object is that of the first protocol; under `protocols` it has that of each by name.

    Parameters
    ----------
    common : playlists that tell which artists are the commonest; may be empty

    Raises
    ------
    FormatError, BadModels
        As `evaluation.run.evaluate`.
    """
    is_common = mark_common_artists(common, load_build(models).catalogue) if common else None
    all_results = [
        evaluate(files, models, protocol, sample, is_common, with_variants) for protocol in protocols
    ]
    if page is not None:
        for results in all_results:
            report.draw(results, page.parent / report.name_picture(results))
    figures = {results.protocol.name: report.as_json(results) for results in all_results}
    return Findings(
        {report.build_heading(results): report.as_markdown(results) for results in all_results},
        figures[protocols[0].name] | {"protocols": figures},
    )


def evaluate_matching(files: Sequence[Path], models: Path, seed: int, sample: int | None) -> Findings:
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
        pairs = matching.sample_beyond_id(files, build, sample, seed)
        text = f"{text}\n\n{matching.as_lines(pairs)}"
    return Findings({"Matching": text}, matching.as_json(counts))


def evaluate_estimates(models: Path, seed: int, sample: int | None) -> Findings:
    """Measure the estimates of `sample` songs of the catalogue as if their features were not known.

    Raises
    ------
    BadModels
        If the models cannot be read.
    """
    groups = estimates.measure_estimates(load_build(models), sample or ESTIMATED, seed)
    return Findings({"Estimates": estimates.as_markdown(groups)}, estimates.as_json(groups))


def evaluate_tastes(
    files: Sequence[Path], models: Path, protocol: HidingProtocol, sample: int | None
) -> Findings:
    """Find the tastes of the listeners in these files, or of a random sample of them.

    Raises
    ------
    FormatError, BadModels
        As `evaluation.own_tastes.measure_tastes`, or if the models cannot be read.
    """
    measured = own_tastes.measure_tastes(files, load_build(models), protocol, sample)
    return Findings({"Tastes": own_tastes.as_markdown(measured)}, own_tastes.as_json(measured))
