"""What the learned signal is fitted to."""

import numpy as np
import pytest

from evaluation.hiding import HidingProtocol, hide
from evaluation.samples import MAX_OTHERS, collect_samples, join_samples
from formats.source_playlist import SourcePlaylist
from recommender.ranking.signals.traits import TRAITS


@pytest.fixture(scope="module")
def playlists(songs):
    """Playlists of one part of the invented catalogue each, and one that is too short."""
    by_artist = sorted(songs, key=lambda song: song.artists)
    return [
        *(SourcePlaylist(f"list {start}", tuple(by_artist[start : start + 60])) for start in (0, 300, 600)),
        SourcePlaylist("short", tuple(by_artist[900:905])),
    ]


@pytest.mark.parametrize("protocol", ["songs", "discovery"])
def test_each_list_of_candidates_has_hidden_songs_and_others(invented, build, playlists, protocol):
    samples = collect_samples(playlists, invented / "models", HidingProtocol(protocol))

    n = len(samples.scores)
    assert samples.sizes.sum() == n == len(samples.is_hidden)
    assert samples.traits.shape == (n, len(TRAITS))
    assert np.isfinite(samples.traits).all()
    for is_hidden in np.split(samples.is_hidden, np.cumsum(samples.sizes)[:-1]):
        assert is_hidden.any()
        assert np.count_nonzero(~is_hidden) <= MAX_OTHERS
    cases = [hide(playlist, build.catalogue, HidingProtocol(protocol)) for playlist in playlists]
    assert 0 < samples.is_hidden.sum() <= sum(len(case.hidden) for case in cases if case)


def test_candidates_are_by_new_artists_where_artists_are_hidden_else_by_known_ones(invented, playlists):
    of_songs, of_artists = (
        collect_samples(playlists, invented / "models", HidingProtocol(protocol)).traits.T
        for protocol in ("songs", "discovery")
    )

    artist, guests = (TRAITS.index(name) for name in ("artist", "guests"))
    # Who is known as a guest alone is not liked for it.
    assert of_songs[artist].any()
    assert of_songs[guests].any()
    assert not of_artists[artist].any()
    assert not of_artists[guests].any()


def test_the_same_playlists_give_the_same_samples(invented, playlists):
    one, two = (
        collect_samples(playlists, invented / "models", HidingProtocol("songs")).traits for _ in range(2)
    )

    assert np.array_equal(one, two)


def test_playlists_of_too_few_songs_have_no_samples(invented, playlists):
    samples = collect_samples(playlists[3:], invented / "models", HidingProtocol("songs"))

    assert (len(samples.scores), len(samples.sizes), samples.traits.shape) == (0, 0, (0, len(TRAITS)))
    assert len(join_samples([samples, samples]).scores) == 0
