"""What a browser gets while the database cannot be used, on every route, with a cookie and without."""

import os
import sqlite3
import time
from contextlib import closing

import pytest
from sqlalchemy import event

from tests.support.website import find_static_version

pytestmark = pytest.mark.slow

# What needs no database. Everything else says that it cannot be used now.
#: What an endpoint says where it does not say what all others do.
TOLD = {"pages.readyz": "database: cannot be read"}
ANSWERED = {"language.choose", "pages.healthz", "pages.privacy", "static"}
MAX_ANSWER_S = 1
VALUES = {
    "job_id": "a-job",
    "playlist_id": "a-playlist",
    "song_id": "a-song",
    "mix_id": "a-mix",
    "change": "swap",
    "code": "en",
    "form": "csv",
    "filename": "style.css",
}


def delete(folder):
    for path in folder.glob("recommender.db*"):
        path.unlink()


def move_away(folder):
    folder.joinpath("recommender.db").rename(folder / "elsewhere.db")


def put_an_empty_one_there(folder):
    folder.joinpath("new.db").touch()
    folder.joinpath("new.db").rename(folder / "recommender.db")


def overwrite(folder):
    with folder.joinpath("recommender.db").open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        file.write(os.urandom(size))


def truncate(folder):
    os.truncate(folder / "recommender.db", 0)


OUTAGES = [delete, move_away, put_an_empty_one_there, overwrite, truncate]


@pytest.fixture
def nora(site):
    return join(site)


def join(site):
    """Sign a listener in who has made a playlist, and return their browser."""
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))
    browser.make_playlist(site)
    return browser


def list_addresses(site):
    """Yield the endpoint, the method and the address of everything that the application answers."""
    adapter = site.app.url_map.bind("127.0.0.1")
    values = {**VALUES, "version": find_static_version(site, "style.css")}
    for rule in site.app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            wanted = {name: values[name] for name in rule.arguments}
            yield rule.endpoint, method, adapter.build(rule.endpoint, wanted, method=method)


def ask_everywhere(site, client, token):
    """Return what is not answered as promised: endpoint, method, status and seconds."""
    odd = []
    for endpoint, method, address in list_addresses(site):
        form = {"csrf_token": token} if method == "POST" else None
        answer, took = ask(client, address, method, form)
        if took >= MAX_ANSWER_S:
            # The machine may have been busy; a page that waits for something does so every time.
            answer, took = ask(client, address, method, form)
        answered = 303 if endpoint == "language.choose" else 200
        expected = answered if endpoint in ANSWERED else 503
        told = TOLD.get(endpoint, "We cannot get at our own data right now.")
        is_told = expected != 503 or told in answer.text
        if answer.status_code != expected or not is_told or took >= MAX_ANSWER_S:
            odd.append((endpoint, method, answer.status_code, took))
    return odd


def ask(client, address, method, form):
    """Return an answer, and how many seconds it took."""
    began = time.monotonic()
    answer = client.open(address, method=method, data=form)
    return answer, time.monotonic() - began


@pytest.mark.parametrize("happens", OUTAGES)
def test_without_its_file_each_page_says_so_and_the_rest_is_answered(site, nora, tmp_path, happens):
    token = nora.csrf_token()
    forgotten = site.browser()
    forgotten.client.get("/login")

    happens(tmp_path)

    assert ask_everywhere(site, nora.client, token) == []
    assert ask_everywhere(site, forgotten.client, "") == []
    assert ask_everywhere(site, site.browser().client, "") == []
    assert nora.client.get("/no/such/page").status_code == 503


def test_a_file_that_is_gone_is_not_made_anew(site, nora, tmp_path):
    delete(tmp_path)

    nora.client.get("/")
    site.browser().client.get("/login")

    assert list(tmp_path.glob("recommender.db*")) == []


def test_a_file_that_is_back_is_used_again(site, nora, tmp_path):
    shown = nora.client.get("/", follow_redirects=True).text
    site.database.sweep()

    move_away(tmp_path)
    meanwhile = nora.client.get("/", follow_redirects=True)
    (tmp_path / "elsewhere.db").rename(tmp_path / "recommender.db")

    assert meanwhile.status_code == 503
    assert "Try again" in meanwhile.text
    assert find_name(nora.client.get("/", follow_redirects=True).text) == find_name(shown)


def find_name(page):
    return page[page.index("<h1") : page.index("</h1>")]


def test_with_postgresql_stopped_each_page_says_so_and_the_rest_is_answered(make_site):
    # Not at the top: pytest must be the first to import a plugin.
    from tests.support.needs import needs
    from tests.support.servers import connections_closed, postgresql_programs, running_postgresql

    programs = postgresql_programs()
    needs("postgresql", programs is not None, "PostgreSQL is not installed (apt install postgresql)")
    with connections_closed():
        with running_postgresql(programs) as server:
            site = make_site(DATABASE_URL=server.url("postgres"))
            nora = join(site)
            token = nora.csrf_token()

        assert ask_everywhere(site, nora.client, token) == []
        assert ask_everywhere(site, site.browser().client, "") == []


def test_the_privacy_page_leads_to_disconnecting_without_knowing_who_reads_it(site, nora):
    privacy = nora.client.get("/privacy").text

    assert "Nora" not in privacy
    assert 'href="/disconnect"' in privacy
    assert "Disconnect" in nora.client.get("/disconnect").text


def test_an_answer_that_needs_no_database_opens_none(site, nora):
    opened = []
    event.listen(site.database.engine, "checkout", lambda *_: opened.append(1))
    version = find_static_version(site, "style.css")

    for address in ("/healthz", "/privacy", f"/assets/{version}/style.css"):
        assert nora.client.get(address).status_code == 200
    assert opened == []


def test_an_answer_whose_session_cannot_be_written_waits_for_the_lock_once(make_site, monkeypatch):
    monkeypatch.setattr("store.engine.BUSY_TIMEOUT_S", 0.02)
    site = make_site()
    refused = []
    event.listen(site.database.engine, "handle_error", lambda context: refused.append(context.statement))

    with closing(sqlite3.connect(site.database.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = site.browser().client.get("/login")

    assert answer.status_code == 503
    assert len(refused) == 1
