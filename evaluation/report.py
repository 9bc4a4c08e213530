"""The results of an evaluation as JSON, and as a page with a picture."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from evaluation.intervals import Interval
from evaluation.run import EvaluationResults

#: Protocol -> the heading of its section, of playlists or libraries.
HEADINGS = {
    "songs": "Hidden songs of {}",
    "discovery": "Hidden artists of {}",
    "newest": "Newest songs of {}",
}
# Protocol -> what its section says is hidden.
HIDDEN = {
    "songs": "a random {share:.0%} of these songs hidden",
    "discovery": "a random {share:.0%} of their artists hidden, with every song that credits them",
    "newest": "the newest {share:.0%} of these songs hidden",
}
# Metric -> its column's heading and number format: what was found, then what the picks are like.
FOUND = {
    "ndcg@50": ("NDCG@50", "{:.4f}"),
    "ndcg_written@50": ("as written", "{:.4f}"),
    "recall@50": ("recall@50", "{:.4f}"),
    "artist_recall@50": ("artist recall", "{:.4f}"),
    "artist_precision@50": ("artist precision", "{:.4f}"),
    "tail_recall@50": ("tail recall", "{:.4f}"),
    "r_precision": ("R-precision", "{:.4f}"),
    "r_precision_artists": ("of artists", "{:.3f}"),
    "hit_rate": ("hit rate", "{:.3f}"),
    "clicks": ("clicks", "{:.2f}"),
}
LIKE = {
    "known_artists": ("known artists", "{:.3f}"),
    "unique_artists": ("artists", "{:.1f}"),
    "changed": ("changed", "{:.1f}"),
    "intra_list_distance": ("distance", "{:.3f}"),
    "kl_clusters": ("KL clusters", "{:.4f}"),
    "kl_decades": ("KL decades", "{:.3f}"),
    "kl_genres": ("KL genres", "{:.3f}"),
    "popularity": ("popularity", "{:.1f}"),
    "ms": ("ms", "{:.1f}"),
}
# The columns that show the intervals, too.
RANGED = {"ndcg@50", "recall@50"}
NO_TAIL = (
    "tail_recall@50 is left out: it needs the slices 0-1999 of the Million Playlist Dataset beside the files,"
    " or --common FILES"
)


def as_json(results: EvaluationResults) -> dict[str, Any]:
    """Return the results as one object for `--json`; unknown values are null."""
    protocol = results.protocol
    return {
        "protocol": protocol.name,
        "playlists": results.playlists,
        "hidden": protocol.hidden,
        "minimum": protocol.minimum,
        "seed": protocol.seed,
        "methods": {
            name: {metric: _plain(interval) for metric, interval in metrics.items()}
            for name, metrics in results.methods.items()
        },
        "coverage": results.coverage,
        "ratio_to_origin": _plain(results.ratio),
        "compared": {
            f"{name} / {other}": {"ratio": _plain(each.ratio), "difference": _plain(each.difference)}
            for (name, other), each in results.compared.items()
        },
        "notes": [] if _has_tail(results) else [NO_TAIL],
        "sha256": results.sha256,
    }


def _has_tail(results: EvaluationResults) -> bool:
    return "tail_recall@50" in results.methods["ours"]


def _plain(interval: Interval) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in asdict(interval).items()}


def build_heading(results: EvaluationResults) -> str:
    """Return the heading of the section that these results fill."""
    return HEADINGS[results.protocol.name].format(_name_subject(results))


def _name_subject(results: EvaluationResults) -> str:
    return "libraries" if results.are_libraries else "playlists"


def name_picture(results: EvaluationResults) -> str:
    """Return the path of the section's picture, from the page."""
    return f"pictures/quality-{results.protocol.name}-{_name_subject(results)}.svg"


def as_markdown(results: EvaluationResults) -> str:
    """Return the results as Markdown: what was measured, the picture, tables of all methods, comparisons."""
    protocol = results.protocol
    parts = [
        f"{results.playlists:,} {_name_subject(results)} with at least {protocol.minimum} songs in the"
        f" catalogue, {HIDDEN[protocol.name].format(share=protocol.hidden)} (seed {protocol.seed}), 50 picks"
        " each. Means with their 95 % bootstrap intervals.",
        f"![NDCG@50 of every method with its interval]({name_picture(results)})",
        _tabulate_found(results),
        "What the picks are like:",
        _tabulate_like(results),
        "Compared in pairs, on the same lists, by NDCG@50:",
        _tabulate_compared(results),
        f"Ours over the origin: **{_ranged(results.ratio, '{:.1f}')}**.",
        _tabulate(["file", "SHA-256"], ([name, f"`{digest}`"] for name, digest in results.sha256.items())),
    ]
    if not _has_tail(results):
        parts.insert(1, f"{NO_TAIL}.")
    return "\n\n".join(parts)


def _tabulate_found(results: EvaluationResults) -> str:
    columns = {metric: column for metric, column in FOUND.items() if metric in results.methods["ours"]}
    lines = (
        [
            name,
            *(
                (_ranged if metric in RANGED else _format_mean)(of[metric], form)
                for metric, (_, form) in columns.items()
            ),
        ]
        for name, of in results.methods.items()
    )
    return _tabulate(["method", *(head for head, _ in columns.values())], lines)


def _tabulate_like(results: EvaluationResults) -> str:
    lines = (
        [
            name,
            *(_format_mean(of[metric], form) for metric, (_, form) in LIKE.items()),
            f"{results.coverage[name]:.1%}",
        ]
        for name, of in results.methods.items()
    )
    return _tabulate(["method", *(head for head, _ in LIKE.values()), "coverage"], lines)


def _tabulate_compared(results: EvaluationResults) -> str:
    return _tabulate(
        ["method", "beside", "ratio", "difference"],
        (
            [name, other, _ranged(each.ratio, "{:.3f}"), _ranged(each.difference, "{:+.4f}")]
            for (name, other), each in results.compared.items()
        ),
    )


def _tabulate(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *lines))


def _cell(value: float, form: str) -> str:
    return form.format(value) if math.isfinite(value) else "–"


def _format_mean(interval: Interval, form: str) -> str:
    return _cell(interval.mean, form)


def _ranged(interval: Interval, form: str) -> str:
    return f"{_cell(interval.mean, form)} ({_cell(interval.low, form)} to {_cell(interval.high, form)})"


def put_section(page: Path, heading: str, text: str, command: str, day: date) -> None:
    """Write a section under its heading (`##`) into a Markdown page, replacing the one that is there."""
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    before, found, after = f"\n{old}".partition(f"\n## {heading}\n")
    _, next_head, rest = after.partition("\n## ")
    section = f"\n## {heading}\n\nPrinted by `{command}` on {day:%-d %B %Y}.\n\n{text}\n"
    new = before + section + next_head + rest if found else f"\n{old}{section}"
    page.write_text(new.lstrip("\n"), encoding="utf-8")


def draw(results: EvaluationResults, picture: Path) -> None:
    """Draw NDCG@50 of every method with its interval, as SVG; equal results give an equal file."""
    # Imported here, as it is slow and only reports need it.
    import matplotlib
    from matplotlib import pyplot

    gain = {name: metrics["ndcg@50"] for name, metrics in reversed(results.methods.items())}
    means = [each.mean for each in gain.values()]
    spread = [
        [each.mean - each.low for each in gain.values()],
        [each.high - each.mean for each in gain.values()],
    ]
    with matplotlib.rc_context({"svg.hashsalt": "quality", "svg.fonttype": "none"}):
        figure, axes = pyplot.subplots(figsize=(8, 0.35 * len(gain) + 1), layout="constrained")
        axes.barh(list(gain), means, xerr=spread, color="#1f7a4d", ecolor="#333333")
        axes.set_xlabel("NDCG@50, with its 95 % interval")
        figure.savefig(picture, metadata={"Date": None, "Creator": None})
        pyplot.close(figure)
