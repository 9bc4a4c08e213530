"""`evaluation.common_artists`: whom everybody knows, and where the playlists lie that tell."""

import numpy as np

from evaluation.common_artists import N_COMMON, find_fitted_slices, mark_common_artists
from formats.source_playlist import SourcePlaylist
from recommender.catalogue.keys import find, hash_texts
from recommender.song import Song
from tests.support.playlists import write_slice
from tests.support.songs import Row, small


def test_the_commonest_artists_are_those_with_most_songs_in_all_spellings(tmp_path):
    others = [f"Artist {at}" for at in range(N_COMMON)]
    catalogue, _ = small([Row("Song", (name,)) for name in [*others, "The Beatles", "Beatles"]])
    # Unknown has three songs, the Beatles two by different spellings, the others one each.
    named = ["Unknown"] * 3 + ["Beatles", "The Beatles", *others]
    file = write_slice(tmp_path, [SourcePlaylist("a", tuple(Song("", "Song", (name,)) for name in named))])

    is_common = mark_common_artists([file], catalogue)

    beatles = find(hash_texts(["beatles", "the beatles"]), catalogue.artist_keys)
    assert is_common[beatles].all()
    assert len(np.unique(catalogue.artist_groups[is_common])) == N_COMMON - 1


def test_songs_count_once_for_each_playlist_and_for_the_first_artist(tmp_path):
    catalogue, _ = small([Row("Song", (f"Artist {at}",)) for at in range(N_COMMON + 1)])
    last = Song("", "Song", (f"Artist {N_COMMON}",))
    once = tuple(Song("", "Song", (f"Artist {at}",)) for at in range(N_COMMON))
    file = write_slice(tmp_path, [SourcePlaylist("a", (*once, last)), SourcePlaylist("b", (*once[1:], last))])

    is_common = mark_common_artists([file], catalogue)

    [first] = find(hash_texts(["artist 0"]), catalogue.artist_keys)
    assert np.flatnonzero(~is_common).tolist() == [first]


def test_the_slices_that_weights_were_fitted_on_are_found_beside_the_files(tmp_path):
    def touch(name):
        (tmp_path / name).touch()
        return tmp_path / name

    measured = touch("mpd.slice.2000-2999.json")
    first = touch("mpd.slice.0-999.json.gz")
    assert find_fitted_slices([measured]) == []
    second = touch("mpd.slice.1000-1999.json")
    assert find_fitted_slices([tmp_path / "elsewhere" / "library.csv", measured]) == [first, second]
