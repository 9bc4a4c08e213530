"""ReccoBeats: the audio features of songs by their Spotify ids; what it does not answer in time is left out.

It is an optional extra without any promise of service, so no failure of it is
an error: it is logged, and the songs go without features.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event
from typing import Any

import requests

from bounded_http import Session
from recommender.catalogue.features import FEATURES
from recommender.tastes.known_features import Features

log = logging.getLogger(__name__)

#: More ids in one call are refused, or silently dropped.
MAX_IDS = 40
#: Seconds for all calls together.
TIMEOUT_S = 5.0
#: Calls at the same time.
MAX_CONCURRENT_CALLS = 4
#: The features that it measures, with their ranges.
MEASURED = tuple(
    feature for feature in FEATURES if feature.name not in ("year", "popularity", "duration_ms", "explicit")
)
_SPOTIFY_ID = re.compile(r"/track/([0-9A-Za-z]{22})\b")


def fetch_audio_features(
    song_ids: Sequence[str], url: str, timeout_s: float = TIMEOUT_S
) -> dict[str, Features | None]:
    """Fetch the features of songs, the first ones first, for as long as the time and the source allow.

    The first call that fails ends it: a source in trouble is left alone.

    Parameters
    ----------
    song_ids : Spotify ids, each once
    url : the address of the source's API

    Returns
    -------
    by Spotify id
        None for a song that the source does not know, or whose values make no
        sense. A song without an answer is not in it.
    """
    batches = [song_ids[first : first + MAX_IDS] for first in range(0, len(song_ids), MAX_IDS)]
    calls = _Calls(url, timeout_s)
    threads = ThreadPoolExecutor(MAX_CONCURRENT_CALLS)
    turns = [
        threads.submit(calls.make, batches[first::MAX_CONCURRENT_CALLS])
        for first in range(MAX_CONCURRENT_CALLS)
    ]
    late = wait(turns, timeout_s).not_done
    calls.is_over.set()
    # A call that is still on its way ends by its own limit; nobody waits for it.
    threads.shutdown(wait=False)
    if late:
        calls.troubles.append(f"no answer within {timeout_s:g} s")
    answers = {song_id: features for answer in list(calls.answers) for song_id, features in answer.items()}
    if calls.troubles:
        troubles = ", ".join(f"{n} x {what}" for what, n in Counter(calls.troubles).items())
        log.warning("ReccoBeats answered for %d of %d songs: %s", len(answers), len(song_ids), troubles)
    return answers


class _Calls:
    """The calls of several threads: what was answered, what went wrong, and whether it is over."""

    def __init__(self, url: str, timeout_s: float) -> None:
        self._url = url
        self._timeout_s = timeout_s
        self.answers: list[dict[str, Features | None]] = []
        self.troubles: list[str] = []
        self.is_over = Event()

    def make(self, batches: Iterable[Sequence[str]]) -> None:
        """Fetch one batch after the other, until it is over."""
        with Session(self._timeout_s) as session:
            for batch in batches:
                if self.is_over.is_set():
                    return
                try:
                    self.answers.append(self._parse(self._fetch(session, batch), batch))
                # The last two: no JSON or ten thousand digits in a number, and ten thousand brackets.
                except (requests.RequestException, ValueError, RecursionError) as error:
                    # Its name only: the text would quote the address, with the ids.
                    self.troubles.append(
                        str(error) if isinstance(error, _BadAnswer) else type(error).__name__
                    )
                    self.is_over.set()

    def _fetch(self, session: Session, batch: Sequence[str]) -> Any:
        response = session.get(
            f"{self._url}/audio-features",
            params={"ids": ",".join(batch)},
            timeout=self._timeout_s,
            # The ids are for nobody else.
            allow_redirects=False,
        )
        if response.status_code != requests.codes.ok:
            raise _BadAnswer(f"HTTP {response.status_code}")
        return response.json()

    def _parse(self, answer: Any, asked: Sequence[str]) -> dict[str, Features | None]:
        """Return the features of the songs asked for; songs come in any order, unknown ones are missing."""
        content = answer.get("content") if isinstance(answer, dict) else None
        if not isinstance(content, list):
            raise _BadAnswer("an answer without a list of songs")
        named = {_parse_spotify_id(song): song for song in content}
        if "" in named:
            # It may be any of the songs, so no missing one is known to be unknown.
            self.troubles.append("a song without its link")
            asked = [song_id for song_id in asked if song_id in named]
        found = {song_id: _parse_features(named[song_id]) for song_id in asked if song_id in named}
        self.troubles += ["a song with values that make no sense"] * list(found.values()).count(None)
        return {song_id: found.get(song_id) for song_id in asked}


class _BadAnswer(ValueError):
    """An answer that is not of the documented form."""


def _parse_spotify_id(song: Any) -> str:
    """Return the Spotify id in a song's link, "" without one: its `id` is the source's own."""
    href = song.get("href") if isinstance(song, dict) else None
    found = _SPOTIFY_ID.search(href) if isinstance(href, str) else None
    return found[1] if found else ""


def _parse_features(song: Any) -> Features | None:
    """Return the features of a song if all are there and in range, else None."""
    values = {feature.name: song.get(feature.name) for feature in MEASURED}
    is_sound = all(
        isinstance(values[name], int | float)
        and not isinstance(values[name], bool)
        and low <= values[name] <= high
        for name, low, high in MEASURED
    )
    return {name: float(value) for name, value in values.items()} if is_sound else None
