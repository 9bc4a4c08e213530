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


def find_our_file(name):
    """Return the file of a module of ours, or of the one that holds this name; None where it is not ours."""
    for place in (Path(*name.split(".")), Path(*name.split(".")[:-1])):
        for file in (place.with_suffix(".py") if place.name else place, place / "__init__.py"):
            if (ROOT / file).is_file():
                return file
    return None


def list_files_needed(entries):
    """Return all files of ours that some files import, and they themselves."""
    needed, waiting = set(), list(map(Path, entries))
    while waiting:
        if (path := waiting.pop()) not in needed:
            needed.add(path)
            waiting += filter(None, map(find_our_file, list_imports(path)))
    return needed
