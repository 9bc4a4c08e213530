import subprocess
import zipfile
from pathlib import Path

import pytest

from cli.bundle import write_bundle
from cli.errors import CommandError
from recommender.catalogue.build import load_build
from recommender.errors import BadModels

ROOT = Path(__file__).parents[2]


def git(folder, *words):
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def checkout(tmp_path):
    """A clone of this project with what must not be packed: keys, credentials, an uncommitted file."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs the git checkout, and this is none")
    folder = tmp_path / "checkout"
    git(tmp_path, "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder))
    (folder / "instance").mkdir()
    (folder / "instance" / "keys.env").write_text("SECRET_KEY=secret\n")
    (folder / ".env").write_text("SPOTIFY_CLIENT_SECRET=secret\n")
    (folder / "notes.txt").write_text("of no commit")
    return folder


def test_the_bundle_holds_what_git_holds_and_the_models(checkout, invented, tmp_path):
    sentence = write_bundle(checkout, invented / "models", tmp_path / "bundle.zip")

    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        names = [entry.filename for entry in bundle.infolist() if not entry.is_dir()]
        bundle.extractall(tmp_path / "unpacked")
    committed = git(checkout, "ls-tree", "-r", "--name-only", "-z", "HEAD").split("\0")[:-1]
    built = [name for name in names if name.startswith("models/")]
    assert sorted(names) == sorted([*committed, *built])
    assert {"Procfile", "application.py", "requirements.txt", ".ebextensions/10-application.config"} <= set(
        names
    )
    assert len(load_build(tmp_path / "unpacked" / "models").catalogue) == 3_000
    assert "3,000 songs of data.csv" in sentence


def test_the_bundle_holds_no_secret(checkout, invented, tmp_path):
    write_bundle(checkout, invented / "models", tmp_path / "bundle.zip")

    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        names = bundle.namelist()
    assert [
        name for name in names if name.startswith(("instance/", ".git/")) or name in (".env", "notes.txt")
    ] == []


def test_hooks_stay_executable(checkout, invented, tmp_path):
    write_bundle(checkout, invented / "models", tmp_path / "bundle.zip")

    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        hooks = [
            each
            for each in bundle.infolist()
            if each.filename.startswith(".platform/hooks/") and not each.is_dir()
        ]
    assert hooks
    assert all(hook.external_attr >> 16 & 0o111 for hook in hooks)


def test_an_older_bundle_is_replaced(checkout, invented, tmp_path):
    write_bundle(checkout, invented / "models", tmp_path / "bundle.zip")
    size = (tmp_path / "bundle.zip").stat().st_size

    write_bundle(checkout, invented / "models", tmp_path / "bundle.zip")

    assert (tmp_path / "bundle.zip").stat().st_size == size


def test_without_models_there_is_no_bundle(checkout, tmp_path):
    with pytest.raises(BadModels, match=r"\./run train"):
        write_bundle(checkout, checkout / "models", tmp_path / "bundle.zip")

    assert not (tmp_path / "bundle.zip").exists()


def test_outside_a_checkout_there_is_no_bundle(invented, tmp_path):
    with pytest.raises(CommandError, match="git archive failed"):
        write_bundle(tmp_path, invented / "models", tmp_path / "bundle.zip")
