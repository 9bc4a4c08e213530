"""Playlists of earlier versions: their songs and reasons come through word for word."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import MetaData, create_engine, insert, select

from recommender.explanation.phrases import AS_WRITTEN
from store import engine as engines
from store import jobs, mixes, playlists
from store.record import Credit, LibraryCounts, RecordedLeftOut, RecordedTaste
from tests.support.database import migrate_to, open_store
from tests.support.old_database import DUMP, N_PLAYLISTS, make_old_database, read_old_rows

OLD = read_old_rows()
WRITTEN = [row for row in OLD if row[2]]


@pytest.fixture
def database(database_url, tmp_path):
    """The old database, opened by the program of today."""
    if database_url.startswith("sqlite"):
        make_old_database(database_url.removeprefix("sqlite:///"))
    else:
        make_old_database(tmp_path / "old.db")
        migrate_to(database_url, "0002")
        copy_rows(f"sqlite:///{tmp_path / 'old.db'}", database_url)
    opened = open_store(database_url)
    yield opened
    opened.engine.dispose()


def copy_rows(source_url, target_url):
    """Copy the rows of the old SQLite file into the same tables of another database."""
    source, target, old = create_engine(source_url), engines.connect(target_url), MetaData()
    old.reflect(source)
    with source.connect() as reading, target.begin() as writing:
        for table in old.sorted_tables:
            for row in reading.execute(select(table)) if table.name != "alembic_version" else ():
                writing.execute(
                    insert(table).values({key: in_utc(value) for key, value in row._mapping.items()})
                )
    source.dispose()
    target.dispose()


def in_utc(value):
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def test_there_are_old_playlists_of_every_shape():
    first_songs = {playlist_id: mix["songs"][0].keys() for playlist_id, _, mix in WRITTEN}

    assert len(OLD) == N_PLAYLISTS
    assert {frozenset(keys) for keys in first_songs.values()} == {
        frozenset({"id", "title", "artists", "year", "cluster", "rank", "because", *more})
        for more in (
            (),
            ("first_artist",),
            ("first_artist", "reason", "likeness"),
            ("first_artist", "reason", "likeness", "most_like"),
        )
    }
    assert {"full_name" in mix["tastes"][0] for _, _, mix in WRITTEN} == {True, False}
    assert [playlist_id for playlist_id, _, mix in OLD if not mix] == ["begun"]


@pytest.mark.parametrize(("playlist_id", "account_id", "mix"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_an_old_playlist_has_the_same_songs_and_reasons(database, playlist_id, account_id, mix):
    record = playlists.get(database, playlist_id, account_id).record

    assert len(record.songs) == len(mix["songs"])
    for song, old in zip(record.songs, mix["songs"], strict=True):
        for name in ("id", "title", "artists", "year", "rank"):
            assert getattr(song, name) == old[name]
        assert record.tastes[song.taste].name == mix["tastes"][old["cluster"]]["name"]
        assert song.first_artist == old.get("first_artist", "")
        assert song.because == Credit(**old["because"])
        assert {reason.signal for reason in song.reasons} == {AS_WRITTEN}
        *reason, likeness = (words for reason in song.reasons for words in reason.words)
        assert reason == ([old["reason"]] if old.get("reason") else [])
        assert likeness.startswith(f"of your songs there it {old.get('most_like', 'sounds most like')} ")
        assert old["because"]["title"] in likeness
        assert likeness.endswith(old.get("likeness", ""))


@pytest.mark.parametrize(("playlist_id", "account_id", "mix"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_an_old_playlist_has_the_same_tastes_and_counts(database, playlist_id, account_id, mix):
    record = playlists.get(database, playlist_id, account_id).record

    assert record.tastes == tuple(
        RecordedTaste(
            taste["name"],
            taste.get("full_name", taste["name"]),
            taste["saved"],
            taste["picks"],
            tuple(taste.get("genres", ())),
        )
        for taste in mix["tastes"]
        if taste["saved"]
    )
    assert len(record.tastes) < len(mix["tastes"])
    assert record.counts == LibraryCounts(
        *(mix["counts"][name] for name in ("library", "matched", "estimated", "left_out"))
    )
    assert record.left_out == tuple(RecordedLeftOut(**song) for song in mix["left_out"])


@pytest.mark.parametrize(("playlist_id", "account_id", "mix"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_of_an_old_playlist_nothing_is_claimed_that_was_not_known(database, playlist_id, account_id, mix):
    record = playlists.get(database, playlist_id, account_id).record

    assert (record.went, record.n_came, record.new_artists, record.short_of_new) == ((), 0, 0, False)
    assert not any(song.is_new_artist for song in record.songs)
    assert [taste.medoid for taste in record.tastes] == [None] * len(record.tastes)


def test_the_songs_of_an_old_playlist_are_those_of_the_last_mix(database):
    [(account_id, mix)] = [(row[1], row[2]) for row in WRITTEN if row[0] == "n1N7ChoYj7aj0jDTU1qj41"]
    database.clock.move(days=30)
    job, _ = jobs.start(database, account_id)

    assert mixes.list_recent(database, job) == [{song["id"] for song in mix["songs"]}]


def test_a_playlist_that_was_never_written_stays_so(database):
    account_id = next(account_id for playlist_id, account_id, _ in OLD if playlist_id == "begun")

    begun = playlists.get(database, "begun", account_id)

    assert (begun.record, begun.is_written, begun.n_songs) == (None, False, 0)


def test_the_database_of_the_version_before_holds_no_secret():
    dump = DUMP.read_text(encoding="utf-8")

    assert [name for name in ("tokens", "sessions", "libraries") if f'INSERT INTO "{name}"' in dump] == []
    assert 'INSERT INTO "playlists"' in dump
