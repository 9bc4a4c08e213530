"""What reading a library file leads to: its songs, each once, and what was odd about the others."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf

from formats.errors import FormatError
from recommender.language import ENGLISH, Language, mark
from recommender.song import Song, make_storable

# Why an entry is left out, in the words that people read.
NO_TITLE = "without a title"
NO_SONG = "for a podcast, an audiobook or a video"
REPEATED = "of a song that came before"
UNCLOSED_QUOTE = "with an unclosed quotation mark"
TOO_LONG = "longer than any song's"
UNKNOWN_FORM = "without the name of a song"
HARDLY_PLAYED = "of a song played for less than 30 seconds"
# A symphony's movement with its nickname takes half of it. What is looked for in titles takes longer
# the longer they are, and one that somebody made for that could take seconds.
MAX_TITLE, MAX_CREDITS = 500, 2_000
# What is odd about an entry that was read all the same.
STRAY_QUOTE = "with a stray quotation mark"
TOO_MANY_CELLS = "with more cells than columns, read without year and duration"

#: Why entries are left out, and what is odd about others, as it is told behind "3 entries".
REASONS = (
    *(NO_TITLE, NO_SONG, REPEATED, UNCLOSED_QUOTE, TOO_LONG, UNKNOWN_FORM, HARDLY_PLAYED),
    *(STRAY_QUOTE, TOO_MANY_CELLS),
)


@dataclass(frozen=True)
class Reading:
    """The songs of a file in its order, each once.

    left_out, odd : reason -> entries that were left out, or read although they are odd
    n_more : entries of further songs, where not all were to be kept
    """

    songs: tuple[Song, ...]
    left_out: dict[str, int] = field(default_factory=dict)
    odd: dict[str, int] = field(default_factory=dict)
    n_more: int = 0

    def describe(self, language: Language = ENGLISH) -> str:
        """Return one line: how many songs were read, and how many entries were odd or left out, by reason."""
        n = len(self.songs)
        told = language.translate_count("{n} song read.", "{n} songs read.", n)
        sentences = [told.format(n=language.write_number(n))]
        for heading, counts in (
            (mark("Left out: {entries}."), self.left_out),
            (mark("Odd, but read: {entries}."), self.odd),
        ):
            if counts:
                entries = describe_entries(counts, language)
                sentences.append(language.translate(heading).format(entries=entries))
        return " ".join(sentences)


def describe_entries(counts: Mapping[str, int], language: Language) -> str:
    """Describe entries by what is wrong with them: "3 entries without a title"."""
    return ", ".join(
        language.translate_count("{n} entry", "{n} entries", n).format(n=language.write_number(n))
        + f" {language.translate(reason)}"
        for reason, n in counts.items()
    )


class Collector:
    """Collects the songs of one or several files, each once, and counts what is odd.

    Two entries are of one song if they have the same id or, without ids, the same title and artists.

    name : of the file, for the sentence that it has more than `max_entries`
    max_songs : further songs are only counted
    """

    def __init__(self, name: str, max_entries: float = inf, max_songs: float = inf) -> None:
        self._name, self._max_entries, self._max_songs = name, max_entries, max_songs
        self._n_more = 0
        self._n_entries = 0
        self._songs: dict[str | tuple[str, ...], Song] = {}
        self._left_out: Counter[str] = Counter()
        self._odd: Counter[str] = Counter()

    @property
    def n_songs(self) -> int:
        """How many songs were collected so far."""
        return len(self._songs)

    def add(self, song: Song) -> None:
        """Keep a song, unless it is here already, has neither id nor title, or names longer than any.

        Raises
        ------
        FormatError
            If there are more than `max_entries`, those left out included.
        """
        if not all(map(str.isprintable, (song.title, *song.artists))):
            artists = tuple(map(make_storable, song.artists))
            song = replace(song, title=make_storable(song.title), artists=artists)
        if not song.id and not song.title:
            self.leave_out(NO_TITLE)
            return
        if len(song.title) > MAX_TITLE or sum(map(len, song.artists)) > MAX_CREDITS:
            self.leave_out(TOO_LONG)
            return
        key = song.id or _name(song)
        if len(self._songs) >= self._max_songs and key not in self._songs:
            self._count_entry()
            self._n_more += 1
        elif self._songs.setdefault(key, song) is song:
            self._count_entry()
        else:
            self.leave_out(REPEATED)
            self._songs[key] = _add_plays(self._songs[key], song.n_plays)

    def take_plays(self, others: "Collector") -> None:
        """Add to each song how often it was played by what others have collected.

        By title and artists, which all its releases have in common, else by id.
        """
        n_plays: Counter[str | tuple[str, ...]] = Counter()
        for song in others._songs.values():
            for key in _list_keys(song):
                n_plays[key] += song.n_plays or 0
        for place, song in self._songs.items():
            found = next((n_plays[key] for key in _list_keys(song) if n_plays[key]), None)
            self._songs[place] = _add_plays(song, found)

    def leave_out(self, reason: str) -> None:
        """Count an entry that could not be read, or is no song."""
        self._count_entry()
        self._left_out[reason] += 1

    def skip_blank(self) -> None:
        """Count an entry with nothing in it: it needs no word, but the time that it takes is bounded, too."""
        self._count_entry()

    def note_odd(self, reason: str) -> None:
        """Count an entry that is odd, but was read."""
        self._odd[reason] += 1

    def _count_entry(self) -> None:
        self._n_entries += 1
        if self._n_entries > self._max_entries:
            raise FormatError(
                "{name} has more than {n} entries: is it one listener’s library?",
                name=self._name,
                n=self._max_entries,
            )

    def finish(self, max_songs: float = inf) -> Reading:
        """Return what was collected; the songs behind `max_songs` are only counted."""
        songs = tuple(self._songs.values())
        n_kept = int(min(max_songs, len(songs)))
        n_more = self._n_more + len(songs) - n_kept
        return Reading(songs[:n_kept], dict(self._left_out), dict(self._odd), n_more)


def _name(song: Song) -> tuple[str, ...]:
    return (song.title.casefold(), *(name.casefold() for name in song.artists))


def _list_keys(song: Song) -> list[str | tuple[str, ...]]:
    """List by what a song is known in another file, the surest first."""
    return [*([_name(song)] if song.title else []), *([song.id] if song.id else [])]


def _add_plays(song: Song, n_plays: int | None) -> Song:
    return song if n_plays is None else replace(song, n_plays=(song.n_plays or 0) + n_plays)
