"""`./run serve`: the processes of a server, as the Procfile names them."""

import argparse

from cli.paths import ROOT

HELP = "Start what the Procfile starts, and nothing else."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: everything is set by the environment."""


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop; no keys are made, a server must be given them."""
    from cli.environment import load_environment
    from cli.processes import serve

    return serve(ROOT, load_environment(ROOT, make_keys=False))
