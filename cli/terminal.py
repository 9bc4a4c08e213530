"""The outputs of a command: their language, letters that a terminal lacks, readers who leave early."""

import io
import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recommender.language import Language

# What a shell reports of a program that the signal ended; ours ends by itself, having tidied up.
CLOSED_PIPE = 128 + signal.SIGPIPE


def load_language() -> "Language":
    """Load the language of what a command tells a listener, which is the terminal's where that is offered."""
    from languages import load_terminal_language

    return load_terminal_language(os.environ)


def allow_any_letter() -> None:
    """Print `?` for a letter that the terminal's encoding lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def flush_output() -> None:
    """Write what is still buffered; at the end of the process it would be too late to answer an error."""
    if sys.stdout is not None:
        sys.stdout.flush()


def drop_output() -> None:
    """Send what is still to be printed nowhere, once nobody reads it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
