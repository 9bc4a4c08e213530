import os
import re
import subprocess
import sys
import zipfile
from argparse import Namespace
from pathlib import Path

import pytest

from cli import bundle
from cli.bundle import list_uncommitted, write_bundle
from cli.errors import CommandError
from recommender.catalogue.build import load_build
from recommender.errors import BadModels

pytestmark = pytest.mark.slow

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

    with zipfile.ZipFile(tmp_path / "bundle.zip") as packed:
        names = [entry.filename for entry in packed.infolist() if not entry.is_dir()]
        packed.extractall(tmp_path / "unpacked")
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

    with zipfile.ZipFile(tmp_path / "bundle.zip") as packed:
        names = packed.namelist()
    assert [
        name for name in names if name.startswith(("instance/", ".git/")) or name in (".env", "notes.txt")
    ] == []


# Everything that the instance's Linux reads, by a file of each kind.
READ_BY_LINUX = [
    "Procfile",
    "uwsgi.ini",
    ".ebextensions/10-application.config",
    ".platform/hooks/prebuild/10_https_redirect.sh",
    ".platform/hooks/predeploy/10_state_folder.sh",
    ".platform/confighooks/predeploy/10_state_folder.sh",
    ".platform/nginx/conf.d/elasticbeanstalk/10_application.conf",
]


def commit(folder, *words):
    """Commit what is in the index, as somebody."""
    git(
        folder, "-c", "user.name=Lisa", "-c", "user.email=lisa@example.org", "commit", "--quiet", "-m", *words
    )


def commit_as_it_is(checkout, name, content):
    """Commit a file with exactly these bytes, as from a checkout that knows no line endings."""
    (checkout / ".git" / "info" / "attributes").write_text("* -text\n")
    (checkout / name).write_bytes(content)
    git(checkout, "add", name)
    commit(checkout, "as it is")


@pytest.fixture
def from_windows(checkout, tmp_path):
    """A clone as git for Windows, and many a WSL, makes it."""
    folder = tmp_path / "from-windows"
    git(tmp_path, "-c", "core.autocrlf=true", "clone", "--quiet", str(checkout), str(folder))
    git(folder, "config", "core.autocrlf", "true")
    return folder


def test_a_clone_with_autocrlf_has_line_feeds_so_that_run_starts(from_windows):
    listed = git(from_windows, "ls-files", "-z").split("\0")[:-1]
    texts = [name for name in listed if not name.endswith((".png", ".npz", ".ttf"))]

    assert {"run", "Procfile", ".ci/run"} <= set(texts)
    assert [name for name in texts if b"\r\n" in (from_windows / name).read_bytes()] == []
    assert git(from_windows, "status", "--porcelain") == ""


@pytest.mark.parametrize("with_attributes", [True, False])
def test_a_clone_with_autocrlf_is_bundled_with_line_feeds(from_windows, invented, tmp_path, with_attributes):
    if not with_attributes:
        git(from_windows, "rm", "--quiet", ".gitattributes")
        commit(from_windows, "Remove the attributes")

    write_bundle(from_windows, invented / "models", tmp_path / "bundle.zip")

    with zipfile.ZipFile(tmp_path / "bundle.zip") as packed:
        read = [name for name in packed.namelist() if name.startswith(tuple(READ_BY_LINUX))]
        assert set(read) >= set(READ_BY_LINUX)
        assert [name for name in read if b"\r" in packed.read(name)] == []
        assert packed.read(".platform/hooks/predeploy/10_state_folder.sh").startswith(b"#!/bin/sh\n")


@pytest.mark.parametrize("name", READ_BY_LINUX)
def test_windows_line_endings_where_linux_reads_are_refused_with_what_to_do(
    checkout, invented, tmp_path, name
):
    commit_as_it_is(checkout, name, (checkout / name).read_bytes().replace(b"\n", b"\r\n"))
    (tmp_path / "bundle.zip").write_text("an older one")

    with pytest.raises(CommandError) as caught:
        write_bundle(checkout, invented / "models", tmp_path / "bundle.zip")

    assert str(caught.value).startswith(
        f"{name} would not work on Elastic Beanstalk, as committed with Windows"
    )
    assert "git add --renormalize . && git commit" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "bundle.zip").read_text() == "an older one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle.zip", "checkout"]


def test_what_the_refusal_of_windows_line_endings_says_to_do_helps(checkout, invented, tmp_path):
    commit_as_it_is(checkout, "Procfile", b"web: x\r\n")
    (checkout / ".git" / "info" / "attributes").unlink()

    git(checkout, "add", "--renormalize", ".")
    commit(checkout, "Renormalise")

    assert write_bundle(checkout, invented / "models", tmp_path / "bundle.zip")


@pytest.mark.parametrize("name", [name for name in READ_BY_LINUX if name.endswith(".sh")])
def test_a_hook_without_the_right_to_be_run_is_refused_with_what_to_do(checkout, invented, tmp_path, name):
    git(checkout, "update-index", "--chmod=-x", name)
    commit(checkout, "As Windows commits it")

    with pytest.raises(CommandError) as caught:
        write_bundle(checkout, invented / "models", tmp_path / "bundle.zip")

    assert str(caught.value).startswith(f"{name} cannot be started, as committed without the right")
    told = re.search(r"git update-index --chmod=\+x (\S+) && git commit", str(caught.value))
    git(checkout, "update-index", "--chmod=+x", told[1])
    commit(checkout, "As it was")
    assert write_bundle(checkout, invented / "models", tmp_path / "bundle.zip")


def test_hooks_stay_executable(checkout, invented, tmp_path):
    write_bundle(checkout, invented / "models", tmp_path / "bundle.zip")

    with zipfile.ZipFile(tmp_path / "bundle.zip") as packed:
        hooks = [
            each
            for each in packed.infolist()
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


def test_outside_a_checkout_there_is_no_bundle_and_one_sentence_says_why(invented, tmp_path):
    with pytest.raises(CommandError, match="not a git repository") as caught:
        write_bundle(tmp_path, invented / "models", tmp_path / "bundle.zip")

    assert "needs a clone of the project with a commit" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_without_a_commit_there_is_no_bundle_and_one_sentence_says_why(invented, tmp_path):
    git(tmp_path, "init", "--quiet")

    with pytest.raises(CommandError, match=r"\(fatal: .*HEAD\): bundle needs a clone .* with a commit"):
        write_bundle(tmp_path, invented / "models", tmp_path / "bundle.zip")


def test_without_git_there_is_no_bundle_and_one_sentence_says_why(checkout, trained, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "cli", "bundle", "--models", trained, "--out", tmp_path / "b.zip"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout), "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "run: git was not found, and the bundle holds what git holds: install git\n"


def test_a_place_that_is_not_there_is_one_sentence(checkout, invented, tmp_path):
    with pytest.raises(CommandError, match=r"b\.zip cannot be written \(No such file .*with --out"):
        write_bundle(checkout, invented / "models", tmp_path / "none" / "b.zip")


@pytest.mark.parametrize("held", [[], ["notes.txt"]], ids=["empty", "with a file"])
def test_a_place_that_is_a_folder_is_one_sentence_and_left_as_it_is(checkout, invented, tmp_path, held):
    place = tmp_path / "kept"
    place.mkdir()
    for name in held:
        (place / name).write_text("mine")

    with pytest.raises(CommandError) as caught:
        write_bundle(checkout, invented / "models", place)

    assert str(caught.value) == f"{place} cannot be written (Is a directory): choose another place with --out"
    assert [path.name for path in place.iterdir()] == held
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkout", "kept"]


def test_it_is_told_what_is_not_committed(checkout):
    assert list_uncommitted(checkout) == ["notes.txt"]
    (checkout / "README.md").write_text("changed")
    (checkout / "Procfile").unlink()
    (checkout / "Zwölf neue.txt").touch()

    assert list_uncommitted(checkout) == ["Procfile", "README.md", "Zwölf neue.txt", "notes.txt"]


def test_the_invented_catalogue_is_refused_before_the_site_is_anywhere(invented, tmp_path):
    arguments = Namespace(models=invented / "models", out=tmp_path / "bundle.zip")

    with pytest.raises(CommandError, match=r"invented catalogue.*\./run fetch-data.*\./run train"):
        bundle.run(arguments)

    assert not (tmp_path / "bundle.zip").exists()
