"""What strikes at night, made with the real files, servers and processes: how each begins, and how it ends."""

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from redis import Redis
from sqlalchemy import select

from standin.faults import Fault
from store import jobs, playlists, tables
from tests.support.website import Website

SAVED, CREATE = "GET /v1/me/tracks", "POST /v1/me/playlists"
WRITE, LOOK = "PUT /v1/playlists/{id}/items", "GET /v1/playlists/{id}/items"
#: Stage of a job -> the call to Spotify in whose middle the outage begins; None is before a worker has begun.
STAGES = {
    "a job that waits": None,
    "a job that reads the library": SAVED,
    "a job that creates its playlist": CREATE,
    "a job that writes the songs": WRITE,
    "a job that looks at what it has written": LOOK,
}
# Within the first a job goes on where it is; after the second it may be another runner's.
SHORT_S, LONG_S = 3, 90
SLOW_MS = 150
ONE_RUN, SECOND_RUN = "goes on and is done", "begins again and is done"


@dataclass(frozen=True)
class Outage:
    """A part of the system that fails in one way; `begin` returns the function that ends it."""

    part: str
    way: str
    begin: Callable[[Website], Callable[[], None]]
    # Whether whoever picks songs meanwhile would be killed.
    stops_picking: bool = False

    def __str__(self):
        return f"{self.part} {self.way}"

    def __iter__(self):
        return iter((self.part, self.way))


def move_away(pattern):
    """Make an outage in which files of the state folder are gone, until they are put back."""

    def begin(site):
        folder = site.settings.state_dir
        elsewhere = folder / "elsewhere"
        elsewhere.mkdir()
        moved = [(file, elsewhere / file.name) for file in folder.glob(pattern)]
        for file, away in moved:
            file.rename(away)

        def end():
            for file, away in moved:
                away.rename(file)

        return end

    return begin


def overwrite(name, damage):
    """Make an outage in which a file is damaged, until it is restored as it was."""

    def begin(site):
        file = site.settings.state_dir / name
        # All that was written is in the file itself.
        site.database.sweep()
        kept = file.with_name("kept")
        shutil.copy(file, kept)
        damage(file)
        return lambda: kept.rename(file)

    return begin


def fill_with_noise(file: Path):
    with file.open("r+b") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(0)
        opened.write(os.urandom(size))


def fill_the_middle_with_noise(file: Path):
    with file.open("r+b") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(4096)
        opened.write(os.urandom(size - 4096))


def cut_off(file: Path):
    os.truncate(file, 0)


def lock(name):
    """Make an outage in which another program writes to a database of SQLite's and does not come to an end."""

    def begin(site):
        other = sqlite3.connect(site.settings.state_dir / name, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        return other.close

    return begin


def set_clock(**by):
    """Make an outage in which the clock is set back, or forward by less than nothing, and stays so."""

    def begin(site):
        site.clock.set_back(**by)
        return lambda: None

    return begin


def remove_models(site):
    folder = site.settings.models_dir
    folder.rename(folder.with_name("elsewhere"))
    return lambda: folder.with_name("elsewhere").rename(folder)


def damage_models(damage, pattern):
    """Make an outage in which files of the models are damaged where they lie, until they are so restored."""

    def begin(site):
        kept = {file: file.read_bytes() for file in site.settings.models_dir.glob(pattern)}
        for file in kept:
            damage(file)

        def end():
            for file, content in kept.items():
                file.write_bytes(content)

        return end

    return begin


DATABASE, QUEUE = "recommender.db", "recommender.queue.db"
#: Those that need no process or server of their own.
IN_FILES = [
    gone := Outage("database", "gone", move_away("recommender.db*")),
    locked := Outage("database", "slow: locked by another", lock(DATABASE)),
    Outage("database", "damaged: overwritten", overwrite(DATABASE, fill_with_noise)),
    Outage(
        "database",
        "damaged: overwritten but for its beginning",
        overwrite(DATABASE, fill_the_middle_with_noise),
    ),
    Outage("database", "damaged: cut off", overwrite(DATABASE, cut_off)),
    Outage("queue", "gone", move_away(f"{QUEUE}*")),
    Outage("queue", "slow: locked by another", lock(QUEUE)),
    queue_damaged := Outage("queue", "damaged: overwritten", overwrite(QUEUE, fill_with_noise)),
    Outage("queue", "damaged: cut off", overwrite(QUEUE, cut_off)),
    models_gone := Outage("models", "gone", remove_models),
    Outage("models", "damaged: manifest cut off", damage_models(cut_off, "manifest.json")),
    models_damaged := Outage("models", "damaged: arrays cut off", damage_models(cut_off, "*/*.npy"), True),
    set_back := Outage("clock", "set back by three hours", set_clock(hours=3)),
    Outage("clock", "set forward by three hours", set_clock(hours=-3)),
]
#: One of each kind, for what has the same ways out as the first playlist.
OF_EACH_KIND = [gone, locked, queue_damaged, models_gone, models_damaged, set_back]


def stop_redis(site):
    """Stop a Redis of the test's own; another one is started at the same port."""
    with Redis.from_url(site.settings.redis_url) as client:
        port = client.config_get("port")["port"]
        client.shutdown(nosave=True, now=True)

    def end():
        command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--daemonize", "yes"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=site.settings.state_dir)

    return end


def hang(pids):
    """Stop processes where they stand; the function that is returned lets them go on."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)

    def end():
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    return end


def hang_redis(site):
    with Redis.from_url(site.settings.redis_url) as client:
        return hang([client.info("server")["process_id"]])


def slow_redis(site):
    """Let Redis answer nobody for a moment that is shorter than anybody's patience; then it answers all."""
    with Redis.from_url(site.settings.redis_url) as client:
        client.client_pause(SLOW_MS)
    return lambda: None


ON_REDIS = [
    Outage("queue", "gone: Redis stopped", stop_redis),
    Outage("queue", "hung: Redis", hang_redis),
    Outage("queue", "slow: Redis", slow_redis),
]


def strike(site, outage, call, seconds, after=0):
    """Let an outage begin in the middle of a call, or now, and end after seconds of the clock.

    So many calls of the kind come `after` which it begins. Returns an event that tells when it has.
    """
    has_begun = Event()

    def begin():
        site.clock.do_after(seconds, outage.begin(site))
        has_begun.set()

    if call is None:
        begin()
    else:
        site.standin.state.faults.add(call, Fault(first=begin), after)
    return has_begun


def tell_outcome(site, listener, address):
    """Return in words how the job of a page has ended, if it has left one right playlist."""
    job = jobs.get(site.database, address.rpartition("/")[2], listener.account_id)
    if job.state != "done":
        return f"{job.state}: {job.error}, at {job.stage}"
    name = site.settings.playlist_name
    mine = [playlist for playlist in listener.playlists if playlist.name.startswith(name)]
    if len(mine) != 1:
        return f"{len(mine)} playlists"
    songs = [entry.song.id for entry in mine[0].entries]
    kept = playlists.get(site.database, job.playlist_id, listener.account_id)
    if list(kept.song_ids) != songs or len(set(songs)) != 50 or count_mixes(site) != 1:
        return "a wrong playlist"
    return ONE_RUN if job.runs == 1 else SECOND_RUN


def count_mixes(site):
    with site.database.reading() as connection:
        return len(connection.execute(select(tables.mixes.c.job_id)).all())
