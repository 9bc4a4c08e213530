"""What the tests of the evaluation share: the invented build and its songs."""

import pytest

from formats.library_csv import read_library
from recommender.catalogue.build import load_build


@pytest.fixture(scope="session")
def build(invented):
    """The build of the invented catalogue."""
    return load_build(invented / "models")


@pytest.fixture(scope="session")
def songs(invented):
    """The songs of the invented catalogue."""
    return read_library(invented / "data.csv")
