"""`./run` without a command: the real Spotify where credentials are set, else the demo."""

import argparse

from cli import demo
from cli.paths import ROOT

HELP = "Serve the real Spotify where credentials are set, else the demo."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: everything is set by the environment."""


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    from cli.environment import load_environment
    from cli.processes import DEFAULT_PORT, read_port, serve

    environment = load_environment(ROOT, make_keys=True)
    if environment.get("SPOTIFY_CLIENT_ID", "").strip():
        here = f"http://127.0.0.1:{read_port(environment, 'PORT', DEFAULT_PORT)}"
        return serve(ROOT, {"PUBLIC_URL": here, **environment})
    return demo.run(argparse.Namespace(data=None, library=None))
