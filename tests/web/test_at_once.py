"""What happens at the same moment: two tabs, a worker, a weekly refresh, a listener who disconnects."""

import re
from urllib.parse import urlsplit

import pytest

from standin.faults import Fault
from store import drafts, jobs, mixes, opinions, recipes, tables, weekly
from store.tuning import Tuning
from tests.support.draft_desk import count_steps
from tests.support.threads import at_once

pytestmark = pytest.mark.slow

SAVED = "GET /v1/me/tracks"
WRITE, LOOK = (f"{method} /v1/playlists/{{id}}/items" for method in ("PUT", "GET"))
FASTER = "The draft was changed in another tab"


@pytest.fixture
def site(make_site, database_url):
    """The whole application, on SQLite and on PostgreSQL."""
    return make_site(DATABASE_URL=database_url)


@pytest.fixture
def nora(site):
    """A signed-in listener with a playlist; `address` is its page."""
    browser = site.browser()
    browser.listener = site.add_listener("Nora", saved=300)
    browser.sign_in(browser.listener)
    browser.address = browser.make_playlist(site)
    site.clock.move(minutes=1)
    return browser


@pytest.fixture
def playlist_id(nora):
    return nora.listener.playlists[0].id


def open_tab(site, nora):
    """Open another browser of Nora's on the page of the playlist; return what posts a form of it."""
    browser = site.browser()
    browser.sign_in(nora.listener)
    token = browser.csrf_token()

    def post(path, **form):
        answer = browser.client.post(f"{nora.address}{path}", data={"csrf_token": token, **form})
        return answer, browser.client.get(nora.address).text

    return post


def read_songs(page):
    return re.findall(r'id="song-(\w+)"', page)


def show(nora):
    return read_songs(nora.client.get(nora.address).text)


def list_written(nora):
    [playlist] = nora.listener.playlists
    return [entry.song.id for entry in playlist.entries]


def get_draft(site, nora, playlist_id):
    return drafts.get(site.database, playlist_id, nora.listener.account_id)


def find_job(site, nora, kind):
    """Return the state of the listener's jobs of a kind."""
    with site.database.reading() as connection:
        wanted = tables.jobs.select().where(tables.jobs.c.kind == kind)
        return [row.state for row in connection.execute(wanted)]


def make_weekly_due(site, nora, playlist_id):
    refresh = weekly.turn_on(site.database, nora.listener.account_id, playlist_id, 0, 8, "UTC")
    site.clock.at = refresh.next_at


def test_of_tabs_that_tune_at_once_each_is_a_step_or_is_told_and_nothing_is_lost(site, nora, playlist_id):
    tabs = [open_tab(site, nora) for _ in range(3)]

    results = at_once(3, lambda number: tabs[number]("/tune", n=str(20 * number), x="1"))

    assert [answer.status_code for answer, _ in results] == [303] * 3
    n_told = sum(FASTER in page for _, page in results)
    n_steps = count_steps(site.database, playlist_id, nora.listener.account_id)
    assert n_steps >= 1
    assert (n_steps + n_told, len(show(nora))) == (3, 50)


def test_of_tabs_that_take_out_songs_at_once_no_other_songs_go(site, nora, playlist_id):
    tabs, before = [open_tab(site, nora) for _ in range(3)], show(nora)

    results = at_once(3, lambda number: tabs[number](f"/songs/{before[number]}/remove"))

    told = {number for number, (_, page) in enumerate(results) if FASTER in page}
    gone = [before[number] for number in range(3) if number not in told]
    assert show(nora) == [song for song in before if song not in gone]
    assert count_steps(site.database, playlist_id, nora.listener.account_id) == len(gone)


def test_of_tabs_that_undo_at_once_each_takes_back_one_step(site, nora, playlist_id):
    before = show(nora)
    for song in before[:3]:
        nora.post(f"{nora.address}/songs/{song}/remove")
    tabs = [open_tab(site, nora) for _ in range(3)]

    results = at_once(3, lambda number: tabs[number]("/undo"))

    assert [answer.status_code for answer, _ in results] == [303] * 3
    assert show(nora) == before
    assert get_draft(site, nora, playlist_id) is None


def test_two_tabs_that_save_at_once_start_one_job(site, nora, playlist_id):
    nora.post(f"{nora.address}/shuffle")
    shown, tabs = show(nora), [open_tab(site, nora) for _ in range(2)]
    n_writes = site.standin.state.count(WRITE)

    results = at_once(2, lambda number: tabs[number]("/save"))
    site.work()

    assert len({answer.location for answer, _ in results}) == 1
    assert (list_written(nora), site.standin.state.count(WRITE) - n_writes) == (shown, 1)
    assert get_draft(site, nora, playlist_id) is None


@pytest.mark.parametrize("moment", ["before", "while"])
def test_what_another_tab_changes_while_the_draft_is_saved_stays_a_draft_on_top(
    site, nora, playlist_id, moment
):
    nora.post(f"{nora.address}/shuffle")
    shown, tab = show(nora), open_tab(site, nora)
    job = nora.post(f"{nora.address}/save").location
    if moment == "before":
        tab(f"/songs/{shown[0]}/remove")
    else:
        site.standin.state.faults.add(WRITE, Fault(first=lambda: tab(f"/songs/{shown[0]}/remove")))

    site.work()

    assert urlsplit(nora.client.get(job).location).path == nora.address
    assert list_written(nora) == shown
    assert show(nora) == shown[1:]
    nora.post(f"{nora.address}/undo")
    assert show(nora) == shown
    assert get_draft(site, nora, playlist_id) is None


def test_a_draft_that_another_tab_discards_while_it_is_refreshed_is_the_refresh(site, nora, playlist_id):
    before, tab = list_written(nora), open_tab(site, nora)
    nora.post(f"{nora.address}/name", name="Renamed")
    nora.post(f"{nora.address}/refresh")
    site.standin.state.faults.add(SAVED, Fault(first=lambda: tab("/discard")))

    site.work()

    step = get_draft(site, nora, playlist_id)
    assert step.action == "refreshed"
    assert not {song.id for song in step.record.songs} & set(before)
    assert list_written(nora) == before


def test_two_workers_at_once_do_one_weekly_refresh(site, nora, playlist_id):
    before = list_written(nora)
    make_weekly_due(site, nora, playlist_id)

    at_once(2, lambda _: site.work())

    assert find_job(site, nora, "weekly") == ["done"]
    assert (len(list_written(nora)), set(list_written(nora)) & set(before)) == (50, set())
    assert len(mixes.list_history(site.database, nora.listener.account_id, 10)) == 2


def test_a_weekly_refresh_that_is_due_while_a_draft_is_saved_comes_after_it(site, nora, playlist_id):
    nora.post(f"{nora.address}/shuffle")
    shown = show(nora)
    make_weekly_due(site, nora, playlist_id)
    nora.post(f"{nora.address}/save")
    seen = []

    def look():
        site.work()
        seen.extend(find_job(site, nora, "weekly"))

    site.standin.state.faults.add(WRITE, Fault(first=look))
    site.work()
    assert (seen, list_written(nora)) == ([], shown)
    site.work()

    assert find_job(site, nora, "weekly") == ["done"]
    assert not set(list_written(nora)) & set(shown)
    assert len(mixes.list_history(site.database, nora.listener.account_id, 10)) == 3


def test_a_draft_that_is_to_be_saved_while_a_weekly_refresh_runs_is_kept_and_saved_later(
    site, nora, playlist_id
):
    nora.post(f"{nora.address}/shuffle")
    shown, tab = show(nora), open_tab(site, nora)
    make_weekly_due(site, nora, playlist_id)
    told = []
    site.standin.state.faults.add(WRITE, Fault(first=lambda: told.append(tab("/save")[1])))

    site.work()

    assert "Something else is being made at this moment" in told[0]
    assert find_job(site, nora, "save") == []
    assert show(nora) == shown
    nora.do_job(site, f"{nora.address}/save")
    assert list_written(nora) == shown


def assert_everything_is_gone(site):
    """Check that no row of any listener is left, but for what tells by a hash how many calls they have cost."""
    with site.database.reading() as connection:
        left = {
            table.name: connection.execute(table.select()).all()
            for table in tables.metadata.sorted_tables
            # Chores are the worker's.
            if table.name not in ("chores", "features", "sessions", "spent")
        }
        assert (
            connection.execute(
                tables.sessions.select().where(tables.sessions.c.account_id.is_not(None))
            ).all()
            == []
        )
    assert {name: rows for name, rows in left.items() if rows} == {}


@pytest.mark.parametrize(
    ("work", "call"),
    [("refresh", SAVED), ("save", LOOK), ("save", WRITE), ("weekly", SAVED), ("weekly", WRITE)],
)
def test_who_disconnects_while_a_job_runs_leaves_nothing_behind(site, nora, playlist_id, work, call):
    account_id = nora.listener.account_id
    nora.post(f"{nora.address}/shuffle")
    nora.post(f"{nora.address}/songs/{show(nora)[0]}/like")
    recipes.keep(site.database, account_id, "Sunday", Tuning())
    make_weekly_due(site, nora, playlist_id)
    if work != "weekly":
        nora.post(f"{nora.address}/{work}")
    assert count_steps(site.database, playlist_id, account_id) == 2
    assert opinions.list_opinions(site.database, account_id)
    token = nora.csrf_token()
    site.standin.state.faults.add(
        call, Fault(first=lambda: nora.client.post("/disconnect", data={"csrf_token": token}))
    )

    site.work()
    site.work()

    assert_everything_is_gone(site)
    assert jobs.list_due(site.database) == []
    assert len(list_written(nora)) == 50


def test_a_tab_that_changes_the_draft_while_another_disconnects_is_told_and_leaves_nothing(site, nora):
    tabs = [open_tab(site, nora) for _ in range(4)]
    token = nora.csrf_token()

    def act(number):
        if number == 3:
            return nora.client.post("/disconnect", data={"csrf_token": token})
        return tabs[number]("/tune", n=str(20 * number), x="1")[0]

    answers = at_once(4, act)

    assert {answer.status_code for answer in answers} <= {302, 303, 400, 401, 404}
    assert_everything_is_gone(site)
