"""Reports of a mix: as JSON and as a table, and how long its stages took."""

from collections.abc import Callable
from typing import Any

from recommender.catalogue.model import Model
from recommender.explanation.knowledge import describe_knowledge
from recommender.explanation.phrases import describe_lead, describe_left_out, describe_limits, describe_pick
from recommender.mix import Mix
from recommender.pipeline import STAGES
from recommender.printable import make_printable
from recommender.song import Song


class StageTimes:
    """Times the stages of one recommendation by a clock in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends = {"": clock()}

    def ended(self, stage: str) -> None:
        """Note that a stage has ended; pass this as `on_stage`."""
        self._ends[stage] = self._clock()

    def milliseconds(self) -> dict[str, float]:
        """Return the time of each stage in ms, and their total."""
        ends = list(self._ends.values())
        spent = {
            stage: round((end - start) * 1000, 2)
            for stage, start, end in zip(STAGES, ends[:-1], ends[1:], strict=True)
        }
        return {**spent, "total": round((ends[-1] - ends[0]) * 1000, 2)}


def as_json(mix: Mix, model: Model, stages_ms: dict[str, float]) -> dict[str, Any]:
    """Return the mix in the form that `./run recommend --json` promises."""
    return {
        "picks": [
            {
                "id": pick.song.id,
                "title": pick.song.title,
                "artists": list(pick.song.artists),
                "year": pick.song.year,
                "cluster": pick.cluster,
                "taste": pick.taste,
                "score": round(pick.score, 6),
                "rank": pick.rank,
                "reason": describe_pick(pick),
                "lead": describe_lead(pick.reasons, pick.is_new_artist),
                "because": pick.because.id if pick.because else None,
                "is_new_artist": pick.is_new_artist,
                "signals": {name: round(value, 6) for name, value in pick.signals.items()},
            }
            for pick in mix.picks
        ],
        "written": [pick.song.id for pick in mix.playlist],
        "short_because": list(mix.short_because),
        "new_artists": mix.new_artists,
        "short_of_new": mix.short_of_new,
        "newer": mix.newer,
        "newest_year": mix.newest_year or None,
        "plays": mix.plays,
        "shares": list(mix.shares),
        "tastes": list(model.full_names),
        "own_tastes": [
            {
                "name": taste.name,
                "full_name": taste.full_name,
                "saved": taste.n_saved,
                "picks": taste.n_picks,
                "genres": list(taste.genres),
                "medoid": taste.medoid.id if taste.medoid else None,
            }
            for taste in mix.tastes
        ],
        "matched": mix.matched,
        "estimated": mix.estimated,
        "left_out": len(mix.left_out),
        "left_out_songs": [
            {"title": left.song.title, "artists": list(left.song.artists), "why": describe_left_out(left.why)}
            for left in mix.left_out
        ],
        "stages_ms": stages_ms,
    }


def as_table(mix: Mix) -> str:
    """Return the mix as lines for a terminal."""
    lines = [
        f"Saved songs: {mix.matched:,} matched, {mix.estimated:,} estimated, {len(mix.left_out):,} left out"
    ]
    n_saved = mix.matched + mix.estimated + len(mix.left_out)
    if mix.plays:
        lines.append(f"Weighed by {mix.plays:,} {'play' if mix.plays == 1 else 'plays'}")
    if mix.newest_year:
        lines.append(f"The newest songs of the catalogue are from {mix.newest_year}")
    lines += describe_knowledge(n_saved, mix.matched, mix.newer)
    if mix.short_because:
        lines.append(f"Fewer songs than wished: {describe_limits(mix)}")
    lines.append(_describe_new(mix))
    lines.append("")
    lines += [
        f"{taste.n_picks:>3} songs, going by {taste.n_saved:,} saved ones: {number} {taste.full_name}"
        for number, taste in enumerate(mix.tastes)
    ]
    lines += ["", f"{'':>3} {'song':<60} {'year':<5} {'taste':<5} {'new':<3} {'score':<5}  why"]
    lines += [
        f"{pick.rank:>3} {_credit(pick.song):<60.60} {pick.song.year or '':<5} {pick.taste:<5}"
        f" {'new' if pick.is_new_artist else '':<3} {pick.score:.3f}  {describe_pick(pick)}"
        for pick in mix.picks
    ]
    return "\n".join(map(make_printable, lines))


def _describe_new(mix: Mix) -> str:
    short = ", fewer than wished: the catalogue has no more" if mix.short_of_new else ""
    return f"By artists new to the listener: {mix.new_artists} of {len(mix.picks)} songs{short}"


def _credit(song: Song) -> str:
    return f"{song.title} – {', '.join(song.artists)}"
