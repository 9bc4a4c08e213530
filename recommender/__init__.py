"""The pure core: songs and arrays in, picks out.

Nothing here knows Flask, Spotify, the network, the environment or the clock.
"""

from recommender.mix import Mix, Pick
from recommender.pipeline import pick, recommend
from recommender.preparation import Prepared, prepare
from recommender.song import Song
from recommender.wishes import Wishes

__all__ = ["Mix", "Pick", "Prepared", "Song", "Wishes", "pick", "prepare", "recommend"]
