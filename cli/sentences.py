"""The sentences of the program, as they are marked for translation where they are told."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages import Catalog, Message
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract

from cli.paths import ROOT
from formats.library import HINT
from formats.reading import REASONS
from recommender.explanation.phrases import list_sentences

#: What marks a sentence, and its arguments that are texts, None for others.
Call = tuple[str, list[str | None]]
ONE, ONE_AND_MANY = ((0,),), ((0, 1),)
#: What marks sentences -> its arguments that are some: each alone, or as one for one thing and one for many.
MARKS: Mapping[str, tuple[tuple[int, ...], ...]] = {
    "_": ONE,
    "gettext": ONE,
    "ngettext": ONE_AND_MANY,
    "translate": ONE,
    "translate_count": ONE_AND_MANY,
    "describe_count": ONE_AND_MANY,
    "mark": ONE,
    "FormatError": ONE,
    "BadModels": ONE,
    "EmptyLibrary": ONE,
    "NothingMatched": ONE,
    "ErrorPage": ((1,),),
    "Deed": ((0,), (1,)),
    "JobWords": ((0,), (1,), (2,)),
}
# Of a line of a catalogue.
WIDTH = 110


def collect_sentences() -> Catalog:
    """Collect every sentence of the program that is marked, and those of the core's tables."""
    found = Catalog()
    for pattern, list_calls in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            for name, texts in list_calls(path):
                for sentence in _choose_sentences(name, texts):
                    found.add(sentence, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    for sentence in (HINT, *REASONS):
        found.add(sentence, locations=[("formats/library.py", 0)])
    for sentence in list_sentences():
        # What has placeholders alone is the same in all languages.
        if any(text.strip(" ,:") for text, *_ in Formatter().parse(sentence)):
            found.add(sentence, locations=[("recommender/explanation/phrases.py", 0)])
    return found


def begin_catalogue(code: str) -> Catalog:
    """Begin the translations to a language."""
    return Catalog(code, header_comment="", fuzzy=False)


def update_catalogue(catalogue: Catalog, found: Catalog) -> bytes:
    """Bring translations up to date with the sentences that were found; return the file that has them.

    A sentence that is gone goes; a new one that is like it gets its translation as a guess, marked as fuzzy.
    """
    # A new date each time would be a change each time.
    found.creation_date = catalogue.creation_date
    catalogue.update(found, update_header_comment=False)
    written = BytesIO()
    write_po(written, catalogue, width=WIDTH, ignore_obsolete=True, include_lineno=False)
    return written.getvalue()


def is_translated(message: Message) -> bool:
    """Return whether a message has all its translations, and somebody has looked at them."""
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(texts) and not message.fuzzy


def find_placeholders(sentence: str) -> set[str]:
    """Find what is filled in when a sentence is told: `{n}` in Python, `%(n)s` in templates, and its tags.

    `{songs}` counts as `{n}`: a language chooses which of them a reason has.
    """
    return set(re.findall(r"%\(\w+\)s|\{\w+\}|</?\w+[^>]*>", sentence.replace("{songs}", "{n}")))


def _list_calls_in_template(path: Path) -> Iterator[Call]:
    # As `web.language` lets templates be written.
    options = {"newstyle_gettext": "true", "trimmed": "true"}
    with path.open("rb") as file:
        for _, name, texts, _ in babel_extract(file, list(MARKS), (), options):
            yield name, [texts] if isinstance(texts, str) else list(texts or ())


def _list_calls_in_module(path: Path) -> Iterator[Call]:
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
        yield name, [_read_text(each) for each in call.args]


def _read_text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _choose_sentences(name: str, texts: list[str | None]) -> Iterator[str | tuple[str, ...]]:
    for places in MARKS.get(name, ()):
        sentence = tuple(
            text for place, text in enumerate(texts) if place in places and isinstance(text, str)
        )
        # What is no literal is marked elsewhere.
        if len(sentence) == len(places):
            yield sentence if len(sentence) > 1 else sentence[0]


# Where sentences are marked, and what lists the marks there.
SOURCES: tuple[tuple[str, Callable[[Path], Iterator[Call]]], ...] = (
    ("templates/*.*", _list_calls_in_template),
    ("flask_spotify_auth.py", _list_calls_in_module),
    ("drafts/mix_names.py", _list_calls_in_module),
    ("jobs/create_playlist.py", _list_calls_in_module),
    *(
        (f"formats/{name}.py", _list_calls_in_module)
        for name in ("columns", "library", "reading", "registry", "xspf")
    ),
    ("web/*.py", _list_calls_in_module),
    ("recommender/*.py", _list_calls_in_module),
    ("recommender/catalogue/build.py", _list_calls_in_module),
    ("recommender/explanation/*.py", _list_calls_in_module),
)
