"""The documentation: whatever it names exists, and whatever exists is named."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.catalogue.build import MODEL_ARRAYS
from recommender.catalogue.catalogue import ARRAYS
from recommender.catalogue.together import TOGETHER_ARRAYS
from settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = (
    sorted(path for path in ROOT.glob("*.md"))
    + sorted(ROOT.glob("docs/*.md"))
    + [ROOT / "data" / "README.md"]
)
FILES = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split("\n")
# Made while running, or by a command that the page names.
NOT_IN_GIT = {
    "models",
    "data.csv",
    "data_w_genres.csv",
    "instance",
    "keys.env",
    ".env",
    "archive.zip",
}


@pytest.mark.parametrize("setting", [name.upper() for name in Settings.model_fields])
def test_every_setting_is_in_the_readme_and_in_the_example(setting):
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert f"`{setting}`" in README
    assert re.search(rf"^#? ?{setting}=", example, re.MULTILINE)


def test_the_example_names_no_setting_that_does_not_exist():
    named = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)

    assert set(named) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))

    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page):
    named = re.findall(
        r"`((?:[\w.-]+/)*[\w-]+\.(?:py|md|ini|toml|in|txt|ipynb|env|css|js))`",
        page.read_text(encoding="utf-8"),
    )

    missing = [
        name for name in named if name not in NOT_IN_GIT and not any(file.endswith(name) for file in FILES)
    ]

    assert missing == []


def test_the_arrays_of_a_build_are_explained_and_no_others():
    page = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")

    rows = re.findall(r"^\| (`[^|]+`) \|", page.partition("## The arrays")[2], re.MULTILINE)

    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(
        {*ARRAYS, *MODEL_ARRAYS, *TOGETHER_ARRAYS}
    )


def test_every_command_is_in_the_readme():
    offered = subprocess.run(
        [sys.executable, "-m", "cli", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    commands = re.findall(r"^    ([a-z-]+)", offered.stdout, re.MULTILINE)

    assert {"demo", "train", "recommend", "bundle"} <= set(commands)
    for command in commands:
        assert f"`./run {command}" in README, command


def test_every_test_that_the_security_page_names_is_there():
    named = re.findall(
        r"`(tests/[\w/]+\.py)?(?:::(\w+))?`", (ROOT / "docs" / "security.md").read_text("utf-8")
    )
    file = ""
    missing = []

    for path, test in named:
        file = path or file
        if test and f"def {test}(" not in (ROOT / file).read_text("utf-8"):
            missing.append((file, test))

    assert sum(bool(test) for _, test in named) > 30
    assert missing == []
