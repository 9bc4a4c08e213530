"""The 15 numeric columns that describe a song: their names, order, units, ranges and words."""

from typing import NamedTuple


class Feature(NamedTuple):
    """One column of the dataset, with its smallest and largest valid value.

    The ranges are those of Spotify's former audio-features reference, widened
    to what the real dataset of 170,000 songs contains.
    """

    name: str
    low: float
    high: float


#: In the order of the columns of every feature array in `models/`.
FEATURES = (
    Feature("valence", 0.0, 1.0),
    Feature("year", 1000.0, 2100.0),
    Feature("acousticness", 0.0, 1.0),
    Feature("popularity", 0.0, 100.0),
    Feature("danceability", 0.0, 1.0),
    Feature("duration_ms", 1.0, 86_400_000.0),
    Feature("energy", 0.0, 1.0),
    Feature("explicit", 0.0, 1.0),
    Feature("instrumentalness", 0.0, 1.0),
    Feature("key", -1.0, 11.0),  # -1: no key was found
    Feature("liveness", 0.0, 1.0),
    Feature("loudness", -100.0, 20.0),  # dB relative to full scale
    Feature("mode", 0.0, 1.0),
    Feature("speechiness", 0.0, 1.0),
    Feature("tempo", 0.0, 500.0),  # beats per minute; 0 where none was found
)
NAMES = tuple(feature.name for feature in FEATURES)

#: Feature -> what a song with little and with much of it is like. Key, mode and
#: duration have none: they mean little to a listener.
FEATURE_WORDS = {
    "valence": ("dark", "cheerful"),
    "year": ("older", "recent"),
    "acousticness": ("electric", "acoustic"),
    "popularity": ("little known", "well known"),
    "danceability": ("free-flowing", "danceable"),
    "energy": ("calm", "energetic"),
    "explicit": ("clean", "explicit"),
    "instrumentalness": ("sung", "instrumental"),
    "liveness": ("studio", "live"),
    "loudness": ("quiet", "loud"),
    "speechiness": ("melodic", "spoken"),
    "tempo": ("slow", "fast"),
}
