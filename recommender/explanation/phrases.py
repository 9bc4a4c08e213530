"""Why songs were picked or left out, in words."""

from collections.abc import Mapping, Sequence

from recommender.mix import Mix, Pick, Reason, WhyLeftOut
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.audible import SOUND
from recommender.song import Song

#: The signal of a reason that has only its finished sentence, as its one word: older playlists have such.
AS_WRITTEN = "as written"
LEFT_OUT: Mapping[str, str] = {
    WhyLeftOut.NOT_IN_CATALOGUE: "neither it nor its artists are in the catalogue",
}
# What each of the wishes that leave songs out does (`recommender.ranking.candidates`).
IN_THE_WAY = {
    "per_artist": "no artist may have more songs",
    "per_new_artist": "no new artist may have more songs",
    "explicit": "explicit songs are left out",
    "years": "songs of other years are left out",
    "cluster_weights": "some tastes are switched off",
    "banned_songs": "songs that are never wanted are left out",
    "banned_artists": "artists who are never wanted are left out",
    "removed": "songs that were removed are left out",
    "recent": "songs of recent mixes are left out",
}


def describe_reasons(reasons: Sequence[Reason]) -> str:
    """Describe what carried a pick: "By an artist you have 4 songs of"; empty where nothing stands out.

    Raises
    ------
    ValueError
        If a reason is of a signal that is not in `SIGNALS`; see `is_known`.
    """
    carried = "; ".join(filter(None, map(_describe, reasons)))
    return carried[:1].upper() + carried[1:]


def is_known(reason: Reason) -> bool:
    """Return whether there are words for a reason: a stored one may be of a signal that is gone since."""
    return reason.signal == AS_WRITTEN or any(signal.name == reason.signal for signal in SIGNALS)


def describe_likeness(reasons: Sequence[Reason]) -> str:
    """Describe how a pick and the saved song closest to it both sound: "calm, acoustic"; may be empty."""
    return ", ".join(word for reason in reasons if reason.signal == SOUND.name for word in reason.words)


def describe_pick(pick: Pick) -> str:
    """Describe in one sentence what carried a pick and which saved song it sounds closest to."""
    carried, likeness = describe_reasons(pick.reasons), describe_likeness(pick.reasons)
    if not pick.because:
        return carried
    # A song of another taste may be closer still, so this does not say "of all".
    sounds = f"{'; of' if carried else 'Of'} your songs of that taste it {describe_closeness(pick.reasons)}"
    return f"{carried}{sounds} {format_credit(pick.because)}{': ' if likeness else ''}{likeness}"


def describe_closeness(reasons: Sequence[Reason]) -> str:
    """Return "sounds most like", hedged where the sound of the saved song is only estimated."""
    is_guess = any(reason.is_guess for reason in reasons)
    return "probably sounds most like" if is_guess else "sounds most like"


def describe_left_out(why: str) -> str:
    """Describe why a saved song took no part.

    Anything but a `WhyLeftOut` is the finished sentence of an old record, and returned as it is.
    """
    return LEFT_OUT.get(why, why)


def describe_limits(mix: Mix) -> str:
    """Describe which wishes keep a mix shorter than wished; empty where none does."""
    return "; ".join(IN_THE_WAY[name] for name in mix.short_because)


def format_credit(song: Song) -> str:
    """Return a song's title and its artists, if it has any."""
    return f"{song.title} by {', '.join(song.artists)}" if song.artists else song.title


def _describe(reason: Reason) -> str:
    if reason.signal == AS_WRITTEN:
        return "".join(reason.words)
    if not is_known(reason):
        raise ValueError(
            f'there is no phrase for the signal "{reason.signal}": '
            "add it to SIGNALS in recommender/ranking/signals/__init__.py"
        )
    phrase = next(signal.phrase for signal in SIGNALS if signal.name == reason.signal)
    if callable(phrase):
        return phrase(reason)
    songs = "1 song" if reason.n_songs == 1 else f"{reason.n_songs:,} songs"
    words = ", ".join(reason.words)
    return phrase.format(n=f"{reason.n_songs:,}", songs=songs, artist=reason.artist, words=words)
