"""What ends a rehearsal with one sentence."""

from cli.errors import CommandError


class RehearsalError(CommandError):
    """The deployment would fail as well; the text says where."""
