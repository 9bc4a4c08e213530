"""What stands together in playlists: the signals by hand, the reasons against a slow recount."""

from collections import Counter
from dataclasses import replace
from math import log1p, sqrt

import numpy as np
import pytest

from formats.library_csv import read_library
from recommender import Wishes, recommend
from recommender.catalogue.build import load_build
from recommender.catalogue.together import build_empty
from recommender.explanation.phrases import describe_facts, describe_lead
from recommender.matching.match import match
from recommender.mix import Reason
from recommender.ranking.limits import Limits
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals import together as signals
from recommender.ranking.signals.signal import SignalInputs
from recommender.ranking.signals.together import CIRCLE, TOGETHER, rate_by_playlists
from recommender.tastes.listener import build_profile
from tests.support.recount import Recount, name_artist
from tests.support.songs import Row, real_data, saved, small, song_id
from training.together import read_playlists
from training.train import train

ROWS = [
    Row("Hurt", ("Cash",)),
    Row("One", ("Cash",), at=(1.1,)),
    Row("Innuendo", ("Queen",), at=(1.2,)),
    Row("Dirge", ("The Beatles",), at=(1.3,)),
    Row("Blank", ("Nobody",), at=(1.4,)),
]


def with_playlists(folder, playlists, rows=ROWS):
    """Make a catalogue of `rows` that knows playlists, each a list of (title, artist)."""
    catalogue, model = small(rows)
    path = folder / "playlists.csv"
    lines = [f"u,{artist},{title},{n}\n" for n, songs in enumerate(playlists) for title, artist in songs]
    path.write_text("user_id,artistname,trackname,playlistname\n" + "".join(lines))
    return replace(catalogue, together=read_playlists([path], catalogue).together), model


def rate(library, catalogue):
    """Rate every row by the nearest playlists: two lists, by song and by artist."""
    profile = build_profile(library, match(library, catalogue), catalogue)
    given = SignalInputs(profile, None, None, catalogue, Limits())
    return [table.at(slice(None)).tolist() for table in rate_by_playlists(given)]


def rate_slowly(library, catalogue, playlists):
    """Rate every row as the docstrings say, in plain Python; `playlists` are lists of (title, artist)."""
    songs = [catalogue.song(row) for row in range(len(catalogue))]
    lists = [{(title.lower(), by.lower()) for title, by in playlist} for playlist in playlists]
    names = [(song.title.lower(), song.artists[0].lower()) for song in songs]
    artists = [song.artists[0].lower().removeprefix("the ") for song in songs]
    credited = [{by.lower().removeprefix("the ") for _, by in playlist} for playlist in playlists]
    circles = [circle & set(artists) for circle in credited]
    own = [songs.index(next(song for song in songs if song.id == mine.id)) for mine in library]
    n_by = Counter(artists[row] for row in own)
    n_song = Counter(name for playlist in lists for name in playlist)
    n_artist = Counter(name for playlist in circles for name in playlist)
    known = [playlist & set(names) for playlist in lists]
    song_weights = {name: (n + 1) ** -0.3 for name, n in n_song.items()}
    artist_weights = {name: 0.5 * (n + 1) ** -0.3 for name, n in n_artist.items()}

    def compare(songs, by_artist, at):
        shared = sum(song_weights[name] for name in known[at] & songs)
        return shared + sum(artist_weights[name] * n for name, n in by_artist.items() if name in circles[at])

    sizes = [sqrt(compare(known[at], dict.fromkeys(circles[at], 1), at)) for at in range(len(lists))]
    alike = np.array(
        [
            [
                compare(known[other], dict.fromkeys(circles[other], 1), at) / sizes[at] / sizes[other]
                for other in range(len(lists))
            ]
            for at in range(len(lists))
        ]
    )
    by_artist = {name: log1p(n) for name, n in n_by.items()}
    own_songs = {names[row] for row in own}
    like_mine = np.array([compare(own_songs, by_artist, at) / sizes[at] for at in range(len(lists))])
    adds = 4 * np.linalg.solve(alike + 4 * np.eye(len(lists)), like_mine)
    nearness = [add / sqrt(size) for add, size in zip(adds.tolist(), sizes, strict=True)]
    kept = sorted(range(len(lists)), key=lambda at: (-abs(nearness[at]), at))[: signals.MAX_NEAREST]
    by_song = [
        0
        if name in own_songs
        else max(0, sum(nearness[at] for at in kept if name in lists[at]) / (n_song[name] + 1) ** 0.3)
        for name in names
    ]
    by_artist = [
        0
        if name in n_by
        else max(0, sum(nearness[at] for at in kept if name in circles[at]) / (n_artist[name] + 1) ** 0.5)
        for name in artists
    ]
    return [[sqrt(value / (max(rated) or 1)) for value in rated] for rated in (by_song, by_artist)]


def invent_playlists(seed, n_playlists=12):
    """Invent rows and playlists of them, each with songs that the catalogue lacks, too."""
    rng = np.random.default_rng(seed)
    rows = [
        Row(f"Song {number}", (f"{'The ' * (number % 2)}Band {rng.integers(8)}",), at=(1 + number / 10,))
        for number in range(24)
    ]
    playlists = []
    for _ in range(n_playlists):
        inside = rng.choice(len(rows), int(rng.integers(2, 10)), replace=False)
        lacking = [(f"Else {number}", f"Band {number}") for number in rng.choice(12, 3, replace=False)]
        playlists.append([(rows[at].title, rows[at].artists[0]) for at in inside] + lacking)
    return rows, playlists


@pytest.mark.parametrize("n_nearest", [500, 4])
def test_the_nearest_playlists_rate_songs_and_artists_as_a_slow_count_does(tmp_path, monkeypatch, n_nearest):
    monkeypatch.setattr(signals, "MAX_NEAREST", n_nearest)
    for seed in range(10):
        rows, playlists = invent_playlists(seed)
        catalogue, _ = with_playlists(tmp_path, playlists, rows)
        library = [saved(number) for number in range(0, 24, 5)]

        by_song, by_artist = rate(library, catalogue)

        expected_by_song, expected_by_artist = rate_slowly(library, catalogue, playlists)
        assert by_song == pytest.approx(expected_by_song, rel=1e-6)
        assert by_artist == pytest.approx(expected_by_artist, rel=1e-6)
        assert max(by_song) == 1


def test_a_playlist_rates_its_songs_by_how_many_playlists_hold_them(tmp_path):
    catalogue, _ = with_playlists(
        tmp_path,
        [
            [("Hurt", "Cash"), ("Innuendo", "Queen"), ("Dirge", "The Beatles")],
            [("Innuendo", "Queen"), ("Blank", "Nobody")],
        ],
    )

    by_song, by_artist = rate([saved(0)], catalogue)

    # Only the first is near. The second is the opposite, as it is like the first and not like the library:
    # the weights of the regression are as 5 to minus their similarity. Dirge is in one playlist, Innuendo in two.
    one, two = 1.5 * 2**-0.3, 1.5 * 3**-0.3
    sizes = sqrt(one + two + one), sqrt(two + one)
    opposite = two / (sizes[0] * sizes[1]) / 5 * sqrt(sizes[0] / sizes[1])
    assert by_song == pytest.approx([0, 0, sqrt((1 - opposite) * (2 / 3) ** 0.3), 1, 0])
    assert by_artist == pytest.approx([0, 0, sqrt((1 - opposite) * (2 / 3) ** 0.5), 1, 0])


def test_for_a_large_library_songs_by_known_artists_count_less(tmp_path, monkeypatch):
    playlists = [[("Hurt", "Cash"), ("One", "Cash"), ("Innuendo", "Queen")]]
    catalogue, _ = with_playlists(tmp_path, playlists)
    few, _ = rate([saved(0), saved(3)], catalogue)
    monkeypatch.setattr(signals, "FEW_SONGS", 1)

    many, _ = rate([saved(0), saved(3)], catalogue)

    assert few == [0, 1, 1, 0, 0]
    assert many == pytest.approx([0, sqrt(1 / 2), 1, 0, 0])


def test_of_equally_near_playlists_the_lower_count(tmp_path, monkeypatch):
    monkeypatch.setattr(signals, "MAX_NEAREST", 2)
    near = [("Hurt", "Cash"), ("Dirge", "The Beatles")]
    catalogue, _ = with_playlists(
        tmp_path, [[("Hurt", "Cash"), ("Blank", "Nobody")], near, [("Hurt", "Cash"), ("Innuendo", "Queen")]]
    )

    by_song, _ = rate([saved(0)], catalogue)

    assert by_song == [0, 0, 0, 1, 1]


def test_an_artist_of_whom_a_guest_part_is_saved_is_not_rated(tmp_path):
    rows = [Row("Duet", ("Cash", "Queen")), Row("Innuendo", ("Queen",)), Row("Dirge", ("Bo",))]
    catalogue, _ = with_playlists(
        tmp_path, [[("Duet", "Cash"), ("Innuendo", "Queen"), ("Dirge", "Bo")]], rows
    )

    assert rate([saved(0)], catalogue) == [[0, 1, 1], [0, 0, 1]]


def test_a_library_that_no_playlist_shares_anything_with_rates_nothing(tmp_path):
    catalogue, _ = with_playlists(tmp_path, [[("Dirge", "The Beatles"), ("Blank", "Nobody")]])

    assert rate([saved(0)], catalogue) == [[0] * 5, [0] * 5]


def test_songs_and_artists_that_stand_with_the_saved_ones_are_rated_and_told(tmp_path):
    catalogue, model = with_playlists(
        tmp_path,
        [
            [("Hurt", "Cash"), ("Innuendo", "Queen")],
            [("Hurt", "Cash"), ("Innuendo", "Queen"), ("Dirge", "The Beatles")],
            [("Innuendo", "Queen"), ("Dirge", "The Beatles")],
            [("Blank", "Nobody"), ("Dirge", "The Beatles")],
            [("Hurt", "Cash"), ("Else", "Nobody")],  # of one known song nothing stands together
        ],
    )

    mix = recommend([saved(0)], catalogue, model, Wishes(size=4), signals=[TOGETHER, CIRCLE])

    picks = {pick.song.title: pick for pick in mix.picks}
    assert picks["Innuendo"].signals == {"together": 1, "circle": 1}
    assert 0 < picks["Dirge"].signals["together"] < 1
    assert 0 < picks["Dirge"].signals["circle"] < 1
    assert picks["Blank"].signals == picks["One"].signals == {"together": 0, "circle": 0}
    assert picks["Innuendo"].reasons[0] == Reason(
        "together", 1, "Cash", title="Hurt", n_together=2, n_playlists=4
    )
    assert describe_lead(picks["Innuendo"].reasons) == "In 2 of 4 playlists with Hurt"
    assert describe_facts(picks["Innuendo"].reasons[:1]) == ("You saved Hurt by Cash")


def test_an_artist_is_told_with_the_songs_that_the_listener_has(tmp_path):
    playlists = [
        [("Another", "Cash"), ("One", "Cash"), ("Dirge", "The Beatles")],
        [("Innuendo", "Queen"), ("Blank", "Nobody")],
        [("Innuendo", "Queen"), ("Blank", "Nobody")],
    ]
    catalogue, model = with_playlists(tmp_path, playlists)

    mix = recommend(
        [saved(0), saved(1)], catalogue, model, Wishes(size=3), signals=[replace(CIRCLE, known_weight=1.0)]
    )

    pick = next(pick for pick in mix.picks if pick.song.title == "Dirge")
    assert pick.reasons[0] == Reason("circle", 2, "Cash", n_together=1, n_playlists=3)
    assert describe_lead(pick.reasons) == "Its artist goes with Cash"
    assert describe_facts(pick.reasons[:1]) == (
        "Both are in 1 of 3 playlists, and you’ve saved 2 songs by Cash"
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


# Artists are told only where nothing is told of the song.
WITHOUT_SONGS = [replace(signal, fact=None) if signal is TOGETHER else signal for signal in SIGNALS]


def check_reasons(library, catalogue, model, recount, wishes, signals=SIGNALS):
    """Fail unless all that is told of playlists is true; return how often each was told."""
    told = Counter()
    # An export may join artists by commas, and a name may have one.
    texts = [song.artists[0] for song in library if song.artists]
    by_name = Counter(
        name for text in texts for name in {name_artist(text), name_artist(text.partition(",")[0])}
    )
    own = {(song.title, ", ".join(song.artists)): song for song in library}
    mix = recommend(library, catalogue, model, wishes, signals=signals)
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
        for among in (SIGNALS, WITHOUT_SONGS):
            counts, n = check_reasons(library, build.catalogue, build.model, recount, Wishes(), among)
            told += counts
            n_picks += n

    assert n_picks >= 2000
    assert told["together"] > 100
    assert told["circle"] > 100


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
        wishes = Wishes(size=100, spares=5)
        for among in (SIGNALS, WITHOUT_SONGS):
            counts, n = check_reasons(library, build.catalogue, build.model, recount, wishes, among)
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
