"""What the demo needs before it can be served: a catalogue, its models, settings for the stand-in."""

import hashlib
import secrets
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.environment import STATE_REMEDY
from cli.errors import CommandError
from cli.processes import DEFAULT_PORT, Companion, read_port, require_free
from formats.registry import load_reading
from recommender.catalogue.build import load_build
from recommender.errors import BadDataset, BadModels
from settings import read_state_dir
from standin.listeners import name_listener
from standin.music import make_user_id
from standin.portraits import PORTRAITS

STANDIN_PORT = 8001


@dataclass(frozen=True)
class Demo:
    """The environment to serve with, and the stand-in's process."""

    environment: dict[str, str]
    standin: Companion


def prepare(root: Path, environment: Mapping[str, str], data: Path | None, library: Path | None) -> Demo:
    """Build a catalogue and its model where there are none yet, and point the settings at the stand-in.

    Without `data` the catalogue is invented. The stand-in forgets everything
    when it stops, so the demo's database starts empty every time.

    Raises
    ------
    CommandError
        If a port cannot be listened on or is not a port, or nothing can be kept in the state folder.
    FormatError, BadDataset
        If a given file cannot be used.
    """
    if library:
        # A file that cannot be read ends the command here.
        print(f"run: {library.name}: {load_reading(library).describe()}", file=sys.stderr)
    port = read_port(environment, "PORT", DEFAULT_PORT)
    standin_port = read_port(environment, "STANDIN_PORT", STANDIN_PORT)
    require_free(standin_port, "STANDIN_PORT=8011 ./run")
    require_free(port, "PORT=8010 ./run")
    folder = root / read_state_dir(environment) / "demo"
    state = folder / f"state-{port}"
    try:
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir(parents=True)
    except OSError as error:
        raise CommandError(f"nothing can be kept in {folder} ({error.strerror}): {STATE_REMEDY}") from error
    catalogue, models = _build_models(folder, data)
    standin_url = f"http://127.0.0.1:{standin_port}"
    settings = {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SPOTIFY_CLIENT_ID": "demo",
        "SPOTIFY_CLIENT_SECRET": secrets.token_urlsafe(16),
        "SPOTIFY_ACCOUNTS_URL": standin_url,
        "SPOTIFY_API_URL": f"{standin_url}/v1",
        "SPOTIFY_OPEN_URL": standin_url,
        "RECCOBEATS_URL": f"{standin_url}/reccobeats/v1",
        "DATABASE_URL": f"sqlite:///{state / 'recommender.db'}",
        "MODELS_DIR": str(models),
        # That of the first listener, so that the page can be looked at.
        "OPERATOR_ID": make_user_id(0, name_listener(library) if library else PORTRAITS[0].name),
        "PROXY_HOPS": "0",
        # The machine's proxy would not find the stand-in.
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    words = [sys.executable, "-m", "standin", "--catalogue", str(catalogue), "--port", str(standin_port)]
    words += ["--library", str(library.resolve())] if library else []
    return Demo({**environment, **settings}, Companion("spotify", shlex.join(words), standin_port))


def _build_models(folder: Path, data: Path | None) -> tuple[Path, Path]:
    """Return a catalogue and its models, built now unless an earlier start left them whole."""
    if data is None:
        models, catalogue = folder / "invented", folder / "invented" / "data.csv"
    else:
        models, catalogue = folder / f"data-{_fingerprint(data)}", data.resolve()
    if _is_built(models):
        return catalogue, models
    # Imported only when something is to be built: pandas and scikit-learn take seconds.
    from training.train import train

    print("run: Building the catalogue and the model (some seconds, the first time only)", file=sys.stderr)
    if data is None:
        from invented.catalogue import write_invented_catalogue

        write_invented_catalogue(models)
    train([catalogue], models, playlists=[] if data else [models / "playlists.csv"])
    return catalogue, models


def _fingerprint(data: Path) -> str:
    try:
        with data.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:12]
    except FileNotFoundError as error:
        raise BadDataset(f"there is no file {data}") from error


def _is_built(models: Path) -> bool:
    try:
        load_build(models)
    except BadModels:
        return False
    return True
