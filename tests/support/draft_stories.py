"""What a listener does with a playlist that they have: a draft, a weekly refresh, an update that overwrites."""

from store import jobs

N_ADDED = 60
# How often the worker works, and the clock is moved on, before a job must have ended.
MAX_TURNS = 6
WISHED = {
    "a draft": {"kind": "draft", "reread": True},
    "a weekly refresh": {"kind": "weekly", "on_change": "keep"},
    "an update that overwrites": {"kind": "save", "step": 1, "on_change": "overwrite"},
}


class Story:
    """A story about Nora's playlist: what it begins with, and what it does."""

    def __init__(self, desk, name):
        self.desk, self.name = desk, name
        self.theirs = [] if name == "a draft" else desk.add_own(N_ADDED)
        if name == "an update that overwrites":
            self.drafted = desk.reorder()
        elif name == "a draft":
            desk.change(name="Renamed")
        self.draft = desk.get_draft()

    def start(self):
        """Start the story's job, and return its row."""
        desk = self.desk
        job, _ = jobs.start(
            desk.database, desk.nora.account_id, draft_of=desk.playlist.id, **WISHED[self.name]
        )
        return job

    def run(self):
        """Do the story's job, and return its row and whether it had to wait on the way."""
        desk, started, was_parked = self.desk, self.start(), False
        for _ in range(MAX_TURNS):
            desk.site.work()
            desk.site.clock.move(minutes=1)
            job = jobs.get(desk.database, started.id, desk.nora.account_id)
            if job.state in ("done", "failed"):
                return job, was_parked
            was_parked = was_parked or job.state == "parked"
            desk.site.clock.move(hours=14)
        raise AssertionError(f"it has not ended: {job}")

    def assert_done(self):
        """Check that the story has reached what it is about, and nothing else has changed."""
        desk, songs = self.desk, self.desk.songs
        assert len(desk.nora.playlists) == 1
        assert len(set(songs)) == len(songs)
        match self.name:
            case "a draft":
                step = desk.get_draft()
                assert songs == desk.first
                assert (step.number, step.action, step.name) == (2, "refreshed", "Renamed")
                assert len({song.id for song in step.record.songs} - set(desk.first)) == 50
            case "a weekly refresh":
                assert songs[50:] == self.theirs
                assert not set(songs[:50]) & set(desk.first)
                assert desk.load().song_ids == tuple(songs[:50])
            case "an update that overwrites":
                assert songs == self.drafted
                assert desk.get_draft() is None
