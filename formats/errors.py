"""What goes wrong with a file that somebody gives us."""


class FormatError(ValueError):
    """The file cannot be read as what it seems to be; the text says why.

    That is an English sentence with its values in place of the placeholders, and a hint on what helps, if
    there is one: so a page can tell both in its own language.
    """

    def __init__(self, sentence: str, hint: str = "", **values: object) -> None:
        told = filter(None, (sentence, hint))
        # What comes without values may have a file's name in it, and that any bracket.
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        super().__init__("; ".join(each.format(**shown) if values else each for each in told))
        self.sentence, self.hint, self.values = sentence, hint, values
