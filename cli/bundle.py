"""The Elastic Beanstalk source bundle: what git holds, and the built models."""

import subprocess
import zipfile
from pathlib import Path

from cli.processes import CommandError
from recommender.catalogue.build import load

MAX_MB = 500  # Elastic Beanstalk's limit


def make(root: Path, models: Path, out: Path) -> str:
    """Write the zip and say what is in it: the files of the last commit, and `models/` as built.

    Raises
    ------
    CommandError
        If this is no git checkout, or the zip is too large for Elastic Beanstalk.
    BadModels
        If there is no whole build in `models`.
    """
    build = load(models)
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
