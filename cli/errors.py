"""What ends a command with one sentence.

CommandError      the command cannot do its work
└── UsageError    its arguments do not fit together
"""


class CommandError(Exception):
    """The command cannot do its work; the text says what to do."""


class UsageError(CommandError):
    """The arguments of the command do not fit together."""
