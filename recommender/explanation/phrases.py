"""Why songs were picked or left out, in words."""

from collections.abc import Mapping, Sequence
from functools import cache
from string import Formatter

from recommender.mix import Mix, Pick, Reason, WhyLeftOut
from recommender.ranking.signals import SIGNALS
from recommender.tastes.taste_names import write_genre

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
    DECADE: (("from the {words}", ""),),
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
MAX_LEAD_WORDS = 8
MAX_FACTS = 2
LEFT_OUT: Mapping[str, str] = {
    WhyLeftOut.NOT_IN_CATALOGUE: "neither it nor its artists are in the catalogue",
    WhyLeftOut.NAMELESS: "it came without a title that can be read",
}
# What each of the wishes that leave songs out does (`recommender.ranking.candidates`).
IN_THE_WAY = {
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


def describe_lead(reasons: Sequence[Reason], is_new_artist: bool = False) -> str:
    """Describe the first reason in at most eight words: "You’ve saved 4 of their songs".

    It is empty where there are no reasons. A sentence of an old record is returned as it is, however long.

    Raises
    ------
    ValueError
        If it is of a signal that is not in `SIGNALS`; see `is_known`.
    """
    return _begin(_word_lead(reasons[0], is_new_artist)[0]) if reasons else ""


def describe_facts(reasons: Sequence[Reason], is_new_artist: bool = False) -> str:
    """Describe the reasons behind the first, at most two: "Sounds like Mine by Ann; folk, like Di".

    What the lead had no room for comes before them.

    Raises
    ------
    ValueError
        If one is of a signal that is not in `SIGNALS`; see `is_known`.
    """
    return _begin("; ".join(_list_facts(reasons, is_new_artist)))


def is_known(reason: Reason) -> bool:
    """Return whether there are words for a reason: a stored one may be of a signal that is gone since."""
    return reason.signal in _PHRASES


def describe_pick(pick: Pick) -> str:
    """Describe in one sentence why a song was picked: its lead and the facts behind it."""
    lead = describe_lead(pick.reasons, pick.is_new_artist)
    return "; ".join(filter(None, [lead, *_list_facts(pick.reasons, pick.is_new_artist)]))


def describe_left_out(why: str) -> str:
    """Describe why a saved song took no part.

    Anything but a `WhyLeftOut` is the finished sentence of an old record, and returned as it is.
    """
    return LEFT_OUT.get(why, why)


def describe_limits(mix: Mix) -> str:
    """Describe which wishes keep a mix shorter than wished; empty where none does."""
    return "; ".join(IN_THE_WAY[name] for name in mix.short_because)


def _list_facts(reasons: Sequence[Reason], is_new_artist: bool) -> list[str]:
    left_out = [_word_lead(lead, is_new_artist)[1] for lead in reasons[:1]]
    return [*filter(None, left_out), *map(_word_fact, reasons[1:])][:MAX_FACTS]


def _word_lead(reason: Reason, is_new_artist: bool) -> tuple[str, str]:
    """Return the first wording of at most `MAX_LEAD_WORDS` words, else the last, and what it leaves out."""
    fields = _list_fields(reason)
    for phrase, left_out in _list_told(reason, fields, is_new_artist):
        lead, rest = phrase.format_map(fields), left_out
        if len(lead.split()) <= MAX_LEAD_WORDS:
            break
    return lead, rest.format_map(fields)


def _word_fact(reason: Reason) -> str:
    fields = _list_fields(reason)
    return _list_told(reason, fields)[0][0].format_map(fields)


def _list_told(reason: Reason, fields: Mapping[str, str], is_new_artist: bool = False) -> Wordings:
    """List the phrases of a reason in which nothing is missing, the first choice first; else the last."""
    phrases = _get_phrases(reason.signal, is_new_artist)
    told = tuple(phrase for phrase in phrases if all(fields[name] for name in _find_fields(*phrase)))
    return told or phrases[-1:]


def _get_phrases(kind: str, is_new_artist: bool) -> Wordings:
    if kind not in _PHRASES:
        raise ValueError(
            f'there is no phrase for the signal "{kind}": '
            "add it to SIGNALS in recommender/ranking/signals/__init__.py"
        )
    return (*_WHEN_NEW.get(kind, ()), *_PHRASES[kind]) if is_new_artist else _PHRASES[kind]


def _list_fields(reason: Reason) -> dict[str, str]:
    # Tastes and the sentences of old records are written already.
    words = reason.words if reason.signal in OTHER_PHRASES else map(write_genre, reason.words)
    n = f"{'at least ' if reason.is_minimum else ''}{reason.n_songs:,}"
    return {
        "n": n,
        "songs": f"{n} song" if reason.n_songs == 1 else f"{n} songs",
        "artist": reason.artist,
        "title": reason.title,
        "credit": _join_credit(reason.title, reason.artist),
        "words": ", ".join(words),
        "pair": " and ".join(reason.words),
        "together": f"{reason.n_together:,}",
        "playlists": f"{reason.n_playlists:,}",
    }


@cache
def _find_fields(phrase: str, left_out: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(phrase + left_out) if name)


def _begin(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _join_credit(title: str, artists: str) -> str:
    return f"{title} by {artists}" if artists else title
