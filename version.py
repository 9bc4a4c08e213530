"""The version of the program; `pyproject.toml` alone tells it."""

import tomllib
from pathlib import Path

_PROJECT = tomllib.loads(Path(__file__).with_name("pyproject.toml").read_text(encoding="utf-8"))
VERSION: str = _PROJECT["project"]["version"]
