"""What goes wrong with a file that somebody gives us."""


class FormatError(ValueError):
    """The file cannot be read as what it seems to be; the text says why."""
