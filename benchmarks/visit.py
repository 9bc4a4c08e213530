"""A listener who visits the running system over HTTP, for the benchmarks and the tests of serving."""

import html
import re
import time
from typing import Any
from urllib.parse import urljoin

import requests

from benchmarks.errors import BenchmarkError
from standin.state import Listener

MAX_ANSWER_S, MAX_JOB_S = 30.0, 120.0


class Visit:
    """One listener in one browser.

    Every wait is bounded; a `BenchmarkError` says what did not come in time.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, path: str, follow: bool = True) -> requests.Response:
        """Fetch a page of the site."""
        return self._send("GET", path, allow_redirects=follow)

    def agree(self, listener: Listener) -> str:
        """Follow the sign-in link and agree at Spotify; return the address it sends the browser back to."""
        form = {"listener": listener.id, "answer": "agree"}
        answer = self._send("POST", self.get("/login").url, data=form, allow_redirects=False)
        return _destination(answer)

    def sign_in(self, listener: Listener) -> None:
        """Sign in, from the link to the page that follows."""
        page = self.get(self.agree(listener))
        if listener.display_name not in page.text:
            raise BenchmarkError(
                f"{listener.display_name} could not sign in: {page.url} answered {page.status_code}"
            )

    def open_front(self) -> dict[str, str]:
        """Open the front page and return the form that its button sends."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/").text)
        return {"csrf_token": token[1] if token else ""}

    def start_playlist(self, form: dict[str, str] | None = None) -> str:
        """Press the button; return the address that shows the playlist's progress."""
        form = form or self.open_front()
        answer = self._send("POST", "/playlists", data=form, allow_redirects=False)
        return f"{_destination(answer)}/progress"

    def wait_for_playlist(self, progress: str) -> str:
        """Wait for the playlist as its page does; return the page that shows it."""
        deadline = time.monotonic() + MAX_JOB_S
        answer = self.get(progress.removesuffix("/progress"), follow=False)
        while time.monotonic() < deadline:
            if "Location" in answer.headers:
                return self.get(answer.headers["Location"]).text
            if "HX-Redirect" in answer.headers:
                return self.get(answer.headers["HX-Redirect"]).text
            if failure := re.search(r'role="alert"><p>(.*?)</p>', answer.text):
                raise BenchmarkError(f"the playlist was not made: {html.unescape(failure[1])}")
            time.sleep(_delay_s(answer.text))
            answer = self.get(progress)
        raise BenchmarkError(f"the playlist was not made within {MAX_JOB_S:.0f} s")

    def make_playlist(self) -> str:
        """Make or refresh the playlist; return its page."""
        return self.wait_for_playlist(self.start_playlist())

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            return self._session.request(method, urljoin(self.url, path), timeout=MAX_ANSWER_S, **options)
        except requests.RequestException as error:
            raise BenchmarkError(f"{method} {path} was not answered: {type(error).__name__}") from error


def _delay_s(page: str) -> float:
    """Read from the page how long it waits before it asks again."""
    found = re.search(r'hx-trigger="load delay:(\d+)(ms|s)', page)
    if found is None:
        raise BenchmarkError("the page that shows the playlist's progress does not ask again")
    return int(found[1]) / (1000 if found[2] == "ms" else 1)


def _destination(answer: requests.Response) -> str:
    if "Location" not in answer.headers:
        raise BenchmarkError(f"{answer.url} answered {answer.status_code} and leads nowhere")
    return answer.headers["Location"]
