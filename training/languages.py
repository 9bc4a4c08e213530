"""The language that each artist sings in, by the words and letters of the titles and the genres."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.ranking.languages import ENGLISH, LANGUAGES
from training.columns import TextColumn, split_into_blocks
from training.credits import Credits
from training.phrases import Phrases
from training.texts import Texts

# This share of the titles whose language shows must be in one language.
MIN_SHARE = 0.75
# Without a genre that tells it, so many titles must.
MIN_TITLES = 2
# With one, at most this share of all titles may be English.
MAX_ENGLISH = 0.2


def detect_languages(
    texts: Texts, credits: Credits, artist_genres: sparse.csr_array
) -> npt.NDArray[np.uint8]:
    """Detect the language of each artist's songs: (m,), the place in `LANGUAGES` from 1, else 0.

    0 is English, unknown or several. A title speaks for the language of most of
    its words and letters, where that is only one.

    Parameters
    ----------
    artist_genres : (m, n_genres) sparse, from `tabulate_genres`
    """
    signs = _count_words(texts.names) + _count_letters(texts.titles)
    best = signs.max(axis=0)
    is_only = (signs == best).sum(axis=0) == 1
    votes = np.where((best > 0) & is_only, signs.argmax(axis=0), -1)
    firsts, n_artists = credits.first_artists, len(credits.artist_keys)
    english, *others = (
        np.bincount(firsts[votes == language], minlength=n_artists) for language in range(len(signs))
    )
    n_titles, foreign = np.bincount(firsts, minlength=n_artists), np.stack(others)
    has_genre = np.stack([artist_genres @ texts.genres.find(_split(each.genres)) > 0 for each in LANGUAGES])
    is_shown = foreign >= np.maximum(
        np.where(has_genre, 1, MIN_TITLES), MIN_SHARE * (english + foreign.sum(0))
    )
    is_told = has_genre & (has_genre.sum(axis=0) == 1) & (foreign >= MIN_SHARE * foreign.sum(axis=0))
    is_told &= english <= MAX_ENGLISH * n_titles
    is_sung = np.where(is_shown.any(axis=0), is_shown, is_told)
    return np.where(is_sung.any(axis=0), is_sung.argmax(axis=0) + 1, 0).astype(np.uint8)


def _split(phrases: str) -> list[str]:
    return [phrase for phrase in phrases.split(", ") if phrase]


def _count_words(names: Phrases) -> npt.NDArray[np.int8]:
    """Count for each title the common words of English and of each language: (1 + n_languages, n)."""
    texts = (ENGLISH, *(language.words for language in LANGUAGES))
    return np.stack(
        [sum((names.find([word]) for word in text.split()), names.find([]).astype(np.int8)) for text in texts]
    )


def _count_letters(titles: TextColumn) -> npt.NDArray[np.int8]:
    """Count the letters of each language in each title, at most two: (1 + n_languages, n)."""
    blocks = split_into_blocks(len(titles))
    return np.concatenate([_count_letters_of(titles[block]) for block in blocks], axis=1)


def _count_letters_of(titles: Sequence[str]) -> npt.NDArray[np.int8]:
    lowered = [title.lower() for title in titles]
    codes = np.frombuffer("".join(lowered).encode("utf-32-le"), dtype=np.uint32)
    is_beyond = codes > 127
    beyond, texts = codes[is_beyond], np.repeat(np.arange(len(titles)), list(map(len, lowered)))[is_beyond]
    counts = np.zeros((1 + len(LANGUAGES), len(titles)), dtype=np.int8)
    for place, language in enumerate(LANGUAGES, 1):
        is_its = np.isin(beyond, [ord(letter) for letter in language.letters])
        counts[place] = np.minimum(np.bincount(texts[is_its], minlength=len(titles)), 2)
    return counts
