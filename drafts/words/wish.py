"""A wish that was read: what it changes in a tuning, which artists it starts from, and what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from store.tuning import Tuning

#: A word that has no meaning here, a genre that is none of the listener's tastes, an artist to leave out,
#: or one more than a mix can start from.
Why = Literal["word", "taste", "artist", "start"]


@dataclass(frozen=True, slots=True)
class Unmet:
    """Words of a wish, as they were typed, that change nothing, and why."""

    text: str
    why: Why


@dataclass(frozen=True, slots=True)
class Wish:
    """What the words of a wish say.

    changes : fields of `Tuning`, but the tastes, and their values
    taste_percents : factors on the shares of the listener's tastes, by their places
    artists : names of artists of the catalogue that the mix is to start from
    unmet : what was not understood, in its order
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    taste_percents: Mapping[int, int] = field(default_factory=dict)
    artists: Sequence[str] = ()
    unmet: Sequence[Unmet] = ()

    @property
    def is_understood(self) -> bool:
        """Whether anything of it changes a mix."""
        return bool(self.changes or self.taste_percents or self.artists)

    def tune(self, tuning: Tuning) -> Tuning:
        """Return a tuning with these changes; what the wish does not name stays."""
        n_tastes = max([len(tuning.taste_percents), *(place + 1 for place in self.taste_percents)])
        before = (*tuning.taste_percents, *[100] * n_tastes)
        percents = tuple(self.taste_percents.get(place, before[place]) for place in range(n_tastes))
        return replace(tuning, **self.changes, taste_percents=percents)
