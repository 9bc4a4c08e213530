"""A mix of songs that were in none of the listener's recent mixes, as far as the catalogue goes."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from recommender import Mix, Wishes
from recommender.errors import AllRuledOut, NothingFits, NothingNew

#: Wishes that name what the listener has blocked, and those that tune one mix.
BLOCKS = frozenset({"banned_songs", "banned_artists"})
TUNED = frozenset({"explicit", "leave_out", "years", "taste_weights"})


def pick_unheard(
    pick_songs: Callable[[Wishes], Mix], wishes: Wishes, recent_mixes: Sequence[frozenset[str]]
) -> Mix:
    """Pick songs that no recent mix had; where that leaves too few, fill up with songs of the oldest mixes.

    What was found stays in, so that no more songs come again than are missing,
    and each try lets half of the mixes come again: a few tries are enough.

    Parameters
    ----------
    recent_mixes : the song ids of each, the newest mix first

    Raises
    ------
    NothingFits, AllRuledOut, NothingNew
        If nothing can be picked: by how the mix is tuned, by what is blocked, or at all.
    """
    mix = pick_songs(replace(wishes, recent=frozenset().union(*recent_mixes)))
    while recent_mixes and "recent" in mix.short_because:
        recent_mixes = recent_mixes[: len(recent_mixes) // 2]
        found = wishes.kept | {pick.song.id for pick in mix.picks}
        mix = pick_songs(replace(wishes, recent=frozenset().union(*recent_mixes), kept=found))
    if not mix.picks:
        limiting = set(mix.short_because)
        kind = NothingFits if limiting & TUNED else AllRuledOut if limiting & BLOCKS else NothingNew
        raise kind(f"{mix.matched} matched songs leave nothing to pick for their tastes")
    return mix
