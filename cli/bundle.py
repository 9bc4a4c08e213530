"""`./run bundle`: the source bundle that Elastic Beanstalk deploys."""

import argparse
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.arguments import add_models
from cli.errors import CommandError
from cli.paths import ROOT
from version import VERSION

HELP = "Make the Elastic Beanstalk zip: what git holds, and models/."
MAX_MB = 500  # Elastic Beanstalk's limit
# What the instance's Linux reads: with Windows' line endings none of it works, and only there would it show.
READ_BY_LINUX = ("Procfile", "uwsgi.ini", ".platform/", ".ebextensions/")
STARTED_BY_LINUX = (".platform/hooks/", ".platform/confighooks/")
# As committed, whatever the checkout's own line endings are.
ARCHIVE = ("git", "-c", "core.autocrlf=false", "-c", "core.eol=lf", "archive", "--format=zip")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file to write and the models to pack."""
    parser.add_argument("--out", type=Path, default=ROOT / f"recommender-{VERSION}.zip")
    add_models(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the bundle, and print what is in it, and what of the checkout is not.

    Raises
    ------
    CommandError
        If the catalogue is invented, whose songs Spotify does not have; or as `write_bundle`.
    BadModels
        As `write_bundle`.
    """
    from recommender.catalogue.build import load_build

    if load_build(arguments.models).is_invented:
        raise CommandError(
            f"{arguments.models} holds the demo's invented catalogue, with which the site would not start:"
            " get the dataset with ./run fetch-data and build it with ./run train"
        )
    print(write_bundle(ROOT, arguments.models, arguments.out))
    if left_out := list_uncommitted(ROOT):
        print("not in it, as not committed: " + ", ".join(left_out))
    return 0


def write_bundle(root: Path, models: Path, out: Path) -> str:
    """Write the files of the last commit and `models/` as built; return a sentence on them.

    An older bundle is replaced only by a whole one.

    Raises
    ------
    CommandError
        If this is no git checkout with a commit, Elastic Beanstalk could not run what is
        committed, the zip is too large for it, or it cannot be written.
    BadModels
        If there is no whole build in `models`.
    """
    from recommender.catalogue.build import load_build

    build = load_build(models)
    with _naming_the_place(out):
        beside = tempfile.TemporaryDirectory(prefix=f"{out.name}-", dir=out.parent)
    with beside as folder:
        packed = Path(folder) / "bundle.zip"
        _pack_commit(root, packed)
        with zipfile.ZipFile(packed, "a", compression=zipfile.ZIP_DEFLATED) as bundle:
            _check_runs_on_linux(bundle)
            for file in sorted(path for path in models.rglob("*") if path.is_file()):
                bundle.write(file, Path("models") / file.relative_to(models))
        size_mb = packed.stat().st_size / 2**20
        if size_mb > MAX_MB:
            raise CommandError(f"the bundle has {size_mb:.0f} MB, Elastic Beanstalk takes {MAX_MB}")
        with _naming_the_place(out):
            packed.replace(out)
    return f"{out}: {size_mb:.1f} MB, {build.manifest['rows']:,} songs of {build.manifest['dataset']}"


def list_uncommitted(root: Path) -> list[str]:
    """List the files that differ from the last commit, new ones included, but for what git ignores."""
    command = ("git", "status", "--porcelain", "-z", "--no-renames")
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return [entry[3:] for entry in done.stdout.split("\0") if entry]


@contextmanager
def _naming_the_place(out: Path) -> Iterator[None]:
    """Raise what keeps the bundle from its place as one sentence about that, not about a temporary file."""
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"{out} cannot be written ({error.strerror}): choose another place with --out"
        ) from error


def _pack_commit(root: Path, out: Path) -> None:
    """Write the files of the last commit into a zip."""
    command = [*ARCHIVE, f"--output={out.absolute()}", "HEAD"]
    try:
        done = subprocess.run(
            command, cwd=root, check=False, capture_output=True, text=True, errors="replace"
        )
    except FileNotFoundError as error:
        raise CommandError("git was not found, and the bundle holds what git holds: install git") from error
    if done.returncode != 0:
        reason = " ".join(done.stderr.split())
        raise CommandError(
            f"git cannot tell what to pack ({reason}): bundle needs a clone of the project with a commit"
        )


def _check_runs_on_linux(bundle: zipfile.ZipFile) -> None:
    """Check the line endings of what the instance reads, and that it may start the hooks.

    Raises
    ------
    CommandError
        Naming every file that must be committed otherwise.
    """
    files = [entry for entry in bundle.infolist() if not entry.is_dir()]
    read = [entry for entry in files if entry.filename.startswith(READ_BY_LINUX)]
    if crlf := [entry.filename for entry in read if b"\r" in bundle.read(entry)]:
        raise CommandError(
            f"{', '.join(crlf)} would not work on Elastic Beanstalk, as committed with Windows line endings"
            " (CRLF): git add --renormalize . && git commit, then bundle again"
        )
    started = [entry for entry in files if entry.filename.startswith(STARTED_BY_LINUX)]
    if idle := [entry.filename for entry in started if not entry.external_attr >> 16 & 0o100]:
        names = " ".join(idle)
        raise CommandError(
            f"{', '.join(idle)} cannot be started, as committed without the right to be run:"
            f" git update-index --chmod=+x {names} && git commit, then bundle again"
        )
