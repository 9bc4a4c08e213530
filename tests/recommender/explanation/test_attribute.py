"""Every reason is true: held against a slow oracle that counts in the library and the genre file itself."""

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
from recommender.explanation.attribute import USUAL_SONGS
from recommender.matching.match import match
from recommender.matching.normalise import normalise
from recommender.mix import Reason
from recommender.ranking.limits import Limits
from recommender.ranking.scoring import build_scoring
from recommender.ranking.signals import SIGNALS
from recommender.ranking.signals.audible import SOUND
from recommender.tastes.cluster import find_tastes
from recommender.tastes.estimate import add_estimates
from recommender.tastes.known_features import collect_known_features
from recommender.tastes.listener import build_profile
from tests.support.songs import Row, real_build, real_data, saved, small, song_id
from training.dataset import read_genres

HEARD = ["valence", "acousticness", "danceability", "energy", "instrumentalness", "loudness", "speechiness"]
PLACES = [NAMES.index(name) for name in HEARD]
SIDE_OF = {
    word: (HEARD.index(name), side)
    for name in HEARD
    for word, side in zip(FEATURE_WORDS[name], (-1, 1), strict=True)
}
SAME = {"record": "artist", "scene": "genre"}


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
        self.by_artist = {}
        for row, song in enumerate(self.songs):
            self.by_artist.setdefault(self.names[song.artists[0]], []).append(row)
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

    def __init__(self, library, catalogued):
        self.library, self.all = library, catalogued
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
        return self.all.catalogue.artist_vectors[self.all.place_of[artist]].astype(float)

    def compute_usual(self, cluster):
        if cluster not in self.usual:
            here = range(*self.all.catalogue.cluster(cluster).indices(len(self.all.songs)))
            rows = here[:: 1 + (len(here) - 1) // USUAL_SONGS]
            of_rows = [self.scoring.values(np.array([row]), cluster) for row in rows]
            self.usual[cluster] = {
                name: sum(float(values[name][0]) for values in of_rows) / len(rows) for name in of_rows[0]
            }
        return self.usual[cluster]

    def check(self, pick):
        """Fail unless everything that is told of a pick is true."""
        *carried, sound = pick.reasons
        self.row = self.all.row_of[pick.song.id]
        self.artist = self.all.names[pick.song.artists[0]]
        features = self.all.catalogue.standardised[self.row].astype(float)[PLACES]
        self.apart = np.sqrt(((self.sound - features) ** 2).sum(axis=1))
        self.check_nearest(pick, sound, features)
        self.check_carried(pick, [reason.signal for reason in carried])
        for reason in carried:
            # A signal that is not counted here is tested in its own file.
            if check := getattr(self, f"check_{reason.signal}", None):
                check(pick, reason)

    def check_nearest(self, pick, sound, features):
        there = [at for at, cluster in enumerate(self.clusters) if cluster == pick.cluster]
        of_all = min(self.apart[at] for at in there)
        assert pick.signals["sound"] == pytest.approx(np.exp(-(of_all**2) / 4), abs=1e-4)
        known = [at for at in there if self.is_measured[at]]
        assert sound.is_guess == (not known)
        own = [at for at in known or there if self.sounding[at] == pick.because]
        assert own, "the reason is a saved song of the pick's taste, of a known sound if there is any"
        nearest = min(own, key=lambda at: self.apart[at])
        # Single precision: two songs are no nearer than the rounding of their squares.
        assert self.apart[nearest] ** 2 <= min(self.apart[at] for at in known or there) ** 2 + 1e-3
        assert not (sound.is_guess and sound.words)
        marks = []
        for word in sound.words:
            place, side = SIDE_OF[word]
            marks.append(min(side * features[place], side * self.sound[nearest][place]))
            assert marks[-1] >= 0.4999
        assert (sound.signal, marks) == ("sound", sorted(marks, reverse=True))

    def check_carried(self, pick, told):
        usual = self.compute_usual(pick.cluster)
        weights = {
            s.name: s.new_weight if pick.is_new_artist else s.known_weight
            for s in SIGNALS
            if s.fact and s.name in pick.signals
        }
        beyond = {name: weights[name] * (pick.signals[name] - usual[name]) for name in weights}
        amounts = [beyond[name] for name in told]
        assert amounts == sorted(amounts, reverse=True)
        assert all(amount > max(beyond.values()) / 3 - 1e-4 for amount in amounts)
        assert len({SAME.get(name, name) for name in told}) == len(told) <= 3
        # Of what carried it most nothing is kept back that can always be said.
        if max(beyond, key=beyond.get) == "artist":
            assert told[0] == "artist"

    def check_artist(self, pick, reason):
        assert reason == Reason("artist", self.n_by[self.artist])
        assert reason.n_songs > 0
        assert pick.signals["artist"] == pytest.approx(min(log1p(reason.n_songs) / log1p(63), 1), abs=1e-5)

    def check_record(self, pick, reason):
        years = [year for artist, year in self.artist_years if artist == self.artist and year is not None]
        assert reason == Reason("record", sum(abs(year - pick.song.year) <= 1 for year in years))
        assert reason.n_songs > 0

    def check_guests(self, pick, reason):
        guests = {name: self.n_by[self.all.names[name]] for name in pick.song.artists[1:]}
        assert reason == Reason("guests", guests[reason.artist], reason.artist)
        assert reason.n_songs == max(guests.values()) > 0

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
        assert reason == Reason("scene", n_of[reason.words[0]], words=reason.words[:1])
        assert reason.n_songs == max(n_of.values()) >= 2

    def check_era(self, pick, reason):
        assert reason == Reason("era", sum(abs(year - pick.song.year) <= 2 for year in self.years))
        assert reason.n_songs >= max(2, len(self.library) / 20)

    def check_fame(self, pick, reason):
        own = int(self.all.catalogue.popularity[self.row])
        assert reason == Reason("fame", sum(abs(each - own) <= 6 for each in self.popularity))
        assert reason.n_songs >= max(2, len(self.library) / 20)
        assert pick.signals["fame"] > 0.5

    def check_best_known(self, pick, reason):
        popularity = self.all.catalogue.popularity
        others = self.all.by_artist[self.artist]
        assert reason == Reason("best_known", artist=pick.song.artists[0])
        assert sum(popularity[row] > popularity[self.row] for row in others) < 3
        assert len(others) >= 10

    def check_mood(self, pick, reason):
        apart = self.apart[self.is_measured]
        assert (apart <= 0.9995).sum() <= reason.n_songs <= (apart <= 1.0005).sum()
        assert reason.n_songs >= max(2, len(self.library) / 20)


def all_checked(library, catalogued, wishes):
    """Check the picks and spares of one mix, and return what was told of them and how many they are."""
    mix = recommend(library, catalogued.catalogue, catalogued.model, wishes)
    oracle = Oracle(library, catalogued)
    explained = (*mix.picks, *mix.spares)
    for pick in explained:
        oracle.check(pick)
    return [reason.signal for pick in explained for reason in pick.reasons], len(explained)


def random_library(songs, seed):
    """Draw a library with favourite artists, a song saved twice and one that the catalogue lacks."""
    chance = np.random.default_rng(seed)
    drawn = [songs[at] for at in chance.choice(len(songs), 60, replace=False)]
    favourites = {drawn[at].artists[0] for at in range(5)}
    more = [song for song in songs if song.artists[0] in favourites and chance.random() < 0.5]
    unknown = Song("", "Never heard of", (drawn[7].artists[0],), 1999)
    return [unknown, drawn[0], *drawn, *more]


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

    assert n_picks >= 1000
    assert told.keys() >= {"artist", "guests", "genre", "scene", "era", "fame", "best_known", "sound"}, told


ROWS = [
    Row("Up", ("A",), at=(4, 3)),
    Row("Down", ("B",), at=(4, -3)),
    Row("Middle", ("C",), at=(1, 0)),
    Row("Mirrored", ("D",), at=(4, -3)),
    Row("Other", ("E",), at=(0, 1)),
]  # valence and year; the first four are of one taste


def list_because(library, **wishes):
    mix = recommend(library, *small(ROWS), Wishes(**wishes))
    return {pick.song.title: pick.because.id for pick in mix.picks}


def test_the_saved_song_is_the_nearest_of_the_picks_taste_by_what_is_heard():
    # The year is not heard: Down is as far from Up as from itself.
    assert list_because([saved(2), saved(0)], size=2) == {"Down": song_id(0), "Mirrored": song_id(0)}


def test_of_equally_close_songs_the_one_saved_last_is_named():
    assert list_because([saved(0), saved(1)], size=2)["Mirrored"] == song_id(0)
    assert list_because([saved(1), saved(0)], size=2)["Mirrored"] == song_id(1)


def test_a_pick_shares_the_marked_features_with_the_song_that_it_is_closest_to():
    mix = recommend([saved(0)], *small(ROWS), Wishes(size=2))

    assert {pick.song.title: pick.reasons[-1].words for pick in mix.picks} == {
        "Down": ("cheerful",),
        "Mirrored": ("cheerful",),
    }


def test_a_song_whose_sound_is_a_guess_is_named_only_where_nothing_else_is_known():
    catalogue, model = small(ROWS)
    # Nothing moves the estimate: it is the very song of the artist.
    model = replace(model, estimator=Estimator(np.zeros((6, 12)), np.zeros((3, 12))))
    guessed = Song("", "Never heard of", ("B",))

    alone = recommend([guessed], catalogue, model, Wishes(size=1)).picks[0]
    beside = recommend([guessed, saved(2)], catalogue, model, Wishes(size=1)).picks[0]

    assert (alone.because, alone.reasons[-1]) == (guessed, Reason("sound", is_guess=True))
    assert (beside.because.id, beside.reasons[-1].is_guess) == (song_id(2), False)


def test_no_picks_need_no_reasons():
    assert list_because([saved(place) for place in range(5)]) == {}


def test_where_only_sound_counts_only_sound_is_told():
    mix = recommend([saved(0)], *small(ROWS), Wishes(size=2), signals=[SOUND])

    assert [[reason.signal for reason in pick.reasons] for pick in mix.picks] == [["sound"]] * 2


def test_a_liked_song_is_not_called_saved():
    catalogue, model = small(
        [Row("Mine", ("A",)), Row("Theirs", ("B",), at=(1.1,)), Row("Theirs too", ("B",), at=(1.2,))]
    )

    mix = recommend([saved(0)], catalogue, model, Wishes(liked=frozenset({song_id(1)})))

    (pick,) = (pick for pick in mix.picks if pick.song.title == "Theirs too")
    assert pick.signals["artist"] > 0
    assert "artist" not in [reason.signal for reason in pick.reasons]
