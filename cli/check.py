"""`./run check`: what a change must pass besides the tests."""

import argparse
import json
import subprocess
import sys

from cli.paths import ROOT

HELP = "Check format, lint, types, and whether a weakness is known of what the server needs."
TOOLS = (["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"])
# Every version is pinned with everything that it needs, so nothing is resolved or installed.
AUDIT = ["pip_audit", "--requirement", "requirements.txt", "--disable-pip", "--require-hashes"]
AUDIT_OPTIONS = ["--format", "json", "--progress-spinner", "off", "--timeout", "5"]
# Forty packages take three seconds; a slow network must not hold the other checks up.
MAX_AUDIT_S = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the whole project is checked."""


def run(arguments: argparse.Namespace) -> int:
    """Run every tool, and return the highest exit code."""
    python = [sys.executable, "-m"]
    codes = [subprocess.run([*python, *tool], cwd=ROOT, check=False).returncode for tool in TOOLS]
    found, sentence = describe_audit(*_audit())
    print(sentence)
    return max(*codes, int(found))


def _audit() -> tuple[str, str]:
    """Return what pip-audit prints, and the last line of what it complains of."""
    words = [sys.executable, "-m", *AUDIT, *AUDIT_OPTIONS]
    try:
        done = subprocess.run(
            words, cwd=ROOT, check=False, capture_output=True, text=True, timeout=MAX_AUDIT_S
        )
    except subprocess.TimeoutExpired:
        return "", f"no answer within {MAX_AUDIT_S} s"
    return done.stdout, done.stderr.strip().rpartition("\n")[2]


def describe_audit(printed: str, complaint: str) -> tuple[bool, str]:
    """Return whether an advisory speaks of a package, and a sentence on what was looked up.

    Without a network nothing is looked up, which is no failure of the change.
    """
    try:
        packages = json.loads(printed)["dependencies"]
    except ValueError:
        packages = []
    looked_up = [package for package in packages if "vulns" in package]
    if not looked_up:
        return False, f"pip-audit: no advisory could be looked up (is there a network?): {complaint}"
    lines = [
        f"pip-audit: {package['name']} {package['version']}: {weakness['id']},"
        f" mended in {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in looked_up
        for weakness in package["vulns"]
    ]
    return bool(lines), "\n".join(lines) or f"pip-audit: no weakness is known in {len(looked_up)} packages"
