"""The stand-in as a process: `python -m standin --catalogue data.csv --port 8001`."""

import argparse
import os
import signal
import sys
from pathlib import Path
from threading import Event

from formats.errors import FormatError
from formats.library_csv import read_library
from standin.listeners import choose_demo_listeners, read_listener
from standin.server import serve
from standin.state import State

# Of every demo listener: a playlist of their own, with one saved song in so many.
OWN_PLAYLIST = "Evenings at home"
IN_PLAYLIST_EVERY = 3


def main(words: list[str]) -> int:
    """Serve until SIGTERM or SIGINT; return 1, with a sentence on stderr, if it cannot start."""
    arguments = _arguments(words)
    try:
        state = _state(arguments)
        running = serve(state, arguments.port)
    except (FormatError, OSError) as error:
        print(f"standin: {error}", file=sys.stderr)
        return 1
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with running:
        print(
            f"standin: Spotify's stand-in with {len(state.listeners)} listeners at {running.url}", flush=True
        )
        stopped.wait()
    return 0


def _arguments(words: list[str]) -> argparse.Namespace:
    environment = os.environ
    parser = argparse.ArgumentParser(prog="python -m standin", description=__doc__)
    parser.add_argument("--catalogue", type=Path, required=True, help="songs in the Kaggle schema")
    parser.add_argument("--library", type=Path, help="an exported library, for one more listener")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--client-id", default=environment.get("SPOTIFY_CLIENT_ID"))
    parser.add_argument("--redirect-uri", default=f"{environment.get('PUBLIC_URL', '').rstrip('/')}/callback")
    # From the environment only: every user of the machine can read a command line.
    parser.set_defaults(client_secret=environment.get("SPOTIFY_CLIENT_SECRET"))
    arguments = parser.parse_args(words)
    if not arguments.client_id or not arguments.client_secret or arguments.redirect_uri == "/callback":
        parser.error("SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET and PUBLIC_URL must be set")
    return arguments


def _state(arguments: argparse.Namespace) -> State:
    songs = read_library(arguments.catalogue)
    state = State(songs, arguments.client_id, arguments.client_secret, (arguments.redirect_uri,))
    listeners = [read_listener(arguments.library)] if arguments.library else []
    for listener in [*listeners, *choose_demo_listeners(arguments.catalogue, songs)]:
        added = state.add_listener(listener.name, listener.saved, listener.about)
        state.add_playlist(added, OWN_PLAYLIST, "", is_public=False, is_collaborative=False).entries[:] = (
            added.saved[::IN_PLAYLIST_EVERY]
        )
    return state


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
