"""Every outage at every kind of page: none is empty or hangs, and afterwards the listener goes on."""

import math
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.support.outages import IN_FILES, OF_EACH_KIND, ON_REDIS, Outage, hang, models_damaged
from tests.support.website import find_static_version

pytestmark = [pytest.mark.outages, pytest.mark.slow]

MAX_ANSWER_S = 5
ANSWERED, SAYS_SO = "answered", "says so, with 503"
TOLD = ("We cannot get at our own data right now.", "not ready\n")
EITHER = f"{ANSWERED}, or {SAYS_SO}"
#: Kind of page -> whether an endpoint, asked by a method, is of it.
KINDS = {
    "health, privacy, static files": lambda endpoint, method: endpoint in WITHOUT_DATABASE,
    "readiness": lambda endpoint, method: endpoint == "pages.readyz",
    "sign-in": lambda endpoint, method: endpoint.startswith("auth.") and method == "GET",
    "pages": lambda endpoint, method: method == "GET",
    "forms": lambda endpoint, method: True,
}
WITHOUT_DATABASE = {"language.choose", "pages.healthz", "pages.privacy", "static"}
ASKERS = ("with a cookie", "without a cookie")
VALUES = {
    "job_id": "a-job",
    "mix_id": "a-mix",
    "change": "swap",
    "code": "en",
    "form": "csv",
    "filename": "style.css",
}


def promise(outage, kind, asker):
    """Return in words what a kind of page does in an outage."""
    if kind == "readiness":
        is_noticed = outage.part in ("database", "models") and not outage.way.startswith("slow")
        return SAYS_SO if is_noticed else EITHER
    if kind == "health, privacy, static files" or not (outage.part == "database" or outage.stops_picking):
        return ANSWERED
    if outage.part != "database":
        # What picks songs, or looks some up, says so; a saved playlist is shown.
        return EITHER if asker == "with a cookie" or kind == "forms" else ANSWERED
    if not outage.way.startswith("slow"):
        return SAYS_SO
    # Another writer keeps nobody from reading.
    return ANSWERED if (asker == "without a cookie" and kind != "sign-in") or kind == "pages" else EITHER


def ask(client, method, address, form=None):
    """Ask for a page, and return in words what comes."""
    threads = ThreadPoolExecutor(1)
    try:
        answer = threads.submit(client.open, address, method=method, data=form).result(MAX_ANSWER_S)
    except TimeoutError:
        return f"{method} {address} hangs"
    finally:
        # One that hangs is not waited for.
        threads.shutdown(wait=False)
    if answer.status_code == 503 and any(each in answer.text for each in TOLD):
        return SAYS_SO
    if answer.status_code < 500 and (answer.data or answer.location or "HX-Redirect" in answer.headers):
        return ANSWERED
    return f"{method} {address} is answered by {answer.status_code} with {len(answer.data)} bytes"


class Night:
    """A website with two listeners who have a playlist: what Nora asks fails, and Omar goes on afterwards."""

    def __init__(self, site):
        self.site = site
        self.browsers = []
        for name in ("Nora", "Omar"):
            browser = site.browser()
            browser.sign_in(listener := site.add_listener(name))
            browser.make_playlist(site)
            self.browsers.append((listener, browser))
        self.token = self.browsers[0][1].csrf_token()
        site.browser().client.get("/login")

    def list_addresses(self):
        """Yield the endpoint, the method and the address of everything; leaving comes last."""
        adapter = self.site.app.url_map.bind("127.0.0.1")
        playlist = self.browsers[0][0].playlists[0]
        values = {
            **VALUES,
            "playlist_id": playlist.id,
            "song_id": playlist.entries[0].song.id,
            "version": find_static_version(self.site, "style.css"),
        }
        rules = sorted(self.site.app.url_map.iter_rules(), key=lambda rule: rule.endpoint.startswith("auth."))
        for rule in rules:
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                wanted = {name: values[name] for name in rule.arguments}
                yield rule.endpoint, method, adapter.build(rule.endpoint, wanted, method=method)

    def ask_everywhere(self, asker, max_pages):
        """Return what is seen of so many pages of each kind: the words for their answers."""
        client = self.browsers[0][1].client if asker == "with a cookie" else self.site.browser().client
        seen = {kind: [] for kind in KINDS}
        for endpoint, method, address in self.list_addresses():
            kind = next(name for name, is_of in KINDS.items() if is_of(endpoint, method))
            if len(seen[kind]) < max_pages:
                form = {"csrf_token": self.token} if method == "POST" else None
                seen[kind].append(ask(client, method, address, form))
        return {kind: set(words) for kind, words in seen.items()}

    def go_on(self):
        """Refresh a playlist and save it, and return whether there is one of them as it should be."""
        listener, browser = self.browsers[1]
        browser.make_playlist(self.site)
        [playlist] = listener.playlists
        return len({entry.song.id for entry in playlist.entries}) == len(playlist.entries) == 50


def check_pages(night, outage, combinations, max_pages=math.inf):
    """Ask for pages of every kind while the outage lasts, and note what is seen."""
    with ExitStack() as stack:
        stack.callback(outage.begin(night.site))
        for asker in reversed(ASKERS):
            for kind, seen in night.ask_everywhere(asker, max_pages).items():
                promised = promise(outage, kind, asker)
                is_kept = seen <= set(promised.split(", or "))
                combinations.note(
                    outage, f"{kind}, {asker}", promised, promised if is_kept else "; ".join(sorted(seen))
                )
    assert night.go_on()


@pytest.mark.parametrize("outage", IN_FILES, ids=str)
def test_pages_say_so_or_are_answered(site, combinations, outage):
    check_pages(Night(site), outage, combinations)


#: Pages of a listener that need none of the songs that are picked from.
WITHOUT_SONGS = [
    *(f"/playlists/{{playlist_id}}{part}" for part in ("", "/tune", "/songs/{song_id}", "/export")),
    *("/history", "/blocked", "/songs", "/account", "/account/export"),
]


@pytest.mark.parametrize("page", WITHOUT_SONGS)
def test_what_picks_no_songs_is_shown_by_a_process_without_the_library_while_arrays_are_cut_off(
    desk, browser, page
):
    previews = desk.site.app.extensions["music_recommender"].previews
    previews.forget(desk.nora.account_id)
    end = models_damaged.begin(desk.site)
    seen = ask(browser.client, "GET", page.format(playlist_id=desk.playlist.id, song_id=desk.first[3]))
    end()

    assert seen == ANSWERED


#: What a listener presses -> the last part of the address, the fields, and what the draft's one step is then called.
PRESSES = {
    "a song is swapped": ("songs/{song_id}/swap", {}, "swapped"),
    "the mix is tuned": ("tune", {"n": "30", "x": "1"}, "tuned"),
    "another mix is picked": ("shuffle", {}, "shuffled"),
    "the playlist is renamed": ("name", {"name": "Another"}, "renamed"),
}


@pytest.mark.parametrize("outage", OF_EACH_KIND, ids=str)
@pytest.mark.parametrize("press", PRESSES)
def test_a_press_changes_the_draft_once_at_the_latest_after_the_outage(
    desk, browser, combinations, press, outage
):
    address, fields, action = PRESSES[press]
    address = f"/playlists/{desk.playlist.id}/{address.format(song_id=desk.first[3])}"
    form = {"csrf_token": browser.csrf_token(), **fields}
    end = outage.begin(desk.site)
    seen = ask(browser.client, "POST", address, form)
    end()
    if seen == SAYS_SO:
        assert desk.get_draft() is None
        assert ask(browser.client, "POST", address, form) == ANSWERED

    step = desk.get_draft()
    assert (step.number, step.action) == (1, action)
    assert len({song.id for song in step.record.songs}) == 50
    needs_it = outage.part == "database" or (outage.stops_picking and action != "renamed")
    promised = SAYS_SO if needs_it else ANSWERED
    combinations.note(outage, f"a draft: {press}", promised, seen)


@pytest.mark.parametrize("outage", ON_REDIS, ids=str)
def test_pages_are_answered_whatever_becomes_of_redis(make_site, own_redis, combinations, outage):
    check_pages(Night(make_site(REDIS_URL=own_redis)), outage, combinations)


@pytest.mark.parametrize("way", ["gone: PostgreSQL stopped", "hung: PostgreSQL"])
def test_pages_say_so_without_postgresql(make_site, combinations, way):
    from tests.support.needs import needs
    from tests.support.servers import connections_closed, postgresql_programs, running_postgresql

    programs = postgresql_programs()
    needs("postgresql", programs is not None, "PostgreSQL is not installed (apt install postgresql)")
    with connections_closed(), running_postgresql(programs) as server:

        def begin(_):
            if way.startswith("hung"):
                return hang(server.pids())
            server.stop()
            return server.start

        night = Night(make_site(DATABASE_URL=server.url("postgres")))
        # Of a server that hangs each page takes seconds to say so.
        max_pages = 1 if way.startswith("hung") else math.inf
        check_pages(night, Outage("database", way, begin), combinations, max_pages)
