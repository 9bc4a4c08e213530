"""The layout's rules: who may import whom, and what the server must not load."""

import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.imports import ROOT, list_imports

# Place -> what it may import besides the standard library, in the order of the tree.
# The longest place that fits a module rules it. A folder's modules may import each
# other; a file with its own entry names what it needs of its folder, too. A module of
# ours allows that module alone, "formats.*" all of a package; of a library, the name
# allows what is below it. The table of CONTRIBUTING.md sums this up.
MAY_IMPORT = {
    "run": set(),
    "application.py": {"startup", "settings"},
    "worker.py": {"startup", "settings"},
    "startup.py": {
        "version",
        "flask",
        "flask_wtf",
        "huey",
        "werkzeug",
        "settings",
        "languages",
        "log_setup",
        "bounded_http",
        "metrics.counted",
        "metrics.processes",
        "flask_spotify_auth",
        "drafts.previews",
        "web.*",
        "jobs.*",
        "recommender.catalogue.build",
        "recommender.errors",
        "store.*",
    },
    "settings.py": {"idna", "pydantic", "pydantic_settings"},
    "version.py": set(),
    "languages.py": {"babel", "recommender.language"},
    "log_setup.py": {"pythonjsonlogger", "settings"},
    "bounded_http.py": {"requests"},
    "flask_spotify_auth.py": {
        "bounded_http",
        "drafts.first_mix",
        "flask",
        "authlib",
        "werkzeug",
        "requests",
        "settings",
        "web.context",
        "web.destination",
        "web.errors",
        "web.language",
        "web.listener",
        "web.sessions",
        "spotify",
        "spotify.scopes",
        "store.accounts",
        "store.playlists",
        "store.sessions",
        "store.tokens",
    },
    "metrics": {
        "prometheus_client",
        "jobs.run",
        "settings",
        "store.allowance",
        "store.database",
        "store.errors",
        "store.jobs",
        "store.pauses",
        "version",
        "web.readiness",
    },
    "metrics/processes.py": {"prometheus_client"},
    "web": {
        "flask",
        "flask_wtf",
        "werkzeug",
        "languages",
        "settings",
        "version",
        "drafts.*",
        "formats.*",
        "jobs.errors",
        "recommender.catalogue.build",
        "recommender.catalogue.catalogue",
        "recommender.catalogue.search",
        "recommender.ranking.starts",
        "recommender.errors",
        "recommender.explanation.knowledge",
        "recommender.explanation.phrases",
        "recommender.language",
        "recommender.mix",
        "recommender.picture.*",
        "recommender.printable",
        "recommender.song",
        "recommender.tastes.taste_names",
        "recommender.wishes",
        "spotify.errors",
        "store.accounts",
        "store.allowance",
        "store.database",
        "store.drafts",
        "store.errors",
        "store.job",
        "store.jobs",
        "store.kept_rows",
        "store.libraries",
        "store.mixes",
        "store.opinions",
        "store.own_playlists",
        "store.pauses",
        "store.playlists",
        "store.recipes",
        "store.record",
        "store.schema",
        "store.tokens",
        "store.tuning",
        "store.weekly",
    },
    "web/shown_text.py": {"flask", "markupsafe", "recommender.printable", "web.template_environment"},
    "web/template_environment.py": {"flask", "jinja2"},
    "web/language.py": {
        "flask",
        "markupsafe",
        "werkzeug",
        "languages",
        "recommender.language",
        "web.context",
        "web.destination",
        "web.shown_text",
    },
    "web/rate_limits.py": {
        "flask",
        "flask_limiter",
        "redis",
        "settings",
        "web.errors",
        "web.language",
        "web.origin",
    },
    "web/taste.py": {
        "flask",
        "resvg_py",
        "recommender.picture.picture",
        "store.playlists",
        "web.context",
        "web.listener",
        "web.playlist",
        "web.taste_card",
        "web.taste_page",
    },
    "web/readiness.py": {"sqlalchemy.exc", "jobs.queue", "recommender.errors", "recommender.language"},
    "web/static_files.py": {"flask"},
    "web/compression.py": {"flask", "isal"},
    "web/sessions.py": {"flask", "itsdangerous", "werkzeug", "store.database", "store.sessions"},
    "drafts": {
        "numpy",
        "recommender",
        "recommender.language",
        "recommender.catalogue.build",
        "recommender.catalogue.catalogue",
        "recommender.catalogue.search",
        "recommender.errors",
        "recommender.matching.named_artists",
        "recommender.mix",
        "recommender.song",
        "recommender.tastes.known_features",
        "recommender.wishes",
        "store.*",
    },
    "jobs": {
        "drafts.*",
        "languages",
        "settings",
        "recommender",
        "recommender.catalogue.model",
        "recommender.errors",
        "recommender.language",
        "recommender.tastes.known_features",
        "recommender.wishes",
        "spotify",
        "store.allowance",
        "store.database",
        "store.drafts",
        "store.errors",
        "store.features",
        "store.job",
        "store.jobs",
        "store.libraries",
        "store.mixes",
        "store.own_playlists",
        "store.pauses",
        "store.playlists",
        "store.record",
        "store.runs",
        "store.tokens",
        "store.tuning",
        "store.unplayable",
    },
    "jobs/run.py": {
        "sqlalchemy.exc",
        "settings",
        "jobs.stop",
        "recommender.catalogue.build",
        "spotify",
        "store.allowance",
        "store.database",
        "store.errors",
        "store.job",
        "store.runs",
    },
    "jobs/stop.py": set(),
    "jobs/queue.py": {"huey", "redis", "sqlalchemy.engine", "settings", "store.private_files"},
    "jobs/library_merge.py": {"drafts.kept_library"},
    "jobs/create_playlist.py": {"spotify", "recommender.language"},
    "jobs/refused_songs.py": {"spotify"},
    "jobs/reccobeats.py": {
        "bounded_http",
        "requests",
        "recommender.catalogue.features",
        "recommender.tastes.known_features",
    },
    "formats": {"charset_normalizer", "recommender.language", "recommender.song"},
    "recommender": {"numpy"},
    "training/fit_trees.py": {
        "numpy",
        "lightgbm",
        "recommender.catalogue.arrays",
        "recommender.ranking.signals.trees",
        "training",
    },
    "training/parquet.py": {"pyarrow", "recommender.errors"},
    "training/cluster.py": {
        "distributed",
        "numpy",
        "sklearn",
        "recommender.catalogue.arrays",
        "recommender.errors",
        "training",
    },
    "training": {
        "numpy",
        "pandas",
        "scipy",
        "sklearn",
        "threadpoolctl",
        "formats.*",
        "recommender.catalogue.*",
        "recommender.errors",
        "recommender.matching.artists",
        "recommender.matching.artist_names",
        "recommender.matching.normalise",
        "recommender.matching.scripts",
        "recommender.matching.takes",
        "recommender.ranking.blunders",
        "recommender.ranking.languages",
        "recommender.ranking.signals.audible",
        "recommender.ranking.signals.together",
        "recommender.song",
        "recommender.tastes.fit_estimator",
    },
    "evaluation": {
        "numpy",
        "tqdm",
        "matplotlib",
        "formats.*",
        "recommender",
        "recommender.printable",
        "recommender.song",
        "recommender.catalogue.*",
        "recommender.matching.*",
        "recommender.tastes.*",
        "recommender.ranking.*",
        "recommender.wishes",
    },
    "spotify": {"bounded_http", "requests", "spotipy", "recommender.song"},
    "store": {"alembic", "cryptography", "pydantic", "sqlalchemy"},
    "store/postgresql.py": {"psycopg", "sqlalchemy.exc", "sqlalchemy.pool"},
    "standin": {"flask", "numpy", "werkzeug", "formats.*", "recommender.song"},
    "invented": {"numpy"},
}
# The commands use what they like; of the project they import what stands on a lower floor.
MAY_IMPORT_EVERYTHING = {"cli"}
# They stand outside the running system.
OUTSIDE = {"benchmarks", "rehearsal", "tests", "notebooks"}
# The house from the ground up: a place imports only from the floors below its own and from itself.
# The longest name that fits a module is its place; `recommender` itself is what the core shows outside.
FLOORS = (
    {
        "run",
        "settings",
        "version",
        "bounded_http",
        "store",
        "invented",
        "recommender.language",
        "recommender.latin_letters",
        "recommender.printable",
        "recommender.song",
    },
    {"languages", "log_setup", "recommender.errors", "recommender.footprint"},
    {"formats", "spotify", "recommender.catalogue", "recommender.mix", "recommender.wishes"},
    {"recommender.matching"},
    {"recommender.tastes", "recommender.ranking.limits"},
    {"recommender.ranking.signals", "recommender.ranking.blunders", "recommender.ranking.languages"},
    {"recommender.ranking.scoring", "recommender.ranking.starts", "recommender.ranking.unwanted"},
    {"recommender.preparation"},
    {"recommender.ranking"},
    {"recommender.explanation", "recommender.picture"},
    {"recommender.pipeline"},
    {"recommender", "recommender.report"},
    {"drafts", "standin", "training", "evaluation"},
    {"jobs"},
    {"web"},
    {"flask_spotify_auth", "metrics"},
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
    "secrets",
    "uuid",
    "socket",
    "ssl",
    "select",
    "signal",
    "subprocess",
    "threading",
    "asyncio",
    "concurrent",
    "multiprocessing",
    "urllib",
    "http",
    "sqlite3",
    "pickle",
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
    found = {name: find_floor(name) for name in list_imports(path)}
    return sorted(name for name, (imported, number) in found.items() if imported != place and number >= floor)


def is_allowed(name, path):
    """Return whether the table lets a module import this name."""
    if name.partition(".")[0] in sys.stdlib_module_names:
        return True
    place = find_place(path)
    siblings = set() if place.endswith(".py") else {f"{place}.*"}
    return any(covers(entry, name) for entry in MAY_IMPORT[place] | siblings)


def covers(entry, name):
    """Return whether an entry of the table allows the import of a name."""
    if entry.endswith(".*"):
        return f"{name}.".startswith(entry.removesuffix("*"))
    if entry in BY_NAME:
        return find_module(name) == entry
    return f"{name}.".startswith(f"{entry}.")


def name_module(path):
    """Return the dotted name of a file; a package's `__init__` has the name of the package."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def find_module(name):
    """Return our module that an imported name is, or is taken from; "" where it is not ours."""
    while name and name not in BY_NAME:
        name = name.rpartition(".")[0]
    return name


def draw_import_graph(imports_by_module):
    """Return the modules of ours that each module imports.

    An import counts for the module that it names alone, not for the
    packages around it. Python runs their `__init__` first, but counting
    that would make a cycle of every package that re-exports its modules.
    """
    return {
        module: {found for found in map(find_module, names) if found}
        for module, names in imports_by_module.items()
    }


def find_cycle(graph):
    """Return a cycle of the graph as a list whose ends are the same module; [] where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # It lists each module before the one that imports it.
        return error.args[1][::-1]
    return []


MODULES = list(modules())
BY_NAME = {name_module(path): path for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_only_what_its_place_may(path):
    if path.parts[0] in MAY_IMPORT_EVERYTHING:
        return

    assert find_place(path) in MAY_IMPORT, (
        f"{path}: a new place needs a line in MAY_IMPORT and in CONTRIBUTING.md"
    )
    assert sorted(name for name in list_imports(path) if not is_allowed(name, path)) == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_only_from_lower_floors(path):
    assert find_floor(".".join(path.with_suffix("").parts))[0], f"{path}: a new place needs a floor"
    assert list_upward_imports(path) == []


def test_no_import_leads_back_to_its_own_module():
    graph = draw_import_graph({module: list_imports(path) for module, path in BY_NAME.items()})

    assert " -> ".join(find_cycle(graph)) == ""


def test_a_cycle_is_named():
    graph = draw_import_graph(
        {
            "spotify": {"spotify.client.Client"},
            "spotify.client": {"spotify.retries.retry", "requests"},
            "spotify.retries": {"spotify.errors.Refused", "spotify.client"},
            "spotify.errors": set(),
        }
    )

    cycle = find_cycle(graph)

    assert sorted(cycle[1:]) == ["spotify.client", "spotify.retries"]
    assert cycle[0] == cycle[-1]


def test_what_stands_outside_is_imported_by_the_commands_alone():
    importers = {
        path.parts[0] for path in MODULES if OUTSIDE & {name.partition(".")[0] for name in list_imports(path)}
    }

    assert importers <= {"cli"}


def test_nobody_imports_the_tests():
    assert [
        path for path in MODULES if any(name.split(".")[0] == "tests" for name in list_imports(path))
    ] == []


def test_tests_share_only_what_is_in_their_support():
    shared = re.compile(r"tests\.support\.(?!test_)")
    imported = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in (ROOT / "tests").rglob("*.py")
        for name in list_imports(path.relative_to(ROOT))
        if name.startswith("tests.") and not shared.match(name)
    }

    assert imported == set()


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[0] == "recommender"], ids=str)
def test_the_core_knows_no_clock_no_network_no_chance(path):
    assert not {name.partition(".")[0] for name in list_imports(path)} & IMPURE


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
        # It does not read it, but tells the library where to count.
        "metrics/processes.py",
        "cli/__main__.py",
        "cli/fuzz.py",
        "cli/terminal.py",
        "cli/environment.py",
        "cli/processes.py",
        "standin/__main__.py",
    }


def test_nobody_imports_the_composition():
    importers = {
        path.as_posix() for path in MODULES if "startup" in {n.partition(".")[0] for n in list_imports(path)}
    }

    assert importers == {"application.py", "worker.py", "cli/processes.py"}


def test_the_rules_catch_a_forbidden_import():
    assert not is_allowed("flask", Path("recommender/ranking/rank.py"))
    assert not is_allowed("recommender.ranking.rank", Path("spotify/library.py"))
    assert not is_allowed("sklearn.cluster", Path("recommender/catalogue/model.py"))
    assert not is_allowed("startup", Path("jobs/make_playlist.py"))
    assert not is_allowed("recommender", Path("spotify/library.py"))
    assert not is_allowed("recommender.pipeline.recommend", Path("jobs/make_playlist.py"))
    assert not is_allowed("jobs.run", Path("web/pages.py"))
    assert not is_allowed("training.train", Path("startup.py"))
    assert not is_allowed("jobs.run", Path("jobs/stop.py"))
    assert is_allowed("jobs.run", Path("jobs/make_playlist.py"))
    assert is_allowed("jobs.stop", Path("jobs/run.py"))
    assert is_allowed("recommender.recommend", Path("jobs/make_playlist.py"))
    assert is_allowed("recommender.song", Path("spotify/library.py"))


def test_the_server_loads_neither_pandas_nor_scikit_learn():
    program = (
        "import sys, startup; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'lightgbm', 'pandas', 'sklearn', 'scipy', 'kagglehub'}))"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"
