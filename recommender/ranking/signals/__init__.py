"""What speaks for a song: each signal rates every row of the catalogue from 0 to 1.

To add a signal, write its module and add its record to `SIGNALS`: it is then
weighed, scored, explained and evaluated like the others.
"""

from recommender.ranking.signals.artists import ARTIST, GUESTS, RECORD
from recommender.ranking.signals.audible import MOOD, SOUND
from recommender.ranking.signals.collaborations import COLLABORATIONS
from recommender.ranking.signals.genres import GENRE, SCENE
from recommender.ranking.signals.learned import LEARNED
from recommender.ranking.signals.script import SCRIPT
from recommender.ranking.signals.signal import Signal
from recommender.ranking.signals.times import BEST_KNOWN, ERA, FAME
from recommender.ranking.signals.together import CIRCLE, TOGETHER

#: Every signal, in the order in which reports list them.
SIGNALS: list[Signal] = [
    SOUND,
    MOOD,
    GENRE,
    SCENE,
    ARTIST,
    GUESTS,
    COLLABORATIONS,
    ERA,
    RECORD,
    FAME,
    BEST_KNOWN,
    TOGETHER,
    CIRCLE,
    SCRIPT,
    LEARNED,
]
