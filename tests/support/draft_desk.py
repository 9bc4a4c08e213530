"""A listener who drafts, saves, and refreshes every week, for the tests of jobs."""

from dataclasses import replace

from sqlalchemy import func, select

from standin.state import StandinEntry
from store import drafts, jobs, playlists, weekly
from store.drafts import DraftStep
from store.tables import draft_steps


class DraftDesk:
    """Nora's playlist as she has saved it first, and what she does from then on."""

    def __init__(self, site, nora):
        self.site, self.nora, self.database = site, nora, site.database
        self.run()
        self.playlist = self.load()
        self.first = self.songs

    def run(self, kind="make", **wished):
        """Do a job to its end, and return its row."""
        job, _ = jobs.start(self.database, self.nora.account_id, kind, **wished)
        self.site.work()
        self.site.clock.move(minutes=1)
        return jobs.get(self.database, job.id, self.nora.account_id)

    def load(self):
        return playlists.get_latest(self.database, self.nora.account_id)

    def get_draft(self):
        return drafts.get(self.database, self.playlist.id, self.nora.account_id)

    @property
    def songs(self):
        """The songs of the first playlist at Spotify."""
        return [entry.song.id if entry.song else "" for entry in self.nora.playlists[-1].entries]

    def draft(self, **wished):
        return self.run("draft", draft_of=self.playlist.id, **wished)

    def change(self, **changes):
        """Add a step to the draft: the saved playlist with these changes."""
        last = self.get_draft()
        base = last or DraftStep(
            0, self.playlist.made_at, "saved", "", self.playlist.name, self.playlist.record
        )
        number = last.number if last else 0
        step = replace(base, action="tuned", **changes)
        return drafts.add(self.database, self.nora.account_id, self.playlist.id, number, step)

    def reorder(self):
        """Add a step in which ten songs are gone and the others are turned round; return their ids."""
        record = replace(self.playlist.record, songs=self.playlist.record.songs[10:][::-1])
        self.change(record=record)
        return [song.id for song in record.songs]

    def save(self, **wished):
        return self.run("save", draft_of=self.playlist.id, step=self.get_draft().number, **wished)

    def add_own(self, n=1):
        """Add songs to the playlist in Spotify, as the listener does; return their ids."""
        theirs = [song for song in self.site.songs[1000:] if song.id not in self.first][:n]
        now = self.site.standin.state.now()
        self.nora.playlists[-1].entries.extend(StandinEntry(song, now) for song in theirs)
        return [song.id for song in theirs]

    def refresh_weekly(self):
        """Turn the weekly refresh on, and move the clock to when it is due: in a week, whatever day it is."""
        # The hour that has begun is over: the next one of the kind is a week away.
        now = self.site.clock.now()
        refresh = weekly.turn_on(
            self.database, self.nora.account_id, self.playlist.id, now.weekday(), now.hour, "UTC"
        )
        self.site.clock.at = refresh.next_at
        return refresh

    def let_a_week_pass(self):
        """Move the clock to when the weekly refresh is due, and let the worker work."""
        self.site.clock.at = weekly.get(self.database, self.nora.account_id).next_at
        self.site.work()
        self.site.clock.move(minutes=1)


def count_steps(database, playlist_id, account_id):
    """Return how many steps of a listener's draft can be undone."""
    steps = draft_steps.c
    wanted = select(func.count()).where(steps.playlist_id == playlist_id, steps.account_id == account_id)
    with database.reading() as connection:
        return connection.scalar(wanted)
