"""A build in `models/`, checked and loaded.

`manifest.json` names the folder of the current arrays and the SHA-256 of every
file; `training.write_build` writes them. Training also leaves `scaling.pkl` and
`kmeans.pkl` for people; they are never loaded here, as unpickling runs whatever
a file says.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from mmap import mmap
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.lib.format import open_memmap

from recommender.catalogue.catalogue import ARRAYS, Catalogue, build_catalogue
from recommender.catalogue.decades import describe_decades
from recommender.catalogue.features import NAMES
from recommender.catalogue.model import Estimator, Model
from recommender.catalogue.together import TOGETHER_ARRAYS, build_together
from recommender.errors import BadModels
from recommender.language import mark

FORMAT = 8
MANIFEST = "manifest.json"
MODEL_ARRAYS = ("mean", "scale", "centres", "by_genre", "within_artist")
REMEDY = mark("build it with ./run train")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


#: Entry of the manifest -> whether a value of JSON can be its.
ENTRIES: Mapping[str, Callable[[Any], bool]] = {
    # The name of a folder inside that of the build.
    "arrays": lambda value: isinstance(value, str) and value == Path(value).name not in ("", ".."),
    "sha256": lambda value: isinstance(value, dict) and _is_texts(list(value.values())),
    "is_invented": lambda value: isinstance(value, bool),
    "cluster_names": _is_texts,
    "cluster_genres": lambda value: isinstance(value, list) and all(map(_is_texts, value)),
    "genre_names": _is_texts,
    # Null where none were given to training.
    "playlists": lambda value: value is None or isinstance(value, dict),
    "rows": lambda value: type(value) is int,
    "dataset": lambda value: isinstance(value, str),
}


@dataclass(frozen=True, eq=False)
class Build:
    """A loaded build, ready to recommend from."""

    catalogue: Catalogue
    model: Model
    manifest: Mapping[str, Any]
    # Name of an array -> its file, as long as it was when it was mapped.
    files: Mapping[str, mmap] = field(default_factory=dict)

    def require_whole(self) -> None:
        """Check that no file was cut off in place: whoever reads beyond its end is killed by the system.

        It takes microseconds. A build that was moved away or replaced is whole.

        Raises
        ------
        BadModels
            If one was; it may be restored in place.
        """
        for name, file in self.files.items():
            if file.size() < len(file):
                raise BadModels("the array {name} was cut off while it was in use", REMEDY, name=name)

    @property
    def is_invented(self) -> bool:
        """Whether its songs are invented, so that the real Spotify knows none of them."""
        return bool(self.manifest["is_invented"])


def load_build(folder: Path) -> Build:
    """Load the build in `folder`: check every file and map the arrays into memory.

    Raises
    ------
    BadModels
        If a file is missing or damaged, or format or feature order differ from
        this program's.
    """
    manifest = _load_manifest(folder)
    if manifest.get("format") != FORMAT or manifest.get("features") != list(NAMES):
        raise BadModels("{path} was built by another version of this program", REMEDY, path=folder)
    if not (
        manifest.keys() >= ENTRIES.keys() and all(fits(manifest[name]) for name, fits in ENTRIES.items())
    ):
        raise BadModels("{path} is damaged", REMEDY, path=folder / MANIFEST)
    inside = folder / manifest["arrays"]
    playlists = manifest["playlists"]
    mapped = {
        name: _map_array(inside / f"{name}.npy", folder, manifest["sha256"])
        for name in (*ARRAYS, *MODEL_ARRAYS, *(TOGETHER_ARRAYS if playlists else ()))
    }
    # Plain views of the mapped files: each access to a `memmap` costs microseconds more.
    arrays = {name: np.asarray(array) for name, array in mapped.items()}
    mean, scale, centres, *learned = (np.array(arrays[name]) for name in MODEL_ARRAYS)
    names = tuple(manifest["cluster_names"])
    genres = tuple(tuple(of_cluster) for of_cluster in manifest["cluster_genres"])
    if not len(names) == len(genres) == len(centres):
        raise BadModels("{path} is damaged", REMEDY, path=folder / MANIFEST)
    catalogue = build_catalogue(arrays, build_together(arrays) if playlists else None)
    decades = describe_decades(catalogue.years, catalogue.cluster_starts)
    genre_names = tuple(manifest["genre_names"])
    model = Model(mean, scale, centres, names, genres, genre_names, Estimator(*learned), decades)
    files = {name: cast(mmap, array.base) for name, array in mapped.items()}
    return Build(catalogue, model, manifest, files)


def require_files(folder: Path) -> None:
    """Check that `folder` still holds a whole build, as a process that starts needs it; no array is read.

    Raises
    ------
    BadModels
        If the manifest cannot be read, or an array that it names is missing or in a folder that
        may not be entered.
    """
    digests = _load_manifest(folder).get("sha256")
    if not isinstance(digests, dict):
        raise BadModels("{path} is damaged", REMEDY, path=folder / MANIFEST)
    # The pickles beside the arrays are for people.
    for path in (folder / name for name in digests if name.endswith(".npy")):
        try:
            is_there = path.is_file()
        except OSError as error:  # of a folder that may not be entered, for one
            raise BadModels(
                "{path} cannot be opened: {error}", REMEDY, path=path, error=error.strerror
            ) from error
        if not is_there:
            raise BadModels("{path} is missing", REMEDY, path=path)


def _load_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadModels("there is no model in {path}", REMEDY, path=folder) from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadModels("{path} is damaged", REMEDY, path=folder / MANIFEST) from error
    if not isinstance(manifest, dict):
        raise BadModels("{path} is damaged", REMEDY, path=folder / MANIFEST)
    return manifest


def _map_array(path: Path, folder: Path, digests: Mapping[str, str]) -> "np.memmap[Any, Any]":
    try:
        if compute_sha256(path) != digests.get(path.relative_to(folder).as_posix()):
            raise BadModels("{path} is damaged", REMEDY, path=path)
        return open_memmap(path, mode="r")
    except FileNotFoundError as error:
        raise BadModels("{path} is missing", REMEDY, path=path) from error
    # Nor are its bytes an array where the digest was changed with them, or the name of the folder is none.
    except (OSError, ValueError, EOFError) as error:
        raise BadModels("{path} is damaged", REMEDY, path=path) from error


def compute_sha256(path: Path) -> str:
    """Compute the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
