"""A real Chromium: how it is started, and a listener in it who makes a playlist."""

import re
import shutil
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error, Page, sync_playwright

from rehearsal.errors import RehearsalError

# Without these, Chromium calls home at every start.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MAX_WAIT_MS = 60_000


@dataclass(frozen=True)
class Seen:
    """What the listener's browser has after the visit: its cookies, and the addresses of our files."""

    cookies: list[Any]
    files: list[str]
    n_songs: int


def find_chromium() -> str | None:
    """Return Chromium's program; None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def make_playlist(chromium: str, public_url: str, address: str, listener: str) -> Seen:
    """Sign in as this listener and make a playlist; the site's host is found at `address` of this machine.

    Raises
    ------
    RehearsalError
        If a page does not come, or has not what it should.
    """
    rules = f"MAP {public_url.removeprefix('https://')}:443 {address}"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=[*QUIET, f"--host-resolver-rules={rules}"]
            )
            # The certificate is signed by nobody that it knows.
            page = browser.new_context(ignore_https_errors=True).new_page()
            page.set_default_timeout(MAX_WAIT_MS)
            return _make_playlist(page, public_url, listener)
    except Error as error:
        raise RehearsalError(f"no playlist was made in Chromium: {error.message.splitlines()[0]}") from error


def _make_playlist(page: Page, public_url: str, listener: str) -> Seen:
    files: list[str] = []
    page.on("request", lambda request: files.append(request.url) if "/assets/" in request.url else None)
    page.goto(public_url)
    page.get_by_role("link", name="Sign in with Spotify").first.click()
    page.get_by_label(re.compile(listener)).check()
    page.get_by_role("button", name="Agree").click()
    page.get_by_role("button", name="Make my playlist").click()
    page.wait_for_url("**/playlists/*")
    page.locator(".song").first.wait_for()
    cookies = page.context.cookies(public_url)
    return Seen(list(cookies), sorted(set(files)), page.locator(".song").count())
