"""Tables that a spreadsheet may open: a cell that begins with =, +, - or @ would be a formula there."""

import re

import pytest

from tests.support.imports import ROOT

WRITES_TABLES = re.compile(r"csv\.writer|DictWriter|to_csv|to_excel|text/csv")
#: What writes tables of names that we have made up, or that are measured and thrown away.
OF_OUR_OWN = {"invented", "benchmarks", "tests"}
#: What neutralises such cells, and brings them back when it is read: tests/formats/test_written_songs.py.
NEUTRALISES = {"formats/written_songs.py"}


def test_no_other_table_with_names_of_others_is_written():
    written = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("*/**/*.py")
        if path.relative_to(ROOT).parts[0] not in {*OF_OUR_OWN, ".venv", "instance"}
        and WRITES_TABLES.search(path.read_text(encoding="utf-8"))
    }

    assert written == NEUTRALISES, (
        "neutralise cells that begin with =, +, -, @, a tab or CR: see docs/security.md"
    )


@pytest.mark.parametrize("names", ["titles", "artists"])
def test_no_invented_name_is_a_formula(invented_songs, names):
    cells = [song.title for song in invented_songs]
    if names == "artists":
        cells = [name for song in invented_songs for name in song.artists]

    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
