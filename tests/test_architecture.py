"""The layout's rules: who may import whom, and what the server must not load."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Place -> what it may import besides the standard library and itself, in the
# order of the tree. A name with a dot allows that module and what is below it;
# the longest place that fits a module rules it. The table of CONTRIBUTING.md.
MAY_IMPORT = {
    "run": set(),
    "application.py": {"startup", "settings"},
    "worker.py": {"startup", "settings"},
    "settings.py": {"setting_checks"},
    "setting_checks.py": set(),
    "bounded_http.py": {"requests"},
    "flask_spotify_auth.py": {
        "bounded_http",
        "flask",
        "authlib",
        "werkzeug",
        "requests",
        "settings",
        "web.context",
        "web.errors",
        "web.listener",
        "web.sessions",
        "spotify",
        "store.accounts",
        "store.tokens",
    },
    "web": {
        "flask",
        "flask_wtf",
        "itsdangerous",
        "werkzeug",
        "settings",
        "recommender.errors",
        "recommender.explanation.phrases",
        "recommender.song",
        "spotify.errors",
        "spotify.paging",
        "store",
    },
    "jobs": {
        "bounded_http",
        "huey",
        "redis",
        "requests",
        "sqlalchemy",
        "settings",
        "recommender",
        "spotify",
        "store",
    },
    "formats": {"recommender.song"},
    "recommender": {"numpy"},
    "training": {"numpy", "pandas", "scipy", "sklearn", "threadpoolctl", "formats", "recommender"},
    "evaluation": {"numpy", "tqdm", "matplotlib", "formats", "recommender"},
    "spotify": {"bounded_http", "requests", "spotipy", "recommender.song"},
    "store": {"alembic", "cryptography", "sqlalchemy"},
    "standin": {"flask", "numpy", "werkzeug", "formats", "recommender.song"},
    "invented": {"numpy"},
}
# They put the parts together, or stand outside the running system.
MAY_IMPORT_EVERYTHING = {"startup.py", "cli"}
OUTSIDE = {"benchmarks", "tests", "notebooks"}
# The core is pure: none of these, though the standard library has them.
IMPURE = {
    "os",
    "time",
    "datetime",
    "random",
    "socket",
    "subprocess",
    "threading",
    "urllib",
    "http",
    "sqlite3",
    "logging",
}
MAY_TOUCH_FILES = {"recommender/catalogue/build.py"}  # os.replace


def modules():
    """Yield every module of the application, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for line in sorted(listed.stdout.decode().split("\n")):
        path = Path(line)
        if (
            (path.suffix == ".py" or line == "run")
            and path.parts[0] not in OUTSIDE
            and (ROOT / path).exists()
        ):
            yield path


def imports(path):
    """Give every module that a file imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def find_place(path):
    """Return the entry of the table that rules a module: its own, else that of the nearest folder."""
    places = [path.as_posix(), *(folder.as_posix() for folder in path.parents)]
    return next((place for place in places if place in MAY_IMPORT), path.parts[0])


def is_allowed(name, path):
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or top == path.parts[0]:
        return True
    allowed = MAY_IMPORT[find_place(path)]
    return any(name == one or name.startswith(one + ".") or one.startswith(name + ".") for one in allowed)


MODULES = list(modules())


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_only_what_its_place_may(path):
    if path.parts[0] in MAY_IMPORT_EVERYTHING:
        return

    assert find_place(path) in MAY_IMPORT, (
        f"{path}: a new place needs a line in MAY_IMPORT and in CONTRIBUTING.md"
    )
    assert sorted(name for name in imports(path) if not is_allowed(name, path)) == []


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[0] == "recommender"], ids=str)
def test_the_core_knows_no_clock_no_network_no_chance(path):
    impure = {name.partition(".")[0] for name in imports(path)} & IMPURE

    assert impure <= ({"os"} if path.as_posix() in MAY_TOUCH_FILES else set())


def test_only_the_entries_read_the_environment():
    readers = {
        path.as_posix()
        for path in MODULES
        if re.search(r"os\.environ|getenv|import environ", (ROOT / path).read_text(encoding="utf-8"))
    }

    assert readers <= {
        "run",
        "application.py",
        "worker.py",
        "cli/__main__.py",
        "cli/processes.py",
        "standin/__main__.py",
    }


def test_nobody_imports_the_composition():
    importers = {
        path.as_posix() for path in MODULES if "startup" in {n.partition(".")[0] for n in imports(path)}
    }

    assert importers == {"application.py", "worker.py", "cli/processes.py"}


def test_the_rules_catch_a_forbidden_import():
    assert not is_allowed("flask", Path("recommender/ranking/rank.py"))
    assert not is_allowed("recommender.ranking.rank", Path("spotify/library.py"))
    assert not is_allowed("sklearn.cluster", Path("recommender/catalogue/model.py"))
    assert not is_allowed("startup", Path("jobs/make_playlist.py"))
    assert is_allowed("recommender.song", Path("spotify/library.py"))


def test_the_server_loads_neither_pandas_nor_scikit_learn():
    program = (
        "import sys, startup; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'pandas', 'sklearn', 'scipy', 'kagglehub'}))"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"
