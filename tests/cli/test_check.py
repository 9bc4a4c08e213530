"""What `./run check` says of the advisories on what the server needs."""

import json

import pytest

from cli.check import describe_audit


def print_audit(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


SOUND = {"name": "flask", "version": "3.1.3", "vulns": []}
WEAK = {
    "name": "werkzeug",
    "version": "3.1.9",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["3.1.10"], "aliases": [], "description": "Long."}],
}
SKIPPED = {"name": "redis", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize("printed", ["", "Traceback", print_audit(), print_audit(SKIPPED)], ids=range(4))
def test_without_a_network_the_check_says_so_and_passes(printed):
    assert describe_audit(printed, "no route to host") == (
        False,
        "pip-audit: no advisory could be looked up (is there a network?): no route to host",
    )


def test_a_known_weakness_fails_and_names_the_version_to_take():
    assert describe_audit(print_audit(SOUND, WEAK), "") == (
        True,
        "pip-audit: werkzeug 3.1.9: PYSEC-2026-1, mended in 3.1.10",
    )


def test_where_nothing_is_known_it_says_of_how_many():
    assert describe_audit(print_audit(SOUND, SOUND, SKIPPED), "") == (
        False,
        "pip-audit: no weakness is known in 2 packages",
    )
