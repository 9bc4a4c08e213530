"""A database as it was before its tables had a version."""

import sqlite3

from sqlalchemy import text

from store import engine as engines
from store import schema
from tests.support.database import migrate_to

# What SQLite held of the tables before they had a version, word for word.
UNNUMBERED_TABLES = """
CREATE TABLE accounts (
    id VARCHAR NOT NULL, display_name VARCHAR NOT NULL, user_id VARCHAR NOT NULL, last_seen DATETIME NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE tokens (
    account_id VARCHAR NOT NULL, encrypted BLOB NOT NULL,
    PRIMARY KEY (account_id), FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE sessions (
    id_hash VARCHAR NOT NULL, account_id VARCHAR, encrypted BLOB NOT NULL, last_seen DATETIME NOT NULL,
    PRIMARY KEY (id_hash), FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_sessions_account_id ON sessions (account_id);
CREATE INDEX ix_sessions_last_seen ON sessions (last_seen);
CREATE TABLE playlists (
    id VARCHAR NOT NULL, account_id VARCHAR NOT NULL, name VARCHAR NOT NULL, made_at DATETIME NOT NULL,
    mix JSON NOT NULL, song_ids JSON NOT NULL, url VARCHAR NOT NULL,
    PRIMARY KEY (id), FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_playlists_account_id ON playlists (account_id);
CREATE TABLE jobs (
    id VARCHAR NOT NULL, account_id VARCHAR NOT NULL, state VARCHAR NOT NULL, stage VARCHAR NOT NULL,
    done INTEGER NOT NULL, total INTEGER, error VARCHAR, playlist_id VARCHAR, as_new BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL, heartbeat DATETIME NOT NULL, runner VARCHAR, runs INTEGER NOT NULL,
    PRIMARY KEY (id), FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    FOREIGN KEY(playlist_id) REFERENCES playlists (id) ON DELETE SET NULL
);
CREATE INDEX ix_jobs_account_id ON jobs (account_id);
CREATE UNIQUE INDEX one_live_job ON jobs (account_id) WHERE state IN ('waiting', 'running');
"""
ROWS = (
    "INSERT INTO accounts VALUES ('lisa', 'Lisa', 'lisa', '2026-11-22 12:00:00.000000')",
    "INSERT INTO playlists VALUES ('p1', 'lisa', 'New', '2026-11-22 12:00:00.000000', '{}', '[\"s1\"]', 'url')",
    "INSERT INTO jobs VALUES ('j1', 'lisa', 'done', 'write', 0, NULL, NULL, 'p1', {false},"
    " '2026-11-22 12:00:00.000000', '2026-11-22 12:00:00.000000', 'a-runner', 1)",
    "INSERT INTO jobs VALUES ('j2', 'lisa', 'waiting', '', 0, NULL, NULL, NULL, {false},"
    " '2026-11-22 12:00:00.000000', '2026-11-22 12:00:00.000000', NULL, 0)",
)


def make_unnumbered_database(url):
    """Make a database as it was before the tables had a version; PostgreSQL came later, numbered."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.executescript(UNNUMBERED_TABLES)
        connection.close()
    else:
        migrate_to(url, schema.UNNUMBERED)
    engine = engines.connect(url)
    with engine.begin() as connection:
        for row in ROWS:
            false = "0" if url.startswith("sqlite") else "false"
            connection.execute(text(row.replace("{false}", false)))
    engine.dispose()
