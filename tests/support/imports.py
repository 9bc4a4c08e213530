"""What the files of the project import."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def list_imports(path):
    """Return all that a file imports, in functions too: modules, and the names taken from them with theirs."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found
