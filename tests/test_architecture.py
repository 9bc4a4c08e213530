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
    "settings.py": {"pydantic", "pydantic_settings"},
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
        "recommender.mix",
        "spotify.errors",
        "spotify.paging",
        "store",
    },
    "jobs": {"settings", "recommender", "spotify", "store"},
    "jobs/run.py": {"sqlalchemy.exc", "settings", "recommender.catalogue.build", "spotify", "store"},
    "jobs/stop.py": set(),
    "jobs/queue.py": {"huey", "redis", "sqlalchemy.engine", "settings"},
    "jobs/library_merge.py": {"recommender.song"},
    "jobs/create_playlist.py": {"spotify"},
    "jobs/refused_songs.py": {"spotify"},
    "jobs/reccobeats.py": {
        "bounded_http",
        "requests",
        "recommender.catalogue.features",
        "recommender.tastes.known_features",
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
# They put the parts together; of the project they import what stands on a lower floor.
MAY_IMPORT_EVERYTHING = {"startup.py", "cli"}
# They stand outside the running system.
OUTSIDE = {"benchmarks", "tests", "notebooks"}
# The house from the ground up: a place imports only from the floors below its own, so there is no cycle.
# The longest name that fits a module is its place; `recommender` itself is what the core shows outside.
FLOORS = (
    {"run", "settings", "bounded_http", "store", "invented", "recommender.errors", "recommender.song"},
    {"formats", "spotify", "recommender.catalogue", "recommender.mix", "recommender.wishes"},
    {"recommender.matching"},
    {"recommender.tastes"},
    {"recommender.ranking"},
    {"recommender.explanation"},
    {"recommender.pipeline"},
    {"recommender", "recommender.report"},
    {"jobs", "standin", "training", "evaluation"},
    {"web"},
    {"flask_spotify_auth"},
    {"startup"},
    {"application", "worker"},
    {"cli"},
)
# The core is pure: none of these, though the standard library has them.
IMPURE = {
    "os",
    "shutil",
    "tempfile",
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
    """Return all that a file imports, in functions too: modules, and the names taken from them with theirs."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def find_place(path):
    """Return the entry of the table that rules a module: its own, else that of the nearest folder."""
    places = [path.as_posix(), *(folder.as_posix() for folder in path.parents)]
    return next((place for place in places if place in MAY_IMPORT), path.parts[0])


def find_floor(name):
    """Return the place of a dotted name and the number of its floor; ("", -1) where it is none of ours."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        place = ".".join(parts[:length])
        for number, places in enumerate(FLOORS):
            if place in places:
                return place, number
    return "", -1


def list_upward_imports(path):
    """Return what a module imports from its own floor or from above, but for its own place."""
    place, floor = find_floor(".".join(path.with_suffix("").parts))
    found = {name: find_floor(name) for name in imports(path)}
    return sorted(name for name, (imported, number) in found.items() if imported != place and number >= floor)


def is_allowed(name, path):
    """Return whether the table lets a module import this name."""
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or top == path.parts[0]:
        return True
    allowed = MAY_IMPORT[find_place(path)]
    return any(name == one or name.startswith(one + ".") for one in allowed)


MODULES = list(modules())


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_only_what_its_place_may(path):
    if path.parts[0] in MAY_IMPORT_EVERYTHING:
        return

    assert find_place(path) in MAY_IMPORT, (
        f"{path}: a new place needs a line in MAY_IMPORT and in CONTRIBUTING.md"
    )
    assert sorted(name for name in imports(path) if not is_allowed(name, path)) == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_only_from_lower_floors(path):
    assert find_floor(".".join(path.with_suffix("").parts))[0], f"{path}: a new place needs a floor"
    assert list_upward_imports(path) == []


def test_what_stands_outside_is_imported_by_the_commands_alone():
    importers = {
        path.parts[0] for path in MODULES if OUTSIDE & {name.partition(".")[0] for name in imports(path)}
    }

    assert importers <= {"cli"}


def test_nobody_imports_the_tests():
    assert [path for path in MODULES if any(name.split(".")[0] == "tests" for name in imports(path))] == []


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[0] == "recommender"], ids=str)
def test_the_core_knows_no_clock_no_network_no_chance(path):
    assert not {name.partition(".")[0] for name in imports(path)} & IMPURE


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
    assert not is_allowed("recommender", Path("spotify/library.py"))
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
