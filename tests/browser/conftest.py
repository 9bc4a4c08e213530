"""A real Chromium, and the website that it visits."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from werkzeug.serving import make_server

from formats.library_csv import read_library
from jobs.queue import open_queue
from recommender.language import ENGLISH
from recommender.song import Song
from rehearsal.chromium import QUIET, find_chromium
from standin.listeners import DemoListener, choose_demo_listeners, read_listener
from standin.state import State
from tests.support.chromium import DESK, LANGUAGES, is_complaint
from tests.support.needs import needs
from tests.support.secret_search import serve
from tests.support.songs import real_build, real_data, real_models
from tests.support.standin import CLIENT_ID, CLIENT_SECRET
from tests.support.website import Website, settings_for


@pytest.fixture(scope="session")
def chromium():
    program = find_chromium()
    needs("chromium", program is not None, "no Chromium on this machine (apt install chromium)")
    # A machine that does much else answers late.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def website(invented, tmp_path):
    """The application served on a loopback port, with a worker, against a stand-in with the demo's listeners.

    A test that holds `at_work` is alone at work: the worker waits.
    """
    songs = read_library(invented / "data.csv")
    with serve_website(
        invented / "models", songs, choose_demo_listeners(invented / "data.csv", songs), tmp_path
    ) as site:
        yield site


@pytest.fixture
def real_website(tmp_path_factory, tmp_path):
    """The same with the real catalogue, and the real libraries of four listeners."""
    libraries = [read_listener(real_data(f"libraries/library-{number}.csv.gz")) for number in (1, 4, 7, 8)]
    catalogue = real_build(tmp_path_factory).catalogue
    songs = [catalogue.song(row) for row in range(len(catalogue))]
    with serve_website(real_models(tmp_path_factory), songs, libraries, tmp_path) as site:
        yield site


@contextmanager
def serve_website(
    models: Path, songs: list[Song], listeners: Sequence[DemoListener], folder: Path
) -> Iterator[Website]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    state = State(songs, CLIENT_ID, CLIENT_SECRET, (f"http://127.0.0.1:{port}/callback",))
    for listener in listeners:
        state.add_listener(listener.name, listener.saved, listener.about)
    with serve(state) as standin:
        # The first listener is the operator, as in the demo.
        given = {"PUBLIC_URL": f"http://127.0.0.1:{port}", "OPERATOR_ID": next(iter(state.listeners))}
        settings = settings_for(standin, models, folder, **given)
        site = Website(settings, standin, songs)
        server = make_server("127.0.0.1", port, site.app, threaded=True)
        stopped, site.at_work = Event(), Lock()
        threads = [Thread(target=server.serve_forever), Thread(target=work_until, args=(stopped, site))]
        for thread in threads:
            thread.start()
        yield site
        stopped.set()
        server.shutdown()
        for thread in threads:
            thread.join(timeout=10)
        server.server_close()


def work_until(stopped: Event, site: Website) -> None:
    queue = open_queue(site.settings)
    while not stopped.wait(0.1):
        with site.at_work:
            if queue.pending_count():
                # The clock stands otherwise, and mixes of one moment have no order.
                site.clock.move(seconds=1)
                site.work()


@pytest.fixture
def visit(chromium: Browser, request):
    """Open browsers that fail the test where they object to something, or ask a host that is not ours."""
    website = request.getfixturevalue("real_website" if "real_website" in request.fixturenames else "website")
    contexts, complaints, asked = [], [], set()

    def open_page(**form):
        context = chromium.new_context(**form)
        # What tests find by `say` is in the language that the browser asks for.
        context.language = LANGUAGES[form.get("locale", ENGLISH.code).partition("-")[0]]
        contexts.append(context)
        context.on(
            "console", lambda message: complaints.append(message.text) if is_complaint(message) else None
        )
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("request", lambda request: asked.add(request.url))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    ours = (f"{website.settings.public_url}/", f"{website.standin.url}/", "data:")
    assert complaints == []
    assert [url for url in asked if not url.startswith(ours)] == []


@pytest.fixture
def page(visit, request):
    """A page of a browser opened by `visit`.

    A test chooses its form with `in_all_forms` or `in_opposite_forms`, or another by parametrising it.
    """
    return visit(**getattr(request, "param", DESK))
