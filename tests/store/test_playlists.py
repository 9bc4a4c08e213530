"""Playlists: kept as they were last written, and only for their listener."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete

from store import jobs, playlists, runs, tables
from store.playlists import Playlist
from store.record import (
    Credit,
    LibraryCounts,
    PlaylistRecord,
    RecordedLeftOut,
    RecordedReason,
    RecordedSong,
    RecordedTaste,
)
from tests.support.database import START

RECORD = PlaylistRecord(
    songs=(
        RecordedSong(
            id="s2",
            title="Ünïcode — 1999",
            artists="Ann, Bo",
            first_artist="Ann",
            year=None,
            taste=0,
            rank=1,
            because=Credit("Demo", ""),
            reasons=(
                RecordedReason("era", 1_200),
                RecordedReason("genre", 2, "Di", ("folk", "pop")),
                RecordedReason("sound", words=("calm",), title="Demo"),
            ),
            is_new_artist=True,
        ),
        RecordedSong("s1", "Plain", "Ann", "Ann", 1999, taste=1, rank=2, because=None, reasons=()),
    ),
    tastes=(
        RecordedTaste("Quiet", "Quiet · 1970s", 3, 1, ("slow folk",), Credit("Demo", "")),
        RecordedTaste("Loud", "Loud", 1, 1),
    ),
    counts=LibraryCounts(4, 2, 1, 1, n_newer=1),
    left_out=(RecordedLeftOut("Demo tape", "", "not in the catalogue"),),
    went=(Credit("Gone", "Cy"), Credit("Nameless", "")),
    n_came=2,
    new_artists=1,
    short_of_new=True,
)
PLAYLIST = Playlist(
    "p1",
    "lisa",
    "New songs",
    START,
    RECORD,
    ("s2", "s1"),
    "https://open.spotify.com/playlist/p1",
    additions=("theirs",),
)


def keep(database, playlist):
    """Keep a playlist in the only way there is: at the end of a job."""
    job, _ = jobs.start(database, playlist.account_id)
    runs.claim(database, job.id, "a-runner")
    runs.finish(database, job.id, "a-runner", playlist)


def test_a_playlist_comes_back_as_it_was_kept(database):
    keep(database, PLAYLIST)

    assert playlists.get(database, "p1", "lisa") == PLAYLIST
    assert (PLAYLIST.is_written, PLAYLIST.n_songs) == (True, 2)


def test_nobody_else_gets_it(database):
    keep(database, PLAYLIST)

    assert playlists.get(database, "p1", "omar") is None
    assert playlists.get_latest(database, "omar") is None


def test_there_is_none_before_the_first(database):
    assert playlists.get(database, "p1", "lisa") is None
    assert playlists.get_latest(database, "lisa") is None


def test_a_refreshed_playlist_is_kept_in_place(database):
    keep(database, PLAYLIST)
    refreshed = replace(PLAYLIST, record=None, song_ids=("s3",), made_at=START + timedelta(days=1))

    keep(database, refreshed)

    assert playlists.get(database, "p1", "lisa") == refreshed


def test_the_latest_is_the_one_made_last(database):
    keep(database, replace(PLAYLIST, id="newer", made_at=START + timedelta(days=1)))
    keep(database, PLAYLIST)
    keep(database, replace(PLAYLIST, id="his", account_id="omar", made_at=START + timedelta(days=2)))

    assert playlists.get_latest(database, "lisa").id == "newer"


def test_a_mix_that_is_not_in_spotify_is_the_latest_written_but_not_the_latest_there(database):
    keep(database, PLAYLIST)
    unsaved = replace(PLAYLIST, id="mix", url="", made_at=START + timedelta(days=1))
    keep(database, unsaved)

    assert playlists.get_latest(database, "lisa") == PLAYLIST
    assert playlists.get_latest_written(database, "lisa") == unsaved


def test_playlists_and_jobs_go_with_their_account(database):
    keep(database, PLAYLIST)

    with database.writing() as connection:
        connection.execute(delete(tables.accounts).where(tables.accounts.c.id == "lisa"))
        left = [connection.execute(table.select()).all() for table in (tables.playlists, tables.jobs)]

    assert left == [[], []]


def test_a_playlist_that_was_never_written_to_the_end_is_the_latest_but_not_the_latest_written(database):
    keep(database, PLAYLIST)
    begun = replace(PLAYLIST, id="p2", record=None, song_ids=("s3",), made_at=START + timedelta(days=1))
    keep(database, begun)

    assert playlists.get_latest(database, "lisa") == begun
    assert playlists.get_latest_written(database, "lisa") == PLAYLIST
    assert (begun.is_written, begun.n_songs) == (False, 0)
