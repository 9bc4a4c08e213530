"""Playlists in XSPF, the XML that players share."""

# What may not be in a playlist, a document type and its entities, is refused before the parser sees it.
from xml.etree import ElementTree

from formats.cells import parse_duration_ms, parse_track_id
from formats.errors import FormatError
from formats.reading import Collector
from formats.text import MAX_NODES, MAX_TREE_BYTES, Text
from recommender.song import Song


def is_xspf(text: Text) -> bool:
    """Return whether a text is XML with a list of tracks."""
    head = text.head
    return head.startswith("<") and "<trackList" in head


def read_xspf(text: Text, songs: Collector) -> None:
    """Collect the songs of a playlist.

    Raises
    ------
    FormatError
        If it is no whole XML, is too large, or has a document type.
    """
    if text.n_bytes > MAX_TREE_BYTES:
        raise FormatError(
            "{name} is larger than {megabytes} MB, too large for a playlist in XML",
            name=text.name,
            megabytes=MAX_TREE_BYTES >> 20,
        )
    if not text.is_parsable("<"):
        raise FormatError(
            "{name} has more than {n} tags, too many for a playlist in XML", name=text.name, n=MAX_NODES
        )
    with text.open() as file:
        content = file.read()
    # Entities can make a gigabyte of a few lines.
    if "<!DOCTYPE" in content:
        raise FormatError(
            "{name} has a document type, which no playlist needs: export it again as XSPF", name=text.name
        )
    try:
        root = ElementTree.fromstring(content.lstrip())  # noqa: S314 - it has no document type
    except (ElementTree.ParseError, ValueError) as error:
        raise FormatError("{name} is no whole XSPF: export it again", name=text.name) from error
    for track in root.iter():
        if track.tag.rpartition("}")[2] == "track":
            songs.add(_build_song(track))


def _build_song(track: ElementTree.Element) -> Song:
    texts: dict[str, str] = {}
    addresses = []
    for child in track:
        name, text = child.tag.rpartition("}")[2], (child.text or "").strip()
        texts.setdefault(name, text)
        if name in ("identifier", "location"):
            addresses.append(parse_track_id(text))
    creator = texts.get("creator", "")
    return Song(
        id=next((found for found in addresses if found), ""),
        title=texts.get("title", ""),
        artists=(creator,) if creator else (),
        duration_ms=parse_duration_ms(texts.get("duration", ""), 1),
    )
