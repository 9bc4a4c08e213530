"""Where the project lies, whichever folder a command is typed in."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
MODELS = ROOT / "models"
