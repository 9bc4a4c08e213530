"""Hostile requests on every route: each is answered with a page, and nothing of another listener's is touched.

1,000 in every run, always the same draws; `./run fuzz` sends 100,000.
"""

import gzip
import os
import re
import time
import traceback
from random import Random
from resource import RUSAGE_SELF, getrusage
from urllib.parse import urlsplit

import pytest
from flask import got_request_exception
from sqlalchemy import select
from werkzeug.test import run_wsgi_app

from startup import SESSION_COOKIE
from store import mixes, opinions, playlists, recipes, tables
from store.job import UNFORESEEN
from store.tuning import Tuning
from tests.support.hostile_requests import MAX_READ_BYTES, SCRIPTS, Attacker
from tests.support.website import find_static_version

N_REQUESTS = 20 * int(os.environ.get("FUZZ_EXAMPLES", "50"))
# Each begins anew: what one request leaves behind is there for those after it.
N_BLOCKS = max(2, N_REQUESTS // 2_500)
# A worker works, and who was too fast may go on, so often.
N_BETWEEN_JOBS = 100
# A hundred times what the slowest page takes, for machines that are busy.
MAX_SECONDS = 10
MAX_ANSWER_BYTES = 2 * 2**20
# A block's, with what a first playlist takes.
MAX_GROWTH_MB = 200
TRACES = (b"Traceback", b'File "', b"sqlalchemy", b"werkzeug.", b"Oleander")
#: After these there is no session any more.
ENDS = {"auth.sign_out", "auth.sign_out_everywhere", "auth.disconnect"}


class Nora:
    """A listener whose browser sends anything, and whatever she needs to go on."""

    def __init__(self, site, attacker):
        self.site, self.attacker = site, attacker
        self.browser = site.browser()
        self.listener = site.add_listener("Nora")

    def come(self):
        """Sign in, and have a playlist with a draft: what is there already stays as it is."""
        for limiter in self.site.app.extensions["limiter"]:
            limiter.reset()
        self.attacker.state = re.search(r"state=(\w+)", self.browser.client.get("/login").location)[
            1
        ].encode()
        self.browser.sign_in(self.listener)
        page = self.browser.client.get("/", follow_redirects=True)
        if "/playlists/" not in page.request.path:
            self.browser.make_playlist(self.site)
        self.attacker.own |= find_own(self.site, self.listener.account_id)
        self.attacker.session = self.browser.client.get_cookie(SESSION_COOKIE).value
        self.attacker.token = self.browser.csrf_token()

    def work(self):
        """Let the worker work."""
        self.site.work()
        self.come()


def find_own(site, account_id):
    """Return a value for each variable part of an address, all of them a listener's own."""
    playlist = playlists.get_latest_written(site.database, account_id)
    # She may have deleted each of them.
    history = [mix.id for mix in mixes.list_history(site.database, account_id, 1)]
    with site.database.reading() as connection:
        owned = tables.jobs.c.account_id == account_id
        job_id = connection.scalar(
            select(tables.jobs.c.id).where(owned).order_by(tables.jobs.c.created_at.desc())
        )
    song = playlist.record.songs[0]
    values = {
        "job_id": job_id,
        "mix_id": (history or [job_id])[0],
        "playlist_id": playlist.id,
        "song_id": song.id,
        "artist": song.first_artist,
        "change": Random(job_id).choice(["swap", "keep", "remove", "block-artist", "like"]),
        "code": "en",
        "filename": "style.css",
        "form": Random(job_id).choice(["csv", "m3u8", "jspf", "txt"]),
        "version": find_static_version(site, "style.css"),
    }
    return {name: value.encode() for name, value in values.items()}


def read_rows(site, account_id):
    """Return every row of a listener, without when they were last seen."""
    found = []
    with site.database.reading() as connection:
        for table in tables.metadata.sorted_tables:
            owner = table.c.id if table.name == "accounts" else table.c.get("account_id")
            if owner is not None:
                for row in connection.execute(table.select().where(owner == account_id)):
                    values = {name: value for name, value in row._mapping.items() if name != "last_seen"}
                    found.append(f"{table.name} {values}")
    return sorted(found)


@pytest.fixture
def ole(site):
    """Another listener, with a playlist, a draft, an opinion and a recipe."""
    browser = site.browser()
    browser.listener = site.add_listener("Oleander")
    browser.sign_in(browser.listener)
    page = browser.make_playlist(site)
    account_id = browser.listener.account_id
    browser.post(f"{page}/shuffle")
    opinions.give(site.database, account_id, "artist", "Oleander's artist", "never", "Oleander's artist")
    recipes.keep(site.database, account_id, "Oleander's recipe", Tuning())
    return browser


def list_targets(site):
    """Return every endpoint with its rule and method."""
    return [
        (rule.endpoint, rule.rule, method)
        for rule in site.app.url_map.iter_rules()
        for method in sorted(rule.methods)
    ]


def send(site, environ):
    """Hand a request to the application, and return the answer's status and what is wrong, "" where nothing is."""
    failures = []

    def note(_, exception):
        failures.append("".join(traceback.format_exception(exception)[-6:]))

    began = time.monotonic()
    with got_request_exception.connected_to(note, site.app):
        try:
            chunks, status, headers = run_wsgi_app(site.app, environ, buffered=True)
        except Exception:  # whatever it is, the browser gets nothing
            return "", traceback.format_exc()
    if failures:
        return status, "".join(failures)
    if (took := time.monotonic() - began) > MAX_SECONDS:
        return status, f"took {took:.0f} s"
    if (n_read := getattr(environ["wsgi.input"], "n_read", 0)) > MAX_READ_BYTES:
        return status, f"read {n_read:,} bytes of a body"
    return status, find_fault(site, b"".join(chunks), status, headers)


def find_fault(site, content, status, headers):
    """Return what is wrong with an answer, "" where nothing is."""
    if headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    location = headers.get("Location", "")
    is_home = urlsplit(location).netloc in ("", urlsplit(site.settings.public_url).netloc)
    if status >= "5":
        return status
    if found := [text for text in (*TRACES, *SCRIPTS) if text in content]:
        return f"the page has {found}"
    if len(content) > MAX_ANSWER_BYTES:
        return f"an answer of {len(content):,} bytes"
    if not is_home and not location.startswith(f"{site.standin.url}/authorize?"):
        return f"leads to {location[:80]}"
    return ""


@pytest.mark.fuzz
@pytest.mark.slow
# Werkzeug leaves the files of a form that turns out too large for Python to close.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("block", range(N_BLOCKS))
def test_a_hostile_request_is_answered_and_touches_nothing_of_another_listener(site, ole, block):
    before, peak = read_rows(site, ole.listener.account_id), getrusage(RUSAGE_SELF).ru_maxrss
    others = find_own(site, ole.listener.account_id)
    attacker = Attacker(Random(block), list_targets(site), site.settings.public_url, others=others)
    nora = Nora(site, attacker)
    nora.come()
    n_done, faults = 0, []

    for number in range(N_REQUESTS // N_BLOCKS):
        endpoint, environ = attacker.draw(number)
        shown = {name: str(value)[:200] for name, value in environ.items() if not name.startswith("wsgi.")}
        status, fault = send(site, environ)
        if fault:
            faults.append((number, endpoint, fault, shown))
        is_done = "2" <= status < "4"
        n_done += is_done
        if endpoint in ENDS and is_done:
            nora.come()
        if number % N_BETWEEN_JOBS == N_BETWEEN_JOBS - 1:
            nora.work()
        site.clock.move(seconds=20)

    assert faults == []
    # Else nothing would get past the first check.
    assert n_done > N_REQUESTS // N_BLOCKS // 3
    assert getrusage(RUSAGE_SELF).ru_maxrss - peak < MAX_GROWTH_MB * 1024
    assert read_rows(site, ole.listener.account_id) == before
    assert "Oleander" in ole.client.get("/", follow_redirects=True).text
    for page in ("/", "/history", "/blocked"):
        assert nora.browser.client.get(page, follow_redirects=True).status_code == 200
    with site.database.reading() as connection:
        assert UNFORESEEN not in connection.scalars(select(tables.jobs.c.error)).all()
