"""Why songs were picked or left out, in words.

The phrases are English; other languages have theirs under them (`recommender.language`), each a whole pattern
with the same placeholders.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from string import Formatter

from recommender.catalogue.features import FEATURE_WORDS
from recommender.language import ENGLISH, Language
from recommender.matching.scripts import SCRIPTS
from recommender.mix import Mix, Pick, Reason, WhyLeftOut
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.audible import SOUND
from recommender.ranking.signals.script import SCRIPT
from recommender.tastes.taste_names import OTHER_SONGS, word_taste, write_genre

#: The signal of a reason that has only its finished sentence, as its one word: older playlists have such.
AS_WRITTEN = "as written"
#: What is true of a pick whatever carried it (`recommender.explanation.plain`).
TASTE, NEW_ARTIST, DECADE, CHARACTER = "taste", "new artist", "decade", "character"
#: The same of a taste most of whose songs have no known sound, but an estimated one.
LIKELY_TASTE = "likely taste"
#: What it has to do with a song or an artist that the mix starts from (`recommender.explanation.starts`).
LIKE_START, BY_START, IS_START = "like start", "by start", "start"
#: Phrases, each with what it leaves out, the longest first.
Wordings = tuple[tuple[str, str], ...]
OTHER_PHRASES: Mapping[str, Wordings] = {
    AS_WRITTEN: (("{words}", ""),),
    TASTE: (("fits your taste “{words}”", ""), ("fits one of your tastes", "“{words}”")),
    LIKELY_TASTE: (
        ("probably fits your taste “{words}”", ""),
        ("probably fits one of your tastes", "“{words}”"),
    ),
    NEW_ARTIST: (("by an artist who is new to you", ""),),
    DECADE: (("from the {decade}s", ""),),
    CHARACTER: (("it is {pair}", ""),),
    # Of an artist the phrases with a title are not told.
    LIKE_START: (
        ("like {title} by {artist}, your starting point", ""),
        ("like {title}, your starting point", "{title} is by {artist}"),
        ("like a song this mix starts from", "{title} by {artist}"),
        ("like {artist}, your starting point", ""),
        ("like an artist this mix starts from", "{artist}"),
    ),
    BY_START: (
        ("by {artist}, your starting point", ""),
        ("by an artist this mix starts from", "{artist}"),
    ),
    IS_START: (("your starting point", ""),),
}
_PHRASES: Mapping[str, Wordings] = {
    **{signal.name: ((signal.phrase, ""), *signal.shorter) for signal in SIGNALS if signal.phrase},
    **OTHER_PHRASES,
}
_WHEN_NEW: Mapping[str, Wordings] = {signal.name: signal.when_new for signal in SIGNALS}
# Reasons whose words are the names of tastes, and those whose words are of this program.
_OF_TASTES = {TASTE, LIKELY_TASTE}
_OF_OUR_WORDS = {CHARACTER, SOUND.name, SCRIPT.name}
MAX_LEAD_WORDS = 8
MAX_FACTS = 2
LEFT_OUT: Mapping[str, str] = {
    WhyLeftOut.NOT_IN_CATALOGUE: "neither it nor its artists are in the catalogue",
    WhyLeftOut.NAMELESS: "it came without a title that can be read",
}
# What each of the wishes that leave songs out does (`recommender.ranking.candidates`).
IN_THE_WAY: Mapping[str, str] = {
    "per_artist": "no artist may have more songs",
    "per_new_artist": "no new artist may have more songs",
    "explicit": "explicit songs are left out",
    "leave_out": "songs for Christmas or for children are left out",
    "years": "songs of other years are left out",
    "taste_weights": "some tastes are switched off",
    "banned_songs": "songs that are never wanted are left out",
    "banned_artists": "artists who are never wanted are left out",
    "removed": "songs that were removed are left out",
    "recent": "songs of recent mixes are left out",
}


def list_sentences() -> Iterator[str]:
    """Yield every phrase and word of the core's tables that has to be translated, once or more often."""
    for wordings in (*_PHRASES.values(), *_WHEN_NEW.values()):
        for wording in wordings:
            yield from wording
    yield from LEFT_OUT.values()
    yield from IN_THE_WAY.values()
    for words in FEATURE_WORDS.values():
        yield from words
    yield from SCRIPTS
    yield OTHER_SONGS


def describe_lead(
    reasons: Sequence[Reason], is_new_artist: bool = False, language: Language = ENGLISH
) -> str:
    """Describe the first reason in at most eight words: "You’ve saved 4 of their songs".

    It is empty where there are no reasons. A sentence of an old record is returned as it is, however long.

    Raises
    ------
    ValueError
        If it is of a signal that is not in `SIGNALS`; see `is_known`.
    """
    return _begin(_word_lead(reasons[0], is_new_artist, language)[0]) if reasons else ""


def describe_new_artist(reasons: Sequence[Reason], language: Language = ENGLISH) -> str:
    """Describe the first reason as it goes on from "New artist": ", like Di", or ": In 2 playlists with Di".

    It is empty where there is no more to tell than that the artist is new.

    Raises
    ------
    ValueError
        As `describe_lead`.
    """
    if not reasons or reasons[0].signal == NEW_ARTIST:
        return ""
    lead, _, is_when_new = _word_lead(reasons[0], True, language)
    return f", {lead}" if is_when_new else f": {_begin(lead)}"


def describe_facts(
    reasons: Sequence[Reason], is_new_artist: bool = False, language: Language = ENGLISH
) -> str:
    """Describe the reasons behind the first, at most two: "Sounds like Mine by Ann; folk, like Di".

    What the lead had no room for comes before them.

    Raises
    ------
    ValueError
        If one is of a signal that is not in `SIGNALS`; see `is_known`.
    """
    return _begin("; ".join(_list_facts(reasons, is_new_artist, language)))


def is_known(reason: Reason) -> bool:
    """Return whether there are words for a reason: a stored one may be of a signal that is gone since."""
    return reason.signal in _PHRASES


def describe_pick(pick: Pick, language: Language = ENGLISH) -> str:
    """Describe in one sentence why a song was picked: its lead and the facts behind it."""
    lead = describe_lead(pick.reasons, pick.is_new_artist, language)
    return "; ".join(filter(None, [lead, *_list_facts(pick.reasons, pick.is_new_artist, language)]))


def describe_left_out(why: str, language: Language = ENGLISH) -> str:
    """Describe why a saved song took no part.

    Anything but a `WhyLeftOut` is the finished sentence of an old record, and returned as it is.
    """
    return language.translate(LEFT_OUT[why]) if why in LEFT_OUT else why


def describe_limits(mix: Mix, language: Language = ENGLISH) -> str:
    """Describe which wishes keep a mix shorter than wished; empty where none does."""
    return "; ".join(language.translate(IN_THE_WAY[name]) for name in mix.short_because)


def join_credit(title: str, artists: str, language: Language = ENGLISH) -> str:
    """Return how a song is named: "Mine by Ann", or its title alone."""
    if not artists:
        return title
    return language.translate("{title} by {artists}").format(title=title, artists=artists)


def _list_facts(reasons: Sequence[Reason], is_new_artist: bool, language: Language) -> list[str]:
    left_out = [_word_lead(lead, is_new_artist, language)[1] for lead in reasons[:1]]
    return [*filter(None, left_out), *(_word_fact(reason, language) for reason in reasons[1:])][:MAX_FACTS]


def _word_lead(reason: Reason, is_new_artist: bool, language: Language) -> tuple[str, str, bool]:
    """Return the first wording of at most `MAX_LEAD_WORDS` words, else the last, and what it leaves out.

    The third value tells whether it is one of those for a song by a new artist.
    """
    fields = _Fields(reason, language)
    for wording in _list_told(reason, fields, is_new_artist):
        lead = language.translate(wording[0]).format_map(fields)
        if len(lead.split()) <= MAX_LEAD_WORDS:
            break
    left_out = language.translate(wording[1]).format_map(fields)
    return lead, left_out, is_new_artist and wording in _WHEN_NEW.get(reason.signal, ())


def _word_fact(reason: Reason, language: Language) -> str:
    fields = _Fields(reason, language)
    phrase, _ = next(_list_told(reason, fields))
    return language.translate(phrase).format_map(fields)


def _list_told(
    reason: Reason, fields: Mapping[str, str], is_new_artist: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield the phrases of a reason in which nothing is missing, the first choice first; else the last."""
    phrases = _get_phrases(reason.signal, is_new_artist)
    told = (phrase for phrase in phrases if all(fields[name] for name in _find_fields(*phrase)))
    yield next(told, phrases[-1])
    yield from told


def _get_phrases(kind: str, is_new_artist: bool) -> Wordings:
    if kind not in _PHRASES:
        raise ValueError(
            f'there is no phrase for the signal "{kind}": '
            "add it to SIGNALS in recommender/ranking/signals/__init__.py"
        )
    return (*_WHEN_NEW.get(kind, ()), *_PHRASES[kind]) if is_new_artist else _PHRASES[kind]


class _Fields(dict[str, str]):
    """What fills the placeholders of a reason's phrases, each worded when asked for: most have one or two."""

    def __init__(self, reason: Reason, language: Language) -> None:
        super().__init__()
        self._reason, self._language = reason, language

    def __missing__(self, name: str) -> str:
        worded = self[name] = _FIELDS[name](self._reason, self._language)
        return worded


def _write_count(reason: Reason, language: Language) -> str:
    count = language.translate("at least {n}") if reason.is_minimum else "{n}"
    return count.format(n=language.write_number(reason.n_songs))


def _count_songs(reason: Reason, language: Language) -> str:
    pattern = language.translate_count("{n} song", "{n} songs", reason.n_songs)
    return pattern.format(n=_write_count(reason, language))


def _list_words(reason: Reason, language: Language) -> list[str]:
    if reason.signal in _OF_OUR_WORDS:
        return list(map(language.translate, reason.words))
    if reason.signal in _OF_TASTES:
        return [word_taste(name, language) for name in reason.words]
    # The sentences of old records, and decades, are written already.
    return list(reason.words if reason.signal in OTHER_PHRASES else map(write_genre, reason.words))


def _join_pair(reason: Reason, language: Language) -> str:
    words = _list_words(reason, language)
    if len(words) != 2:
        return ", ".join(words)
    return language.translate("{first} and {second}").format(first=words[0], second=words[1])


# Placeholder -> what words it.
_FIELDS: Mapping[str, Callable[[Reason, Language], str]] = {
    "n": _write_count,
    "songs": _count_songs,
    "artist": lambda reason, _: reason.artist,
    "title": lambda reason, _: reason.title,
    "credit": lambda reason, language: join_credit(reason.title, reason.artist, language),
    "words": lambda reason, language: ", ".join(_list_words(reason, language)),
    "pair": _join_pair,
    # Records have the English "1990s".
    "decade": lambda reason, _: reason.words[0].removesuffix("s"),
    "together": lambda reason, language: language.write_number(reason.n_together),
    "playlists": lambda reason, language: language.write_number(reason.n_playlists),
}


@cache
def _find_fields(phrase: str, left_out: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(phrase + left_out) if name)


def _begin(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
