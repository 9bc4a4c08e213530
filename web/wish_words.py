"""What of a wish in words was not understood, in sentences."""

from collections.abc import Mapping

from drafts.words.wish import Why, Wish

#: Why words change nothing -> what is said of all such words of a wish.
SENTENCES: Mapping[Why, str] = {
    "word": "We did not understand {words}.",
    "taste": "None of your tastes is called {words}.",
    "artist": "To leave artists out, block them beside one of their songs: {words}.",
    "start": "A mix starts from three songs and artists at most. There was no room for {words}.",
}


def describe_unmet(wish: Wish, typed: str) -> list[str]:
    """Describe what of a wish was not understood, by name; where that was nothing and all, what was typed."""
    if not wish.unmet and not wish.is_understood:
        return [SENTENCES["word"].format(words=f"“{typed}”")]
    texts = {why: [f"“{each.text}”" for each in wish.unmet if each.why == why] for why in SENTENCES}
    return [sentence.format(words=", ".join(texts[why])) for why, sentence in SENTENCES.items() if texts[why]]
