"""The kinds of song tables, told apart by their header: the Kaggle dataset, and larger and newer ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from formats.columns import find_columns, join_names, normalise
from recommender.catalogue.features import NAMES
from recommender.errors import BadDataset

TEXTS = ("id", "name", "artists")
# Columns that any exporter may have named: ours -> the field of `formats.columns`.
FIELDS = {
    "id": "id",
    "name": "title",
    "artists": "artists",
    "duration_ms": "duration_ms",
    "explicit": "explicit",
    "year": "released",
}


@dataclass(frozen=True)
class Kind:
    """A kind of table.

    name : usual name of the file
    mark : a column that tells it from the kinds after it; "" for what is none of the others
    unknown : the features that it may lack
    joins_by_commas : whether its artists are joined by commas, which may be part of a name, too
    """

    name: str
    mark: str = ""
    unknown: tuple[str, ...] = ()
    joins_by_commas: bool = False


#: A new kind is a line here. What it lacks is filled by `training.gaps`.
KINDS = (
    Kind("tracks.csv", mark="id_artists"),
    Kind("tracks_features.csv", mark="artist_ids", unknown=("popularity",)),
    Kind("universal_top_spotify_songs.csv", mark="snapshot_date", joins_by_commas=True),
    Kind("spotify_data.csv", mark="artist_name", unknown=("explicit",)),
    Kind("dataset.csv", mark="track_name", unknown=("year",)),
    Kind("data.csv"),
)
#: What they are called in a zip, the one to take first.
MEMBERS = tuple(kind.name for kind in reversed(KINDS))


@dataclass(frozen=True)
class Layout:
    """Which kind a table is of, and where it has what.

    places : column of `TEXTS` or feature -> its place; features that it lacks have none
    """

    kind: Kind
    places: Mapping[str, int]


def find_layout(names: Sequence[str], path: Path) -> Layout:
    """Find the kind of a table by the names of its columns, whatever their case, blanks and punctuation.

    Raises
    ------
    BadDataset
        If it lacks a column of its kind; the text names `path`, and the columns where it has hardly any.
    """
    places = _find_places(names)
    normalised = set(map(normalise, names))
    kind = next(kind for kind in KINDS if not kind.mark or normalise(kind.mark) in normalised)
    needed = [name for name in (*TEXTS, *NAMES) if name not in kind.unknown]
    missing = [name for name in needed if name not in places]
    if not missing:
        return Layout(kind, places)
    known = f"known are {', '.join(MEMBERS)}, and what has the columns of one of them"
    if len(missing) > len(needed) / 2:
        columns = join_names([name for name in names if name])
        raise BadDataset(
            f"{path} has no columns of songs and their sound{', only ' if columns else ''}{columns}; {known}"
        )
    raise BadDataset(f"{path} lacks the column {', '.join(missing)}, if it is a {kind.name}; {known}")


def _find_places(names: Sequence[str]) -> dict[str, int]:
    columns = find_columns(names)
    named = {normalise(name): place for place, name in reversed(list(enumerate(names)))}
    features = {name: named[normalise(name)] for name in NAMES if normalise(name) in named}
    return {ours: columns[field][0] for ours, field in FIELDS.items() if columns[field]} | features
