"""How the tests are shared among several processes."""

from pathlib import Path

from tests.support.parallel import WHOLE_SYSTEMS

ROOT = Path(__file__).parents[2]


def test_every_file_that_must_not_run_beside_another_is_there():
    assert [name for name in sorted(WHOLE_SYSTEMS) if not (ROOT / name).is_file()] == []
