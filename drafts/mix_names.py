"""What a new mix is called."""

from recommender.language import Language, mark

#: Where the operator says nothing else.
USUAL_NAME = mark("New songs for you")


def name_mix(chosen: str, language: Language) -> str:
    """Return what the operator has chosen (`PLAYLIST_NAME`), the usual name in a language."""
    return language.translate(chosen) if chosen == USUAL_NAME else chosen
