"""The language that each artist sings in, by the words and letters of the titles and the genres."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.ranking.languages import ENGLISH, LANGUAGES
from training.columns import split_into_blocks
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
    votes = _vote(texts)
    firsts, n_artists = credits.first_artists, len(credits.artist_keys)
    # Language by language: all at once they would take gigabytes for millions of artists.
    english, *foreign = (
        np.bincount(firsts[votes == language], minlength=n_artists).astype(np.int32)
        for language in range(1 + len(LANGUAGES))
    )
    n_titles, n_foreign = np.bincount(firsts, minlength=n_artists), sum(foreign)
    has_genre = np.stack([artist_genres @ texts.genres.find(_split(each.genres)) > 0 for each in LANGUAGES])
    may_be_told = (has_genre.sum(axis=0) == 1) & (english <= MAX_ENGLISH * n_titles)
    is_shown, is_told = np.empty_like(has_genre), np.empty_like(has_genre)
    for place, (count, has) in enumerate(zip(foreign, has_genre, strict=True)):
        least = np.where(has, 1, MIN_TITLES)
        is_shown[place] = count >= np.maximum(least, MIN_SHARE * (english + n_foreign))
        is_told[place] = has & may_be_told & (count >= MIN_SHARE * n_foreign)
    is_sung = np.where(is_shown.any(axis=0), is_shown, is_told)
    return np.where(is_sung.any(axis=0), is_sung.argmax(axis=0) + 1, 0).astype(np.uint8)


def _split(phrases: str) -> list[str]:
    return [phrase for phrase in phrases.split(", ") if phrase]


def _vote(texts: Texts) -> npt.NDArray[np.int8]:
    """Return for each title the language that it speaks for, 0 for English; -1 for none: (n,)."""
    signs = _count_words(texts.names)
    votes = np.empty(len(texts.titles), dtype=np.int8)
    for rows in split_into_blocks(len(votes)):
        of_block = signs[:, rows] + _count_letters(texts.titles[rows])
        best = of_block.max(axis=0)
        is_only = (of_block == best).sum(axis=0) == 1
        votes[rows] = np.where((best > 0) & is_only, of_block.argmax(axis=0), -1)
    return votes


def _count_words(names: Phrases) -> npt.NDArray[np.int8]:
    """Count for each title the common words of English and of each language: (1 + n_languages, n)."""
    texts = (ENGLISH, *(language.words for language in LANGUAGES))
    counts = np.zeros((len(texts), len(names)), dtype=np.int8)
    for of_language, text in zip(counts, texts, strict=True):
        for word in text.split():
            of_language += names.find([word])
    return counts


def _count_letters(titles: Sequence[str]) -> npt.NDArray[np.int8]:
    """Count the letters of each language in each title, at most two: (1 + n_languages, n)."""
    lowered = [title.lower() for title in titles]
    codes = np.frombuffer("".join(lowered).encode("utf-32-le"), dtype=np.uint32)
    is_beyond = codes > 127
    beyond, texts = codes[is_beyond], np.repeat(np.arange(len(titles)), list(map(len, lowered)))[is_beyond]
    counts = np.zeros((1 + len(LANGUAGES), len(titles)), dtype=np.int8)
    for place, language in enumerate(LANGUAGES, 1):
        is_its = np.isin(beyond, [ord(letter) for letter in language.letters])
        counts[place] = np.minimum(np.bincount(texts[is_its], minlength=len(titles)), 2)
    return counts
