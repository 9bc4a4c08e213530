"""What the page of a listener's taste shows: the figures of its pictures, which their tables have, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, count, groupby
from math import ceil

from recommender.explanation.knowledge import describe_newer
from recommender.explanation.phrases import describe_left_out
from recommender.language import mark
from recommender.mix import LeftOut
from recommender.picture.density import N_CELLS
from recommender.picture.picture import DecadeCount, Picture, PicturedTaste
from recommender.picture.song_map import MappedSong
from recommender.picture.traits import Trait
from recommender.song import Song
from recommender.tastes.taste_names import word_taste, write_genre
from web.history_page import SongLink
from web.language import current_language, translate, write_decimal, write_percent
from web.playlist_page import N_COLOURS, LeftOutView
from web.taste_card import find_height

#: Songs of a list; the counts tell how many there are in all.
MAX_LISTED = 200
#: The map is a square of so many units.
MAP_SIZE = 1000
# Of the cell with most songs; the songs of the listener stand out from it.
MAX_DENSITY = 0.35
# Numbers of tastes on the map do not cover each other.
MIN_APART = 82
MAX_ROUNDS = 40
#: Feature -> what the profile calls it, and the words at both ends of its line.
PROFILE_LINES = {
    "energy": (mark("Energy"), mark("calm"), mark("energetic")),
    "valence": (mark("Mood"), mark("sad"), mark("happy")),
    "danceability": (mark("Danceability"), mark("still"), mark("danceable")),
    "acousticness": (mark("Acoustics"), mark("electric"), mark("acoustic")),
    "instrumentalness": (mark("Vocals"), mark("sung"), mark("instrumental")),
    "speechiness": (mark("Speech"), mark("melodic"), mark("spoken")),
    "liveness": (mark("Recording"), mark("studio"), mark("live")),
    "tempo": (mark("Tempo"), mark("slow"), mark("fast")),
    "popularity": (mark("Popularity"), mark("little known"), mark("well known")),
}
#: Beats per minute at both ends of the line.
TEMPO_ENDS = (60, 180)
#: Calm and energetic; sad and happy.
QUARTERS = (
    (
        mark("{share} of your songs are calm and sad; in the catalogue, {usual} are."),
        mark("{share} of your songs are calm and happy; in the catalogue, {usual} are."),
    ),
    (
        mark("{share} of your songs are energetic and sad; in the catalogue, {usual} are."),
        mark("{share} of your songs are energetic and happy; in the catalogue, {usual} are."),
    ),
)
#: Feature -> how its values are written; the others are percentages.
UNITS = {"year": "{:.0f}", "tempo": "{:.0f} BPM", "loudness": "{:.0f} dB"}


@dataclass(frozen=True, slots=True)
class TraitView:
    """How the songs of a taste sound, and the figures: their mean and the catalogue's."""

    word: str
    own: str
    usual: str


@dataclass(frozen=True, slots=True)
class TasteCard:
    """A taste in words, marked as `_tastes.html` does; `start` is where it begins on the bar of all."""

    number: int
    colour: int
    name: str
    genres: str
    n_songs: int
    percent: int
    start: int
    typical: tuple[SongLink, ...]
    traits: tuple[TraitView, ...]


@dataclass(frozen=True, slots=True)
class PointView:
    """A song on the map: `number` leads to its row in the table, `x` from sad, `y` from energetic on."""

    number: int
    x: int
    y: int
    song: SongLink
    taste: int
    colour: int
    energy: str
    mood: str
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class TastePoints:
    """The saved songs of a taste on the map, and where its number stands."""

    taste: TasteCard
    points: tuple[PointView, ...]
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell of the map and its share of the catalogue, in percent."""

    x: int
    y: int
    opacity: float
    percent: str


@dataclass(frozen=True, slots=True)
class MapView:
    """The map: `cells` are rows from energetic to calm, each from sad to happy."""

    tastes: tuple[TastePoints, ...]
    picked: tuple[PointView, ...]
    cells: tuple[tuple[CellView, ...], ...]
    quarter: str
    n_shown: int
    n_known: int
    has_estimated: bool


@dataclass(frozen=True, slots=True)
class DecadeView:
    """A decade with its songs, and their share of all, in percent."""

    label: str
    n_saved: int
    n_picked: int
    saved_percent: float
    picked_percent: float


@dataclass(frozen=True, slots=True)
class LineView:
    """A feature of the profile: the listener's mean and the catalogue's, and where each stands, 0 to 100."""

    name: str
    low: str
    high: str
    own: int
    usual: int
    own_place: float
    usual_place: float


@dataclass(frozen=True, slots=True)
class TastePage:
    """All that the page shows; `most` is the largest share of a decade, to which the bars are drawn."""

    tastes: tuple[TasteCard, ...]
    map: MapView
    decades: tuple[DecadeView, ...]
    most: int
    n_picked: int
    card_height: int
    profile: tuple[LineView, ...]
    n_saved: int
    n_matched: int
    n_plays: int
    n_estimated: int
    n_left_out: int
    newer: str
    estimated: tuple[SongLink, ...]
    left_out: tuple[LeftOutView, ...]


def describe_taste_page(picture: Picture, open_url: str) -> TastePage:
    """Describe a listener's taste as its page shows it; `open_url` is where Spotify shows songs."""
    starts = accumulate((taste.percent for taste in picture.tastes), initial=0)
    tastes = [
        _describe_taste(place, taste, start, open_url)
        # There is one start more: where the last one ends.
        for place, taste, start in zip(count(), picture.tastes, starts, strict=False)
    ]
    decades = _describe_decades(picture.decades)
    return TastePage(
        tastes=tuple(tastes),
        map=_describe_map(picture, tastes, open_url),
        decades=decades,
        most=ceil(max(max(each.saved_percent, each.picked_percent) for each in decades)),
        n_picked=sum(each.n_picked for each in decades),
        card_height=find_height(len(tastes)),
        profile=tuple(map(_describe_line, picture.profile)),
        n_saved=picture.n_saved,
        n_matched=picture.n_matched,
        n_plays=picture.n_plays,
        n_estimated=len(picture.estimated),
        n_left_out=len(picture.left_out),
        newer=describe_newer(picture.n_newer, current_language()),
        estimated=tuple(_link(song, open_url) for song in picture.estimated[:MAX_LISTED]),
        left_out=tuple(map(_describe_left_out, picture.left_out[:MAX_LISTED])),
    )


def _describe_taste(place: int, taste: PicturedTaste, start: int, open_url: str) -> TasteCard:
    return TasteCard(
        number=place,
        colour=place % N_COLOURS,
        name=word_taste(taste.name.name, current_language()),
        genres=", ".join(map(write_genre, taste.name.genres)),
        n_songs=taste.n_songs,
        percent=taste.percent,
        start=start,
        typical=tuple(_link(song, open_url) for song in taste.typical),
        traits=tuple(map(_describe_trait, taste.traits)),
    )


def _describe_trait(trait: Trait) -> TraitView:
    own, usual = (_write(trait, value) for value in (trait.mean, trait.catalogue_mean))
    return TraitView(translate(trait.word), own, usual)


def _write(trait: Trait, value: float) -> str:
    """Write a value as a figure of the trait's word: songs of an energy of 15% are calm by 85%."""
    if trait.feature in UNITS:
        return UNITS[trait.feature].format(value).replace("-", "\N{MINUS SIGN}")
    percent = _scale(trait.feature, value)
    return write_percent(percent if trait.is_high else 100 - percent)


def _link(song: Song, open_url: str) -> SongLink:
    url = f"{open_url}/track/{song.id}" if song.id else ""
    return SongLink(url, song.title, ", ".join(song.artists))


def _describe_left_out(left_out: LeftOut) -> LeftOutView:
    song = left_out.song
    return LeftOutView(
        song.title, ", ".join(song.artists), describe_left_out(left_out.why, current_language())
    )


def _describe_map(picture: Picture, tastes: Sequence[TasteCard], open_url: str) -> MapView:
    saved = [_describe_point(number, song, open_url) for number, song in enumerate(picture.saved)]
    picked = [
        _describe_point(number, song, open_url) for number, song in enumerate(picture.picked, len(saved))
    ]
    groups = [tuple(points) for _, points in groupby(saved, lambda point: point.taste)]
    labels = spread_labels([_find_middle(points) for points in groups])
    return MapView(
        tastes=tuple(
            TastePoints(tastes[points[0].taste], points, *label)
            for points, label in zip(groups, labels, strict=True)
        ),
        picked=tuple(picked),
        cells=_describe_cells(picture),
        quarter=_describe_quarter(picture),
        n_shown=len(saved),
        n_known=picture.n_known,
        has_estimated=any(point.is_estimated for point in saved),
    )


def _describe_point(number: int, song: MappedSong, open_url: str) -> PointView:
    return PointView(
        number=number,
        x=song.valence,
        y=MAP_SIZE - song.energy,
        song=_link(song.song, open_url),
        taste=song.taste,
        colour=song.taste % N_COLOURS,
        energy=write_decimal(song.energy / 10),
        mood=write_decimal(song.valence / 10),
        is_estimated=song.is_estimated,
    )


def _find_middle(points: Sequence[PointView]) -> tuple[int, int]:
    return sum(point.x for point in points) // len(points), sum(point.y for point in points) // len(points)


def spread_labels(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Move labels apart as little as that needs, inside the map: any two are `MIN_APART` from each other."""
    # No two at the very same place: they would not know where to move.
    moved = [_keep_inside(*place) for place in places]
    moved = [(x, y + 0.1 * number * (1 if y < MAP_SIZE / 2 else -1)) for number, (x, y) in enumerate(moved)]
    for _ in range(MAX_ROUNDS):
        for one in range(len(moved)):
            for other in range(one):
                dx, dy = moved[one][0] - moved[other][0], moved[one][1] - moved[other][1]
                distance = max((dx**2 + dy**2) ** 0.5, 1e-6)
                push = max(MIN_APART - distance, 0) / 2 / distance
                moved[one] = _keep_inside(moved[one][0] + push * dx, moved[one][1] + push * dy)
                moved[other] = _keep_inside(moved[other][0] - push * dx, moved[other][1] - push * dy)
    return [(round(x), round(y)) for x, y in moved]


def _keep_inside(x: float, y: float) -> tuple[float, float]:
    margin = MIN_APART / 2
    return min(max(x, margin), MAP_SIZE - margin), min(max(y, margin), MAP_SIZE - margin)


def _describe_cells(picture: Picture) -> tuple[tuple[CellView, ...], ...]:
    size, most = MAP_SIZE // N_CELLS, float(picture.density.max())
    return tuple(
        tuple(
            CellView(
                x=size * column,
                y=MAP_SIZE - size * (row + 1),
                opacity=round(MAX_DENSITY * share / most, 3),
                percent=write_decimal(100 * share),
            )
            for column, share in enumerate(picture.density[row].tolist())
        )
        for row in reversed(range(N_CELLS))
    )


def _describe_quarter(picture: Picture) -> str:
    """Describe the quarter of the map in which most of the songs are."""
    row, column = divmod(int(picture.quarters.argmax()), 2)
    half = N_CELLS // 2
    usual = picture.density.reshape(2, half, 2, half).sum(axis=(1, 3))
    return translate(QUARTERS[row][column]).format(
        share=write_percent(round(100 * float(picture.quarters[row, column]))),
        usual=write_percent(round(100 * float(usual[row, column]))),
    )


def _describe_decades(decades: Sequence[DecadeCount]) -> tuple[DecadeView, ...]:
    n_saved, n_picked = (sum(getattr(each, name) for each in decades) for name in ("n_saved", "n_picked"))
    return tuple(
        DecadeView(
            label=_name_decade(each.decade),
            n_saved=each.n_saved,
            n_picked=each.n_picked,
            saved_percent=_share(each.n_saved, n_saved),
            picked_percent=_share(each.n_picked, n_picked),
        )
        for each in decades
    )


def _name_decade(decade: int) -> str:
    return translate("{decade}s").format(decade=decade) if decade else translate("year unknown")


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _describe_line(trait: Trait) -> LineView:
    own, usual = (_scale(trait.feature, value) for value in (trait.mean, trait.catalogue_mean))
    name, low, high = map(translate, PROFILE_LINES[trait.feature])
    return LineView(
        name,
        low,
        high,
        own,
        usual,
        _find_place(trait.feature, own),
        _find_place(trait.feature, usual),
    )


def _scale(feature: str, value: float) -> int:
    """Return a value as the profile shows it: beats per minute, or of 100."""
    return round(value if feature in ("tempo", "popularity") else 100 * value)


def _find_place(feature: str, value: int) -> float:
    """Return where a value stands on its line, 0 to 100."""
    if feature != "tempo":
        return value
    low, high = TEMPO_ENDS
    return round(min(max(100 * (value - low) / (high - low), 0), 100), 1)
