"""The invented genres: their years, how they sound and what their artists and songs are called."""

from typing import NamedTuple

#: The features of `Genre.sound`, in this order.
SOUND = (
    "valence",
    "acousticness",
    "danceability",
    "duration_ms",
    "energy",
    "instrumentalness",
    "liveness",
    "loudness",
    "speechiness",
    "tempo",
    "popularity",
)


class Genre(NamedTuple):
    """A kind of music.

    Artists start in it from the year `first` to `last`, in proportion to
    `weight`. `explicit` is the share of explicit songs today, `major` that of
    major keys, `duet` that of songs with guests. `sound` is the distance of its
    mean from that of all music, by feature, in standard deviations. `artists`
    and `titles` are the styles of `invented.patterns` that it uses.
    """

    name: str
    family: str
    first: int
    last: int
    weight: float
    artists: tuple[str, ...]
    titles: tuple[str, ...]
    explicit: float
    major: float
    duet: float
    sound: tuple[float, ...]


_PEOPLE = ("person", "person", "leader")
_BANDS = ("band", "band", "leader", "person")
_SONG = ("song",)

# fmt: off
GENRES = (
    # name, family, first, last, weight, artists, titles, explicit, major, duet
    #      valence acoust. dance durat. energy instr. live loudn. speech tempo popularity
    Genre("ballroom swing", "jazz", 1923, 1962, 5, ("swing",), _SONG, 0, .75, .10,
          (.6, 1.5, .2, -.5, -.9, .4, .1, -1.1, -.2, .0, -.4)),
    Genre("smoke-room jazz", "jazz", 1945, 2025, 2.2, ("jazz",), _SONG, 0, .55, .20,
          (-.1, 1.2, -.2, .5, -1.1, 1.0, -.1, -1.4, -.4, -.2, -.3)),
    Genre("crooner pop", "jazz", 1935, 1972, 5, ("person",), _SONG, 0, .75, .06,
          (-.2, 1.3, -.6, -.6, -.9, -.2, .1, -1, -.5, -.3, -.2)),
    Genre("front porch blues", "folk", 1930, 1995, 2.5, ("person", "rapper"), _SONG, 0, .70, .05,
          (.4, .9, .1, .0, -.5, .1, .2, -1, -.2, .0, -.5)),
    Genre("slow folk", "folk", 1958, 2025, 4, _PEOPLE, _SONG, .02, .75, .08,
          (-.4, 1.2, -.3, .0, -1.1, .0, -.1, -.8, -.6, -.1, .0)),
    Genre("hearth reels", "folk", 1955, 2025, 1.5, ("leader", "band"), _SONG, 0, .75, .08,
          (.6, .8, .1, -.1, -.2, .6, .3, -.6, -.3, .3, -.4)),
    Genre("jangle rock", "rock", 1961, 1990, 6, _BANDS, _SONG, .01, .80, .02,
          (.5, -.1, -.1, -.5, .3, -.1, .0, -.4, -.5, .2, .0)),
    Genre("highway rock", "rock", 1966, 2005, 6, _BANDS, _SONG, .02, .75, .03,
          (.1, -.6, -.5, .6, .6, .1, .3, -.1, -.2, .2, .1)),
    Genre("basement punk", "rock", 1975, 2020, 3.5, ("band",), _SONG, .25, .75, .02,
          (.3, -1.1, -.6, -.9, 1.2, .0, .2, .6, .2, .7, -.1)),
    Genre("anvil metal", "rock", 1978, 2025, 3, ("band",), _SONG, .15, .50, .03,
          (-.8, -1.4, -.8, .5, 1.4, .5, .2, .7, .4, .3, .0)),
    Genre("stadium indie", "rock", 1993, 2025, 4.5, _BANDS, _SONG, .06, .70, .04,
          (-.1, -.6, -.3, .1, .6, .0, .0, .5, -.3, .2, .3)),
    Genre("attic pop", "pop", 2006, 2025, 4, ("person", "band"), _SONG, .20, .65, .12,
          (-.2, .5, .2, -.4, -.4, .2, -.2, -.2, -.2, .0, .4)),
    Genre("radio pop", "pop", 1978, 2025, 7, ("person", "person", "leader"), _SONG, .15, .60, .18,
          (.3, -.3, .4, -.1, .4, -.5, .0, .6, -.1, .1, .5)),
    Genre("neon synth", "pop", 1979, 2025, 2.5, ("machine", "band"), ("song", "machine"), .03, .50, .08,
          (.4, -.5, .4, .3, .4, .3, -.1, -.1, -.4, .1, .0)),
    Genre("organ soul", "soul", 1958, 1985, 4, ("person", "leader"), _SONG, .01, .65, .08,
          (.6, .4, .3, -.3, -.1, -.2, .1, -.7, -.3, -.1, .0)),
    Genre("mirrorball disco", "soul", 1973, 1992, 3.5, ("leader", "band"), _SONG, .01, .55, .08,
          (1, -.4, .8, .6, .5, .2, .0, -.4, -.4, .1, .0)),
    Genre("velvet soul", "soul", 1988, 2025, 3.5, ("person",), _SONG, .40, .50, .25,
          (-.1, .1, .5, .1, -.2, -.4, -.1, .0, .1, -.2, .2)),
    Genre("corner rap", "rap", 1985, 2014, 4.5, ("rapper",), ("rap",), .70, .50, .35,
          (.4, -.4, 1, .1, .4, -.5, .2, .2, 1.5, -.2, -.1)),
    Genre("haze rap", "rap", 2011, 2025, 5, ("rapper",), ("rap",), .85, .50, .40,
          (-.3, -.2, 1, -.6, .1, -.4, .0, .2, 1.3, .3, .5)),
    Genre("night techno", "electronic", 1988, 2025, 2, ("machine",), ("machine",), .02, .45, .15,
          (-.4, -1.0, .8, 1.1, .7, 1.8, -.1, .0, -.1, .2, -.2)),
    Genre("harbour house", "electronic", 1987, 2025, 2.5, ("machine",), ("machine", "song"), .05, .50, .30,
          (.3, -.6, .8, .4, .7, .7, .1, .3, -.1, .1, .2)),
    Genre("drift ambient", "calm", 1978, 2025, 1.3, ("calm", "machine"), ("ambient",), 0, .55, .10,
          (-1.3, 1.2, -1.2, .8, -1.8, 2.0, -.2, -1.9, -.4, -.4, -.5)),
    Genre("rain focus", "calm", 2013, 2025, 1.8, ("calm",), ("ambient", "song"), 0, .50, .25,
          (-.1, .9, .4, -1.2, -.9, 1.9, -.2, -.9, -.1, -.4, .5)),
    Genre("still piano", "calm", 1985, 2025, 1.3, ("person",), ("ambient", "song"), 0, .65, .05,
          (-1.1, 1.7, -.8, -.2, -1.8, 2.0, -.3, -1.9, -.4, -.4, .1)),
    Genre("chamber strings", "classical", 1950, 2025, 1.5, ("ensemble",), ("classical",), 0, .60, .15,
          (-.8, 1.6, -1.2, .6, -1.5, 1.7, .0, -1.8, -.4, -.3, -.5)),
    Genre("dust country", "country", 1950, 2000, 4, ("person", "leader"), _SONG, 0, .90, .06,
          (.4, .6, .1, -.6, -.3, -.3, .0, -.7, -.6, .0, -.1)),
    Genre("pickup country", "country", 1990, 2025, 3.5, ("person", "leader"), _SONG, .04, .88, .08,
          (.3, -.2, -.1, -.2, .5, -.6, .0, .5, -.5, .2, .3)),
    Genre("island groove", "latin", 1965, 2018, 2.5, ("rapper", "leader"), _SONG, .08, .65, .15,
          (.9, -.1, 1, .1, .1, -.1, .0, -.2, .4, -.1, -.1)),
    Genre("sunset bossa", "latin", 1958, 2020, 2, ("portuguese",), ("portuguese",), 0, .60, .20,
          (.3, 1, .2, -.4, -.6, .1, -.1, -.8, -.3, .0, -.1)),
    Genre("ranch ballads", "latin", 1958, 2020, 3, ("spanish",), ("spanish",), .01, .75, .10,
          (.5, .5, .1, -.2, -.1, -.6, .2, .0, -.4, .1, .0)),
    Genre("plaza bounce", "latin", 2000, 2025, 4, ("spanish", "rapper"), ("spanish dance",), .35, .50, .45,
          (.6, .0, 1.0, -.2, .5, -.6, .0, .6, .5, -.2, .5)),
    Genre("rooftop chanson", "song", 1950, 2025, 2, ("french",), ("french",), .03, .60, .08,
          (-.1, .8, -.1, -.1, -.5, -.2, .1, -.6, .1, .0, -.2)),
    Genre("city lamp pop", "song", 1977, 2025, 1.6, ("japanese",), ("japanese", "song"), 0, .65, .08,
          (.4, -.3, .0, .3, .7, -.2, .1, .6, -.3, .2, .1)),
    Genre("taverna songs", "song", 1958, 2015, .5, ("greek",), ("greek",), 0, .45, .15,
          (.2, .4, -.1, .1, .0, -.2, .1, -.2, -.2, .1, -.2)),
    Genre("ferry ballads", "song", 1965, 2025, .8, ("turkish",), ("turkish",), .01, .40, .10,
          (-.1, .3, .0, .2, .0, -.2, .0, .0, -.2, .0, .0)),
    Genre("courtyard romances", "song", 1955, 2015, .5, ("russian",), ("russian",), 0, .40, .10,
          (-.2, .7, -.2, -.1, -.4, -.2, .1, -.5, -.3, .0, -.3)),
    Genre("bedtime tales", "spoken", 1960, 2025, .9, ("spoken",), ("tale",), 0, .60, .10,
          (.1, .9, .3, -1.2, -.9, -.6, .6, -1.2, 2.7, -.5, -.3)),
    Genre("stage laughter", "spoken", 1965, 2022, .7, ("spoken",), ("joke",), .60, .55, .03,
          (.0, .9, .2, -.2, .1, -.7, 2.2, -.8, 2.9, -1.0, -.3)),
)
# fmt: on
