"""What stands together in playlists: the signals by hand, the reasons against a slow recount."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from formats.library_csv import read_library
from recommender import Wishes, recommend
from recommender.catalogue.build import load_build
from recommender.catalogue.together import Neighbours, build_empty
from recommender.explanation.phrases import describe_facts, describe_lead
from recommender.matching.match import match
from recommender.mix import Reason
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals import together as signals
from recommender.ranking.signals.together import CIRCLE, TOGETHER, compute_similarity, rate_neighbours
from tests.support.recount import Recount, name_artist
from tests.support.songs import Row, real_data, saved, small, song_id
from training.together import count_together, read_playlists
from training.train import train

ROWS = [
    Row("Hurt", ("Cash",)),
    Row("One", ("Cash",), at=(1.1,)),
    Row("Innuendo", ("Queen",), at=(1.2,)),
    Row("Dirge", ("The Beatles",), at=(1.3,)),
    Row("Blank", ("Nobody",), at=(1.4,)),
]


def build_neighbours(n_playlists, pairs):
    """Build neighbours of {item: {neighbour: count}}."""
    near = [pairs.get(item, {}) for item in range(len(n_playlists))]
    return Neighbours(
        np.array(n_playlists, dtype=np.uint8),
        np.array([other for each in near for other in each], dtype=np.int32),
        np.array([count for each in near for count in each.values()], dtype=np.uint8),
        np.cumsum([len(each) for each in near]).astype(np.int32),
    )


def rate(items, neighbours):
    return rate_neighbours(np.array(items, dtype=np.int64), neighbours).tolist()


def with_playlists(folder, playlists, rows=ROWS):
    """Make a catalogue of `rows` that knows playlists, each a list of (title, artist)."""
    catalogue, model = small(rows)
    path = folder / "playlists.csv"
    lines = [f"u,{artist},{title},{n}\n" for n, songs in enumerate(playlists) for title, artist in songs]
    path.write_text("user_id,artistname,trackname,playlistname\n" + "".join(lines))
    return replace(catalogue, together=count_together(read_playlists([path], catalogue))), model


def test_the_similarity_is_a_shrunken_cosine():
    similarity = compute_similarity(
        np.array([4, 1, 200], np.uint8), np.array([4, 1, 250], np.uint8), np.array([9, 4, 250], np.uint8)
    )

    assert similarity.tolist() == pytest.approx([4 / 6 * 4 / 6, 1 / 2 * 1 / 3, 200 / 250 * 200 / 202])


def test_similarities_to_all_saved_songs_are_added_up_and_set_against_the_greatest():
    neighbours = build_neighbours([2, 2, 2, 2], {0: {1: 2, 2: 1}, 3: {2: 2, 1: 2}})

    # 1: twice 2/2 * 2/4; 2: 1/2 * 1/3 + 1/2.
    expected = np.log1p(np.array([0, 1, 2 / 3, 0]) / 0.01) / np.log1p(1 / 0.01)
    assert rate([0, 3], neighbours) == pytest.approx(expected.tolist())


def test_a_song_that_everybody_knows_is_near_to_none():
    rare_and_common = build_neighbours([4, 4, 100], {0: {1: 3, 2: 3}})

    _, rare, common = rate([0], rare_and_common)

    assert rare > common


def test_nothing_saved_or_nothing_near_is_rated_nought():
    neighbours = build_neighbours([1, 1, 0], {0: {1: 1}, 1: {0: 1}})

    assert rate([], neighbours) == [0, 0, 0]
    assert rate([2], neighbours) == [0, 0, 0]


def test_many_pairs_are_added_up_in_blocks(monkeypatch):
    rng = np.random.default_rng(0)
    pairs = {
        item: {other: int(rng.integers(1, 9)) for other in rng.permutation(50)[: item % 7].tolist()}
        for item in range(50)
    }
    neighbours = build_neighbours([9] * 50, pairs)
    at_once = rate(range(50), neighbours)
    monkeypatch.setattr(signals, "BLOCK", 5)

    assert rate(range(50), neighbours) == pytest.approx(at_once)


def test_songs_and_artists_that_stand_with_the_saved_ones_are_rated_and_told(tmp_path):
    catalogue, model = with_playlists(
        tmp_path,
        [
            [("Hurt", "Cash"), ("Innuendo", "Queen")],
            [("Hurt", "Cash"), ("Innuendo", "Queen"), ("Dirge", "The Beatles")],
            [("Another", "Cash"), ("Yet another", "Beatles")],
            [("Else", "Nobody")],
        ],
    )

    mix = recommend([saved(0)], catalogue, model, Wishes(size=4), signals=[TOGETHER, CIRCLE])

    picks = {pick.song.title: pick for pick in mix.picks}
    assert picks["Innuendo"].signals == {"together": 1, "circle": 1}
    assert 0 < picks["Dirge"].signals["together"] < 1
    assert picks["Blank"].signals == picks["One"].signals | {"circle": 0} == {"together": 0, "circle": 0}
    assert picks["Innuendo"].reasons[0] == Reason(
        "together", 1, "Cash", title="Hurt", n_together=2, n_playlists=4
    )
    assert describe_lead(picks["Innuendo"].reasons) == "In 2 of 4 playlists with Hurt"
    assert describe_facts(picks["Innuendo"].reasons[:1]) == (
        "In 2 of 4 playlists together with Hurt by Cash, which you saved"
    )


def test_an_artist_is_told_with_the_songs_that_the_listener_has(tmp_path):
    playlists = [[("Another", "Cash"), ("Dirge", "Beatles")], [("Else", "Queen")], [("Else", "Nobody")]]
    catalogue, model = with_playlists(tmp_path, playlists)

    mix = recommend(
        [saved(0), saved(1)], catalogue, model, Wishes(size=3), signals=[replace(CIRCLE, known_weight=1.0)]
    )

    pick = next(pick for pick in mix.picks if pick.song.title == "Dirge")
    assert pick.reasons[0] == Reason("circle", 2, "Cash", n_together=1, n_playlists=3)
    assert describe_lead(pick.reasons) == "Its artist shares 1 playlist with Cash"
    assert describe_facts(pick.reasons[:1]) == (
        "Its artist is in 1 of 3 playlists with Cash, whom you have 2 songs of"
    )


def test_of_saved_songs_in_equally_many_playlists_that_of_the_lower_row_is_named(tmp_path):
    rows = [Row("Hurt", ("Cash",)), Row("Dirge", ("Bo",)), Row("Innuendo", ("Queen",))]
    catalogue, model = with_playlists(
        tmp_path, [[("Hurt", "Cash"), ("Dirge", "Bo"), ("Innuendo", "Queen")]] * 2, rows
    )

    for library in ([saved(0), saved(1)], [saved(1), saved(0)]):
        (pick,) = recommend(library, catalogue, model, Wishes(size=1), signals=[TOGETHER]).picks
        assert pick.reasons[0].title == "Hurt"


def test_what_is_only_liked_is_not_called_saved(tmp_path):
    catalogue, model = with_playlists(tmp_path, [[("Innuendo", "Queen"), ("Dirge", "The Beatles")]] * 3)

    mix = recommend(
        [saved(0)],
        catalogue,
        model,
        Wishes(size=3, liked=frozenset({song_id(2)})),
        signals=[TOGETHER, CIRCLE],
    )

    pick = next(pick for pick in mix.picks if pick.song.title == "Dirge")
    assert (pick.signals["together"], pick.signals["circle"]) == (1, 1)
    assert not {"together", "circle"} & {reason.signal for reason in pick.reasons}


def test_without_playlists_the_two_signals_have_no_part():
    catalogue, model = small(ROWS)
    others = [signal for signal in SIGNALS if signal not in (TOGETHER, CIRCLE)]

    mix = recommend([saved(0)], catalogue, model, Wishes(size=4))

    assert mix == recommend([saved(0)], catalogue, model, Wishes(size=4), signals=others)
    assert not {"together", "circle"} & mix.picks[0].signals.keys()
    assert catalogue.together.n_playlists == build_empty(1, 1).n_playlists == 0


def check_reasons(library, catalogue, model, recount, wishes):
    """Fail unless all that is told of playlists is true; return how often each was told."""
    told = Counter()
    # An export may join artists by commas, and a name may have one.
    texts = [song.artists[0] for song in library if song.artists]
    by_name = Counter(
        name for text in texts for name in {name_artist(text), name_artist(text.partition(",")[0])}
    )
    own = {(song.title, ", ".join(song.artists)): song for song in library}
    mix = recommend(library, catalogue, model, wishes)
    for pick in (*mix.picks, *mix.spares):
        for reason in pick.reasons:
            if reason.signal == "together":
                other = own[reason.title, reason.artist]
                assert reason.n_together == recount.count_songs(pick.song, other) > 0
            elif reason.signal == "circle":
                assert by_name[name_artist(reason.artist)] >= reason.n_songs > 0
                assert reason.n_together == recount.count_artists(pick.song.artists[0], reason.artist) > 0
            else:
                continue
            assert reason.n_playlists == len(recount.songs)
            told[reason.signal] += 1
    return told, len(mix.picks) + len(mix.spares)


def test_every_count_of_a_thousand_picks_of_invented_songs_is_true(invented, tmp_path):
    playlists = invented / "playlists.csv"
    train([invented / "data.csv"], tmp_path / "models", playlists=[playlists])
    build = load_build(tmp_path / "models")
    recount, songs = Recount([playlists], build.catalogue), read_library(invented / "data.csv")
    told, n_picks = Counter(), 0

    for seed in range(20):
        chance = np.random.default_rng(seed)
        library = [songs[at] for at in chance.choice(len(songs), 80, replace=False)]
        counts, n = check_reasons(library, build.catalogue, build.model, recount, Wishes())
        told += counts
        n_picks += n

    assert n_picks >= 1000
    assert told["together"] > 100
    assert told["circle"] > 0


@pytest.mark.slow
def test_every_count_of_a_thousand_picks_of_real_songs_is_true(tmp_path):
    slices = [real_data(f"playlists/mpd.slice.{start}-{start + 999}.json.gz") for start in (0, 1000)]
    train(
        [real_data("data.csv.gz")], tmp_path / "models", real_data("data_w_genres.csv.gz"), playlists=slices
    )
    build = load_build(tmp_path / "models")
    recount = Recount(slices, build.catalogue)
    told, n_picks = Counter(), 0

    for number in range(1, 10):
        library = read_matched(real_data(f"libraries/library-{number}.csv.gz"), build.catalogue)
        counts, n = check_reasons(library, build.catalogue, build.model, recount, Wishes(size=100, spares=5))
        told += counts
        n_picks += n

    assert n_picks >= 1000
    assert told["together"] > 100
    assert told["circle"] > 100


def read_matched(path, catalogue):
    """Read a library; a song that the catalogue has goes by the catalogue's names."""
    library = read_library(path)
    rows = match(library, catalogue).rows.tolist()
    return [catalogue.song(row) if row >= 0 else song for row, song in zip(rows, library, strict=True)]
