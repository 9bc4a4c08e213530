"""The composition: what stops a start, and what the worker does besides its jobs."""

import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from benchmarks.system import make_settings
from recommender.song import Song
from startup import WEB_THREADS, check, create_worker_queue
from store import accounts, schema, tables, unplayable
from store.errors import DatabaseUnusable, NewerDatabase
from tests.support.website import settings_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
# The user of tests/support/servers.py who needs a password.
USER = "guarded"
PASSWORD = "a-pass:word/of@the-tests"  # with what ends the parts of an address


@pytest.fixture
def settings_with(standin, invented, tmp_path):
    return lambda **others: settings_for(standin.running, invented / "models", tmp_path, **others)


@pytest.fixture
def guarded(postgresql):
    """Settings as Elastic Beanstalk sets them, for a database whose owner needs a password."""
    with postgresql.new_database() as url:
        address = make_url(url)
        postgresql.run(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
        postgresql.run(f"ALTER DATABASE {address.database} OWNER TO {USER}")
        yield {
            "DATABASE_URL": "",
            "RDS_HOSTNAME": address.host,
            "RDS_PORT": str(address.port),
            "RDS_DB_NAME": address.database,
            "RDS_USERNAME": USER,
            "RDS_PASSWORD": PASSWORD,
        }
    postgresql.run(f"DROP ROLE {USER}")


def refusal(settings, error=DatabaseUnusable):
    """Check a start that must fail, and return the one sentence that it fails with."""
    with pytest.raises(error) as caught:
        check(settings)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_a_check_brings_the_database_up_to_date(settings_with, database_url, redis_url):
    check(settings_with(DATABASE_URL=database_url, REDIS_URL=redis_url))

    assert schema.upgrade(database_url) == (schema.VERSION, schema.VERSION)


def test_elastic_beanstalks_database_is_opened_with_its_password(settings_with, guarded):
    settings = settings_with(**guarded)

    check(settings)

    assert schema.upgrade(settings.database_url)[0] == schema.VERSION


def test_a_wrong_password_is_one_sentence_without_it(settings_with, guarded):
    sentence = refusal(settings_with(**{**guarded, "RDS_PASSWORD": "qu1et"}))

    assert 'password authentication failed for user "guarded"' in sentence
    assert "check DATABASE_URL or RDS_*" in sentence
    assert "qu1et" not in sentence


def test_a_database_that_does_not_exist_is_one_sentence(settings_with, postgresql):
    assert 'database "nobodys" does not exist' in refusal(
        settings_with(DATABASE_URL=postgresql.url("nobodys"))
    )


def test_a_user_who_may_not_make_tables_is_one_sentence(settings_with, guarded, postgresql):
    postgresql.run(f"ALTER DATABASE {guarded['RDS_DB_NAME']} OWNER TO tests")

    sentence = refusal(settings_with(**guarded))

    assert "permission denied for schema public" in sentence
    assert "its user may make tables there" in sentence


def test_a_file_that_is_no_database_is_one_sentence(settings_with, tmp_path):
    (tmp_path / "recommender.db").write_bytes(b"something else " * 1000)

    assert "file is not a database" in refusal(settings_with())


def test_a_newer_database_is_refused_on_either(settings_with, database_url):
    check(settings_with(DATABASE_URL=database_url))
    engine = schema.engines.connect(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    engine.dispose()

    assert "update the program" in refusal(settings_with(DATABASE_URL=database_url), NewerDatabase)


def test_a_password_in_the_query_of_an_address_is_not_shown(settings_with):
    url = "postgresql://lisa@127.0.0.1:1/songs?password=qu1et&connect_timeout=1"

    assert "qu1et" not in refusal(settings_with(DATABASE_URL=url))


@pytest.fixture
def absent(site):
    """The ids of two accounts: one signed in 190 days and a minute ago, one 190 days ago."""
    lisa = site.add_listener("Lisa")
    site.browser().sign_in(lisa)
    site.clock.move(minutes=1)
    omar = site.add_listener("Omar")
    site.browser().sign_in(omar)
    site.clock.move(days=190)
    return lisa.account_id, omar.account_id


def has_account(site, account_id):
    return accounts.get_account(site.database, account_id) is not None


def test_a_worker_that_starts_forgets_who_stayed_away(site, absent):
    create_worker_queue(site.settings, site.clock)

    assert [has_account(site, account_id) for account_id in absent] == [False, True]


def test_a_worker_forgets_every_day_who_stayed_away(site, absent):
    queue = create_worker_queue(site.settings, site.clock)
    site.clock.move(minutes=1)
    minutes = [datetime(2026, 11, 22, hour, minute) for hour in range(24) for minute in range(60)]

    on_a_day = [task for minute in minutes for task in queue.read_periodic(minute)]
    due = [task for task in on_a_day if task.name == "forget_who_stays_away"]
    for task in due:
        queue.execute(task)

    assert len(due) == 1
    assert [has_account(site, account_id) for account_id in absent] == [False, False]


def test_a_worker_that_starts_forgets_what_could_not_be_played_90_days_ago(site):
    listener = site.add_listener("Lisa")
    site.browser().sign_in(listener)
    unplayable.remember(site.database, listener.account_id, ["old", "again"])
    site.clock.move(seconds=1)
    unplayable.remember(site.database, listener.account_id, ["again"])
    site.clock.move(days=90)

    create_worker_queue(site.settings, site.clock)

    with site.database.reading() as connection:
        assert list(connection.scalars(select(tables.unplayable_songs.c.song_id))) == ["again"]


def test_a_worker_that_starts_forgets_the_mixes_made_a_year_ago(site):
    browser = site.browser()
    lisa = site.add_listener("Lisa")
    browser.sign_in(lisa)
    browser.make_playlist(site)
    site.clock.move(days=183)
    browser.sign_in(lisa)
    site.clock.move(days=183)

    create_worker_queue(site.settings, site.clock)

    with site.database.reading() as connection:
        assert connection.execute(select(tables.mixes)).all() == []


def test_a_worker_looks_every_minute_for_what_was_left(site):
    queue = create_worker_queue(site.settings, site.clock)
    browser = site.browser()
    browser.sign_in(site.add_listener("Lisa"))
    browser.post("/playlists")
    queue.flush()  # the message is lost, as by a worker that was killed

    [task] = queue.read_periodic(datetime(2026, 11, 22, 12, 34))
    queue.execute(task)

    assert len(queue) == 1


def test_a_name_that_no_database_can_hold_is_no_obstacle(make_site, database_url):
    site = make_site(DATABASE_URL=database_url)
    browser = site.browser()

    page = browser.sign_in(site.add_listener("Li\0sa"))

    assert "Li?sa" in page.text


def test_songs_whose_names_no_database_can_hold_are_no_obstacle(make_site, database_url):
    site = make_site(DATABASE_URL=database_url)
    odd = Song(id="o" * 22, title="No\0one has this", artists=("No\0body",), year=1999)
    browser = site.browser()
    browser.sign_in(site.standin.state.add_listener("Lisa", [odd, *site.songs[:60]]))

    page = browser.client.get(browser.make_playlist(site))

    assert "No?one has this" in page.text


@pytest.mark.parametrize(
    "address", ["/jobs/%00", "/jobs/a%00b/progress", "/playlists/%00", "/playlists/a?x=%00"]
)
def test_what_no_database_can_hold_is_not_found(make_site, database_url, address):
    browser = (site := make_site(DATABASE_URL=database_url)).browser()
    browser.sign_in(site.add_listener("Lisa"))

    assert browser.client.get(address).status_code == 404
    assert browser.post("/opinions/withdraw", about="song", subject="a\0b").status_code == 404


def test_the_query_of_the_operating_page_counts_the_calls_of_a_day_on_either(make_site, database_url):
    site = make_site(DATABASE_URL=database_url)
    browser = site.browser()
    browser.sign_in(site.add_listener("Lisa", saved=60))
    browser.make_playlist(site)
    page = (Path(__file__).parents[1] / "docs" / "operating.md").read_text(encoding="utf-8")
    [query] = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)

    with site.database.reading() as connection:
        [row] = connection.execute(text(query))

    assert str(row.day) == f"{site.clock.now():%Y-%m-%d}"
    assert (row.state, row.error, row.n_jobs) == ("done", None, 1)
    assert row.n_calls == sum(r.path.startswith("/v1/") for r in site.standin.state.requests) - 1  # sign-in's


TAKE_TURNS = """
import os, sys
from datetime import UTC, datetime
from settings import Settings
from startup import create_worker_queue
from tests.support.database import FakeClock

four = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
queue = create_worker_queue(Settings.from_env(os.environ), FakeClock(four))
print("ready", flush=True)
sys.stdin.readline()
for task in queue.read_periodic(four.replace(tzinfo=None)):
    queue.execute(task)
"""


def test_two_workers_do_the_periodic_work_once(standin, invented, tmp_path, postgresql):
    with postgresql.new_database() as url:
        settings = {
            **make_settings(standin.running, invented / "models", tmp_path),
            "DATABASE_URL": url,
            "LOG_LEVEL": "DEBUG",
        }
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", TAKE_TURNS],
                cwd=ROOT,
                env={**os.environ, **settings},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(2)
        ]
        for worker in workers:
            assert any(line == "ready\n" for line in worker.stdout)
        for worker in workers:
            worker.stdin.write("\n")
            worker.stdin.flush()
        logs = "".join(worker.communicate(timeout=30)[0] for worker in workers)

    assert [worker.returncode for worker in workers] == [0, 0]
    assert re.findall(r"startup: the (\w+)'s work is done here", logs).count("minute") == 1, logs
    assert re.findall(r"startup: the (\w+)'s work is done here", logs).count("day") == 1, logs


def test_the_application_is_ready_for_as_many_threads_as_uwsgi_starts():
    ini = (Path(__file__).parents[1] / "uwsgi.ini").read_text(encoding="utf-8")

    assert re.findall(r"^threads = (\d+)$", ini, re.MULTILINE) == [str(WEB_THREADS)]
