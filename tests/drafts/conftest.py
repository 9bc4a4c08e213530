"""A listener with a saved playlist, and the means to change its draft."""

import pytest

from drafts import changes
from drafts.previews import Previews
from recommender.catalogue.build import load_build
from store import drafts, playlists
from tests.support.nora import add_choosy, browser

__all__ = ["browser"]


class Desk:
    """A playlist whose draft is changed step by step, as the routes do it."""

    def __init__(self, site, account_id):
        self.database, self.account_id = site.database, account_id
        self.build = load_build(site.settings.models_dir)
        self.previews = Previews(self.build, site.database, max_megabytes=64)
        self.playlist = playlists.get_latest_written(site.database, account_id)

    @property
    def step(self):
        return drafts.get(self.database, self.playlist.id, self.account_id) or changes.begin(self.playlist)

    @property
    def songs(self):
        return self.step.record.songs

    @property
    def song_ids(self):
        return [song.id for song in self.songs]

    def take(self, make, *arguments):
        """Save the step that a change leads to."""
        step = self.step
        made = make(self.previews, self.playlist, step, *arguments)
        return drafts.add(self.database, self.account_id, self.playlist.id, step.number, made)

    def undo(self):
        return drafts.undo(self.database, self.account_id, self.playlist.id)


@pytest.fixture
def nora(site):
    """A listener who has saved every second song of half of the artists."""
    return add_choosy(site)


@pytest.fixture
def desk(site, browser, nora):
    """Nora's first playlist, with nothing changed yet."""
    browser.make_playlist(site)
    return Desk(site, nora.account_id)
