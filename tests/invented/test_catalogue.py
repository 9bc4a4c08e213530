"""The invented catalogue: the dataset's schema, plausible music, and no real artists."""

import ast
import re
from pathlib import Path

import pandas as pd
import pytest

from invented.catalogue import ID_PREFIX, write_invented_catalogue
from invented.genres import GENRES
from recommender.catalogue.features import FEATURES, NAMES
from recommender.matching.normalise import normalise_title
from training.dataset import read_dataset
from training.genres import read_genres
from training.train import INVENTED_ID

pytestmark = pytest.mark.slow

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"
KAGGLE_SONGS = (
    "valence,year,acousticness,artists,danceability,duration_ms,energy,explicit,id,instrumentalness,key,"
    "liveness,loudness,mode,name,popularity,release_date,speechiness,tempo"
)
KAGGLE_ARTISTS = (
    "genres,artists,acousticness,danceability,duration_ms,energy,instrumentalness,liveness,loudness,"
    "speechiness,tempo,valence,popularity,key,mode,count"
)
AS_TEXT = {"dtype": {"name": str, "artists": str, "release_date": str}, "keep_default_na": False}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("invented")
    write_invented_catalogue(folder)
    return folder


@pytest.fixture(scope="module")
def songs(folder):
    table = pd.read_csv(folder / "data.csv", **AS_TEXT)
    table["credits"] = table["artists"].map(ast.literal_eval)
    return table


@pytest.fixture(scope="module")
def artists(folder):
    return pd.read_csv(folder / "data_w_genres.csv", **AS_TEXT)


@pytest.fixture(scope="module")
def real():
    path = SHARED_DATA / "data.csv.gz"
    if not path.exists():
        pytest.skip("the real dataset is not here (../shared/data)")
    return pd.read_csv(path, **AS_TEXT)


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first = write_invented_catalogue(tmp_path / "first", n_songs=500, seed=3)
    second = write_invented_catalogue(tmp_path / "second", n_songs=500, seed=3)
    other = write_invented_catalogue(tmp_path / "other", n_songs=500, seed=4)

    assert first.read_bytes() == second.read_bytes() != other.read_bytes()
    assert (
        first.with_name("data_w_genres.csv").read_bytes()
        == second.with_name("data_w_genres.csv").read_bytes()
    )


@pytest.mark.parametrize("n_songs", [1, 2, 77])
def test_has_exactly_as_many_songs_as_asked_for(tmp_path, n_songs):
    path = write_invented_catalogue(tmp_path / "new" / "folder", n_songs=n_songs)

    assert path == tmp_path / "new" / "folder" / "data.csv"
    assert len(read_dataset(path).ids) == n_songs


def test_headers_are_those_of_the_dataset(folder):
    for name, header in (("data.csv", KAGGLE_SONGS), ("data_w_genres.csv", KAGGLE_ARTISTS)):
        with (folder / name).open(encoding="utf-8") as lines:
            assert next(lines) == header + "\n"


def test_training_finds_no_bad_row(folder):
    dataset = read_dataset(folder / "data.csv")

    assert len(dataset.ids) == 20_000
    assert dataset.bad == {}


def test_every_feature_is_in_its_range(songs):
    assert tuple(feature.name for feature in FEATURES) == NAMES
    for feature in FEATURES:
        assert songs[feature.name].between(feature.low, feature.high).all(), feature.name
    for name in ("year", "popularity", "duration_ms", "explicit", "key", "mode"):
        assert pd.api.types.is_integer_dtype(songs[name]), name
    assert set(songs["mode"]) == set(songs["explicit"]) == {0, 1}
    assert set(songs["key"]) == set(range(12))


def test_ids_look_like_spotifys_but_can_be_recognised(songs):
    assert ID_PREFIX == INVENTED_ID == "invented"
    assert songs["id"].str.fullmatch("invented[0-9A-Za-z]{14}").all()
    assert songs["id"].is_unique


def test_release_dates_begin_with_the_year(songs):
    assert (songs["release_date"].str[:4] == songs["year"].astype(str)).all()
    full = songs["release_date"].str.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])")
    assert (full | songs["release_date"].str.fullmatch(r"\d{4}")).all()
    assert 0.5 < full.mean() < 0.95


def test_artists_have_several_songs_and_a_few_have_very_many(songs):
    of_artist = songs["credits"].str[0].value_counts()

    assert 1_500 < len(of_artist) < 4_000
    assert of_artist.median() >= 4
    assert of_artist.max() >= 60
    assert of_artist.head(len(of_artist) // 10).sum() > 0.25 * len(songs)


def test_careers_are_no_longer_than_a_life(songs):
    years = songs.groupby(songs["credits"].str[0])["year"].agg(["min", "max"])

    assert (years["max"] - years["min"]).max() < 70


def test_some_songs_have_guests(songs):
    n_credits = songs["credits"].map(len)

    assert set(n_credits) == {1, 2, 3}
    assert 0.05 < (n_credits > 1).mean() < 0.25
    assert songs["credits"].map(lambda credits: len(set(credits)) == len(credits)).all()


def test_some_songs_are_other_versions_of_a_song_of_the_same_artist(songs):
    plain = songs["name"].map(normalise_title)
    first_artist = songs["credits"].str[0]
    is_version = plain.groupby([first_artist, plain]).transform("size") > 1

    assert 0.05 < is_version.mean() < 0.35
    for tail in (r" - Remastered \d{4}$", r" \(Live\)$", r" - Radio Edit$", r" - Acoustic$"):
        assert songs["name"].str.contains(tail)[is_version].sum() > 10
    assert not pd.DataFrame({"artist": first_artist, "title": songs["name"]}).duplicated().any()


def test_versions_sound_alike(songs):
    key = songs["credits"].str[0] + "\n" + songs["name"].map(normalise_title)
    within = songs.groupby(key)["valence"].std().dropna()

    assert within.median() < songs["valence"].std() / 3


def test_names_contain_what_careless_readers_break(songs, artists):
    names = "".join(artists["artists"]) + "".join(songs["name"])

    assert {"Wren, The Mapmaker", "Ivory, Slate & Co."} <= set(artists["artists"])
    assert {"None", "1999"} & set(songs["name"])
    for script in ("[À-ÿ]", "[ぁ-ヿ一-鿿]", "[Α-ω]", "[А-я]"):
        assert re.search(script, names), script


def test_titles_are_varied(songs):
    assert songs["name"].duplicated(keep=False).mean() < 0.25


def test_the_genres_file_covers_every_artist_once(songs, artists):
    credited = songs["credits"].explode()

    assert artists["artists"].is_unique
    assert set(artists["artists"]) == set(credited)
    counts = credited.value_counts()
    assert (artists["count"] == artists["artists"].map(counts)).all()


def test_artists_have_up_to_three_genres_and_some_none(folder, artists):
    genres = artists["genres"].map(ast.literal_eval)

    assert set(genres.map(len)) == {0, 1, 2, 3}
    assert 0.05 < (genres.map(len) == 0).mean() < 0.2
    assert set(genres.explode().dropna()) <= {genre.name for genre in GENRES}
    assert len(read_genres(folder / "data_w_genres.csv")) == (genres.map(len) > 0).sum()


def test_artists_means_are_those_of_their_songs(songs, artists):
    by_artist = songs.explode("credits").groupby("credits")["energy"].mean()

    difference = artists.set_index("artists")["energy"] - by_artist
    assert difference.abs().max() < 0.001  # songs are written with three digits


def test_genres_keep_to_their_years(songs, artists):
    genres = artists.set_index("artists")["genres"].map(ast.literal_eval)
    first = songs["credits"].str[0].map(genres)
    of = {
        name: songs[first.map(lambda names, name=name: names[:1] == [name])]
        for name in ("ballroom swing", "haze rap")
    }

    assert of["ballroom swing"]["year"].median() < 1965
    assert of["haze rap"]["year"].min() >= 2011
    assert of["haze rap"]["explicit"].mean() > 0.5 > of["ballroom swing"]["explicit"].mean()


@pytest.mark.parametrize("name", NAMES)
def test_means_and_spreads_resemble_real_music(songs, real, name):
    spread = real[name].std()

    assert songs[name].mean() == pytest.approx(real[name].mean(), abs=0.15 * spread)
    assert songs[name].std() == pytest.approx(spread, rel=0.2)


def test_correlations_resemble_those_of_real_music(songs, real):
    invented, true = songs[list(NAMES)].corr(), real[list(NAMES)].corr()

    assert (invented - true).abs().max(axis=None) < 0.2
    assert invented.loc["energy", "loudness"] > 0.6
    assert invented.loc["energy", "acousticness"] < -0.5
    assert invented.loc["valence", "danceability"] > 0.3
    assert invented.loc["year", "popularity"] > 0.2


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_artist_and_hardly_any_title_is_real(tmp_path, real, seed):
    invented = pd.read_csv(write_invented_catalogue(tmp_path, seed=seed), **AS_TEXT)

    real_artists = set(real["artists"].map(ast.literal_eval).explode().str.casefold())
    names = invented["artists"].map(ast.literal_eval).explode()
    assert names[names.str.casefold().isin(real_artists)].tolist() == []
    assert invented["name"].str.casefold().isin(set(real["name"].str.casefold())).mean() < 0.02


def test_no_genre_is_real():
    path = SHARED_DATA / "data_w_genres.csv.gz"
    if not path.exists():
        pytest.skip("the real artists' genres are not here (../shared/data)")
    texts = pd.read_csv(path, keep_default_na=False)["genres"]

    real_genres = {name.strip() for text in texts for name in text.strip("[]").split(",")}

    assert real_genres.isdisjoint(genre.name for genre in GENRES)
