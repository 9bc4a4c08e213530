"""Songs line by line: M3U playlists, and plain lists of `Artist - Title` or of Spotify's addresses."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

from formats.cells import is_no_track, parse_duration_ms, parse_track_id
from formats.reading import NO_SONG, TOO_LONG, UNKNOWN_FORM, Collector
from formats.text import Text
from recommender.song import Song

MAX_LINE = 10_000
EXTINF = re.compile(r"#EXTINF:\s*(-?\d+(?:\.\d+)?)?[^,]{0,1000},(.*)", re.IGNORECASE)
# A number before the artist: "12. ", "03 - ", "7) ".
NUMBERED = re.compile(r"\d{1,4}\s*[.)\-]\s+")
# Dashes between artist and title stand between blanks: others are part of names.
DASH = re.compile(r"(?<!\s)\s+[-\u2013\u2014]\s+|\t+")
# Enough lines to tell prose from a list, and how many of them must name songs.
N_SAMPLE = 50
MIN_SHARE = 0.6


def is_m3u(text: Text) -> bool:
    """Return whether a text is an M3U playlist with names of songs."""
    return text.head.startswith("#EXTM3U") or "#EXTINF:" in text.head[:1000]


def read_m3u(text: Text, songs: Collector) -> None:
    """Collect the songs of an M3U playlist: by addresses, names, or else the names of their files."""
    duration_ms, name = None, ""
    for line in _read_lines(text, songs):
        if told := EXTINF.match(line):
            duration_ms, name = parse_duration_ms(told[1] or "", 1000), told[2]
        elif not line.startswith("#"):
            # A path of Windows has backslashes.
            file_name = PurePosixPath(line.replace("\\", "/")).stem
            _collect(parse_track_id(line), name or file_name, duration_ms, songs)
            duration_ms, name = None, ""


def is_plain_list(text: Text) -> bool:
    """Return whether most of the first lines are addresses of songs or `Artist - Title`."""
    lines = list(islice(_read_lines(text, Collector(text.name)), N_SAMPLE))
    n_songs = sum(bool(parse_track_id(line) or _split_name(line)[1]) for line in lines)
    return n_songs > 0 and n_songs >= MIN_SHARE * len(lines)


def read_plain_list(text: Text, songs: Collector) -> None:
    """Collect the songs of a plain list."""
    for line in _read_lines(text, songs):
        song_id = parse_track_id(line)
        if is_no_track(line):
            songs.leave_out(NO_SONG)
        else:
            _collect(song_id, "" if song_id else line, None, songs)


def _read_lines(text: Text, songs: Collector) -> Iterator[str]:
    """Yield the lines that are not blank; one too long for a song is left out."""
    with text.open() as file:
        is_inside = False  # a line of which the beginning was too long
        while line := file.readline(MAX_LINE):
            was_inside, is_inside = is_inside, len(line) == MAX_LINE and line[-1] not in "\r\n"
            if is_inside and not was_inside:
                songs.leave_out(TOO_LONG)
            elif not was_inside and not is_inside:
                if stripped := line.strip().lstrip("\ufeff"):
                    yield stripped
                else:
                    songs.skip_blank()


def _collect(song_id: str, name: str, duration_ms: int | None, songs: Collector) -> None:
    artist, title = _split_name(name)
    if song_id or title:
        songs.add(Song(song_id, title, (artist,) if artist else (), duration_ms=duration_ms))
    else:
        songs.leave_out(UNKNOWN_FORM)


def _split_name(name: str) -> tuple[str, str]:
    """Split `Artist - Title` at the first dash between blanks; empty where there is none."""
    unnumbered = name[found.end() :] if (found := NUMBERED.match(name)) else name
    # "03 - Hurt" is a number and a title, but "50 - Hurt" may be an artist: the other dash tells.
    parts = DASH.split(unnumbered, maxsplit=1)
    if len(parts) == 1:
        parts = DASH.split(name, maxsplit=1)
    return (parts[0].strip(), parts[1].strip()) if len(parts) == 2 else ("", "")
