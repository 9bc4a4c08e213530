"""The demo's listeners: who they are, how much they have saved, and of what."""

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.song import Song


@dataclass(frozen=True, slots=True)
class Taste:
    """A number of songs, and the quantiles of the catalogue's columns between which they lie."""

    n_songs: int
    between: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A listener, what they like, and local files of theirs that Spotify does not have."""

    name: str
    about: str
    tastes: tuple[Taste, ...]
    local_files: tuple[Song, ...] = ()


PORTRAITS = (
    Portrait(
        "Wren Halloway",
        "Quiet and acoustic: a voice, a guitar, a room.",
        (
            Taste(
                180,
                {"acousticness": (0.75, 1), "energy": (0, 0.3), "speechiness": (0, 0.7), "year": (0.3, 1)},
            ),
        ),
    ),
    Portrait(
        "Bruno Castellan",
        "Guitars, loud, and then louder.",
        (
            Taste(
                420,
                {
                    "energy": (0.75, 1),
                    "loudness": (0.7, 1),
                    "acousticness": (0, 0.3),
                    "danceability": (0, 0.5),
                },
            ),
        ),
    ),
    Portrait(
        "Imani Sorby",
        "Four moods that never meet: dance floor, spoken word, slow instrumentals, very old records.",
        (
            Taste(260, {"danceability": (0.8, 1), "energy": (0.6, 1), "year": (0.5, 1)}),
            Taste(180, {"speechiness": (0.92, 1), "year": (0.4, 1)}),
            Taste(240, {"instrumentalness": (0.85, 1), "energy": (0, 0.4)}),
            Taste(220, {"year": (0, 0.15)}),
        ),
        local_files=(Song("", "Rehearsal, second take", ("Imani and Friends",), duration_ms=214_000),),
    ),
    Portrait(
        "Teodor Vance",
        "Has pressed the heart for years, on nearly everything.",
        (
            Taste(2300, {"popularity": (0.5, 1)}),
            Taste(1600, {"year": (0.3, 0.8)}),
            Taste(1400, {"valence": (0.4, 1), "tempo": (0.3, 1)}),
        ),
    ),
    Portrait(
        "Pia Lund",
        "New here: a first handful of happy songs.",
        (Taste(7, {"valence": (0.8, 1), "danceability": (0.6, 1), "popularity": (0.5, 1)}),),
    ),
    Portrait("Noor Okafor", "Has not saved anything yet.", ()),
)
