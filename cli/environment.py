"""The environment of the processes: what is set, what `.env` holds, and keys made where there are none."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from dotenv import dotenv_values

from cli.errors import CommandError
from settings import read_state_dir

KEYS = "keys.env"
# What keeps memory low in processes that do small matrix products (docs/performance.md).
LEAN = {
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    # Arrays of a large catalogue go back to the system at once; those of a small one stay at hand.
    "MALLOC_MMAP_THRESHOLD_": str(4 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(16 * 2**20),
}
STATE_REMEDY = "set STATE_DIR to a folder that this user may write to, as in STATE_DIR=~/songs ./run"


def load_environment(root: Path, make_keys: bool) -> dict[str, str]:
    """Build the environment of the processes: this one's overrides `.env`, that the file of keys.

    With `make_keys` a missing file of keys is written first, readable by its
    owner only, unless both are set. Whoever deletes it loses all sessions and stored tokens.

    Raises
    ------
    CommandError
        If the file of keys cannot be written.
    SettingsError
        If the folder for it is invalid.
    """
    given = {**_read_variables(root / ".env"), **os.environ}
    keys = root / read_state_dir(given) / KEYS
    if make_keys and not keys.exists() and not (given.get("SECRET_KEY") and given.get("TOKEN_KEYS")):
        _write_keys(keys)
    return {**LEAN, **_read_variables(keys), **given}


def _read_variables(file: Path) -> dict[str, str]:
    return {name: value for name, value in dotenv_values(file).items() if value is not None}


def _write_keys(file: Path) -> None:
    keys = f"SECRET_KEY={secrets.token_urlsafe(32)}\nTOKEN_KEYS={Fernet.generate_key().decode()}\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as opened:
            opened.write(keys)
    except OSError as error:
        raise CommandError(
            f"nothing can be kept in {file.parent} ({error.strerror}): {STATE_REMEDY}"
        ) from error
