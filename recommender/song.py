"""A song, in the form that every part of the program shares."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Song:
    """One song as Spotify, an export or the catalogue knows it.

    `id` is Spotify's, empty for a local file. `artists` are in the order of
    the credits; an export that joins them by commas leaves one text, which
    matching takes apart. What the source does not tell is None.
    """

    id: str
    title: str
    artists: tuple[str, ...]
    year: int | None = None
    duration_ms: int | None = None
    is_explicit: bool | None = None
