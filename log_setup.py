"""How the processes log: as lines to read, or as one JSON object a line (`LOG_FORMAT`)."""

import logging

from pythonjsonlogger.json import JsonFormatter

from settings import Settings

_TEXT = "%(levelname)s %(name)s: %(message)s"
# What libraries say below these levels is left out, whatever `LOG_LEVEL` is.
_LEVELS = {
    # At DEBUG these print requests whole, tokens included.
    "authlib": logging.INFO,
    "urllib3": logging.INFO,
    "spotipy": logging.INFO,
    # Werkzeug's own server prints every address, and that of a sign-in's answer carries a code.
    "werkzeug": logging.WARNING,
    # At INFO it prints the address of whoever asks too often.
    "flask-limiter": logging.WARNING,
}


class _TextFormatter(logging.Formatter):
    """Appends the id of the request in which a line was logged; what was logged outside of one has none."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        request_id = getattr(record, "request", None)
        return super().formatMessage(record) + (f" [{request_id}]" if request_id else "")


def set_up_logging(settings: Settings) -> None:
    """Let all that is logged in this process go to stderr, in the format and from the level that are set.

    What a line's `extra` has becomes fields of the JSON object. Where somebody else
    has set logging up already, as the tests do, only the libraries' levels are set.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_build_formatter(settings))
    logging.basicConfig(level=settings.log_level, handlers=[handler])
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(max(logging.getLogger().level, level))


def adopt_huey() -> None:
    """Let Huey's consumer log as everybody here does: its own handler, of another format, goes.

    At INFO it would print three lines a minute where there is nothing to do.
    """
    log = logging.getLogger("huey")
    log.handlers.clear()
    log.propagate = True
    log.setLevel(max(logging.getLogger().level, logging.WARNING))


def _build_formatter(settings: Settings) -> logging.Formatter:
    if settings.log_format == "text":
        return _TextFormatter(_TEXT)
    return JsonFormatter(
        ["levelname", "name", "message"],
        rename_fields={"levelname": "level", "name": "logger"},
        timestamp="time",
    )
