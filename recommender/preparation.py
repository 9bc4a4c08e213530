"""What of a recommendation does not depend on the wishes: worked out once for several mixes."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Generic, TypeVar

import numpy as np

# The first `np.unique` would load it while somebody waits for a playlist.
import numpy.ma
import numpy.typing as npt

from recommender.catalogue.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.model import Model
from recommender.errors import EmptyLibrary, NothingMatched
from recommender.footprint import count_bytes
from recommender.matching.match import Matches, match
from recommender.mix import LeftOut, WhyLeftOut
from recommender.ranking.limits import DEFAULT_LIMITS, Limits
from recommender.ranking.scoring import Scoring, build_scoring
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.evidence import Evidence, collect_evidence
from recommender.ranking.signals.signal import Signal
from recommender.ranking.starts import rate_starts
from recommender.ranking.unwanted import Unwanted, find_unwanted
from recommender.song import Song, count_plays
from recommender.tastes.cluster import Tastes, find_tastes
from recommender.tastes.estimate import add_estimates
from recommender.tastes.known_features import Features, KnownFeatures, collect_known_features
from recommender.tastes.listener import ListenerProfile, add_liked, build_profile, find_known_artists
from recommender.tastes.own_tastes import OwnTastes, find_own_tastes
from recommender.tastes.taste_names import TasteName, name_tastes

T = TypeVar("T")

# A song and its texts, as Spotify or an export tells them.
BYTES_PER_SONG = 400


@dataclass(eq=False)
class _Last(Generic[T]):
    """What was worked out last, and for what: kept and replaced together."""

    kept: tuple[Hashable, T] | None = None

    def recall(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """Return what was worked out for a key, from memory if that was the last one."""
        kept = self.kept
        if kept is None or kept[0] != key:
            kept = self.kept = key, work_out()
        return kept[1]


@dataclass(frozen=True, eq=False)
class Prepared:
    """All that does not depend on the wishes for a mix: `recommender.pipeline.pick` picks from it.

    What only a mix needs is worked out when first asked for, and then kept, too.
    Several threads may pick from one at once: what is kept is never changed, only
    replaced as a whole, and depends on nothing but what it is kept for. At worst two
    threads work out the same.

    library : saved songs, newest first
    sounds : the songs of known features; `tastes` and `own` are theirs
    known_weights : (n_clusters, n_tastes) what the songs of each cluster and own taste weigh by their plays,
        which is their number where none are known
    weights : (n_clusters, n_tastes) the same of those alone that count towards the proportions
    """

    library: Sequence[Song]
    catalogue: Catalogue
    model: Model
    signals: Sequence[Signal]
    limits: Limits
    matches: Matches
    sounds: KnownFeatures
    tastes: Tastes
    listener: ListenerProfile
    own: OwnTastes
    known_weights: DoubleArray
    weights: DoubleArray
    unwanted: Unwanted
    # Opinions change seldom, and the signals are most of what is kept: only the last are.
    _scoring: _Last[Scoring] = field(default_factory=_Last, repr=False)
    _starts: _Last[FloatArray] = field(default_factory=_Last, repr=False)

    @property
    def nbytes(self) -> int:
        """About how much memory it holds by itself, with what has been worked out so far."""
        # Tables refer to the catalogue's arrays themselves.
        arrays = vars(self.catalogue).values()
        shared = (self.library, self.catalogue, *arrays, self.model, self.signals)
        return count_bytes(self, shared) + BYTES_PER_SONG * len(self.library)

    @property
    def has_scores(self) -> bool:
        """Whether it holds what `score` or `rate_starts` has worked out."""
        return bool(self._scoring.kept or self._starts.kept)

    def drop_scores(self) -> None:
        """Drop what `score` and `rate_starts` have worked out: most of the memory.

        Working it out again takes a third of the time of `prepare`.
        """
        self._scoring.kept = self._starts.kept = None

    def score(self, liked: IntArray) -> Scoring:
        """Build the signals of the listener with some liked rows, those of the last ones once.

        Parameters
        ----------
        liked : the rows that count as saved, each as often as it counts
        """

        def build() -> Scoring:
            listener = add_liked(self.listener, liked, self.catalogue)
            return build_scoring(self.tastes, listener, self.catalogue, self.signals, self.limits)

        return self._scoring.recall(liked.tobytes(), build)

    def rate_starts(self, songs: frozenset[str], artists: frozenset[str]) -> FloatArray:
        """Rate how like each start each row is (`recommender.ranking.starts`), for the last starts once."""
        return self._starts.recall((songs, artists), partial(rate_starts, songs, artists, self.catalogue))

    @cached_property
    def row_tastes(self) -> npt.NDArray[np.int8]:
        """The listener's own taste that each row of the catalogue is of: (n,)."""
        return self.own.assign_all(self.catalogue)

    @cached_property
    def evidence(self) -> Evidence:
        """What the facts about picks are taken from; what is only liked is not called saved."""
        n_measured = int(self.sounds.is_measured.sum())
        return collect_evidence(
            self.listener, self.catalogue, self.model.genre_names, n_measured, self.limits.artists
        )

    @cached_property
    def taste_names(self) -> tuple[TasteName, ...]:
        """The names of the listener's own tastes."""
        artists = self.listener.artists[self.sounds.places]
        return name_tastes(self.own, artists, self.catalogue, self.model.genre_names)

    @cached_property
    def is_estimated_taste(self) -> BoolArray:
        """Whether most songs of each of the listener's own tastes are estimated: (n_tastes,)."""
        n_measured = np.bincount(self.own.members, self.sounds.is_measured, len(self.own))
        is_estimated: BoolArray = 2 * n_measured < self.own.sizes
        return is_estimated

    @property
    def n_newer(self) -> int:
        """How many saved songs are newer than all songs of a catalogue that tells its years."""
        newest_year = self.catalogue.newest_year
        return int(np.count_nonzero(self.listener.years > newest_year)) if newest_year else 0

    @property
    def n_plays(self) -> int:
        """How often the saved songs were played in all, as far as that is known."""
        return count_plays(self.library)

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The saved songs whose sound is unknown, and why."""
        is_left_out = np.ones(len(self.library), dtype=bool)
        is_left_out[self.sounds.places] = False
        left_out = [self.library[place] for place in np.flatnonzero(is_left_out).tolist()]
        return tuple(
            LeftOut(song, WhyLeftOut.NAMELESS if song.is_nameless else WhyLeftOut.NOT_IN_CATALOGUE)
            for song in left_out
        )


def ignore_stage(stage: str) -> None:
    """Stand in for a caller who does not follow the stages."""


def prepare(
    library: Sequence[Song],
    catalogue: Catalogue,
    model: Model,
    look_up: Callable[[Sequence[Song]], Mapping[str, Features]] | None = None,
    on_stage: Callable[[str], None] = ignore_stage,
    signals: Sequence[Signal] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    owned: Sequence[Song] = (),
) -> Prepared:
    """Match the library, find the listener's tastes, and keep what mixes of whatever wishes need.

    Parameters
    ----------
    library : saved songs, newest first
    look_up : returns features measured elsewhere, by Spotify id
        Called once, with the songs that have an id but no row in the catalogue, in
        library order. Those it knows take part by these features, which have the
        names and units of `recommender.catalogue.features`.
    on_stage : called with each of the first two of `recommender.pipeline.STAGES` as it ends
    signals : what songs are scored by; None for `SIGNALS`
        Those that have a fact can only be put in words if they are in `SIGNALS`.
    limits : how many candidates are looked at closely
    owned : songs that the listener has besides, which tell no taste
        They are never picked either, and none of their artists is new.

    Raises
    ------
    EmptyLibrary
        If the library has no songs.
    NothingMatched
        If the catalogue has none of them or of their artists, and `look_up` knows none.
    """
    if not library:
        raise EmptyLibrary("there are no saved songs to find a taste in")
    matches = match(library, catalogue)
    features = look_up(_list_lacking(library, matches)) if look_up else {}
    sounds = collect_known_features(library, matches.rows, catalogue, model, features)
    sounds = add_estimates(sounds, library, matches.artists, catalogue, model)
    if not len(sounds.places):
        raise NothingMatched("none of the saved songs is in the catalogue")
    on_stage("match")

    tastes = find_tastes(sounds.vectors, model, sounds.counts)
    listener = build_profile(library, matches, catalogue)
    if owned:
        others = match(owned, catalogue)
        is_known_artist = find_known_artists(matches, catalogue) | find_known_artists(others, catalogue)
        listener = replace(listener, is_known_artist=is_known_artist)
        matches = replace(matches, owned_versions=matches.owned_versions | others.owned_versions)
    own = find_own_tastes(sounds.vectors, listener.artists[sounds.places], tastes.clusters, catalogue)
    known_weights, weights = (
        _add_up_weights(is_added, tastes, own, sounds, listener)
        for is_added in (np.ones_like(sounds.counts), sounds.counts)
    )
    unwanted = find_unwanted((song.title for song in library), matches, catalogue)
    on_stage("cluster")
    return Prepared(
        library,
        catalogue,
        model,
        SIGNALS if signals is None else signals,
        limits,
        matches,
        sounds,
        tastes,
        listener,
        own,
        known_weights,
        weights,
        unwanted,
    )


def _add_up_weights(
    is_added: BoolArray, tastes: Tastes, own: OwnTastes, sounds: KnownFeatures, listener: ListenerProfile
) -> DoubleArray:
    """Add up what some songs of known features weigh: (n_clusters, n_tastes)."""
    weights = np.zeros(own.counts.shape)
    of_songs = 1 if listener.weights is None else listener.weights[sounds.places[is_added]]
    np.add.at(weights, (tastes.clusters[is_added], own.members[is_added]), of_songs)
    return weights


def _list_lacking(library: Sequence[Song], matches: Matches) -> list[Song]:
    """List the saved songs that have an id but no row in the catalogue."""
    lacking = np.flatnonzero(~matches.is_matched).tolist()
    return [library[place] for place in lacking if library[place].id]
