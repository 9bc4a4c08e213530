"""The results of an evaluation as JSON, and as a page with a picture."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from evaluation.intervals import Interval
from evaluation.run import EvaluationResults

PICTURE = "pictures/quality.svg"
# Metric -> its column's heading and number format.
COLUMNS = {
    "ndcg@50": ("NDCG@50", "{:.4f}"),
    "ndcg_written@50": ("as written", "{:.4f}"),
    "recall@50": ("recall@50", "{:.4f}"),
    "r_precision": ("R-precision", "{:.4f}"),
    "r_precision_artists": ("of artists", "{:.3f}"),
    "hit_rate": ("hit rate", "{:.3f}"),
    "clicks": ("clicks", "{:.2f}"),
    "unique_artists": ("artists", "{:.1f}"),
    "known_artists": ("known artists", "{:.3f}"),
    "intra_list_distance": ("distance", "{:.3f}"),
    "kl_clusters": ("KL clusters", "{:.4f}"),
    "kl_decades": ("KL decades", "{:.3f}"),
    "kl_genres": ("KL genres", "{:.3f}"),
    "popularity": ("popularity", "{:.1f}"),
    "ms": ("ms", "{:.1f}"),
}


def as_json(results: EvaluationResults) -> dict[str, Any]:
    """Return the results as one object for `--json`; unknown values are null."""
    return {
        "playlists": results.playlists,
        **asdict(results.protocol),
        "methods": {
            name: {metric: _plain(interval) for metric, interval in metrics.items()}
            for name, metrics in results.methods.items()
        },
        "coverage": results.coverage,
        "ratio_to_origin": _plain(results.ratio),
        "sha256": results.sha256,
    }


def _plain(interval: Interval) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in asdict(interval).items()}


def as_markdown(results: EvaluationResults) -> str:
    """Return the results as Markdown: what was measured, the picture, tables of all methods, the ratio."""
    protocol = results.protocol
    return "\n".join(
        [
            f"{results.playlists:,} playlists with at least {protocol.minimum} songs in the catalogue,"
            f" {protocol.hidden:.0%} of them hidden (seed {protocol.seed}), 50 picks each. Means over the"
            " playlists; below, with their 95 % bootstrap intervals.",
            "",
            f"![NDCG@50 of every method with its interval]({PICTURE})",
            "",
            *_table(results, tuple(COLUMNS)),
            "",
            f"Ours over the origin, by NDCG@50: **{_ranged(results.ratio, '{:.1f}')}**.",
            "",
            "| method | NDCG@50 | recall@50 | hit rate |",
            "|---|---|---|---|",
            *(
                f"| {name} | "
                + " | ".join(
                    _ranged(of[metric], COLUMNS[metric][1]) for metric in ("ndcg@50", "recall@50", "hit_rate")
                )
                + " |"
                for name, of in results.methods.items()
            ),
            "",
            "| file | SHA-256 |",
            "|---|---|",
            *(f"| {name} | `{digest}` |" for name, digest in results.sha256.items()),
        ]
    )


def _table(results: EvaluationResults, columns: Sequence[str]) -> list[str]:
    heads = [COLUMNS[metric][0] for metric in columns]
    lines = [f"| method | {' | '.join(heads)} | coverage |", "|---" * (len(heads) + 2) + "|"]
    for name, metrics in results.methods.items():
        cells = [_cell(metrics[metric].mean, COLUMNS[metric][1]) for metric in columns]
        lines.append(f"| {name} | {' | '.join(cells)} | {results.coverage[name]:.1%} |")
    return lines


def _cell(value: float, form: str) -> str:
    return form.format(value) if math.isfinite(value) else "–"


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
