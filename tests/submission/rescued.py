"""What tests of files that fail in part have in common: a file of functions, and asking it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.submission import Session

FILE = "ex/work.py"
HELPER = "ex/helper.py"
FUNCTIONS = """
    import math

    def double(x):
        return 2 * x

    def root(x):
        return math.sqrt(x)

    RATE = 0.5
    RATES = [RATE * k for k in range(3)]
"""

Opens = Callable[..., Session]


def value(session: Session, name: str, *arguments: Any) -> Any:
    """Call a function of the file."""
    return session.call(FILE, name, arguments).value


def all_is_there(session: Session) -> None:
    """Check what `FUNCTIONS` defines, above and below the line that fails."""
    assert value(session, "double", 2) == 4
    assert value(session, "root", 9.0) == 3.0
    assert session.get(FILE, "RATES") == [0.0, 0.5, 1.0]
