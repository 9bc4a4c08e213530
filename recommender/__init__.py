"""The pure core: songs and arrays in, picks out.

Nothing here knows Flask, Spotify, the network, the environment or the clock.
"""

from recommender.pipeline import recommend
from recommender.song import Mix, Pick, Song, Wishes

__all__ = ["Mix", "Pick", "Song", "Wishes", "recommend"]
