"""What the page of a playlist shows: its record in words, with shares, links, and what is ruled out."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from recommender.explanation.knowledge import describe_knowledge
from recommender.explanation.phrases import describe_facts, describe_lead, describe_left_out, is_known
from recommender.mix import Reason
from store.opinions import About
from store.record import Credit, PlaylistRecord, RecordedReason, RecordedSong, RecordedTaste

#: As many as the stylesheet has for tastes; with more tastes they come again.
N_COLOURS = 8


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What a refresh changed: how many songs came, and the names of those that went."""

    n_came: int
    went: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TasteView:
    """A taste: `number` is its place, `percent` its share of the playlist; two may share a `colour`."""

    number: int
    colour: int
    name: str
    full_name: str
    percent: float
    summary: str


@dataclass(frozen=True, slots=True)
class SongView:
    """A song of the playlist, and why it is there.

    `is_new_artist` where the listener had nothing by any of its artists.
    `lead` is the reason in short, "" where an old record tells none, and
    `facts` stand behind it.
    `never` is the kind that the listener has ruled out; `choices` are the kinds
    that they can rule out, each with its name on the button.
    """

    id: str
    url: str
    rank: int
    title: str
    artists: str
    first_artist: str
    year: int | None
    taste: TasteView
    is_new_artist: bool
    lead: str
    facts: str
    never: About | None
    choices: tuple[tuple[About, str], ...]


@dataclass(frozen=True, slots=True)
class LeftOutView:
    """A saved song that took no part, and the reason in words."""

    title: str
    artists: str
    why: str


def describe_changes(record: PlaylistRecord) -> ChangesView | None:
    """Return what a refresh changed; None where the playlist is new, or of before changes were recorded."""
    if not (record.n_came or record.went):
        return None
    return ChangesView(record.n_came, tuple(map(_name, record.went)))


def describe_tastes(record: PlaylistRecord) -> list[TasteView]:
    """Return the tastes of a playlist in their order, each with its share."""
    n_picks = sum(taste.n_picks for taste in record.tastes)
    return [
        TasteView(
            number=number,
            colour=number % N_COLOURS,
            name=taste.name,
            full_name=taste.full_name,
            percent=100 * taste.n_picks / n_picks,
            summary=_summarise(taste),
        )
        for number, taste in enumerate(record.tastes)
    ]


def describe_songs(
    record: PlaylistRecord, ruled_out: Collection[tuple[About, str]], open_url: str
) -> list[SongView]:
    """Return the songs of a playlist in its order.

    Parameters
    ----------
    ruled_out : collection of (kind, subject)
        What the listener never wants to hear.
    open_url : str
        Where Spotify shows songs.
    """
    tastes = describe_tastes(record)
    return [_describe_song(song, tastes[song.taste], ruled_out, open_url) for song in record.songs]


def describe_library(record: PlaylistRecord) -> tuple[str, ...]:
    """Return what the catalogue lacks of the saved songs, and what would help, in sentences."""
    counts = record.counts
    return describe_knowledge(counts.n_saved, counts.n_matched, counts.n_newer)


def describe_left_out_songs(record: PlaylistRecord) -> list[LeftOutView]:
    """Return the saved songs that took no part, as many as the record names."""
    return [LeftOutView(song.title, song.artists, describe_left_out(song.why)) for song in record.left_out]


def get_subject(song: RecordedSong, kind: About) -> str:
    """Return the key under which a song or its artist is ruled out; "" where that is not known."""
    return song.id if kind == "song" else song.first_artist


def _describe_song(
    song: RecordedSong, taste: TasteView, ruled_out: Collection[tuple[About, str]], open_url: str
) -> SongView:
    # A record may be older than the removal of a signal.
    reasons = [reason for reason in map(_read_reason, song.reasons) if is_known(reason)]
    choices: list[tuple[About, str]] = [("song", "this song")]
    if song.first_artist:
        choices.append(("artist", song.first_artist))
    return SongView(
        id=song.id,
        url=f"{open_url}/track/{song.id}",
        rank=song.rank,
        title=song.title,
        artists=song.artists,
        first_artist=song.first_artist,
        year=song.year,
        taste=taste,
        is_new_artist=song.is_new_artist,
        lead=describe_lead(reasons),
        facts=describe_facts(reasons),
        never=next((kind for kind, _ in choices if (kind, get_subject(song, kind)) in ruled_out), None),
        choices=tuple(choices),
    )


def _read_reason(kept: RecordedReason) -> Reason:
    return Reason(**asdict(kept))


def _name(credit: Credit) -> str:
    return f"{credit.title} by {credit.artists}" if credit.artists else credit.title


def _summarise(taste: RecordedTaste) -> str:
    typical = f" · typical: {', '.join(taste.genres)}" if taste.genres else ""
    saved = "1 saved song" if taste.n_saved == 1 else f"{taste.n_saved:,} saved songs"
    return f"{taste.n_picks} picked, going by {saved}{typical}"
