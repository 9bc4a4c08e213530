"""The drill of a lost database: what docs/operating.md says, done on a site that had listeners."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from startup import SESSION_COOKIE
from store.schema import VERSION
from tests.support.servers import postgresql_programs

ROOT = Path(__file__).parents[2]


def call(*words, **settings):
    """Call a command of an operator's, and return what it printed."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def call_db(*words, **settings):
    return call(sys.executable, "-m", "cli", "db", *map(str, words), **settings)


class SqliteDrill:
    """The way of SQLite: `./run db`."""

    def __init__(self, tmp_path):
        self.backup = tmp_path / "elsewhere" / "backup.db"
        self.lost = {"STATE_DIR": str(tmp_path / "lost")}
        self.new = {"STATE_DIR": str(tmp_path / "new")}

    def back_up(self):
        call_db("backup", self.backup, **self.lost)

    def restore(self):
        assert call_db("restore", self.backup, **self.new) == f"before: {VERSION}\nafter: {VERSION}\n"


class PostgresqlDrill:
    """The way of PostgreSQL: the very commands of docs/operating.md."""

    def __init__(self, tmp_path, lost, new):
        self.folder, self.lost, self.new = tmp_path, {"DATABASE_URL": lost}, {"DATABASE_URL": new}

    def back_up(self):
        self._follow("pg_dump", self.lost)

    def restore(self):
        self._follow("pg_restore", self.new)

    def _follow(self, program, settings):
        docs = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
        [line] = re.findall(rf"^{program} .*$", docs, re.MULTILINE)
        path = f"{postgresql_programs()}{os.pathsep}{os.environ['PATH']}"
        call("sh", "-c", f"cd '{self.folder}' && {line}", PATH=path, **settings)


@pytest.fixture(params=["sqlite", "postgresql"])
def drill(request, tmp_path):
    if request.param == "sqlite":
        yield SqliteDrill(tmp_path)
        return
    server = request.getfixturevalue("postgresql")
    with server.new_database() as lost, server.new_database() as new:
        yield PostgresqlDrill(tmp_path, lost, new)


def keep_keys(lost):
    """Return the settings that an operator keeps apart from the backups."""
    return {"SECRET_KEY": lost.settings.secret_key, "TOKEN_KEYS": ",".join(lost.settings.token_keys)}


def test_after_a_restore_listeners_are_signed_in_and_their_playlist_is_refreshed_in_place(make_site, drill):
    lost = make_site(**drill.lost)
    nora = lost.add_listener("Nora")
    browser = lost.browser()
    browser.sign_in(nora)
    page = browser.make_playlist(lost)
    drill.back_up()
    late = lost.browser()
    late.sign_in(lost.add_listener("Liam, who came after the backup"))

    drill.restore()

    site = make_site(**drill.new, **keep_keys(lost))
    same, other = site.browser(), site.browser()
    same.client.set_cookie(SESSION_COOKIE, browser.client.get_cookie(SESSION_COOKIE).value)
    other.client.set_cookie(SESSION_COOKIE, late.client.get_cookie(SESSION_COOKIE).value)
    [playlist] = nora.playlists
    before = [entry.song.id for entry in playlist.entries]
    assert same.client.get(page).status_code == 200
    assert "Sign in" in other.client.get("/").text
    site.clock.move(minutes=1)
    assert same.make_playlist(site) == page
    assert nora.playlists == [playlist]
    after = [entry.song.id for entry in playlist.entries]
    assert len(after) == len(before) == 50
    assert not set(before) & set(after)
