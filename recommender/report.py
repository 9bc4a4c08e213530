"""Reports of a mix: as JSON and as a table, and how long its stages took."""

from collections.abc import Callable, Iterator
from typing import Any

from recommender.catalogue.model import Model
from recommender.explanation.knowledge import HELP, describe_knowledge
from recommender.explanation.phrases import describe_lead, describe_left_out, describe_limits, describe_pick
from recommender.language import ENGLISH, Language, mark
from recommender.mix import Mix
from recommender.pipeline import STAGES
from recommender.printable import make_printable
from recommender.song import Song
from recommender.tastes.taste_names import word_taste

#: What the columns of the table of picks are called, and how many letters each has, as in every language.
COLUMNS = (mark("song"), mark("year"), mark("taste"), mark("new"), mark("score"), mark("why"))
WIDTHS = (60, 5, 8, 4, 6, 0)


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


def as_table(mix: Mix, language: Language = ENGLISH) -> str:
    """Return the mix as lines for a terminal."""
    lines = [
        *_describe_library(mix, language),
        *_describe_limits(mix, language),
        "",
        *_list_tastes(mix, language),
        "",
        *_list_picks(mix, language),
    ]
    return "\n".join(map(make_printable, lines))


def _describe_library(mix: Mix, language: Language) -> Iterator[str]:
    counts = (mix.matched, mix.estimated, len(mix.left_out))
    matched, estimated, left_out = map(language.write_number, counts)
    told = language.translate("Saved songs: {matched} matched, {estimated} estimated, {left_out} left out")
    yield told.format(matched=matched, estimated=estimated, left_out=left_out)
    if mix.plays:
        told = language.translate_count("Weighed by {n} play", "Weighed by {n} plays", mix.plays)
        yield told.format(n=language.write_number(mix.plays))
    if mix.newest_year:
        told = language.translate("The newest songs of the catalogue are from {year}")
        yield told.format(year=mix.newest_year)
    if lacking := describe_knowledge(sum(counts), mix.matched, mix.newer, language):
        yield from (*lacking, language.translate(HELP))


def _describe_limits(mix: Mix, language: Language) -> Iterator[str]:
    if mix.short_because:
        told = language.translate("Fewer songs than wished: {limits}")
        yield told.format(limits=describe_limits(mix, language))
    told = language.translate("By artists new to you: {n} of {n_all} songs")
    if mix.short_of_new:
        told = language.translate(
            "By artists new to you: {n} of {n_all} songs, fewer than wished: the catalogue has no more"
        )
    yield told.format(n=mix.new_artists, n_all=len(mix.picks))


def _list_tastes(mix: Mix, language: Language) -> Iterator[str]:
    told = language.translate("{n} of {n_all} songs, by {n_saved} saved ones: {number} {taste}")
    for number, taste in enumerate(mix.tastes):
        yield told.format(
            n=f"{taste.n_picks:>3}",
            n_all=len(mix.picks),
            n_saved=language.write_number(taste.n_saved),
            number=number,
            taste=word_taste(taste.full_name, language),
        )


def _list_picks(mix: Mix, language: Language) -> Iterator[str]:
    names = map(language.translate, COLUMNS)
    song, year, taste, new, score, why = map(str.ljust, names, WIDTHS)
    yield f"{'':>3} {song} {year} {taste} {new} {score} {why}".rstrip()
    for pick in mix.picks:
        cells = (
            f"{_credit(pick.song):.{WIDTHS[0]}}",
            str(pick.song.year or ""),
            str(pick.taste),
            new.strip() if pick.is_new_artist else "",
            f"{pick.score:.3f}".replace(".", language.decimal_mark),
            describe_pick(pick, language),
        )
        yield f"{pick.rank:>3} {' '.join(map(str.ljust, cells, WIDTHS))}"


def _credit(song: Song) -> str:
    return f"{song.title} – {', '.join(song.artists)}"
