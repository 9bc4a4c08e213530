"""The invented catalogue: songs and artists that do not exist, in the format of the real dataset."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from invented.careers import InventedArtist, InventedSong, invent_artists, invent_songs
from invented.genres import GENRES
from invented.naming import Namer
from invented.playlists import invent_playlists
from invented.sound import DoubleArray, draw_features

ID_PREFIX = "invented"  # so that nobody mistakes the ids for Spotify's
ID_LENGTH = 22
BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# fmt: off
SONG_COLUMNS = (
    "valence", "year", "acousticness", "artists", "danceability", "duration_ms", "energy", "explicit", "id",
    "instrumentalness", "key", "liveness", "loudness", "mode", "name", "popularity", "release_date",
    "speechiness", "tempo",
)
MEANS = (
    "acousticness", "danceability", "duration_ms", "energy", "instrumentalness", "liveness", "loudness",
    "speechiness", "tempo", "valence", "popularity",
)
# fmt: on
PLAYLIST_COLUMNS = ("user_id", "artistname", "trackname", "playlistname")
SONGS_A_PLAYLIST = 20  # of the catalogue for each playlist that is invented
ARTIST_COLUMNS = ("genres", "artists", *MEANS, "key", "mode", "count")
NO_GENRES = 0.1  # of the artists have no genre, as in the real file
WHOLE = {"year", "duration_ms", "explicit", "key", "mode", "popularity"}


def write_invented_catalogue(folder: Path, n_songs: int = 20_000, seed: int = 0) -> Path:
    """Write data.csv, data_w_genres.csv and playlists.csv, and return the path of the first.

    The first two are in the schema of the Kaggle dataset, the third has playlists by
    names alone, one for every twenty songs. The same seed and size give the same
    bytes. `folder` is created if need be; existing files are overwritten.

    Parameters
    ----------
    n_songs : int
        Songs in data.csv, at least 1.
    """
    rng = np.random.default_rng(seed)
    namer = Namer(rng)
    artists = invent_artists(rng, namer, n_songs)
    songs = invent_songs(rng, namer, artists)
    features = draw_features(rng, songs, len(artists))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "data.csv"
    _write(path, SONG_COLUMNS, _song_rows(rng, songs, artists, features))
    _write(folder / "data_w_genres.csv", ARTIST_COLUMNS, _artist_rows(rng, songs, artists, features))
    # With chance of their own, so that they change none of the songs.
    playlists = invent_playlists(
        np.random.default_rng((seed, 1)), songs, artists, features["popularity"], n_songs // SONGS_A_PLAYLIST
    )
    rows = (
        (playlist.user, artists[songs[at].artists[0]].name, songs[at].title, playlist.name)
        for playlist in playlists
        for at in playlist.songs
    )
    _write(folder / "playlists.csv", PLAYLIST_COLUMNS, rows)
    return path


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _song_rows(
    rng: np.random.Generator,
    songs: list[InventedSong],
    artists: list[InventedArtist],
    features: dict[str, DoubleArray],
) -> list[tuple[str, ...]]:
    """Return the rows of data.csv, oldest song first."""
    columns = {name: _written(name, values) for name, values in features.items()}
    columns["id"] = _ids(rng, len(songs))
    columns["name"] = [song.title for song in songs]
    columns["artists"] = [str([artists[number].name for number in song.artists]) for song in songs]
    columns["release_date"] = [song.released for song in songs]
    rows = list(zip(*(columns[name] for name in SONG_COLUMNS), strict=True))
    # Songs are shuffled within a year, so that an artist's are not together.
    order = np.lexsort((rng.random(len(songs)), features["year"]))
    return [rows[row] for row in order]


def _written(name: str, values: DoubleArray) -> list[str]:
    """Format a column as the real dataset does: three significant digits, three decimals for dB and tempo."""
    if name in WHOLE:
        return [str(value) for value in np.rint(values).astype(np.int64).tolist()]
    form = ".3f" if name in ("loudness", "tempo") else ".3g"
    return [format(value, form) for value in values.tolist()]


def _ids(rng: np.random.Generator, n_songs: int) -> list[str]:
    """Draw ids; with 14 free characters two will practically never be the same."""
    drawn = rng.integers(0, len(BASE_62), (n_songs, ID_LENGTH - len(ID_PREFIX)))
    return [ID_PREFIX + "".join(BASE_62[at] for at in row) for row in drawn.tolist()]


def _artist_rows(
    rng: np.random.Generator,
    songs: list[InventedSong],
    artists: list[InventedArtist],
    features: dict[str, DoubleArray],
) -> list[list[str]]:
    """Return the rows of data_w_genres.csv, by name: means over the songs that credit an artist."""
    credits = [(row, number) for row, song in enumerate(songs) for number in song.artists]
    song_rows, numbers = np.array(credits).T
    counts = np.bincount(numbers, minlength=len(artists))
    means = {name: np.bincount(numbers, features[name][song_rows], len(artists)) / counts for name in MEANS}
    commonest = {
        name: _commonest(features[name][song_rows], numbers, len(artists)) for name in ("key", "mode")
    }
    has_genres = rng.random(len(artists)) >= NO_GENRES
    rows = []
    for number in sorted(range(len(artists)), key=lambda number: artists[number].name):
        genres = [GENRES[genre].name for genre in artists[number].genres] if has_genres[number] else []
        numbers_of = [format(means[name][number], ".6g") for name in MEANS]
        whole = [str(commonest["key"][number]), str(commonest["mode"][number]), str(counts[number])]
        rows.append([str(genres), artists[number].name, *numbers_of, *whole])
    return rows


def _commonest(values: DoubleArray, numbers: npt.NDArray[np.int64], n_artists: int) -> npt.NDArray[np.int64]:
    """Return the commonest value (0 to 11) of each artist; of equally common ones, the lowest."""
    tally = np.zeros((n_artists, 12), dtype=np.int64)
    np.add.at(tally, (numbers, values.astype(np.int64)), 1)
    commonest: npt.NDArray[np.int64] = tally.argmax(axis=1)
    return commonest
