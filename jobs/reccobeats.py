"""ReccoBeats: how songs sound, by their Spotify ids; what it does not answer in time is left out.

It is an optional extra without any promise of service, so no trouble with it
is an error: it is logged, and the songs go without.
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

#: More ids in one call are refused, or dropped unsaid.
MAX_IDS = 40
#: Seconds for all calls together.
TIMEOUT_S = 5.0
#: Calls on their way at one time.
AT_ONCE = 4
#: What it measures, with the range of each; year, duration and popularity are not among it.
MEASURED = tuple(
    feature for feature in FEATURES if feature.name not in ("year", "popularity", "duration_ms", "explicit")
)
_SPOTIFY_ID = re.compile(r"/track/([0-9A-Za-z]{22})\b")


def audio_features(
    song_ids: Sequence[str], url: str, longest_s: float = TIMEOUT_S
) -> dict[str, Features | None]:
    """Ask for the features of songs, the first ones first, for as long as the time and the source allow.

    The first call that fails ends it: a source in trouble is left alone.

    Parameters
    ----------
    song_ids : Spotify ids, each once
    url : the address of the source's API

    Returns
    -------
    by Spotify id
        None for a song that the source does not know, or not in values that
        make sense. One that was not answered is not in it.
    """
    batches = [song_ids[first : first + MAX_IDS] for first in range(0, len(song_ids), MAX_IDS)]
    asking = _Asking(url, longest_s)
    threads = ThreadPoolExecutor(AT_ONCE)
    turns = [threads.submit(asking.ask, batches[first::AT_ONCE]) for first in range(AT_ONCE)]
    late = wait(turns, longest_s).not_done
    asking.is_over.set()
    # A call that is still on its way ends by its own limit; nobody waits for it.
    threads.shutdown(wait=False)
    if late:
        asking.troubles.append(f"no answer within {longest_s:g} s")
    answers = {song_id: features for answer in list(asking.answers) for song_id, features in answer.items()}
    if asking.troubles:
        troubles = ", ".join(f"{n} x {what}" for what, n in Counter(asking.troubles).items())
        log.warning("ReccoBeats answered for %d of %d songs: %s", len(answers), len(song_ids), troubles)
    return answers


class _Asking:
    """The calls of several threads: what was answered, what went wrong, and whether it is over."""

    def __init__(self, url: str, longest_s: float) -> None:
        self._url = url
        self._longest_s = longest_s
        self.answers: list[dict[str, Features | None]] = []
        self.troubles: list[str] = []
        self.is_over = Event()

    def ask(self, batches: Iterable[Sequence[str]]) -> None:
        """Ask for one batch after the other, until it is over."""
        with Session(self._longest_s) as session:
            for batch in batches:
                if self.is_over.is_set():
                    return
                try:
                    self.answers.append(self._read(self._call(session, batch), batch))
                # No JSON, a number of ten thousand digits and brackets ten thousand deep are the latter two.
                except (requests.RequestException, ValueError, RecursionError) as error:
                    # Its name only: the text would quote the address, with the ids.
                    self.troubles.append(str(error) if isinstance(error, _Odd) else type(error).__name__)
                    self.is_over.set()

    def _call(self, session: Session, batch: Sequence[str]) -> Any:
        response = session.get(
            f"{self._url}/audio-features",
            params={"ids": ",".join(batch)},
            timeout=self._longest_s,
            # The ids are for nobody else.
            allow_redirects=False,
        )
        if response.status_code != requests.codes.ok:
            raise _Odd(f"HTTP {response.status_code}")
        return response.json()

    def _read(self, answer: Any, asked: Sequence[str]) -> dict[str, Features | None]:
        """Find the songs that were asked for: they come in any order, and unknown ones are missing."""
        content = answer.get("content") if isinstance(answer, dict) else None
        if not isinstance(content, list):
            raise _Odd("an answer without a list of songs")
        named = {_spotify_id(one): one for one in content}
        if "" in named:
            # It may be any of the songs, so none of those that are missing is unknown.
            self.troubles.append("a song without its link")
            asked = [song_id for song_id in asked if song_id in named]
        found = {song_id: _measured(named[song_id]) for song_id in asked if song_id in named}
        self.troubles += ["a song with values that make no sense"] * list(found.values()).count(None)
        return {song_id: found.get(song_id) for song_id in asked}


class _Odd(ValueError):
    """An answer that is not what was asked for."""


def _spotify_id(one: Any) -> str:
    """Give the id in a song's link: its own `id` is the source's, and its place says nothing."""
    href = one.get("href") if isinstance(one, dict) else None
    found = _SPOTIFY_ID.search(href) if isinstance(href, str) else None
    return found[1] if found else ""


def _measured(one: Any) -> Features | None:
    """Give the features of a song if all are there and in range."""
    values = {feature.name: one.get(feature.name) for feature in MEASURED}
    is_sound = all(
        isinstance(values[name], int | float)
        and not isinstance(values[name], bool)
        and low <= values[name] <= high
        for name, low, high in MEASURED
    )
    return {name: float(value) for name, value in values.items()} if is_sound else None
