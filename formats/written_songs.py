"""Songs as files to take along: one writer for each form that players and other services read.

What is written here is read again by the reader of its form, song by song.
"""

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from formats.cells import shield_formula
from formats.lines import DASH
from recommender.song import Song

TRACK_URL = "https://open.spotify.com/track/{}"
# As Exportify calls them, which most services know.
COLUMNS = ("Track URI", "Track Name", "Artist Name(s)", "Release Date", "Track Duration (ms)", "Explicit")
# Between blanks, a dash ends the artist of a line: one of an artist's own becomes a hyphen, which does not.
HYPHEN = " \u2010 "


@dataclass(frozen=True)
class SongFile:
    """A form of file: what people call it, how its name ends, its type, and its writer."""

    name: str
    ending: str
    mimetype: str
    write: Callable[[str, Sequence[Song]], str]


def write_csv(title: str, songs: Sequence[Song]) -> str:
    """Write songs as a table; `title` has no place in it.

    No cell begins as a formula does, so that a spreadsheet runs none; the reader takes the mark away again.
    Spreadsheets read UTF-8 by its mark alone.
    """
    table = StringIO()
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for song in songs:
        cells = (
            f"spotify:track:{song.id}" if song.id else "",
            _tidy(song.title),
            _write_artists(song.artists),
            "" if song.year is None else str(song.year),
            "" if song.duration_ms is None else str(song.duration_ms),
            "" if song.is_explicit is None else str(song.is_explicit).lower(),
        )
        writer.writerow(map(shield_formula, cells))
    return f"\ufeff{table.getvalue()}"


def write_m3u(title: str, songs: Sequence[Song]) -> str:
    """Write songs as an M3U playlist in UTF-8, with their addresses at Spotify."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_tidy(title)}"]
    for song in songs:
        seconds = -1 if song.duration_ms is None else round(song.duration_ms / 1000)
        lines += [f"#EXTINF:{seconds},{_write_line(song)}", TRACK_URL.format(song.id)]
    return "\n".join([*lines, ""])


def write_jspf(title: str, songs: Sequence[Song]) -> str:
    """Write songs as a playlist in JSPF, the JSON that players share."""
    tracks = [
        {
            "title": song.title,
            "creator": ", ".join(song.artists),
            "identifier": [TRACK_URL.format(song.id)],
            **({} if song.duration_ms is None else {"duration": song.duration_ms}),
        }
        for song in songs
    ]
    return json.dumps({"playlist": {"title": title, "track": tracks}}, ensure_ascii=False, indent=1)


def write_lines(title: str, songs: Sequence[Song]) -> str:
    """Write songs as lines of `Artist - Title`, which every service takes that takes text."""
    return "".join(f"{_write_line(song)}\n" for song in songs)


#: The forms, each by the ending of its files.
SONG_FILES: Mapping[str, SongFile] = {
    form.ending: form
    for form in (
        SongFile("CSV", "csv", "text/csv", write_csv),
        SongFile("M3U8", "m3u8", "audio/x-mpegurl", write_m3u),
        SongFile("JSPF", "jspf", "application/jspf+json", write_jspf),
        SongFile("Text", "txt", "text/plain", write_lines),
    )
}


def _write_artists(artists: Sequence[str]) -> str:
    """Write artists as one cell: parted by semicolons, or as a list where a name has one."""
    names = [_tidy(name) for name in artists]
    is_plain = not any(";" in name for name in names) and not (names and names[0].startswith("["))
    return ";".join(names) if is_plain else repr(names)


def _write_line(song: Song) -> str:
    return f"{DASH.sub(HYPHEN, _tidy(', '.join(song.artists)))} - {_tidy(song.title)}"


def _tidy(text: str) -> str:
    """Return a text on one line, its blanks single."""
    return re.sub(r"\s+", " ", text).strip()
