"""What `./run` starts: the commands, a module each, and how one ends."""

import argparse
import sys
from collections.abc import Mapping
from typing import Protocol

from cli import (
    bench,
    bundle,
    check,
    db,
    demo,
    evaluate,
    fetch_data,
    fit,
    fuzz,
    notebook,
    plot,
    recommend,
    rehearse_deploy,
    serve,
    serve_or_demo,
    soak,
    terminal,
    test,
    train,
    translate,
)
from cli.errors import UsageError
from version import VERSION


class Command(Protocol):
    """What the module of a command has.

    It imports whatever takes long inside `run`, so that help and usage errors appear at once.
    """

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments of the command."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do the work of the command, and return its exit code."""


#: Every command, in the order of the help. A new one is a module and a line here.
COMMANDS: Mapping[str, Command] = {
    "demo": demo,
    "serve": serve,
    "test": test,
    "fuzz": fuzz,
    "check": check,
    "fetch-data": fetch_data,
    "train": train,
    "recommend": recommend,
    "evaluate": evaluate,
    "fit": fit,
    "translate": translate,
    "notebook": notebook,
    "bench": bench,
    "plot": plot,
    "soak": soak,
    "db": db,
    "bundle": bundle,
    "rehearse-deploy": rehearse_deploy,
}


def main(words: list[str]) -> int:
    """Run the command that `words` name; 2 for a usage error, 1 for a failure with its sentence.

    A closed pipe, as in `… | head -1`, ends a command in silence.
    """
    terminal.allow_any_letter()
    try:
        try:
            return run_command(words)
        finally:
            terminal.flush_output()
    except BrokenPipeError:
        terminal.drop_output()
        return terminal.CLOSED_PIPE
    except SystemExit:
        # The parser has printed the help or what is wrong: nothing else needs to be loaded.
        raise
    # Python evaluates this only once something was raised: a command that succeeds loads none of them.
    except load_failures() as error:
        from recommender.language import ToldError
        from recommender.printable import make_printable

        told = error.describe(terminal.load_language()) if isinstance(error, ToldError) else str(error)
        # It may name what stands in a file.
        print(f"run: {make_printable(told)}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1


def run_command(words: list[str]) -> int:
    """Run the command that `words` name, and return its exit code."""
    if words[:1] == ["test"]:  # what follows is pytest's, options included
        return test.run(argparse.Namespace(words=words[1:]))
    arguments = build_parser().parse_args(words)
    command: Command = arguments.command
    return command.run(arguments)


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of all commands; its `command` is the module to run."""
    parser = argparse.ArgumentParser(prog="./run", description="Without a command: set up and serve.")
    parser.add_argument("--version", action="version", version=VERSION)
    parser.set_defaults(command=serve_or_demo)
    subparsers = parser.add_subparsers(metavar="COMMAND")
    for name, command in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=command.HELP, description=command.HELP)
        subparser.set_defaults(command=command)
        command.add_arguments(subparser)
    return parser


def load_failures() -> tuple[type[Exception], ...]:
    """Import the errors that end a command with their sentence instead of a traceback."""
    from benchmarks.errors import BenchmarkError
    from cli.errors import CommandError
    from formats.errors import FormatError
    from jobs.queue import QueueUnusable
    from recommender.errors import RecommenderError
    from settings import SettingsError
    from store.errors import StoreError

    return (
        BenchmarkError,
        CommandError,
        FormatError,
        OSError,
        QueueUnusable,
        RecommenderError,
        SettingsError,
        StoreError,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
