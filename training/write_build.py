"""Writing a build into `models/`: beside the old one, then switched to at once.

Replacing `manifest.json` is the switch, so a reader sees the old build or the
new one and never a mixture. `recommender.catalogue.build` reads it.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.catalogue.build import FORMAT, MANIFEST, compute_sha256
from recommender.catalogue.features import NAMES
from recommender.errors import BadModels


def write_build(
    folder: Path,
    arrays: Mapping[str, npt.NDArray[Any]],
    pickles: Mapping[str, bytes],
    facts: Mapping[str, Any],
) -> None:
    """Write a build into `folder` and switch to it; until the switch the old one stays complete.

    Parameters
    ----------
    arrays : all of `ARRAYS` and `MODEL_ARRAYS`
    pickles : file name -> content
    facts : the manifest's entries besides format, features and files

    Raises
    ------
    BadModels
        If `folder` is a file, or cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        inside = Path(tempfile.mkdtemp(prefix="arrays-", dir=folder))
    except (FileExistsError, NotADirectoryError) as error:
        raise BadModels(f"{folder} is a file: models go into a folder") from error
    except OSError as error:
        raise BadModels(
            f"{folder} cannot be written to ({error.strerror}): choose another folder with --out,"
            " and name it by MODELS_DIR"
        ) from error
    try:
        inside.chmod(0o755)  # the server may run as another user
        for name, array in arrays.items():
            np.save(inside / f"{name}.npy", array, allow_pickle=False)
        digests = {f"{inside.name}/{file.name}": compute_sha256(file) for file in sorted(inside.iterdir())}
        for name, content in pickles.items():
            (inside / name).write_bytes(content)
            digests[name] = compute_sha256(inside / name)
        manifest = {"format": FORMAT, "features": NAMES, "arrays": inside.name, "sha256": digests, **facts}
        (inside / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False), encoding="utf-8")
        # All is written, so a full disk can no longer leave half a build: only renaming remains.
        for name in (*pickles, MANIFEST):
            (inside / name).replace(folder / name)
    except BaseException:
        shutil.rmtree(inside)
        raise
    for old in folder.glob("arrays-*"):
        if old != inside:
            shutil.rmtree(old)
