"""What goes wrong with a file that somebody gives us."""

from recommender.language import ENGLISH, Language


class FormatError(ValueError):
    """The file cannot be read as what it seems to be; the text says why, in English.

    It is kept as an English sentence, a hint on what helps, if there is one, and the values for the
    placeholders of both: so a page can tell it in its own language.
    """

    def __init__(self, sentence: str, hint: str = "", **values: object) -> None:
        self.sentence, self.hint, self.values = sentence, hint, values
        super().__init__(self.describe(ENGLISH))

    def describe(self, language: Language) -> str:
        """Return what is wrong and what helps in a language, without a full stop."""
        values = {
            name: language.write_number(value) if isinstance(value, int) else value
            for name, value in self.values.items()
        }
        told = (language.translate(each) for each in (self.sentence, self.hint) if each)
        # What comes without values may have a file's name in it, and that any bracket.
        return "; ".join(each.format(**values) if values else each for each in told)
