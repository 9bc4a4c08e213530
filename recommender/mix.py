"""What a recommendation consists of: the picks, why each was picked, and how they came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from recommender.song import Song


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact about a pick (`Signal.fact`) and the signal that it explains, as JSON can keep it.

    signal : the name of the signal, or of another kind of reason (`recommender.explanation.phrases`)
    n_songs : saved songs that it counts
    artist : the artist that it names
    words : genres, years, a taste, or how the song sounds
    title : the saved song that it names, by `artist`
    is_minimum : whether there may be more songs, as what is counted is not known of every saved one
    n_together, n_playlists : in how many of how many playlists the pick stands together with what it names

    What a signal has no use for is empty.
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
class Pick:
    """A recommended song, and why.

    cluster : the cluster it was picked for
    score : the weighted mean of its signals, 0 to 1
    rank : from 1; 0 for a spare
    because : the saved song of that taste that it sounds closest to; None where none is near
    signals : the value of each, 0 to 1, by name
    reasons : the lead, whose kind differs from pick to pick, then at most two more facts
    taste : the place of its taste in `Mix.tastes`
    is_new_artist : whether the listener knows none of its artists, guests included
    energy : from 0 to 1, as the catalogue has it
    """

    song: Song
    cluster: int
    score: float
    rank: int
    because: Song | None
    signals: Mapping[str, float]
    reasons: tuple[Reason, ...] = ()
    taste: int = 0
    is_new_artist: bool = False
    energy: float = 0.0


class WhyLeftOut(StrEnum):
    """Why a saved song took no part; `recommender.explanation.phrases` puts it in words."""

    NOT_IN_CATALOGUE = "not_in_catalogue"
    NAMELESS = "nameless"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A saved song that took no part, and why."""

    song: Song
    why: WhyLeftOut


@dataclass(frozen=True, slots=True)
class MixTaste:
    """A taste of the listener: the saved songs that it goes by, and the songs picked for it.

    genres : typical ones that the full name does not have
    medoid : the saved song nearest to its middle; None where it is not known
    """

    name: str
    full_name: str
    n_saved: int
    n_picks: int
    genres: tuple[str, ...] = ()
    medoid: Song | None = None


@dataclass(frozen=True, slots=True)
class Mix:
    """What `recommend` returns: the picks in order of rank, and how they came about.

    shares : picks of each cluster
    saved : library songs of each cluster that count towards the shares
    matched : library songs found in the catalogue
    estimated : library songs that took part by features from elsewhere, measured or estimated
        Together with those left out they sum to the library.
    spares : the next best of each taste with a share, known artists and new ones, best first
    short_because : names of the `Wishes` without which the mix would be longer
        Empty where it is as long as wished, or the catalogue has no more.
    written : places of the picks in the order in which the playlist plays (`recommender.ranking.sequence`)
        Empty where that is the order of rank.
    tastes : the tastes of the listener, none without saved songs
    new_artists : picks by artists new to the listener
    short_of_new : whether these are fewer than wished, as the catalogue has no more
        Not where songs by known artists that the listener keeps leave no more places.
    newer : saved songs from later years than any song of the catalogue
    newest_year : of the catalogue's songs; 0 where it knows none
    plays : how often the saved songs were played in all, by which they weigh; 0 where it is not known
    """

    picks: tuple[Pick, ...]
    shares: tuple[int, ...]
    saved: tuple[int, ...]
    matched: int
    estimated: int
    left_out: tuple[LeftOut, ...]
    spares: tuple[Pick, ...] = ()
    short_because: tuple[str, ...] = ()
    written: tuple[int, ...] = ()
    tastes: tuple[MixTaste, ...] = ()
    new_artists: int = 0
    short_of_new: bool = False
    newer: int = 0
    newest_year: int = 0
    plays: int = 0

    @property
    def playlist(self) -> tuple[Pick, ...]:
        """The picks in the order in which the playlist plays."""
        return tuple(self.picks[place] for place in self.written) or self.picks
