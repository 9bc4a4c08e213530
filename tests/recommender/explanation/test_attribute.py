"""Every reason is true: held against a slow oracle that counts in the library and the genre file itself."""

import unicodedata
from collections import Counter
from dataclasses import replace
from math import log1p

import numpy as np
import pytest

from formats.library_csv import read_library
from recommender import Song, Wishes, recommend
from recommender.catalogue.build import load_build
from recommender.catalogue.features import FEATURE_WORDS, NAMES
from recommender.catalogue.model import Estimator
from recommender.explanation.phrases import describe_lead
from recommender.matching.match import match
from recommender.matching.normalise import normalise
from recommender.mix import Reason
from recommender.ranking.limits import Limits
from recommender.ranking.scoring import USUAL_SONGS, build_scoring
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.audible import SOUND
from recommender.ranking.signals.times import FAME
from recommender.ranking.starts import rate_starts
from recommender.tastes.cluster import find_tastes
from recommender.tastes.estimate import add_estimates
from recommender.tastes.known_features import collect_known_features
from recommender.tastes.listener import build_profile
from tests.support.songs import Row, real_build, real_data, saved, small, song_id
from training.genres import read_genres

HEARD = ["valence", "acousticness", "danceability", "energy", "instrumentalness", "loudness", "speechiness"]
PLACES = [NAMES.index(name) for name in HEARD]
SIDE_OF = {
    word: (HEARD.index(name), side)
    for name in HEARD
    for word, side in zip(FEATURE_WORDS[name], (-1, 1), strict=True)
}
STARTS = {"like start": "start", "by start": "start"}
SAME = {"record": "artist", "scene": "genre", "decade": "era", "character": "sound", **STARTS}


class Catalogued:
    """A catalogue as plain Python lists, and the genre file beside it."""

    def __init__(self, build, genre_file):
        self.catalogue, self.model = build.catalogue, build.model
        self.songs = [self.catalogue.song(row) for row in range(len(self.catalogue))]
        self.row_of = {song.id: row for row, song in enumerate(self.songs)}
        self.names = {name: normalise(name) for song in self.songs for name in song.artists}
        self.known = set(self.names.values())
        self.genres = {}
        for artist, genres in read_genres(genre_file).items():
            self.genres.setdefault(normalise(artist), set()).update(genres)
        self.by_artist, self.recorded_with = {}, {}
        for row, song in enumerate(self.songs):
            self.by_artist.setdefault(self.names[song.artists[0]], []).append(row)
            credited = {self.names[name] for name in song.artists}
            for name in credited:
                self.recorded_with.setdefault(name, set()).update(credited)
        keys = self.catalogue.artist_keys
        self.place_of = {}
        for row, song in enumerate(self.songs):
            end = int(self.catalogue.row_artist_ends[row])
            places = self.catalogue.row_artists[end - len(song.artists) : end].tolist()
            self.place_of.update(
                (self.names[name], at) for name, at in zip(song.artists, places, strict=True)
            )
        assert len(self.place_of) == len(keys)

    def get_genres(self, artist):
        """Return the artist's genres; the file has many artists whom the catalogue lacks."""
        return self.genres.get(artist, set()) if artist in self.known else set()

    def first_artist(self, text):
        """Return the longest beginning between commas that is an artist, else what is before the first comma."""
        pieces = text.split(",")
        heads = [normalise(",".join(pieces[:end])) for end in range(min(len(pieces), 8), 1, -1)]
        return next((head for head in heads if head in self.known), normalise(pieces[0]))


class Oracle:
    """One library, counted song by song."""

    def __init__(self, library, catalogued, wishes):
        self.library, self.all = library, catalogued
        self.starts = [
            *(
                (song_id, rate_starts([song_id], [], catalogued.catalogue)[0])
                for song_id in wishes.start_songs
            ),
            *((name, rate_starts([], [name], catalogued.catalogue)[0]) for name in wishes.start_artists),
        ]
        catalogue, model = catalogued.catalogue, catalogued.model
        matches = match(library, catalogue)
        self.rows = matches.rows.tolist()
        sounds = collect_known_features(library, matches.rows, catalogue, model, {})
        sounds = add_estimates(sounds, library, matches.artists, catalogue, model)
        self.sounding = [library[place] for place in sounds.places.tolist()]
        self.sound = sounds.vectors.astype(float)[:, PLACES]
        self.is_measured = [
            matches.rows[place] >= 0 for place in sounds.places.tolist()
        ]  # nothing is known from elsewhere
        self.clusters = model.find_nearest_cluster(sounds.vectors).tolist()
        told = [
            catalogued.songs[row] if row >= 0 else song for song, row in zip(library, self.rows, strict=True)
        ]
        self.years = [song.year for song in told if song.year is not None]
        self.artists = [catalogued.first_artist(song.artists[0]) if song.artists else "" for song in library]
        for at, row in enumerate(self.rows):
            if row >= 0:
                self.artists[at] = catalogued.names[told[at].artists[0]]
        self.artist_years = [(artist, song.year) for artist, song in zip(self.artists, told, strict=True)]
        self.n_by = Counter(self.artists)
        self.popularity = [int(catalogue.popularity[row]) for row in self.rows if row >= 0]
        tastes = find_tastes(sounds.vectors, model, sounds.counts)
        self.scoring = build_scoring(
            tastes, build_profile(library, matches, catalogue), catalogue, SIGNALS, Limits()
        )
        self.usual = {}
        # The artists that genres are compared with: those with most songs.
        liked = [name for name in self.n_by if name in catalogued.known and self.vector(name).any()]
        self.liked = sorted(liked, key=lambda name: (-min(self.n_by[name], 63), self.all.place_of[name]))[
            :128
        ]

    def vector(self, artist):
        return self.all.catalogue.embed(np.array(self.all.place_of[artist])).astype(float)

    def compute_usual(self, cluster):
        if cluster not in self.usual:
            here = range(*self.all.catalogue.cluster(cluster).indices(len(self.all.songs)))
            rows = here[:: 1 + (len(here) - 1) // USUAL_SONGS]
            of_rows = [self.scoring.values(np.array([row])) for row in rows]
            self.usual[cluster] = {
                name: sum(float(values[name][0]) for values in of_rows) / len(rows) for name in of_rows[0]
            }
        return self.usual[cluster]

    def check(self, mix, pick):
        """Fail unless everything that is told of a pick is true."""
        self.row = self.all.row_of[pick.song.id]
        self.artist = self.all.names[pick.song.artists[0]]
        self.heard = self.all.catalogue.standardised[self.row].astype(float)[PLACES]
        self.apart = np.sqrt(((self.sound - self.heard) ** 2).sum(axis=1))
        self.check_because(pick)
        self.check_strengths(pick)
        assert 1 <= len(pick.reasons) <= 3
        assert len(describe_lead(pick.reasons, pick.is_new_artist).split()) <= 8
        self.taste = mix.tastes[pick.taste]
        for reason in pick.reasons:
            getattr(self, f"check_{reason.signal.replace(' ', '_')}")(pick, reason)

    def check_because(self, pick):
        """The saved song is the nearest of a known sound in the pick's taste, and near."""
        there = [at for at, cluster in enumerate(self.clusters) if cluster == pick.cluster]
        of_all = min(self.apart[at] for at in there)
        assert pick.signals["sound"] == pytest.approx(np.exp(-(of_all**2) / 4), abs=1e-4)
        known = [at for at in there if self.is_measured[at]]
        nearest = min((self.apart[at] for at in known), default=np.inf)
        # Single precision: two songs are no nearer than the rounding of their squares.
        if pick.because is None:
            assert nearest**2 > 1.06**2 - 1e-3
            return
        own = [at for at in known if self.sounding[at] == pick.because]
        self.nearest = min(own, key=lambda at: self.apart[at])
        assert self.apart[self.nearest] ** 2 <= min(nearest**2, 1.06**2) + 1e-3

    def check_strengths(self, pick):
        """The facts behind the lead come in order, each at least a third of the strongest told, the sound last."""
        usual = self.compute_usual(pick.cluster)
        beyond = {
            signal.name: (signal.new_weight if pick.is_new_artist else signal.known_weight)
            * (pick.signals[signal.name] - usual[signal.name])
            for signal in SIGNALS
            if signal.fact and signal.name in pick.signals
        }
        if self.starts:
            weights = [
                signal.new_weight if pick.is_new_artist else signal.known_weight
                for signal in self.scoring.signals
            ]
            beyond["start"] = sum(weights) * self.rate_start(pick)
        lead, *facts = [STARTS.get(reason.signal, reason.signal) for reason in pick.reasons]
        assert ("sound" in (lead, *facts[-1:])) or pick.because is None
        amounts = [beyond[name] for name in facts if name != "sound"]
        assert amounts == sorted(amounts, reverse=True)
        assert all(amount >= max(beyond.get(lead, 0), *amounts) / 3 - 1e-4 for amount in amounts)
        kinds = [SAME.get(name, name) for name in (lead, *facts)]
        assert len(set(kinds)) == len(kinds)

    def rate_start(self, pick):
        """Return what the starts add to the pick's score beyond what they add to the mean of its cluster."""
        greatest = np.max([likeness for _, likeness in self.starts], axis=0)
        return 0.5 * (greatest[self.row] - greatest[self.all.catalogue.cluster(pick.cluster)].mean())

    def find_start(self, pick):
        """Return the start that the pick is most like: an id, or a name."""
        assert self.rate_start(pick) > 0
        about, likeness = max(self.starts, key=lambda start: start[1][self.row])
        assert likeness[self.row] >= 0.5
        return about

    def check_start(self, pick, reason):
        start = self.all.songs[self.all.row_of[self.find_start(pick)]]
        assert (pick.song.title, pick.song.artists) == (start.title, start.artists)
        assert reason == Reason("start")

    def check_by_start(self, pick, reason):
        assert normalise(self.find_start(pick)) in {self.all.names[name] for name in pick.song.artists}
        assert reason == Reason("by start", artist=reason.artist)
        assert normalise(reason.artist) == normalise(self.find_start(pick))

    def check_like_start(self, pick, reason):
        start = self.find_start(pick)
        if start in self.all.row_of:
            song = self.all.songs[self.all.row_of[start]]
            assert reason == Reason("like start", artist=", ".join(song.artists), title=song.title)
            assert (pick.song.title, pick.song.artists) != (song.title, song.artists)
        else:
            assert reason == Reason("like start", artist=reason.artist)
            assert normalise(reason.artist) == normalise(start)
            assert normalise(start) not in {self.all.names[name] for name in pick.song.artists}

    def check_taste(self, pick, reason):
        assert reason == Reason("taste", words=(self.taste.name,))

    def check_likely_taste(self, pick, reason):
        assert reason == Reason("likely taste", words=(self.taste.name,))
        assert not all(self.is_measured)

    def check_new_artist(self, pick, reason):
        assert reason == Reason("new artist")
        saved = {self.all.names.get(name, normalise(name)) for song in self.library for name in song.artists}
        assert not saved & {self.all.names[name] for name in pick.song.artists}

    def check_decade(self, pick, reason):
        assert reason == Reason("decade", words=(f"{str(pick.song.year)[:3]}0s",))

    def check_character(self, pick, reason):
        self.check_marks(reason.words, self.heard, self.heard)
        assert reason == Reason("character", words=reason.words)

    def check_sound(self, pick, reason):
        artists = ", ".join(pick.because.artists)
        assert reason == Reason("sound", artist=artists, words=reason.words, title=pick.because.title)
        self.check_marks(reason.words, self.heard, self.sound[self.nearest])

    def check_marks(self, words, one, other):
        sides = [SIDE_OF[word] for word in words]
        marks = [min(side * one[place], side * other[place]) for place, side in sides]
        assert marks == sorted(marks, reverse=True)
        assert all(mark >= 0.4999 for mark in marks)
        assert len(marks) <= 2

    def name_years(self, years):
        first, last = min(years), max(years)
        return (str(first) if first == last else f"{first}–{last}",)

    def check_script(self, pick, reason):
        [script] = reason.words
        names = {"Han": ("CJK", "HIRAGANA", "KATAKANA")}.get(script, (script.upper(),))

        def is_in_it(title):
            return any(unicodedata.name(letter, "").startswith(names) for letter in title)

        assert is_in_it(pick.song.title)
        assert reason == Reason("script", sum(is_in_it(song.title) for song in self.library), words=(script,))

    def check_artist(self, pick, reason):
        assert reason == Reason("artist", self.n_by[self.artist])
        assert reason.n_songs > 0
        assert pick.signals["artist"] == pytest.approx(min(log1p(reason.n_songs) / log1p(63), 1), abs=1e-5)

    def check_record(self, pick, reason):
        years = [year for artist, year in self.artist_years if artist == self.artist and year is not None]
        near = [year for year in years if abs(year - pick.song.year) <= 1]
        has_all = len(self.years) == len(self.library)
        words = self.name_years(near)
        assert reason == Reason("record", len(near), words=words, is_minimum=not has_all)

    def check_guests(self, pick, reason):
        guests = {name: self.n_by[self.all.names[name]] for name in pick.song.artists[1:]}
        assert reason == Reason("guests", guests[reason.artist], reason.artist)
        assert reason.n_songs == max(guests.values()) > 0

    def check_collaborations(self, pick, reason):
        others = self.all.recorded_with[self.artist] - {self.artist}
        assert self.all.names[reason.artist] in others
        assert reason == Reason("collaborations", self.n_by[self.all.names[reason.artist]], reason.artist)
        assert reason.n_songs == max(self.n_by[name] for name in others) > 0

    def check_genre(self, pick, reason):
        other = self.all.names[reason.artist]
        common = self.all.get_genres(self.artist) & self.all.get_genres(other)
        vector = self.vector(self.artist)
        assert other != self.artist
        assert reason.n_songs == self.n_by[other] > 0
        assert vector @ self.vector(other) >= max(vector @ self.vector(name) for name in self.liked) - 2e-3
        assert len(reason.words) == min(len(common), 2)
        assert set(reason.words) <= common
        assert vector @ self.vector(other) >= 0.799

    def check_scene(self, pick, reason):
        n_of = {
            genre: sum(genre in self.all.get_genres(artist) for artist in self.artists)
            for genre in self.all.get_genres(self.artist)
        }
        has_all = all(self.all.get_genres(artist) for artist in self.artists)
        assert reason == Reason(
            "scene", n_of[reason.words[0]], words=reason.words[:1], is_minimum=not has_all
        )
        assert reason.n_songs == max(n_of.values()) >= 2

    def check_era(self, pick, reason):
        near = [year for year in self.years if abs(year - pick.song.year) <= 2]
        has_all = len(self.years) == len(self.library)
        assert reason == Reason("era", len(near), words=self.name_years(near), is_minimum=not has_all)
        assert reason.n_songs >= max(2, len(self.library) / 20)

    def check_best_known(self, pick, reason):
        popularity = self.all.catalogue.popularity
        others = self.all.by_artist[self.artist]
        assert reason == Reason("best_known", artist=pick.song.artists[0])
        assert sum(popularity[row] > popularity[self.row] for row in others) < 3
        assert len(others) >= 10

    def check_mood(self, pick, reason):
        apart = self.apart[self.is_measured]
        has_all = len(apart) == len(self.library)
        assert reason == Reason("mood", reason.n_songs, is_minimum=not has_all)
        assert (apart <= 1.0595).sum() <= reason.n_songs <= (apart <= 1.0605).sum()
        assert reason.n_songs >= max(2, len(self.library) / 20)


def all_checked(library, catalogued, wishes):
    """Check the picks and spares of one mix, and return what was told of them and how many they are."""
    mix = recommend(library, catalogued.catalogue, catalogued.model, wishes)
    oracle = Oracle(library, catalogued, wishes)
    explained = (*mix.picks, *mix.spares)
    for pick in explained:
        oracle.check(mix, pick)
    leads = Counter(SAME.get(pick.reasons[0].signal, pick.reasons[0].signal) for pick in mix.picks)
    assert max(leads.values()) <= max(len(mix.picks) // 3, 1)
    return [reason.signal for pick in explained for reason in pick.reasons], len(explained)


def random_library(songs, seed):
    """Draw a library with favourite artists, a song saved twice and one that the catalogue lacks."""
    chance = np.random.default_rng(seed)
    drawn = [songs[at] for at in chance.choice(len(songs), 60, replace=False)]
    favourites = {drawn[at].artists[0] for at in range(5)}
    more = [song for song in songs if song.artists[0] in favourites and chance.random() < 0.5]
    unknown = Song("", "Never heard of", (drawn[7].artists[0],), 1999)
    return [unknown, drawn[0], *drawn, *more]


@pytest.mark.slow
def test_every_reason_of_a_thousand_picks_of_invented_songs_is_true(invented, invented_songs):
    catalogued = Catalogued(load_build(invented / "models"), invented / "data_w_genres.csv")
    told, n_picks = Counter(), 0

    for seed in range(20):
        signals, n = all_checked(random_library(invented_songs, seed), catalogued, Wishes())
        told.update(signals)
        n_picks += n

    assert n_picks == 1000
    # What is never told is not tested.
    assert told.keys() >= {"artist", "guests", "genre", "scene", "era", "record", "sound"}, told


def test_every_reason_of_mixes_that_start_somewhere_is_true(invented, invented_songs):
    catalogued = Catalogued(load_build(invented / "models"), invented / "data_w_genres.csv")
    told = Counter()

    for seed in range(10):
        song, other, third = (invented_songs[(97 * seed + 1000 * at) % 3000] for at in range(3))
        starts = [
            {"start_songs": {song.id}, "start_artists": {other.artists[0]}},
            {"start_songs": {song.id, third.id}},
            {"start_artists": {other.artists[0]}},
        ][seed % 3]
        wishes = Wishes(spares=2, **{name: frozenset(of_kind) for name, of_kind in starts.items()})
        told.update(all_checked(random_library(invented_songs, seed), catalogued, wishes)[0])

    assert told.keys() >= {"start", "by start", "like start"}, told


@pytest.mark.slow
def test_every_reason_of_a_thousand_picks_of_real_songs_is_true(tmp_path_factory):
    genres = real_data("data_w_genres.csv.gz")
    libraries = [real_data(f"libraries/library-{number}.csv.gz") for number in range(1, 10)]
    catalogued = Catalogued(real_build(tmp_path_factory), genres)
    told, n_picks = Counter(), 0

    for library in libraries:
        signals, n = all_checked(read_library(library), catalogued, Wishes(size=100, spares=5))
        told.update(signals)
        n_picks += n

    starts = {
        "start_songs": frozenset({"0aWMVrwxPNYkKmFthzmpRi"}),
        "start_artists": frozenset({"Nick Drake"}),
    }
    told.update(all_checked(read_library(libraries[1]), catalogued, Wishes(spares=5, **starts))[0])

    assert n_picks >= 1000
    assert told.keys() >= {"artist", "guests", "genre", "scene", "era", "best_known", "mood", "sound"}, told
    assert told.keys() >= {"by start", "like start"}, told


ROWS = [
    Row("Up", ("A",), at=(4, 3)),
    Row("Down", ("B",), at=(4, -3)),
    Row("Middle", ("C",), at=(1, 0)),
    Row("Mirrored", ("D",), at=(4, -3)),
    Row("Other", ("E",), at=(0, 1)),
]  # valence and year; the first four are of one taste


def list_because(library, **wishes):
    mix = recommend(library, *small(ROWS), Wishes(**wishes))
    return {pick.song.title: pick.because and pick.because.id for pick in mix.picks}


def test_the_saved_song_is_the_nearest_of_the_picks_taste_by_what_is_heard():
    # The year is not heard: Down is as far from Up as from itself.
    assert list_because([saved(2), saved(0)], size=2) == {"Down": song_id(0), "Mirrored": song_id(0)}


def test_of_equally_close_songs_the_one_saved_last_is_named():
    assert list_because([saved(0), saved(1)], size=2)["Mirrored"] == song_id(0)
    assert list_because([saved(1), saved(0)], size=2)["Mirrored"] == song_id(1)


def test_no_saved_song_is_named_where_none_is_near():
    mix = recommend([saved(2)], *small(ROWS), Wishes(size=3))

    assert {pick.song.title: pick.because for pick in mix.picks} == {
        "Up": None,
        "Down": None,
        "Mirrored": None,
    }
    assert all("sound" not in [reason.signal for reason in pick.reasons] for pick in mix.picks)


@pytest.mark.parametrize(("apart", "named"), [(1.05, "song 0"), (1.07, None)])
def test_near_is_as_far_as_the_nearest_fiftieth_of_all_pairs_of_songs(apart, named):
    rows = [Row("Mine", ("A",), at=(2,)), Row("Theirs", ("B",), at=(2 + apart,))]

    (pick,) = recommend([saved(0)], *small(rows), Wishes(size=1)).picks

    assert (pick.because == saved(0)) == (named is not None)


def test_a_song_whose_sound_is_a_guess_is_not_named():
    catalogue, model = small(ROWS)
    # Nothing moves the estimate: it is the very song of the artist.
    model = replace(model, estimator=Estimator(np.zeros((6, 12)), np.zeros((3, 12))))
    guessed = Song("", "Never heard of", ("B",))

    alone = recommend([guessed], catalogue, model, Wishes(size=1)).picks[0]
    beside = recommend([guessed, saved(0)], catalogue, model, Wishes(size=1)).picks[0]

    assert alone.because is None
    assert beside.because.id == song_id(0)


@pytest.mark.parametrize(
    ("n_measured", "lead"),
    [(0, "Probably fits your taste “A”"), (1, "Probably fits your taste “A”"), (2, "Fits your taste “A”")],
)
def test_a_taste_of_which_most_songs_are_guesses_is_probably_met(n_measured, lead):
    rows = [Row("Up", ("A",), at=(1,)), Row("Down", ("A",), at=(1.1,)), Row("Theirs", ("A",), at=(1.2,))]
    catalogue, model = small(rows)
    model = replace(model, estimator=Estimator(np.zeros((6, 12)), np.zeros((3, 12))))
    guessed = [Song("", f"Never heard of {number}", ("A",)) for number in range(2)]
    measured = [saved(0, "Up", ("A",)), saved(1, "Down", ("A",))][:n_measured]

    mix = recommend([*measured, *guessed], catalogue, model, Wishes(size=1), signals=[FAME])

    assert describe_lead(mix.picks[0].reasons) == lead


def test_no_picks_need_no_reasons():
    assert list_because([saved(place) for place in range(5)]) == {}


def test_where_only_sound_counts_the_sound_and_what_is_plainly_true_is_told():
    mix = recommend([saved(0, "Up", ("A",))], *small(ROWS), Wishes(size=3, new_artists=1), signals=[SOUND])

    assert [describe_lead(pick.reasons) for pick in mix.picks] == [
        "Sounds like Up by A, which you saved", "Fits your taste “A”", "By an artist who is new to you"
    ]  # fmt: skip


def test_where_no_signal_has_a_fact_what_is_plainly_true_is_told():
    mix = recommend([saved(0, "Up", ("A",))], *small(ROWS), Wishes(size=3, new_artists=1), signals=[FAME])

    assert [describe_lead(pick.reasons) for pick in mix.picks] == [
        "Fits your taste “A”", "By an artist who is new to you", "From the 2000s"
    ]  # fmt: skip


def test_a_liked_song_is_not_called_saved():
    catalogue, model = small(
        [Row("Mine", ("A",)), Row("Theirs", ("B",), at=(1.1,)), Row("Theirs too", ("B",), at=(1.2,))]
    )

    mix = recommend([saved(0)], catalogue, model, Wishes(liked=frozenset({song_id(1)})))

    (pick,) = (pick for pick in mix.picks if pick.song.title == "Theirs too")
    assert pick.signals["artist"] > 0
    assert "artist" not in [reason.signal for reason in pick.reasons]
