"""The language in which sentences are told: they are written in English, and looked up by that in others."""

from collections.abc import Callable
from dataclasses import dataclass
from gettext import NullTranslations


@dataclass(frozen=True, eq=False)
class Language:
    """A language.

    code : "en", or "de"
    texts : finds sentences by the English ones
    write_number : writes a whole number: "1,234", or "1.234"
    decimal_mark : what stands before decimals
    """

    code: str
    texts: NullTranslations
    write_number: Callable[[int], str]
    decimal_mark: str = "."

    def translate(self, sentence: str) -> str:
        """Return an English sentence in this language; its placeholders are filled afterwards."""
        return self.texts.gettext(sentence) if sentence else ""

    def translate_count(self, one: str, many: str, n: int) -> str:
        """Return the sentence for `n` things in this language; its placeholders are filled afterwards."""
        return self.texts.ngettext(one, many, n)


class ToldError(Exception):
    """A failure that is told in any language: its text is the English one.

    Parameters
    ----------
    sentences : English ones, a hint on what helps last; they are joined, and an empty one is left out
    values : what fills their placeholders: texts, numbers, or functions that tell one in a language
    """

    def __init__(self, *sentences: str, **values: object) -> None:
        self.sentences = tuple(filter(None, sentences))
        self.values = values
        super().__init__(self.describe(ENGLISH))

    def describe(self, language: Language) -> str:
        """Describe what went wrong, and what helps; no full stop ends it."""
        told = map(language.translate, self.sentences)
        shown = {name: _show(value, language) for name, value in self.values.items()}
        # What comes without values may have a file's name in it, and that any bracket.
        return "; ".join(each.format(**shown) if shown else each for each in told)


ENGLISH = Language("en", NullTranslations(), "{:,}".format)


def mark(sentence: str) -> str:
    """Return a sentence of a table as it is: this collects it, and it is translated where it is told."""
    return sentence


def _show(value: object, language: Language) -> str:
    if isinstance(value, int):
        return language.write_number(value)
    return str(value(language) if callable(value) else value)
