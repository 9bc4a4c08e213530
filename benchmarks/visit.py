"""A listener who visits the running system over HTTP, for the benchmarks and the tests of serving."""

import html
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address
from itertools import count
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from benchmarks.errors import BenchmarkError
from standin.state import Listener

#: What the front page says where Spotify takes the code of a sign-in no more.
HINT = "Sign-in was not completed. Nothing was changed; please sign in again."
MAX_ANSWER_S, MAX_JOB_S = 30.0, 120.0
FIRST_ADDRESS = ip_address("10.0.0.1")
_numbers = count()


class Refusal(BenchmarkError):
    """Another page than was asked for: its status, the sentence on it, and how long it asks to wait."""

    def __init__(self, what: str, sentence: str = "", wait_s: float = 0.0, status: int = 200) -> None:
        super().__init__(f"{what}: {sentence}" if sentence else what)
        self.status = status
        self.sentence = sentence
        self.wait_s = wait_s


class Visit:
    """One listener in one browser.

    Every wait is bounded; a `BenchmarkError` says what did not come in time, a `Refusal` what came instead.
    """

    def __init__(self, url: str, wait: Callable[[float], object] = time.sleep) -> None:
        self.url = url
        self._wait = wait
        self._session = requests.Session()
        self._session.trust_env = False
        # Each comes from an address of its own, as behind a load balancer: from one few may sign in.
        self._session.headers["X-Forwarded-For"] = str(FIRST_ADDRESS + next(_numbers))
        # The address of the playlist's page, "" before there is one.
        self.playlist = ""

    def list_headers(self) -> dict[str, str]:
        """Return the headers by which the site knows this browser again, for other clients to send."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._session.cookies)
        return {
            "X-Forwarded-For": str(self._session.headers["X-Forwarded-For"]),
            "Accept-Encoding": "gzip",
            **({"Cookie": cookies} if cookies else {}),
        }

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
        # Who was signed in before has their name on a page of an error, too.
        is_refused = page.status_code != 200 or HINT in page.text
        if is_refused or listener.display_name not in page.text:
            raise read_refusal(page, f"{listener.display_name} could not sign in")

    def open_front(self) -> dict[str, str]:
        """Open the front page, which is the playlist once there is one; return what its forms send."""
        page = self.get("/")
        address = urlsplit(page.url).path
        self.playlist = address if address.startswith("/playlists/") else ""
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        return {"csrf_token": token[1] if token else ""}

    def start_playlist(self, form: dict[str, str] | None = None) -> str:
        """Press the button that makes or refreshes the playlist; return the address of its progress."""
        form = form or self.open_front()
        return self._start(f"{self.playlist}/refresh" if self.playlist else "/playlists", form)

    def save_draft(self) -> str:
        """Press the button that saves a refreshed playlist; return the address of its progress."""
        form = self.open_front()
        return self._start(f"{self.playlist}/save", form)

    def tune(self, new_percent: int) -> None:
        """Preview the playlist with another share of new artists."""
        form = self.open_front()
        answer = self._send(
            "POST",
            f"{self.playlist}/tune",
            data={**form, "n": str(new_percent), "x": "1"},
            allow_redirects=False,
        )
        _destination(answer)

    def disconnect(self) -> None:
        """Press the button that deletes everything about the listener, and read that it is done."""
        _destination(self._send("POST", "/disconnect", data=self.open_front(), allow_redirects=False))
        self.playlist = ""
        page = self.get("/")
        if "has been deleted" not in page.text:
            raise read_refusal(page, "the page does not say that everything is deleted")

    def wait_for_playlist(self, progress: str) -> str:
        """Wait for the playlist as its page does and asks to; return the page that shows it."""
        deadline = time.monotonic() + MAX_JOB_S
        answer = self.get(progress.removesuffix("/progress"), follow=False)
        while time.monotonic() < deadline:
            if "Location" in answer.headers:
                return self.get(answer.headers["Location"]).text
            if "HX-Redirect" in answer.headers:
                # To the playlist, or to the page of the job, which tells why it is parked or has failed.
                answer = self.get(answer.headers["HX-Redirect"])
                if "/jobs/" not in answer.url:
                    return answer.text
            if failure := re.search(r'role="alert"><p>(.*?)</p>', answer.text):
                raise Refusal("the playlist was not made", html.unescape(failure[1]))
            parked_s = _parked_s(answer.text)
            if parked_s > MAX_JOB_S:
                raise Refusal("the playlist is not made for now", wait_s=parked_s)
            deadline += parked_s
            self._wait(max(parked_s, _delay_s(answer.text)))
            answer = self.get(progress)
        raise BenchmarkError(f"the playlist was not made within {MAX_JOB_S:.0f} s")

    def make_playlist(self) -> str:
        """Make the playlist, or refresh and save it; return its page."""
        page = self.wait_for_playlist(self.start_playlist())
        return self.wait_for_playlist(self.save_draft()) if self.playlist else page

    def _start(self, path: str, form: dict[str, str]) -> str:
        answer = self._send("POST", path, data=form, allow_redirects=False)
        return f"{_destination(answer)}/progress"

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


def _parked_s(page: str) -> float:
    """Read from the page for how many seconds it says that nothing is done; 0 where it does not."""
    found = re.search(r'goes on by itself at\s*<time datetime="([^"]+)"', page)
    return max(0.0, (datetime.fromisoformat(found[1]) - datetime.now(UTC)).total_seconds()) if found else 0.0


def _destination(answer: requests.Response) -> str:
    if "Location" not in answer.headers:
        raise read_refusal(answer, "a form leads nowhere")
    return answer.headers["Location"]


def read_refusal(answer: requests.Response, what: str) -> Refusal:
    """Read from an answer that is not as it should be what a listener is told."""
    told = re.search(r'<section class="error">.*?<p class="lead">(.*?)</p>', answer.text, re.DOTALL)
    told = told or re.search(r'<p class="notice[^"]*" role="status">(.*?)</p>', answer.text)
    wait_s = float(answer.headers.get("Retry-After", 0))
    what = f"{what}, {answer.url} answered {answer.status_code}"
    return Refusal(what, html.unescape(told[1]) if told else "", wait_s, answer.status_code)
