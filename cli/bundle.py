"""`./run bundle`: the source bundle that Elastic Beanstalk deploys."""

import argparse
import subprocess
import zipfile
from pathlib import Path

from cli.arguments import add_models
from cli.errors import CommandError
from cli.paths import ROOT

HELP = "Make the Elastic Beanstalk zip: what git holds, and models/."
MAX_MB = 500  # Elastic Beanstalk's limit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file to write and the models to pack."""
    parser.add_argument("--out", type=Path, default=ROOT / "bundle.zip")
    add_models(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the bundle, and print what is in it."""
    print(write_bundle(ROOT, arguments.models, arguments.out))
    return 0


def write_bundle(root: Path, models: Path, out: Path) -> str:
    """Write the files of the last commit and `models/` as built; return a sentence on them.

    Raises
    ------
    CommandError
        If this is no git checkout, or the zip is too large for Elastic Beanstalk.
    BadModels
        If there is no whole build in `models`.
    """
    from recommender.catalogue.build import load_build

    build = load_build(models)
    archive = subprocess.run(
        ["git", "archive", "--format=zip", f"--output={out}", "HEAD"],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )
    if archive.returncode != 0:
        raise CommandError(f"git archive failed: {archive.stderr.strip()}")
    with zipfile.ZipFile(out, "a", compression=zipfile.ZIP_DEFLATED) as bundle:
        for file in sorted(path for path in models.rglob("*") if path.is_file()):
            bundle.write(file, Path("models") / file.relative_to(models))
    size_mb = out.stat().st_size / 2**20
    if size_mb > MAX_MB:
        raise CommandError(f"{out} has {size_mb:.0f} MB, Elastic Beanstalk takes {MAX_MB}")
    return f"{out}: {size_mb:.1f} MB, {build.manifest['rows']:,} songs of {build.manifest['dataset']}"
