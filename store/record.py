"""What a playlist's page shows of the mix that it was made from, as a typed record that JSON can keep.

A record holds facts, not sentences: the page words them when it is shown.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from store.tuning import DEFAULT_TUNING, Tuning

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class RecordedReason:
    """One fact that speaks for a song; what a signal has no use for is empty.

    The fields are those of the recommender's `Reason`. In records older than
    these facts, the signal "as written" has one word: the finished sentence.
    """

    signal: str
    n_songs: int = 0
    artist: str = ""
    words: tuple[str, ...] = ()
    title: str = ""
    is_minimum: bool = False
    n_together: int = 0
    n_playlists: int = 0


@dataclass(frozen=True, slots=True)
class Credit:
    """How a song is named: its title, and its artists joined by commas, "" where it has none."""

    title: str
    artists: str


@dataclass(frozen=True, slots=True)
class RecordedSong:
    """A song of the playlist.

    `first_artist` is the one that a listener can rule out, "" where an old
    record does not tell it. `taste` is the place of its taste among those of
    the record, `rank` counts from 1, `because` is the saved song that it
    sounds most like, None where none is truly near. `reasons` are in order,
    what carried it most first. `is_new_artist` where the listener had nothing
    by any of its artists. `cluster` is the model's, `energy` goes from 0 to 1,
    `cover` is the address of a small picture of the album, "" where Spotify
    has told none; what is unknown is None.
    """

    id: str
    title: str
    artists: str
    first_artist: str
    year: int | None
    taste: int
    rank: int
    because: Credit | None
    reasons: tuple[RecordedReason, ...]
    is_new_artist: bool = False
    cluster: int = 0
    duration_ms: int | None = None
    is_explicit: bool | None = None
    energy: float | None = None
    cover: str = ""


@dataclass(frozen=True, slots=True)
class RecordedTaste:
    """A taste of the listener: the saved songs that it goes by, and the songs picked for it.

    `genres` are typical ones that `full_name` does not name: names of old
    records are without them. `medoid` is the saved song in its middle, None
    where an old record does not tell it.
    """

    name: str
    full_name: str
    n_saved: int
    n_picks: int
    genres: tuple[str, ...] = ()
    medoid: Credit | None = None


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """How many saved songs there were, and what became of them: the first three after it sum to `n_saved`.

    `n_newer` are of later years than every song of the catalogue.
    """

    n_saved: int
    n_matched: int
    n_estimated: int
    n_left_out: int
    n_newer: int = 0


@dataclass(frozen=True, slots=True)
class RecordedLeftOut:
    """A saved song that took no part.

    `why` is the recommender's `WhyLeftOut`; in old records it is the finished sentence.
    """

    title: str
    artists: str
    why: str


@dataclass(frozen=True, slots=True)
class Start:
    """A song or an artist of the catalogue that a mix starts from.

    `subject` is the song's id or the artist's name, `label` what pages show.
    """

    about: Literal["song", "artist"]
    subject: str
    label: str


@dataclass(frozen=True, slots=True)
class PlaylistRecord:
    """What the page of a playlist shows, its songs in the playlist's order.

    Every taste has saved songs. `left_out` may be shorter than
    `counts.n_left_out`: it is what a page has room for. `went` are the songs
    that a refresh replaced, `n_came` how many songs it brought; none where the
    playlist is new. `new_artists` counts the songs by artists of whom the
    listener had nothing, `short_of_new` tells that the catalogue had fewer of
    these than wished. `tuning` and `starts`, three at most, are what the mix
    was made by; `kept` are the ids of songs that stay through refreshes.
    """

    #: Raise it with every change of fields in this module, together with a migration that rewrites the rows.
    version: Literal[3] = field(default=3, kw_only=True)
    songs: tuple[RecordedSong, ...]
    tastes: tuple[RecordedTaste, ...]
    counts: LibraryCounts
    left_out: tuple[RecordedLeftOut, ...] = ()
    went: tuple[Credit, ...] = ()
    n_came: int = 0
    new_artists: int = 0
    short_of_new: bool = False
    tuning: Tuning = DEFAULT_TUNING
    starts: tuple[Start, ...] = ()
    kept: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the record as JSON can say it."""
        kept: dict[str, Any] = _RECORDS.dump_python(self)
        return kept

    @classmethod
    def from_json(cls, text: str) -> "PlaylistRecord":
        """Read the JSON of a record that `to_json` returned.

        Raises
        ------
        ValueError
            If it is of another version, or not a record.
        """
        return read_json(_RECORDS, text, "a playlist's record")


# Each page reads a record of some 200 parts, and each step of a draft writes one: `asdict` takes ten times as
# long.
_RECORDS = TypeAdapter(PlaylistRecord)


def read_json(adapter: TypeAdapter[Kept], text: str | bytes, what: str) -> Kept:
    """Read JSON as what an adapter makes of it, while it is parsed: half the time of one after the other.

    Raises
    ------
    ValueError
        If it is something else than `what`: the text tells where, and nothing that stands there.
    """
    try:
        return _validate(adapter, text)
    except ValidationError as error:
        # Its own text quotes titles and artists, which must not be in the log.
        wrong = error.errors(include_input=False)[0]
        place = ".".join(map(str, wrong["loc"])) or "all of it"
        raise ValueError(f"this is not {what}: {place}: {wrong['msg']}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"this is not {what}: {error.msg} at character {error.pos}") from None


def _validate(adapter: TypeAdapter[Kept], text: str | bytes) -> Kept:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] != "json_invalid":
            raise
    # Titles of files may hold halves of surrogate pairs, which only Python's own parser takes.
    return adapter.validate_python(json.loads(text))
