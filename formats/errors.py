"""What goes wrong with a file that somebody gives us."""

from recommender.language import ToldError


class FormatError(ToldError, ValueError):
    """The file cannot be read as what it seems to be; it tells why, and what would fit."""
