import json
from collections import Counter
from itertools import combinations
from math import sqrt

import numpy as np
import pytest
from scipy import sparse

from formats.errors import FormatError
from formats.registry import load_playlists
from invented.catalogue import write_invented_catalogue
from recommender.catalogue.build import MANIFEST, load_build
from recommender.ranking.signals.together import SHRINKAGE
from tests.support.songs import Row, as_csv, kaggle_rows, real_build, real_data, small, song_id
from training import together
from training.together import count_neighbours, count_together, read_playlists
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


def find_counts(neighbours, item):
    """Return what stands together with an item: neighbour -> number of playlists."""
    here = neighbours.find(item)
    return dict(zip(neighbours.neighbours[here].tolist(), neighbours.n_together[here].tolist(), strict=True))


def find_version(catalogue, number):
    return int(catalogue.versions[catalogue.find_rows([song_id(number)])[0]])


def find_group(catalogue, number):
    return int(catalogue.artist_groups[catalogue.first_artists[catalogue.find_rows([song_id(number)])[0]]])


def test_songs_are_counted_by_version_and_once_a_playlist(tmp_path):
    catalogue, _ = small(ROWS)
    hurt, live, dirge, queen = (
        (song_id(number), row.title, row.artists[0]) for number, row in enumerate(ROWS)
    )
    path = write_slice(tmp_path / "a.json", [hurt, live, dirge, dirge], [live, dirge, queen], [hurt], [])

    counted = count_together(read_playlists([path], catalogue))

    hurt, dirge, queen = (find_version(catalogue, number) for number in (0, 2, 3))
    assert counted.n_playlists == 4
    assert counted.songs.n_playlists[[hurt, dirge, queen]].tolist() == [3, 2, 1]
    assert find_counts(counted.songs, hurt) == {dirge: 2, queen: 1}
    assert find_counts(counted.songs, dirge) == {hurt: 2, queen: 1}
    assert find_counts(counted.songs, queen) == {hurt: 1, dirge: 1}


def test_a_song_of_another_id_is_found_by_title_and_first_artist(tmp_path):
    catalogue, _ = small(ROWS)
    path = write_slice(
        tmp_path / "a.json", [("x" * 22, "HURT (2002 Remaster)", "cash"), ("", "Innuendo", "Queen")]
    )

    read = read_playlists([path], catalogue)

    assert (read.n_songs, read.n_known) == (2, 2)
    assert find_counts(count_together(read).songs, find_version(catalogue, 0)) == {
        find_version(catalogue, 3): 1
    }


def test_artists_are_counted_by_first_artist_and_with_the_variants_of_their_names(tmp_path):
    catalogue, _ = small(ROWS)
    path = write_slice(
        tmp_path / "a.json",
        [(song_id(2), "", ""), ("", "Not in the catalogue", "Cash")],
        [("", "Nor this", "Beatles"), ("", "Nor that", "Cash"), ("", "Hers", "Guest"), ("", "His", "Nobody")],
    )

    artists = count_together(read_playlists([path], catalogue)).artists

    cash, beatles = find_group(catalogue, 0), find_group(catalogue, 2)
    guest = int(catalogue.artist_groups[catalogue.get_artists(3)[1]])
    assert artists.n_playlists[[cash, beatles, guest]].tolist() == [2, 2, 1]
    assert find_counts(artists, cash) == {beatles: 2, guest: 1}


def test_a_list_that_is_too_long_is_left_out(tmp_path, monkeypatch):
    catalogue, _ = small(ROWS)
    monkeypatch.setattr(together, "MAX_SONGS", 3)
    three = [(song_id(number), "", "") for number in (0, 2, 3)]
    path = write_slice(tmp_path / "a.json", [*three, ("", "One more", "Nobody")], three)

    read = read_playlists([path], catalogue)

    assert (read.n_counted, read.n_left_out, read.n_songs) == (1, 1, 3)


def test_playlists_of_several_files_are_different_ones_though_named_alike(tmp_path):
    catalogue, _ = small(ROWS)
    (tmp_path / "other").mkdir()
    paths = [write_slice(tmp_path / name, [(song_id(0), "", "")]) for name in ("a.json", "other/a.json")]

    assert read_playlists(paths, catalogue).songs.shape == (2, len(catalogue.version_keys))


def test_the_parts_of_one_playlist_are_put_together(tmp_path):
    catalogue, _ = small(ROWS)
    path = tmp_path / "names.csv"
    path.write_text(
        "user_id,artistname,trackname,playlistname\nu,Cash,Hurt,A\nu,Queen,Innuendo,B\nu,The Beatles,Dirge,A\n"
    )

    counted = count_together(read_playlists([path], catalogue))

    assert counted.n_playlists == 2
    assert find_counts(counted.songs, find_version(catalogue, 0)) == {find_version(catalogue, 2): 1}


def test_no_playlists_are_nothing_together(tmp_path):
    catalogue, _ = small(ROWS)

    counted = count_together(read_playlists([write_slice(tmp_path / "a.json")], catalogue))

    assert counted.n_playlists == 0
    assert len(counted.songs.neighbours) == len(counted.artists.neighbours) == 0


def random_lists(seed, n_lists=60, n_items=25):
    rng = np.random.default_rng(seed)
    fame = 1 / (1 + np.arange(n_items))
    return [
        sorted(rng.choice(n_items, int(rng.integers(1, 12)), replace=False, p=fame / fame.sum()).tolist())
        for _ in range(n_lists)
    ]


def tabulate(lists, n_items=25):
    rows = np.repeat(np.arange(len(lists)), [len(each) for each in lists])
    items = np.concatenate(lists)
    return sparse.csr_array((np.ones(len(items), dtype=np.int32), (rows, items)), shape=(len(lists), n_items))


def count_slowly(lists, n_items=25):
    """Return for each item how near each other one is that stands together with it, and in how many lists."""
    n_by = Counter(item for each in lists for item in each)
    both = Counter(
        pair
        for each in lists
        for one, other in combinations(each, 2)
        for pair in ((one, other), (other, one))
    )
    found = [{} for _ in range(n_items)]
    for (item, other), n in both.items():
        found[item][other] = (n / sqrt(n_by[item] * n_by[other]) * n / (n + SHRINKAGE), n)
    return found


@pytest.mark.parametrize("n_neighbours", [1, 4, 100])
def test_the_nearest_are_kept_as_a_slow_count_finds_them(n_neighbours, monkeypatch):
    monkeypatch.setattr(together, "BATCH_PAIRS", 50)
    for seed in range(10):
        lists = random_lists(seed)

        counted = count_neighbours(tabulate(lists), n_neighbours, 10_000)

        for item, near in enumerate(count_slowly(lists)):
            kept = find_counts(counted, item)
            assert kept == {other: near[other][1] for other in kept}
            nearest = sorted((similarity for similarity, _ in near.values()), reverse=True)[:n_neighbours]
            assert [near[other][0] for other in kept] == pytest.approx(nearest, rel=1e-6)


def test_of_equally_near_items_the_lower_are_kept():
    counted = count_neighbours(tabulate([[0, 1, 2, 3]], 4), 2, 100)

    assert counted.neighbours.tolist() == [1, 2, 0, 2, 0, 1, 0, 1]


def test_all_items_keep_fewer_neighbours_where_there_are_too_many_pairs():
    lists = tabulate([[0, 1, 2, 3]], 4)

    assert [len(count_neighbours(lists, 3, n_pairs).neighbours) for n_pairs in (12, 11, 8, 7, 3)] == [
        12, 8, 8, 4, 0,
    ]  # fmt: skip


def test_counts_are_as_wide_as_they_need_to_be():
    few, many = (count_neighbours(tabulate([[0, 1]] * n, 2), 1, 10) for n in (255, 256))

    assert (few.n_together.dtype, many.n_together.dtype) == (np.uint8, np.uint16)
    assert many.n_together.tolist() == [256, 256]


def test_a_build_with_playlists_is_loaded_with_what_they_tell(tmp_path):
    data = write_invented_catalogue(tmp_path, n_songs=600)
    playlists = tmp_path / "playlists.csv"

    report = train([data], tmp_path / "models", playlists=[playlists])

    build = load_build(tmp_path / "models")
    expected = count_together(read_playlists([playlists], build.catalogue))
    assert build.catalogue.together.n_playlists == 30 == len(load_playlists(playlists))
    for items in ("songs", "artists"):
        loaded, counted = getattr(build.catalogue.together, items), getattr(expected, items)
        for name in ("n_playlists", "neighbours", "n_together", "ends"):
            np.testing.assert_array_equal(getattr(loaded, name), getattr(counted, name))
    n_songs = sum(len(playlist.songs) for playlist in load_playlists(playlists))
    told = {"counted": 30, "left_out": 0, "songs": n_songs, "known_songs": n_songs}
    assert json.loads((tmp_path / "models" / MANIFEST).read_text())["playlists"] == {
        "names": ["playlists.csv"], **told,
    }  # fmt: skip
    assert as_json(report)["playlists"] == told
    assert training_table(report, 1.0).splitlines()[-1] == (
        f"30 playlists: {n_songs:,} of their {n_songs:,} songs are in the catalogue; 0.1 MB of what stands together"
    )


def test_a_build_without_playlists_knows_nothing_of_what_stands_together(trained):
    build = load_build(trained)

    assert build.manifest["playlists"] is None
    assert build.catalogue.together.n_playlists == 0
    assert len(build.catalogue.together.songs.ends) == len(build.catalogue.version_keys)


def test_playlists_that_cannot_be_read_leave_the_old_build(tmp_path):
    data = tmp_path / "data.csv"
    data.write_text(as_csv(kaggle_rows(30)))
    train([data], tmp_path / "models")
    before = {path: path.read_bytes() for path in (tmp_path / "models").rglob("*") if path.is_file()}

    with pytest.raises(FormatError, match=r"there is no file .*none\.json"):
        train([data], tmp_path / "models", playlists=[tmp_path / "none.json"])

    assert {path: path.read_bytes() for path in (tmp_path / "models").rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_a_thousand_real_playlists_are_counted_as_a_slow_count_does(tmp_path_factory):
    catalogue = real_build(tmp_path_factory).catalogue
    path = real_data("playlists/mpd.slice.0-999.json.gz")
    row_of = {catalogue.song(row).id: row for row in range(len(catalogue))}

    songs = count_together(read_playlists([path], catalogue)).songs

    # By id alone a slow count finds fewer, but never more.
    lists = [
        {int(catalogue.versions[row_of[song.id]]) for song in playlist.songs if song.id in row_of}
        for playlist in load_playlists(path)
    ]
    n_by = Counter(version for each in lists for version in each)
    assert all(songs.n_playlists[version] >= n for version, n in n_by.items())
    for version, n in n_by.most_common(50):
        with_it = Counter(other for each in lists if version in each for other in each)
        for other, count in find_counts(songs, version).items():
            assert (
                with_it[other] <= count <= min(int(songs.n_playlists[other]), int(songs.n_playlists[version]))
            )
        assert n <= songs.n_playlists[version]
