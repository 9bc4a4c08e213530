"""The figures of a benchmark as a picture, beside the physical limit of what it measures."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib import pyplot

from benchmarks.errors import BenchmarkError
from benchmarks.web import HELLO

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: What a recommendation walks through of each song: docs/scale.md lists it.
SCANNED_BYTES_A_SONG = 33
MB = 2**20
# Told apart by lightness, too.
MEASURED, SECOND, LIMIT = "#1f7a4d", "#8fd3b0", "#333333"


def draw(what: str, figures: Mapping[str, Any], picture: Path) -> None:
    """Draw what a benchmark of `DRAWN` has printed with --json, as SVG; equal figures give an equal file.

    Raises
    ------
    BenchmarkError
        If these are not figures of that benchmark.
    """
    n_panels, fill = DRAWN[what]
    with matplotlib.rc_context({"svg.hashsalt": what, "svg.fonttype": "none"}):
        drawn, panels = pyplot.subplots(
            1, n_panels, figsize=(4.5 * n_panels, 3.4), layout="constrained", squeeze=False
        )
        try:
            fill(list(panels[0]), figures)
            drawn.savefig(picture, format="svg", metadata={"Date": None, "Creator": None})
        except (KeyError, TypeError) as error:
            raise BenchmarkError(f"these are no figures of `./run bench {what} --json`") from error
        finally:
            pyplot.close(drawn)


def _draw_jobs(panels: "list[Axes]", figures: Mapping[str, Any]) -> None:
    [axes] = panels
    workers = {int(name): each for name, each in figures["workers"].items() if name.isdecimal()}
    names = [str(number) for number in workers]
    axes.bar(names, [each["per_minute"] for each in workers.values()], color=MEASURED, width=0.6)
    axes.plot(
        names,
        [number * figures["limit_per_minute"] for number in workers],
        color=LIMIT,
        linestyle="--",
        marker="_",
        label=f"limit: {figures['calls']:g} calls of {figures['delay_ms']} ms, one after the other",
    )
    axes.set(xlabel="workers, a process each", ylabel="playlists a minute")
    # Above the bars there is room for what the line is.
    axes.margins(y=0.25)
    axes.legend(frameon=False, loc="upper left")


def _draw_web(panels: "list[Axes]", figures: Mapping[str, Any]) -> None:
    [axes] = panels
    pages = dict(reversed([(name, page) for name, page in figures["pages"].items() if name != HELLO]))
    bars = axes.barh(list(pages), [page["share"] for page in pages.values()], color=MEASURED)
    axes.bar_label(bars, [f"{page['per_s']:,.0f} a second" for page in pages.values()], padding=4)
    axes.axvline(1, color=LIMIT, linestyle="--", label=f"limit: {HELLO}")
    axes.set(xlim=(0, 1.05), xlabel=f"requests per second, as a part of {HELLO}'s")
    axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(0.93, 0))


def _draw_scale(panels: "list[Axes]", figures: Mapping[str, Any]) -> None:
    times, memory = panels
    sizes = figures["sizes"]
    songs = [each["songs"] for each in sizes]
    scanned = [1e3 * n_songs * SCANNED_BYTES_A_SONG / (figures["scan_gb_s"] * 1e9) for n_songs in songs]
    times.plot(songs, [each["recommend_ms"] for each in sizes], color=MEASURED, marker="o", label="measured")
    times.plot(
        songs,
        scanned,
        color=LIMIT,
        linestyle="--",
        label=f"limit: {SCANNED_BYTES_A_SONG} bytes a song\nat {figures['scan_gb_s']:g} GB/s",
    )
    times.set(xlabel="songs", ylabel="one recommendation, ms")
    memory.plot(songs, [each["mapped_mb"] for each in sizes], color=MEASURED, marker="o", label="mapped")
    memory.plot(
        songs,
        [each["private_peak_mb"] for each in sizes],
        color=SECOND,
        marker="s",
        label="its own, at most",
    )
    memory.plot(
        songs,
        [n_songs * SCANNED_BYTES_A_SONG / MB for n_songs in songs],
        color=LIMIT,
        linestyle="--",
        label="limit: what is walked through",
    )
    memory.set(xlabel="songs", ylabel="memory of a process, MB")
    for axes in panels:
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.legend(frameon=False, fontsize="small")


#: Benchmarks that are drawn: in how many panels, and by what.
DRAWN: Mapping[str, tuple[int, "Callable[[list[Axes], Mapping[str, Any]], None]"]] = {
    "jobs": (1, _draw_jobs),
    "web": (1, _draw_web),
    "scale": (2, _draw_scale),
}
