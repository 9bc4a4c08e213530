"""Made-up files of songs: each kind of `training.kinds`, with whatever oddity such files come with."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.support.songs import TRACKS, TRACKS_FEATURES, kaggle_rows

Row = dict[str, str]
DATASET = (
    ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,danceability,energy,key,loudness,"
    "mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,time_signature,track_genre"
).split(",")
SPOTIFY_DATA = (
    ",artist_name,track_name,track_id,popularity,year,genre,danceability,energy,key,loudness,mode,speechiness,"
    "acousticness,instrumentalness,liveness,valence,tempo,duration_ms,time_signature"
).split(",")
CHARTS = (
    "spotify_id,name,artists,daily_rank,daily_movement,weekly_movement,country,snapshot_date,popularity,"
    "is_explicit,duration_ms,album_name,album_release_date,danceability,energy,key,loudness,mode,speechiness,"
    "acousticness,instrumentalness,liveness,valence,tempo,time_signature"
).split(",")
DATA = list(kaggle_rows(1)[0])
#: What each kind calls the columns of the Kaggle dataset that it calls otherwise.
COLUMNS: Mapping[str, tuple[Sequence[str], Mapping[str, str]]] = {
    "data.csv": (DATA, {}),
    "tracks.csv": (TRACKS, {}),
    "tracks_features.csv": (TRACKS_FEATURES, {}),
    "dataset.csv": (DATASET, {"track_id": "id", "track_name": "name"}),
    "spotify_data.csv": (
        SPOTIFY_DATA,
        {"track_id": "id", "track_name": "name", "artist_name": "artists"},
    ),
    "universal_top_spotify_songs.csv": (
        CHARTS,
        {"spotify_id": "id", "is_explicit": "explicit", "album_release_date": "release_date"},
    ),
}
#: How each writes the artists A and B.
ARTISTS = {
    "dataset.csv": "Some Body;Any Body",
    "spotify_data.csv": "Some Body",
    "universal_top_spotify_songs.csv": "Some Body, Any Body",
}
NUMBERS = set(DATA) - {"id", "name", "artists", "release_date", "explicit"}


def make_rows(kind: str, n: int, start: int = 0) -> list[Row]:
    """Make rows of one kind, in the words of the Kaggle dataset; equal numbers are equal songs."""
    rows = [dict(row) for row in kaggle_rows(start + n)[start:]]
    for row in rows:
        row["artists"] = ARTISTS.get(kind, "['Some Body', 'Any Body']")
        row["release_date"] = f"{row['year']}-03-01"
        row |= {"track_genre": "folk", "genre": "folk", "snapshot_date": "2025-06-11"}
    return rows


def write(kind: str, rows: Sequence[Row], delimiter: str = ",", columns: Sequence[str] | None = None) -> str:
    """Write rows under the header of a kind."""
    header, names = COLUMNS[kind]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns or header)
    writer.writerows([row.get(names.get(name, name), "") for name in header] for row in rows)
    return text.getvalue()


@dataclass(frozen=True)
class Quirk:
    """An oddity of files: how it changes the rows before they are written, and how the written text."""

    change: Callable[[Row], Row] = dict
    delimiter: str = ","
    rewrite: Callable[[str], str] = str
    encoding: str = "utf-8"


def _with_commas(row: Row) -> Row:
    return {name: value.replace(".", ",") if name in NUMBERS else value for name, value in row.items()}


def _repeat_header(text: str) -> str:
    """Put the file behind itself, as `cat` does: its header comes again, and every song."""
    return text + text


def _add_index(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(f"{number or ''},{line}" for number, line in enumerate(lines)) + "\n"


def _shout_header(text: str) -> str:
    header, rest = text.split("\n", 1)
    return f"{header.upper().replace('_', ' ')}\n{rest}"


def _end_rows_with_comma(text: str) -> str:
    header, rest = text.split("\r\n", 1)
    return header + "\r\n" + rest.replace("\r\n", ",\r\n")


QUIRKS = {
    "plain": Quirk(),
    "semicolons-and-decimal-commas": Quirk(_with_commas, ";"),
    "tabs-and-decimal-commas-in-utf-16": Quirk(_with_commas, "\t", encoding="utf-16"),
    "a-byte-order-mark": Quirk(encoding="utf-8-sig"),
    "utf-16": Quirk(encoding="utf-16"),
    "an-index-column": Quirk(rewrite=_add_index),
    "its-own-header-in-the-middle": Quirk(rewrite=_repeat_header),
    "a-comma-at-the-end-of-each-row": Quirk(rewrite=_end_rows_with_comma),
    "a-line-sep": Quirk(delimiter=";", rewrite=lambda text: f"sep=;\n{text}"),
    "blank-lines": Quirk(rewrite=lambda text: "\n" + text.replace("\r\n", "\r\n\r\n")),
    "unix-lines": Quirk(rewrite=lambda text: text.replace("\r\n", "\n")),
    "a-header-in-capitals": Quirk(rewrite=_shout_header),
    "true": Quirk(lambda row: row | {"explicit": "true"}),
    "TRUE": Quirk(lambda row: row | {"explicit": "TRUE"}),
    "True": Quirk(lambda row: row | {"explicit": "True"}),
    "1": Quirk(lambda row: row | {"explicit": "1"}),
    "1.0": Quirk(lambda row: row | {"explicit": "1.0"}),
    "ids-as-uris": Quirk(lambda row: row | {"id": f"spotify:track:{row['id']}"}),
    "ids-as-addresses": Quirk(lambda row: row | {"id": f"https://open.spotify.com/track/{row['id']}?si=1"}),
    "dates-of-excel": Quirk(lambda row: row | {"release_date": f"3/25/{row['year']}"}),
    "years-alone": Quirk(lambda row: row | {"release_date": row["year"]}),
    "years-with-a-point": Quirk(lambda row: row | {"year": f"{row['year']}.0"}),
}
