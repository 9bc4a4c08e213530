"""What of a wish in words was not understood, in sentences."""

from collections.abc import Mapping

from drafts.words.wish import Why, Wish
from recommender.language import mark
from web.language import translate

#: Why words change nothing -> what is said of all such words of a wish.
SENTENCES: Mapping[Why, str] = {
    "word": mark("We did not understand {words}."),
    "taste": mark("None of your tastes is called {words}."),
    "artist": mark("To leave artists out, block them beside one of their songs: {words}."),
    "start": mark("A mix starts from three songs and artists at most. There was no room for {words}."),
}


def describe_unmet(wish: Wish, typed: str) -> list[str]:
    """Describe what of a wish was not understood, by name; where that was nothing and all, what was typed."""
    if not wish.unmet and not wish.is_understood:
        return [translate(SENTENCES["word"]).format(words=_quote(typed))]
    texts = {why: [_quote(each.text) for each in wish.unmet if each.why == why] for why in SENTENCES}
    return [
        translate(sentence).format(words=", ".join(texts[why]))
        for why, sentence in SENTENCES.items()
        if texts[why]
    ]


def _quote(words: str) -> str:
    return translate("“{words}”").format(words=words)
