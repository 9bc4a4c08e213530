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
    """

    code: str
    texts: NullTranslations
    write_number: Callable[[int], str]

    def translate(self, sentence: str) -> str:
        """Return an English sentence in this language; its placeholders are filled afterwards."""
        return self.texts.gettext(sentence) if sentence else ""

    def translate_count(self, one: str, many: str, n: int) -> str:
        """Return the sentence for `n` things in this language; its placeholders are filled afterwards."""
        return self.texts.ngettext(one, many, n)


ENGLISH = Language("en", NullTranslations(), "{:,}".format)


def mark(sentence: str) -> str:
    """Return a sentence of a table as it is: this collects it, and it is translated where it is told."""
    return sentence
