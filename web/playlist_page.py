"""What the page of a playlist shows: a draft or what is saved, its songs, its tuning, all in words."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from urllib.parse import urlencode

from drafts.record import read_reason
from recommender.explanation.knowledge import HELP, describe_knowledge
from recommender.explanation.phrases import (
    AS_WRITTEN,
    MAX_FACTS,
    NEW_ARTIST,
    describe_facts,
    describe_lead,
    describe_left_out,
    describe_new_artist,
    is_known,
    join_credit,
)
from recommender.language import mark
from recommender.mix import Reason
from recommender.tastes.taste_names import word_taste, write_genre
from recommender.wishes import PRESETS
from store.drafts import DraftStep
from store.opinions import Opinion
from store.playlists import Playlist
from store.recipes import Recipe
from store.record import (
    Credit,
    LibraryCounts,
    PlaylistRecord,
    RecordedReason,
    RecordedSong,
    RecordedTaste,
    Start,
)
from store.tuning import MAX_SIZE, MIN_SIZE
from web.draft_words import describe_step
from web.language import current_language, describe_count, translate
from web.presets import name_preset
from web.tuning_args import TASTE_STEPS, as_args
from web.tuning_words import describe_tuning, list_changes

#: As many as the stylesheet has for tastes; with more tastes they come again.
N_COLOURS = 8

#: Field of the form, field of `Tuning`, and the words at both ends of its slider.
MOODS = (
    ("e", "energy", mark("calm"), mark("energetic")),
    ("v", "valence", mark("sad"), mark("happy")),
    ("a", "acousticness", mark("electric"), mark("acoustic")),
    ("d", "danceability", mark("still"), mark("danceable")),
    ("b", "tempo", mark("slow"), mark("fast")),
)


@dataclass(frozen=True, slots=True)
class TasteView:
    """A taste: `number` is its place, `n_songs` how many are shown of it; two may share a `colour`.

    `percent` is its factor in the tuning, 100 as usual. `is_least` and
    `is_most` where it cannot go further down or up.
    """

    number: int
    colour: int
    name: str
    full_name: str
    n_songs: int
    summary: str
    percent: int
    is_least: bool
    is_most: bool


@dataclass(frozen=True, slots=True)
class SongView:
    """A song of the list.

    `chip` is its `reason`, as that goes on from "New artist" if the artist is
    new. `has_come` where the saved playlist does not have it,
    `has_just_come` where the last step brought it.
    """

    id: str
    url: str
    title: str
    artists: str
    first_artist: str
    taste: TasteView
    chip: str
    recorded_reasons: tuple[RecordedReason, ...]
    because: Credit | None
    year: int | None
    length: str
    is_explicit: bool
    cover: str
    is_new_artist: bool
    is_kept: bool
    is_liked: bool
    has_come: bool
    has_just_come: bool

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The facts that speak for it, in order, those that can be told."""
        return tuple(_read_reasons(self.recorded_reasons))

    @property
    def reason(self) -> str:
        """The reason that a chip has room for, "" where an old record tells none."""
        # A row says so already by its mark of a new artist.
        reasons = self.reasons
        is_told = self.is_new_artist and bool(reasons) and reasons[0].signal == NEW_ARTIST
        return "" if is_told else describe_lead(reasons, self.is_new_artist, current_language())

    @property
    def facts(self) -> str:
        """What stands behind the reason, "" where an old record tells nothing."""
        return describe_facts(self.reasons, self.is_new_artist, current_language())

    @property
    def resembles(self) -> str:
        """The saved song that it sounds truly like, "" where there is none or a fact has named it already."""
        if self.because is None or _is_named(self.because, self.reasons):
            return ""
        return _name(self.because)


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What differs from another list: "31 new, 12 kept, 7 went", and the names of those that went."""

    summary: str
    went: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One of several links or buttons that exclude each other."""

    label: str
    value: str
    is_chosen: bool
    taste: TasteView | None = None


@dataclass(frozen=True, slots=True)
class MoodView:
    """A slider from less (-100) to more (100) of something."""

    name: str
    low: str
    high: str
    value: int


@dataclass(frozen=True, slots=True)
class ChipView:
    """A change of the tuning that can be taken back: in words, and the name of its part."""

    words: str
    part: str


@dataclass(frozen=True, slots=True)
class TuneView:
    """The Tune form: what it offers, and how it is set.

    `args` are the tuning as the arguments of an address, `shared_args` those
    that mean something to another listener. `n_new` songs are by new artists;
    `first_decades` and `last_decades` are pairs of the year that the form
    sends and its label.
    """

    args: dict[str, str]
    shared_args: dict[str, str]
    presets: tuple[ChoiceView, ...]
    new_percent: int
    n_new: int
    size: int
    min_size: int
    max_size: int
    first_decades: tuple[ChoiceView, ...]
    last_decades: tuple[ChoiceView, ...]
    explicit: bool
    moods: tuple[MoodView, ...]
    n_moods: int
    christmas: bool
    children: bool
    starts: tuple[Start, ...]
    chips: tuple[ChipView, ...]


@dataclass(frozen=True, slots=True)
class RecipeView:
    """A tuning that the listener named, as arguments of an address and in words."""

    name: str
    args: dict[str, str]
    words: str


@dataclass(frozen=True, slots=True)
class LeftOutView:
    """A saved song that took no part, and the reason in words."""

    title: str
    artists: str
    why: str


@dataclass(frozen=True, slots=True)
class PlaylistPage:
    """All that the page shows.

    `songs` are those that `only` lets through, in the order of `sort`.
    `is_draft` where there are changes that Spotify does not have yet,
    `is_outdated` where the playlist was written after they were made,
    `is_preview` where an address asks for a tuning that is not the draft's:
    it is shown, and the next step keeps both: `query` is what the addresses
    of forms then end with. `address` are the arguments that lead back to what
    is shown. `undo` says what the last step did, "" where there is none, and
    `unmet`, in sentences, what of a wish in words was not understood.
    """

    id: str
    url: str
    embed_url: str
    api_url: str
    uri: str
    address: dict[str, str]
    query: str
    name: str
    saved_name: str
    n_songs: int
    length: str
    n_new_artists: int
    short_of_new: bool
    is_draft: bool
    is_outdated: bool
    made_at: datetime
    is_preview: bool
    undo: str
    unmet: tuple[str, ...]
    changes: ChangesView | None
    songs: tuple[SongView, ...]
    tastes: tuple[TasteView, ...]
    tune: TuneView
    recipes: tuple[RecipeView, ...]
    sort: str
    only: str
    sorts: tuple[ChoiceView, ...]
    filters: tuple[ChoiceView, ...]
    knowledge: tuple[str, ...]
    knowledge_help: str
    left_out: tuple[LeftOutView, ...]
    counts: LibraryCounts


#: Name of an order -> its label and key; songs that tie stay in the playlist's order.
SORTS: dict[str, tuple[str, Callable[[RecordedSong], float]]] = {
    "": (mark("In order"), lambda song: 0),
    "taste": (mark("By taste"), lambda song: song.taste),
    "energy": (mark("Calm"), lambda song: 1 if song.energy is None else song.energy),
    "new": (mark("New"), lambda song: not song.is_new_artist),
}


def describe_playlist_page(
    playlist: Playlist,
    step: DraftStep,
    opinions: Sequence[Opinion],
    open_url: str,
    *,
    decades: tuple[int, int] = (1950, 2020),
    recipes: Sequence[Recipe] = (),
    before: PlaylistRecord | None = None,
    unmet: Sequence[str] = (),
    is_preview: bool = False,
    sort: str = "",
    only: str = "",
) -> PlaylistPage:
    """Describe a playlist as its page shows it.

    Parameters
    ----------
    step : the draft as it is; number 0 where nothing is changed yet
    opinions : all of the listener's
    open_url : where Spotify shows songs
    decades : the first and the last decade that the form offers
    recipes : those that the listener keeps
    before : what was shown before the last step, to mark what has just come
    unmet : what of a wish was not understood, in sentences
    sort : an order of `SORTS`, any other is the playlist's own
    only : "new" for songs by new artists, the number of a taste for its songs; all others show all
    """
    record, saved = step.record, playlist.record or step.record
    tastes = _describe_tastes(record)
    liked = {opinion.subject for opinion in opinions if opinion.wish == "more" and opinion.about == "song"}
    saved_ids = {song.id for song in saved.songs}
    before_ids = {song.id for song in before.songs} if before else None
    key = SORTS.get(sort, SORTS[""])[1]
    only = only if only in {"new", *(str(taste.number) for taste in tastes)} else ""
    shown = [song for song in sorted(record.songs, key=key) if _is_shown(song, only)]
    return PlaylistPage(
        id=playlist.id,
        url=playlist.url,
        embed_url=f"{open_url}/embed/playlist/{playlist.id}?utm_source=generator",
        api_url=f"{open_url}/embed/iframe-api/v1",
        uri=f"spotify:playlist:{playlist.id}",
        address=as_args(record.tuning) if is_preview or record.tuning != saved.tuning else {},
        query=f"?{urlencode(as_args(record.tuning))}" if is_preview else "",
        name=step.name,
        saved_name=playlist.name,
        n_songs=len(record.songs),
        length=describe_length(sum(song.duration_ms or 0 for song in record.songs)),
        n_new_artists=len({song.first_artist or song.artists for song in record.songs if song.is_new_artist}),
        short_of_new=record.short_of_new,
        is_draft=step.name != playlist.name
        or [song.id for song in record.songs] != [song.id for song in saved.songs],
        is_outdated=0 < step.number and step.made_at < playlist.made_at,
        made_at=playlist.made_at,
        is_preview=is_preview,
        undo="" if is_preview else describe_step(step),
        unmet=tuple(unmet),
        changes=_describe_changes(playlist, step, is_preview),
        songs=tuple(
            _describe_song(
                song,
                tastes[song.taste],
                open_url,
                is_kept=song.id in record.kept,
                is_liked=song.id in liked,
                has_come=song.id not in saved_ids,
                has_just_come=before_ids is not None and song.id not in before_ids,
            )
            for song in shown
        ),
        tastes=tastes,
        tune=_describe_tune(record, decades),
        recipes=tuple(
            RecipeView(recipe.name, as_args(recipe.tuning), describe_tuning(recipe.tuning))
            for recipe in recipes
        ),
        sort=sort if sort in SORTS else "",
        only=only,
        sorts=tuple(ChoiceView(translate(label), name, name == sort) for name, (label, _) in SORTS.items()),
        filters=_list_filters(tastes, record, only),
        knowledge=describe_library(record),
        knowledge_help=translate(HELP),
        left_out=tuple(describe_left_out_songs(record)),
        counts=record.counts,
    )


def name_start(start: Start) -> str:
    """Return what the chip of a start sends."""
    return f"{start.about} {start.subject}"


def compare_songs(songs: Sequence[RecordedSong], before: Sequence[RecordedSong]) -> ChangesView:
    """Describe how a list of songs differs from the one before it."""
    ids, ids_before = {song.id for song in songs}, {song.id for song in before}
    went = [song for song in before if song.id not in ids]
    return _count_changes(
        len(ids - ids_before), len(ids & ids_before), [Credit(song.title, song.artists) for song in went]
    )


def describe_refresh(record: PlaylistRecord) -> ChangesView | None:
    """Describe what a mix changed in the playlist that it was written to; None where that was new."""
    if not (record.n_came or record.went):
        return None
    return _count_changes(record.n_came, len(record.songs) - record.n_came, record.went)


def summarise_changes(n_came: int, n_kept: int, n_went: int) -> str:
    """Return what changed in numbers, "31 new, 12 kept, 7 went"; "" where nothing came or went."""
    if not (n_came or n_went):
        return ""
    told = translate("{n_came} new, {n_kept} kept, {n_went} went")
    return told.format(n_came=n_came, n_kept=n_kept, n_went=n_went)


def describe_length(duration_ms: int) -> str:
    """Return how long songs last together, "2 h 57" or "57 min"; "" where that is unknown."""
    hours, minutes = divmod(round(duration_ms / 60_000), 60)
    if hours:
        return translate("{hours} h {minutes}").format(hours=hours, minutes=f"{minutes:02}")
    return translate("{minutes} min").format(minutes=minutes) if minutes else ""


def describe_library(record: PlaylistRecord) -> tuple[str, ...]:
    """Return what the catalogue lacks of the saved songs, in sentences."""
    counts = record.counts
    return describe_knowledge(counts.n_saved, counts.n_matched, counts.n_newer, current_language())


def describe_left_out_songs(record: PlaylistRecord) -> list[LeftOutView]:
    """Return the saved songs that took no part, as many as the record names."""
    language = current_language()
    return [
        LeftOutView(song.title, song.artists, describe_left_out(song.why, language))
        for song in record.left_out
    ]


def _is_shown(song: RecordedSong, only: str) -> bool:
    if only == "new":
        return song.is_new_artist
    return not only or str(song.taste) == only


def _is_changed(playlist: Playlist, step: DraftStep) -> bool:
    """Return whether a draft has what Spotify does not: another name, or other songs in another order."""
    saved = playlist.record.songs if playlist.record else ()
    is_renamed = step.name != playlist.name
    return is_renamed or [song.id for song in step.record.songs] != [song.id for song in saved]


def _describe_changes(playlist: Playlist, step: DraftStep, is_preview: bool) -> ChangesView | None:
    """Return what differs from the saved playlist, or what its last refresh changed where nothing does.

    None where no song came or went: another name or order alone needs no numbers.
    """
    record, saved = step.record, playlist.record
    if saved is None or not (is_preview or _is_changed(playlist, step)):
        return describe_refresh(record)
    changes = compare_songs(record.songs, saved.songs)
    return changes if changes.summary else None


def _count_changes(n_came: int, n_kept: int, went: Collection[Credit]) -> ChangesView:
    return ChangesView(summarise_changes(n_came, n_kept, len(went)), tuple(map(_name, went)))


def _describe_tastes(record: PlaylistRecord) -> tuple[TasteView, ...]:
    counts = Counter(song.taste for song in record.songs)
    percents = record.tuning.taste_percents
    return tuple(
        _describe_taste(number, taste, counts[number], percents[number] if number < len(percents) else 100)
        for number, taste in enumerate(record.tastes)
    )


def _describe_taste(number: int, taste: RecordedTaste, n_songs: int, percent: int) -> TasteView:
    return TasteView(
        number=number,
        colour=number % N_COLOURS,
        name=word_taste(taste.name, current_language()),
        full_name=word_taste(taste.full_name, current_language()),
        n_songs=n_songs,
        summary=_summarise(taste),
        percent=percent,
        is_least=percent <= TASTE_STEPS[0],
        is_most=percent >= TASTE_STEPS[-1],
    )


def _describe_song(
    song: RecordedSong,
    taste: TasteView,
    open_url: str,
    *,
    is_kept: bool,
    is_liked: bool,
    has_come: bool,
    has_just_come: bool,
) -> SongView:
    # A chip has room for the first: the others are read where they are told.
    lead = tuple(islice(_read_reasons(song.reasons), 1))
    describe_chip = describe_new_artist if song.is_new_artist else describe_lead
    return SongView(
        id=song.id,
        url=f"{open_url}/track/{song.id}",
        title=song.title,
        artists=song.artists,
        first_artist=song.first_artist,
        taste=taste,
        chip=describe_chip(lead, language=current_language()),
        recorded_reasons=song.reasons,
        because=song.because,
        year=song.year,
        length=_format_minutes(song.duration_ms),
        is_explicit=bool(song.is_explicit),
        cover=song.cover,
        is_new_artist=song.is_new_artist,
        is_kept=is_kept,
        is_liked=is_liked,
        has_come=has_come,
        has_just_come=has_just_come,
    )


def _read_reasons(recorded: Iterable[RecordedReason]) -> Iterator[Reason]:
    """Yield those that there are words for: a record may be older than the removal of a signal."""
    return filter(is_known, map(read_reason, recorded))


def _is_named(saved: Credit, reasons: Sequence[Reason]) -> bool:
    """Return whether a reason that is told names a saved song; a sentence of an old record may do so."""
    return any(
        saved.title in reason.words[0] if reason.signal == AS_WRITTEN else reason.title == saved.title
        for reason in reasons[: 1 + MAX_FACTS]
    )


def _format_minutes(duration_ms: int | None) -> str:
    if not duration_ms:
        return ""
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{minutes}:{seconds:02}"


def _describe_tune(record: PlaylistRecord, decades: tuple[int, int]) -> TuneView:
    tuning = record.tuning
    changes = list_changes(tuning, [taste.name for taste in record.tastes])
    chips = (
        *(ChipView(words, part) for part, words in changes.items()),
        *(
            ChipView(translate("like “{start}”").format(start=start.label), name_start(start))
            for start in record.starts
        ),
    )
    moods = tuple(
        MoodView(name, translate(low), translate(high), getattr(tuning, field))
        for name, field, low, high in MOODS
    )
    return TuneView(
        args=as_args(tuning),
        # Tastes are the listener's own, and a seed chooses among their songs.
        shared_args=as_args(replace(tuning, taste_percents=(), seed=0)),
        presets=tuple(
            ChoiceView(name_preset(name), str(round(100 * share)), round(100 * share) == tuning.new_percent)
            for name, share in PRESETS.items()
        ),
        new_percent=tuning.new_percent,
        n_new=record.new_artists,
        size=tuning.size,
        min_size=MIN_SIZE,
        max_size=MAX_SIZE,
        first_decades=_list_years(decades, 0, tuning.first_year, translate("any year")),
        last_decades=_list_years(decades, 9, tuning.last_year, translate("now")),
        explicit=tuning.explicit,
        moods=moods,
        n_moods=sum(mood.value != 0 for mood in moods),
        christmas=tuning.christmas,
        children=tuning.children,
        starts=record.starts,
        chips=chips,
    )


def _list_years(
    decades: tuple[int, int], last_digit: int, chosen: int | None, open_end: str
) -> tuple[ChoiceView, ...]:
    """List an open end, then a year of each decade, and the chosen one, which an address may name freely."""
    years = {decade + last_digit for decade in range(decades[0], decades[1] + 1, 10)}
    listed = sorted(years | ({chosen} if chosen else set()))
    choices = [ChoiceView(str(year), str(year), year == chosen) for year in listed]
    return (ChoiceView(open_end, "", chosen is None), *choices)


def _list_filters(tastes: Sequence[TasteView], record: PlaylistRecord, only: str) -> tuple[ChoiceView, ...]:
    by_taste = [
        ChoiceView(taste.name, str(taste.number), str(taste.number) == only, taste)
        for taste in tastes
        if taste.n_songs or str(taste.number) == only
    ]
    new = (
        [ChoiceView(translate("New artists"), "new", only == "new")]
        if record.new_artists or only == "new"
        else []
    )
    return (ChoiceView(translate("All"), "", not only), *by_taste, *new)


def _name(credit: Credit) -> str:
    return join_credit(credit.title, credit.artists, current_language())


def _summarise(taste: RecordedTaste) -> str:
    saved = describe_count("goes by {n} saved song", "goes by {n} saved songs", taste.n_saved)
    typical = translate("{saved}; typical: {genres}")
    return (
        typical.format(saved=saved, genres=", ".join(map(write_genre, taste.genres)))
        if taste.genres
        else saved
    )
