"""The reasons of a pick in words."""

from collections.abc import Sequence

from recommender.song import Mix, Pick, Reason, Song

#: The signal of a reason that has only its finished sentence, as its one word: older playlists have such.
AS_WRITTEN = "as written"
WORDS = {
    AS_WRITTEN: "{words}",
    "artist": "by an artist you have {songs} of",
    "record": "by an artist you have {songs} of from about that year",
    "guests": "with {artist}, whom you have {songs} of",
    "scene": "{words}, as are {n} of your songs",
    "era": "from the same few years as {n} of your songs",
    "fame": "about as well known as {n} of your songs",
    "best_known": "one of the best-known songs of {artist}",
    "mood": "close in sound to {n} of your songs",
}
# What each of the wishes that leave songs out does (`recommender.ranking.candidates`).
IN_THE_WAY = {
    "per_artist": "no artist may have more songs",
    "explicit": "explicit songs are left out",
    "years": "songs of other years are left out",
    "cluster_weights": "some tastes are switched off",
    "banned_songs": "songs that are never wanted are left out",
    "banned_artists": "artists who are never wanted are left out",
    "removed": "songs that were removed are left out",
    "recent": "songs of recent mixes are left out",
}


def describe_reasons(reasons: Sequence[Reason]) -> str:
    """Return what carried a pick: "By an artist you have 4 songs of"; empty where nothing stands out."""
    carried = "; ".join(_in_words(reason) for reason in reasons if reason.signal != "sound")
    return carried[:1].upper() + carried[1:]


def describe_likeness(reasons: Sequence[Reason]) -> str:
    """Return how a pick and the saved song closest to it both sound: "calm, acoustic"; may be empty."""
    return ", ".join(word for reason in reasons if reason.signal == "sound" for word in reason.words)


def describe_pick(pick: Pick) -> str:
    """Say in one sentence what carried a pick and which saved song it sounds closest to."""
    carried, likeness = describe_reasons(pick.reasons), describe_likeness(pick.reasons)
    # A song of another taste may be closer still, so this does not say "of all".
    sounds = f"{'; of' if carried else 'Of'} your songs of that taste it {most_like(pick.reasons)}"
    return f"{carried}{sounds} {format_credit(pick.because)}{': ' if likeness else ''}{likeness}"


def most_like(reasons: Sequence[Reason]) -> str:
    """Return "sounds most like", or "probably …" where the sound of the saved song is only a guess."""
    is_guess = any(reason.is_guess for reason in reasons)
    return "probably sounds most like" if is_guess else "sounds most like"


def describe_limits(mix: Mix) -> str:
    """Say what keeps a mix from being as long as was wished; empty where no wish does."""
    return "; ".join(IN_THE_WAY[name] for name in mix.short_because)


def format_credit(song: Song) -> str:
    """Name a song and its artists, as far as it has any."""
    return f"{song.title} by {', '.join(song.artists)}" if song.artists else song.title


def _in_words(reason: Reason) -> str:
    words = ", ".join(reason.words)
    if reason.signal == "genre":
        return _genres_in_words(reason, words)
    songs = "1 song" if reason.n_songs == 1 else f"{reason.n_songs:,} songs"
    return WORDS[reason.signal].format(
        n=f"{reason.n_songs:,}", songs=songs, artist=reason.artist, words=words
    )


def _genres_in_words(reason: Reason, genres: str) -> str:
    if not genres:
        return f"of genres near those of {reason.artist}"
    return f"same genre{'s' if len(reason.words) > 1 else ''} as {reason.artist}: {genres}"
