"""Write logs as lines of JSON, without names of people.

A line has what a program asks for (level, request, route, status, milliseconds, the person's number
and role), and never what somebody sent: no query, header, cookie, form, and of an unexpected error
where it happened and not what it says, which may be anybody's words.
"""

from __future__ import annotations

__all__ = ["JsonLines", "begin_logs", "request_number", "scrubbed"]

import contextvars
import json
import logging
import os
import re
import secrets
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from typing import Any

from grader.errors import StorageError, UsageError, os_error_sentence
from grader.version import __version__

request_number: contextvars.ContextVar[str] = contextvars.ContextVar("request", default="")
"""The random number of the request that is being answered, in whatever thread."""
# What looks like a secret or an address is not written down, whoever put it into a sentence.
_SECRET = re.compile(
    r"\b(?:bearer|basic)\s+\S+"
    r"|(?<=://)[^\s/@:]+:[^\s/@]+(?=@)"
    r"|(?<=/invitation/)[^\s\"']+"
    r"|\b(?:token|code|secret|password|session|state|nonce)=[^\s&\"']+"
    r"|(?<![\w/.-])[\w-]{32,}(?![\w/.-])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_FIELDS = ("route", "method", "status", "milliseconds", "person", "role", "hand_in", "bytes")
MOST = 2_000


def scrubbed(text: str) -> str:
    """Replace whatever looks like a secret or an e-mail address in a sentence."""
    return _ADDRESS.sub("…@…", _SECRET.sub("…", text))[:MOST]


class JsonLines(logging.Formatter):
    """Formats each record as a line of JSON.

    Parameters
    ----------
    run : str
        The name of this run of the portal.
    """

    def __init__(self, run: str) -> None:
        super().__init__()
        self._run = run

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "run": self._run,
        }
        if request := request_number.get():
            line["request"] = request
        line["from"] = record.name
        line["said"] = scrubbed(record.getMessage())
        line.update((name, getattr(record, name)) for name in _FIELDS if hasattr(record, name))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _error(error: BaseException) -> dict[str, Any]:
    """Return where an error happened; its message only if it is one of our own sentences."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    told: dict[str, Any] = {
        "type": type(error).__name__,
        "frames": [f"{_short(one.filename)}:{one.lineno} {one.name}" for one in frames],
    }
    if isinstance(error, StorageError):
        told["said"] = scrubbed(str(error))
    if error.__cause__ is not None:
        told["cause"] = type(error.__cause__).__name__
    return told


def _short(file: str) -> str:
    """Return the end of a file's path: enough to find it, and no home directory."""
    return "/".join(file.replace(os.sep, "/").split("/")[-3:])


def begin_logs(place: str, level: int = logging.INFO) -> str:
    """Write all logs of this process as lines of JSON; return the run's name.

    Parameters
    ----------
    place : str
        A file, which may be moved away and is made anew then; ``-`` for the standard error.
    level : int
        The least that is written.

    Raises
    ------
    UsageError
        Where the file cannot be written.
    """
    run = secrets.token_hex(4)
    try:
        handler: logging.Handler = (
            logging.StreamHandler(sys.stderr)
            if place == "-"
            else WatchedFileHandler(place, encoding="utf-8")
        )
    except OSError as error:
        raise UsageError(
            f"The log {place} cannot be written: {os_error_sentence(error)}."
        ) from error
    handler.setFormatter(JsonLines(run))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))  # libraries tell what goes wrong, no more
    logging.getLogger("grader").setLevel(level)
    logging.getLogger("grader.portal").info("the portal begins, grader %s", __version__)
    return run
