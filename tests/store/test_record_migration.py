"""Playlists of earlier versions: their songs and reasons come through word for word."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import MetaData, create_engine, insert, select, update

from recommender.explanation.phrases import AS_WRITTEN
from store import engine as engines
from store import jobs, mixes, playlists
from store.record import Credit, LibraryCounts, RecordedLeftOut, RecordedTaste
from store.tuning import DEFAULT_TUNING, Tuning
from tests.support.database import migrate_to, open_store
from tests.support.old_database import DUMP, N_PLAYLISTS, make_old_database, read_old_rows

pytestmark = pytest.mark.slow

OLD = read_old_rows()
WRITTEN = [row for row in OLD if row[2]]


RECORD_2 = {
    "version": 2,
    "songs": [
        {
            "id": "s1",
            "title": "Theirs",
            "artists": "Cy",
            "first_artist": "Cy",
            "year": 2001,
            "taste": 0,
            "rank": 1,
            "because": None,
            "reasons": [],
            "is_new_artist": True,
        }
    ],
    "tastes": [
        {"name": "Loud", "full_name": "Loud", "n_saved": 1, "n_picks": 1, "genres": [], "medoid": None}
    ],
    "counts": {"n_saved": 1, "n_matched": 1, "n_estimated": 0, "n_left_out": 0, "n_newer": 0},
    "left_out": [],
    "went": [],
    "n_came": 0,
    "new_artists": 1,
    "short_of_new": False,
}
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
JOB = {"account_id": "lisa", "stage": "write", "done": 0, "playlist_id": "p1", "as_new": False, "runs": 1}
# A playlist that the first job wrote; the second has failed. Rows of version 4, by table.
OF_VERSION_4 = {
    "accounts": [{"id": "lisa", "display_name": "Lisa", "user_id": "lisa", "last_seen": AT}],
    "playlists": [
        {
            "id": "p1",
            "account_id": "lisa",
            "name": "New",
            "made_at": AT,
            "mix": RECORD_2,
            "song_ids": ["s1"],
            "url": "url",
        }
    ],
    "jobs": [
        {**JOB, "id": "j1", "state": "done", "created_at": AT, "heartbeat": AT},
        {**JOB, "id": "j2", "state": "failed", "created_at": AT + timedelta(hours=1), "heartbeat": AT},
    ],
}


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
    assert {
        (song.cluster, song.duration_ms, song.is_explicit, song.energy, song.cover) for song in record.songs
    } == {(0, None, None, None, "")}
    assert (record.tuning, record.starts, record.kept) == (DEFAULT_TUNING, (), ())


def test_the_songs_of_an_old_playlist_are_those_of_the_last_mix(database):
    [(account_id, mix)] = [(row[1], row[2]) for row in WRITTEN if row[0] == "n1N7ChoYj7aj0jDTU1qj41"]
    database.clock.move(days=30)
    job, _ = jobs.start(database, account_id)

    recent = mixes.list_recent(database, account_id, job.created_at, but=job.id)
    assert recent == [{song["id"] for song in mix["songs"]}]


@pytest.mark.parametrize(("playlist_id", "account_id", "mix"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_an_old_playlist_has_a_line_in_the_history(database, playlist_id, account_id, mix):
    history = mixes.list_history(database, account_id, 10)

    [line] = [line for line in history if line.playlist_id == playlist_id]
    kept = playlists.get(database, playlist_id, account_id)
    assert line.made_at == kept.made_at
    assert mixes.get(database, line.id, account_id).record == kept.record


@pytest.mark.parametrize(("preset", "percent"), [("familiar", 20), ("balanced", 50), ("discover", 100)])
def test_the_preset_of_a_job_becomes_a_tuning_of_it_and_of_the_playlist_that_it_wrote(
    database_url, preset, percent
):
    migrate_to(database_url, "0004")
    engine, old = engines.connect(database_url), MetaData()
    old.reflect(engine)
    with engine.begin() as connection:
        for name, rows in OF_VERSION_4.items():
            connection.execute(insert(old.tables[name]), rows)
        connection.execute(
            update(old.tables["jobs"]).where(old.tables["jobs"].c.id == "j1").values(preset=preset)
        )
    engine.dispose()

    opened = open_store(database_url)

    first, last = (jobs.get(opened, job_id, "lisa") for job_id in ("j1", "j2"))
    assert (first.kind, first.tuning) == ("make", Tuning(new_percent=percent))
    assert (last.tuning, last.draft_of, last.step, last.on_change) == (None, None, None, "ask")
    record = playlists.get(opened, "p1", "lisa").record
    assert record.tuning == Tuning(new_percent=percent)
    assert [song.title for song in record.songs] == ["Theirs"]
    assert [mix.id for mix in mixes.list_history(opened, "lisa", 10)] == ["j1"]
    opened.engine.dispose()


def test_a_playlist_that_was_never_written_stays_so(database):
    account_id = next(account_id for playlist_id, account_id, _ in OLD if playlist_id == "begun")

    begun = playlists.get(database, "begun", account_id)

    assert (begun.record, begun.is_written, begun.n_songs) == (None, False, 0)


def test_the_database_of_the_version_before_holds_no_secret():
    dump = DUMP.read_text(encoding="utf-8")

    assert [name for name in ("tokens", "sessions", "libraries") if f'INSERT INTO "{name}"' in dump] == []
    assert 'INSERT INTO "playlists"' in dump
