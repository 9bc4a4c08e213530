import json
from collections import Counter

import numpy as np
import pytest

from formats.errors import FormatError
from formats.registry import load_playlists
from invented.catalogue import write_invented_catalogue
from recommender.catalogue.build import MANIFEST, load_build
from recommender.catalogue.together import TOGETHER_ARRAYS, list_arrays
from tests.support.songs import Row, as_csv, kaggle_rows, real_build, real_data, small, song_id
from training import together as training
from training.together import read_playlists
from training.train import as_json, train, training_table

ROWS = [
    Row("Hurt", ("Cash",)),
    Row("Hurt - Live", ("Cash",)),
    Row("Dirge", ("The Beatles",)),
    Row("Innuendo", ("Queen", "Guest")),
]


def write_slice(path, *playlists):
    """Write playlists of (id, title, artist); a song without an id is a local file."""
    tracks = [
        [
            {"track_uri": f"spotify:track:{i}", "track_name": title, "artist_name": by}
            for i, title, by in songs
        ]
        for songs in playlists
    ]
    path.write_text(json.dumps({"playlists": [{"pid": n, "tracks": each} for n, each in enumerate(tracks)]}))
    return path


def read(path, catalogue):
    """Return what the playlists of a file hold that are kept."""
    return read_playlists([path], catalogue).together


def as_lists(lists):
    return [lists[number].tolist() for number in range(len(lists))]


def find_version(catalogue, number):
    return int(catalogue.versions[catalogue.find_rows([song_id(number)])[0]])


def find_group(catalogue, number):
    return int(catalogue.artist_groups[catalogue.first_artists[catalogue.find_rows([song_id(number)])[0]]])


def test_songs_are_kept_by_version_and_once_a_playlist(tmp_path):
    catalogue, _ = small(ROWS)
    hurt, live, dirge, queen = (
        (song_id(number), row.title, row.artists[0]) for number, row in enumerate(ROWS)
    )
    path = write_slice(tmp_path / "a.json", [hurt, live, dirge, dirge], [live, dirge, queen])

    together = read(path, catalogue)

    hurt, dirge, queen = (find_version(catalogue, number) for number in (0, 2, 3))
    assert as_lists(together.playlist_songs) == [sorted([hurt, dirge]), sorted([hurt, dirge, queen])]
    assert [together.song_playlists[item].tolist() for item in (hurt, dirge, queen)] == [[0, 1], [0, 1], [1]]


def test_a_song_of_another_id_is_found_by_title_and_first_artist(tmp_path):
    catalogue, _ = small(ROWS)
    path = write_slice(
        tmp_path / "a.json", [("x" * 22, "HURT (2002 Remaster)", "cash"), ("", "Innuendo", "Queen")]
    )

    playlists = read_playlists([path], catalogue)

    assert (playlists.n_songs, playlists.n_known) == (2, 2)
    assert as_lists(playlists.together.playlist_songs) == [
        sorted([find_version(catalogue, 0), find_version(catalogue, 3)])
    ]


def test_artists_are_kept_by_first_artist_and_with_the_variants_of_their_names(tmp_path):
    catalogue, _ = small(ROWS)
    known = [(song_id(2), "", ""), (song_id(3), "", "")]
    path = write_slice(
        tmp_path / "a.json",
        [*known, ("", "Not in the catalogue", "Cash")],
        [*known, ("", "Nor this", "Beatles"), ("", "Hers", "Guest"), ("", "His", "Nobody")],
    )

    together = read(path, catalogue)

    cash, beatles, queen = (find_group(catalogue, number) for number in (0, 2, 3))
    guest = int(catalogue.artist_groups[catalogue.get_artists(3)[1]])
    assert as_lists(together.playlist_artists) == [
        sorted([cash, beatles, queen]),
        sorted([beatles, queen, guest]),
    ]
    assert [together.artist_playlists[group].tolist() for group in (cash, beatles, guest)] == [
        [0],
        [0, 1],
        [1],
    ]


def test_a_list_that_is_too_long_or_too_short_is_left_out(tmp_path, monkeypatch):
    catalogue, _ = small(ROWS)
    monkeypatch.setattr(training, "MAX_SONGS", 3)
    three = [(song_id(number), "", "") for number in (0, 2, 3)]
    one = [(song_id(0), "", ""), (song_id(1), "", ""), ("", "Not in the catalogue", "Queen")]
    path = write_slice(tmp_path / "a.json", [*three, ("", "One more", "Nobody")], [], one, three, three[:2])

    playlists = read_playlists([path], catalogue)

    assert playlists.together.n_playlists == 2
    assert [len(songs) for songs in as_lists(playlists.together.playlist_songs)] == [3, 2]
    assert (playlists.n_read, playlists.n_songs) == (5, 5)


def test_of_too_many_playlists_some_are_taken_evenly(tmp_path, monkeypatch):
    catalogue, _ = small([Row(f"Song {number}", ("Ann",)) for number in range(8)])
    first = (song_id(0), "", "")
    path = write_slice(tmp_path / "a.json", *([first, (song_id(number), "", "")] for number in range(1, 8)))
    others = [find_version(catalogue, number) for number in range(1, 8)]
    monkeypatch.setattr(training, "MAX_PLAYLISTS", 3)

    together = read(path, catalogue)

    kept = [
        others.index(next(item for item in songs if item in others))
        for songs in as_lists(together.playlist_songs)
    ]
    assert kept == [0, 2, 4]
    assert together.n_playlists == len(together.playlist_artists) == 3


def test_long_playlists_are_fewer_so_that_the_files_stay_small(tmp_path, monkeypatch):
    catalogue, _ = small(ROWS)
    three = [(song_id(number), "", "") for number in (0, 2, 3)]
    path = write_slice(tmp_path / "a.json", *[three] * 10)
    monkeypatch.setattr(training, "MAX_ITEMS", 24)  # each playlist holds three songs and three artists

    together = read(path, catalogue)

    assert together.n_playlists == 4
    assert len(together.playlist_songs.items) + len(together.playlist_artists.items) == 24


def test_playlists_of_several_files_are_different_ones_though_named_alike(tmp_path):
    catalogue, _ = small(ROWS)
    (tmp_path / "other").mkdir()
    two = [(song_id(0), "", ""), (song_id(2), "", "")]
    paths = [write_slice(tmp_path / name, two) for name in ("a.json", "other/a.json")]

    assert read_playlists(paths, catalogue).together.n_playlists == 2


def test_all_files_are_shared_out_at_once_though_each_was_named_by_itself(tmp_path):
    catalogue, _ = small(ROWS)
    hurt, _, dirge, queen = ((song_id(at), row.title, row.artists[0]) for at, row in enumerate(ROWS))
    files = [write_slice(tmp_path / f"{n}.json", [hurt, dirge, queen][n:] * 2) for n in range(2)]
    rounds = []

    def call_each(function, parts, shared):
        rounds.append(parts)
        return [function(part, shared) for part in parts]

    spread = read_playlists(files, catalogue, call_each).together

    assert rounds == [files]
    plain = read_playlists(files, catalogue).together
    assert as_lists(spread.playlist_songs) == as_lists(plain.playlist_songs)


def test_the_parts_of_one_playlist_are_put_together(tmp_path):
    catalogue, _ = small(ROWS)
    path = tmp_path / "names.csv"
    path.write_text(
        "user_id,artistname,trackname,playlistname\n"
        "u,Cash,Hurt,A\nu,Queen,Innuendo,B\nu,The Beatles,Dirge,A\n"
    )

    assert as_lists(read(path, catalogue).playlist_songs) == [
        sorted([find_version(catalogue, 0), find_version(catalogue, 2)])
    ]


def test_no_playlists_hold_nothing(tmp_path):
    catalogue, _ = small(ROWS)

    together = read(write_slice(tmp_path / "a.json"), catalogue)

    assert together.n_playlists == 0
    assert as_lists(together.song_playlists) == [[]] * len(catalogue.recordings)
    assert as_lists(together.artist_playlists) == [[]] * len(catalogue.artist_group_keys)


def test_a_build_with_playlists_is_loaded_with_what_they_tell(tmp_path):
    data = write_invented_catalogue(tmp_path, n_songs=600)
    playlists = tmp_path / "playlists.csv"

    report = train([data], tmp_path / "models", playlists=[playlists])

    build = load_build(tmp_path / "models")
    expected = list_arrays(read(playlists, build.catalogue))
    assert build.catalogue.together.n_playlists == 30 == len(load_playlists(playlists))
    loaded = list_arrays(build.catalogue.together)
    assert loaded.keys() == expected.keys() == set(TOGETHER_ARRAYS)
    for name, array in loaded.items():
        np.testing.assert_array_equal(array, expected[name])
        assert array.dtype == (np.float32 if name in ("playlist_norms", "playlist_common") else np.int32)
    n_songs = sum(len(playlist.songs) for playlist in load_playlists(playlists))
    told = {"read": 30, "kept": 30, "songs": n_songs, "known_songs": n_songs}
    assert json.loads((tmp_path / "models" / MANIFEST).read_text())["playlists"] == {
        "names": ["playlists.csv"], **told,
    }  # fmt: skip
    assert as_json(report)["playlists"] == told
    assert training_table(report, 1.0).splitlines()[-1] == (
        f"30 of 30 playlists kept: {n_songs:,} of their {n_songs:,} songs are in the catalogue;"
        f" {report.together_mb:.1f} MB of what stands together"
    )


def test_a_build_without_playlists_knows_nothing_of_what_stands_together(trained):
    build = load_build(trained)

    assert build.manifest["playlists"] is None
    assert build.catalogue.together.n_playlists == 0
    assert len(build.catalogue.together.song_playlists) == len(build.catalogue.recordings)


def test_playlists_that_cannot_be_read_leave_the_old_build(tmp_path):
    data = tmp_path / "data.csv"
    data.write_text(as_csv(kaggle_rows(30)))
    train([data], tmp_path / "models")
    before = {path: path.read_bytes() for path in (tmp_path / "models").rglob("*") if path.is_file()}

    with pytest.raises(FormatError, match=r"there is no file .*none\.json"):
        train([data], tmp_path / "models", playlists=[tmp_path / "none.json"])

    assert {path: path.read_bytes() for path in (tmp_path / "models").rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_a_thousand_real_playlists_hold_what_a_slow_reader_finds_by_id(tmp_path_factory):
    catalogue = real_build(tmp_path_factory).catalogue
    path = real_data("playlists/mpd.slice.0-999.json.gz")
    row_of = {catalogue.song(row).id: row for row in range(len(catalogue))}

    together = read(path, catalogue)

    # By id alone a slow reader finds fewer, but never others.
    lists = [
        {int(catalogue.versions[row_of[song.id]]) for song in playlist.songs if song.id in row_of}
        for playlist in load_playlists(path)
        if len(playlist.songs) <= 1000
    ]
    kept = as_lists(together.playlist_songs)
    assert 900 < len(kept) <= len(lists)
    n_found = Counter(version for songs in lists if len(songs) >= 2 for version in songs)
    for version, n in n_found.items():
        assert n <= len(together.song_playlists[version])
    for version, playlists in enumerate(as_lists(together.song_playlists)[:1000]):
        assert all(version in kept[playlist] for playlist in playlists)
