"""The languages: nothing is left untranslated, and each writes what it shows in its own way."""

import ast
import re
from datetime import UTC, datetime

import pytest
from babel.messages import Catalog
from jinja2 import Environment
from jinja2.lexer import TOKEN_BLOCK_BEGIN, TOKEN_BLOCK_END, TOKEN_DATA, TOKEN_NAME

import languages
from cli.sentences import (
    MARKS,
    begin_catalogue,
    collect_sentences,
    find_placeholders,
    is_translated,
    update_catalogue,
)
from languages import OFFERED, load_languages, read_catalogue
from recommender.explanation.phrases import MAX_LEAD_WORDS, describe_facts, describe_lead, describe_new_artist
from recommender.language import ENGLISH
from recommender.mix import Reason
from tests.support.imports import ROOT

CODES = languages.list_catalogues()
MOMENT = datetime(2026, 11, 8, 7, 5, tzinfo=UTC)
# Names, which are the same in all languages, and letters that stand for nothing.
NAMES = {
    "Spotify",
    "Music Recommender for Spotify",
    "is-wide",
    "Music Recommender",
    "for Spotify",
    "· Music Recommender for Spotify",
    "UTC",
    "E",
}
# How a sentence for one thing and for many names their number.
NUMBERS = {"{n}", "%(n)s", "%(number)s"}
# Attributes whose values a listener sees or hears.
SPOKEN = re.compile(
    r'\b(?:alt|aria-label|placeholder|title|data-(?:busy|gone|failed|offline|copied|title))="([^"]*)'
)


@pytest.fixture(scope="module")
def sentences():
    """Every sentence of the program: one, or with that for many."""
    return {message.id for message in collect_sentences() if message.id}


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_is_translated_and_none_that_is_gone_is_left(code, sentences):
    translated = {
        message.id
        for message in read_catalogue(languages.FOLDER / f"{code}.po")
        if message.id and is_translated(message)
    }

    assert sorted(map(str, sentences - translated)) == [], (
        "add them with ./run translate, then translate them"
    )
    assert sorted(map(str, translated - sentences)) == [], "take them out with ./run translate"


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_placeholders_and_tags_of_its_sentence(code):
    for message in read_catalogue(languages.FOLDER / f"{code}.po"):
        texts, sentence = message.string, message.id
        if isinstance(texts, str):
            texts, sentence = (texts,), (sentence,)
        for text in texts if message.id else ():
            wanted = find_placeholders(sentence[-1])
            missing = wanted - find_placeholders(text)
            if len(texts) > 1 and text == texts[0]:
                # "A minute" needs no number.
                missing -= NUMBERS
            assert (find_placeholders(text) - wanted, missing) == (set(), set()), text


def collect(*sentences):
    found = Catalog()
    for sentence in sentences:
        found.add(sentence)
    return found


def test_a_catalogue_is_brought_up_to_date_without_a_loss(tmp_path):
    path = tmp_path / "fr.po"
    path.write_bytes(update_catalogue(begin_catalogue("fr"), collect("Undo", "Keep all my songs", "Gone")))
    begun = read_catalogue(path)
    begun["Undo"].string, begun["Keep all my songs"].string = "Annuler", "Garder toutes mes chansons"

    path.write_bytes(
        update_catalogue(begun, collect("Undo", "Keep all of my songs", ("{n} song", "{n} songs")))
    )

    catalogue = read_catalogue(path)
    assert {message.id: message.string for message in catalogue if message.id} == {
        "Undo": "Annuler",
        "Keep all of my songs": "Garder toutes mes chansons",
        ("{n} song", "{n} songs"): ("", "", ""),
    }
    assert [message.id for message in catalogue if message.id and is_translated(message)] == ["Undo"]
    assert update_catalogue(catalogue, collect("Undo")) == update_catalogue(catalogue, collect("Undo"))


def test_only_languages_with_a_catalogue_are_offered():
    assert {ENGLISH.code} <= set(OFFERED) <= {ENGLISH.code, *CODES}


def list_unmarked(source):
    """List the texts and spoken attributes of a template that stand outside of `trans` and `_`."""
    parts, depth, words = [], 0, []
    for _, kind, value in Environment(extensions=["jinja2.ext.i18n"], autoescape=True).lex(source):
        if kind == TOKEN_BLOCK_BEGIN:
            words = []
        elif kind == TOKEN_NAME:
            words.append(value)
        elif kind == TOKEN_BLOCK_END:
            depth += {"trans": 1, "endtrans": -1}.get(words[0], 0)
        elif kind == TOKEN_DATA and not depth:
            parts.append(value)
    # What stands between two parts is filled in.
    text = "\0".join(parts)
    texts = [
        *re.sub(r"<[^>]*>", "\n", text).split("\n"),
        *SPOKEN.findall(text),
    ]
    shown = {" ".join(re.sub(r"&\w+;|\0", " ", each).split()) for each in texts}
    # Attributes of a tag that is written elsewhere.
    return sorted(each for each in shown - NAMES if re.search(r"[^\W\d_]", each) and '="' not in each)


@pytest.mark.parametrize("path", sorted((ROOT / "templates").iterdir()), ids=lambda path: path.name)
def test_a_template_has_no_text_that_is_not_marked(path):
    assert list_unmarked(path.read_text(encoding="utf-8")) == []


def test_a_text_that_is_not_marked_is_found():
    source = (
        '<p title="A tip">Hello, {{ name }} {% trans n %}{{ n }} songs{% endtrans %}</p>{{ _("Bye") }} UTC'
    )

    assert list_unmarked(source) == ["A tip", "Hello,"]


# What code has in it that looks like a sentence, and no listener reads on a page.
NO_SENTENCES = {
    *("Cookie", "DejaVu Sans", "Lax", "NotKept", "Origin", "PlaylistChanged", "Session"),
    *("Python", "; charset=utf-8", "blocked artist", "blocked song", "session id", "{:.0f} BPM", "{:.0f} dB"),
    *("30 per hour", "240 per minute", "public, max-age=31536000, immutable"),
    'attachment; filename="music-recommender.json"',
    # Told to those who run the site, or to programs.
    *("ok\nversion: ", "not ready", "oldest waiting job: ", " s"),
    *("no such page", "This address cannot be read.\n"),
}
HEADER = re.compile(r"[A-Z]\w*(-[A-Z]\w*)+")


def list_unmarked_in_code(source):
    """List the texts of a module that look like sentences, but are neither marked nor logged, raised or explained."""
    tree, known = ast.parse(source), set()
    for node in ast.walk(tree):
        called = (
            getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            if isinstance(node, ast.Call)
            else ""
        )
        is_logged = called and getattr(getattr(node.func, "value", None), "id", "") == "log"
        if called in MARKS or is_logged or isinstance(node, ast.Raise):
            known |= set(ast.walk(node))
        elif isinstance(node, ast.Expr):
            known.add(node.value)
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
            known |= set(ast.walk(node.annotation))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in known]
    return sorted(
        text
        for text in texts
        if isinstance(text, str)
        and text not in NO_SENTENCES
        and re.search("[a-z]", text)
        and (" " in text or text[0].isupper())
        and not HEADER.fullmatch(text)
    )


@pytest.mark.parametrize(
    "path", [*sorted((ROOT / "web").glob("*.py")), ROOT / "flask_spotify_auth.py"], ids=lambda path: path.name
)
def test_what_answers_a_browser_has_no_sentence_that_is_not_marked(path):
    assert list_unmarked_in_code(path.read_text(encoding="utf-8")) == []


def test_a_sentence_that_is_not_marked_is_found_in_code():
    source = """
def show(n: "int or None") -> str:
    \"\"\"Show it.\"\"\"
    log.info("%d songs", n)
    flash("Kept.", "info")
    return translate("All of it") if n else f"{n} songs"
"""

    assert list_unmarked_in_code(source) == [" songs", "Kept."]


@pytest.fixture(scope="module")
def german():
    return load_languages(("en", "de"))["de"]


def test_numbers_dates_and_counts_are_written_as_a_german_writes_them(german):
    assert german.write_number(1234567) == "1.234.567"
    assert languages.write_percent(44, german) == "44\N{NO-BREAK SPACE}%"
    assert languages.write_percent(32.7, german, 1) == "32,7\N{NO-BREAK SPACE}%"
    assert languages.write_day(MOMENT, german) == "8. November 2026"
    assert languages.write_clock(MOMENT, german) == "07:05"
    assert languages.list_weekdays(german)[0] == "Montag"
    assert german.translate_count("{n} song", "{n} songs", 1) == "{n} Song"
    assert german.translate_count("{n} song", "{n} songs", 2) == "{n} Songs"


def test_numbers_and_dates_are_written_as_a_briton_writes_them():
    english = load_languages()["en"]

    assert english.write_number(1234567) == "1,234,567"
    assert [languages.write_percent(percent, english) for percent in (0, 44, 100)] == ["0%", "44%", "100%"]
    assert languages.write_percent(32, english, 1) == "32.0%"
    assert languages.write_day(MOMENT, english) == "8 November 2026"
    assert languages.write_clock(MOMENT, english) == "07:05"


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "de_CH@euro"}, "de"),
        ({"LANG": "de_DE", "LC_ALL": ""}, "de"),
        ({"LANG": "en_GB", "LANGUAGE": "fr:de:en"}, "de"),
        ({"LANG": "de_DE", "LANGUAGE": "en"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_a_terminal_asks_for_a_language_as_gettext_understands_it(environment, code):
    assert languages.load_terminal_language(environment).code == code


@pytest.mark.parametrize(
    ("asked", "code"), [("de", "de"), ("en", "en"), ("fr", "en"), ("", "en"), ("../de", "en")]
)
def test_a_job_in_a_language_that_this_version_lacks_is_written_in_english(asked, code):
    assert languages.load_offered(asked).code == code


LONG = "A Name That Is Far Too Long for Any Lead of Eight Words"
REASONS = [
    Reason("era", 1234, words=("1997–2001",), is_minimum=True),
    Reason("era", 9),
    Reason("sound", artist=LONG, words=("calm", "dark"), title=LONG),
    Reason("mood", 1234, is_minimum=True),
    Reason("genre", 3, LONG, ("indie folk",)),
    Reason("scene", 1234, words=("indie folk from far away",), is_minimum=True),
    Reason("artist", 1234),
    Reason("guests", 1234, LONG),
    Reason("record", 1234, words=("1997–2001",), is_minimum=True),
    Reason("collaborations", 4, LONG),
    Reason("together", artist=LONG, title=LONG, n_together=1234, n_playlists=9999),
    Reason("circle", 4, LONG, n_together=1234, n_playlists=9999),
    Reason("script", 1234, words=("Han",)),
    Reason("best_known"),
    Reason("taste", words=(LONG,)),
    Reason("likely taste", words=(LONG,)),
    Reason("new artist"),
    Reason("decade", words=("1990s",)),
    Reason("character", words=("free-flowing", "little known")),
    Reason("like start", artist=LONG, title=LONG),
    Reason("like start", artist=LONG),
    Reason("by start", artist=LONG),
    Reason("start"),
]


@pytest.mark.parametrize("is_new", [False, True])
@pytest.mark.parametrize(
    "reason", REASONS, ids=lambda reason: f"{reason.signal} {reason.title[:1]}{reason.n_songs}"
)
@pytest.mark.parametrize("code", CODES)
def test_a_lead_has_at_most_eight_words_in_every_language(code, reason, is_new):
    language = load_languages((code,))[code]

    lead = describe_lead([reason], is_new, language)

    assert lead
    assert len(lead.split()) <= MAX_LEAD_WORDS, lead


@pytest.mark.parametrize(
    ("reasons", "lead", "facts"),
    [
        ([Reason("decade", words=("1990s",))], "Aus den 1990ern", ""),
        ([Reason("taste", words=("Other songs",))], "Passt zu deiner Vorliebe „Andere Songs“", ""),
        ([Reason("artist", 1)], "1 Song dieses Interpreten gespeichert", ""),
        ([Reason("artist", 1234)], "1.234 Songs dieses Interpreten gespeichert", ""),
        (
            [Reason("genre", 3, "Di", ("folk",)), Reason("record", 2, words=("1999",), is_minimum=True)],
            "Folk, wie Di",
            "Mindestens 2 Songs dieses Interpreten von 1999 gespeichert",
        ),
        (
            [Reason("sound", artist="Ann", words=("calm", "dark"), title="Mine")],
            "Klingt wie Mine von Ann aus deiner Bibliothek",
            "Beide sind ruhig und düster",
        ),
        (
            [Reason("collaborations", 4, "Ann Bo")],
            "Der Interpret hat mit Ann Bo aufgenommen",
            "Von Ann Bo hast du 4 Songs gespeichert",
        ),
        ([Reason("like start", artist=LONG)], "Wie ein Interpret am Ausgangspunkt dieses Mixes", LONG),
    ],
    ids=str,
)
def test_reasons_are_told_by_german_patterns(german, reasons, lead, facts):
    assert describe_lead(reasons, language=german) == lead
    assert describe_facts(reasons, language=german) == facts


def test_a_reason_goes_on_from_the_mark_of_a_new_artist(german):
    assert describe_new_artist([Reason("genre", 3, "Di", ("folk",))], german) == ", wie Di"
    assert (
        describe_new_artist([Reason("best_known")], german)
        == ": Einer der bekanntesten Songs dieses Interpreten"
    )
    assert describe_new_artist([Reason("new artist")], german) == ""
