"""What the judge orders about files that are loaded, and what failed in them."""

from __future__ import annotations

__all__ = ["MAX_NAMES", "Failure", "LoadRecord"]

import os
from typing import TYPE_CHECKING

from grader.runner.failures import relative
from grader.runner.guards import guarded
from grader.wire.replies import MAX_FAILED_LINES

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType

    from grader.wire.replies import FailedLine

MAX_NAMES = 100


class Failure:
    """What a statement has raised, and the names that are perhaps undefined because of it."""

    def __init__(self, module: ModuleType, line: FailedLine, names: set[str]) -> None:
        self._module = module
        self.line = line
        self.names = names

    def told(self) -> FailedLine:
        """Return the report to the judge, with the names that are still undefined."""
        lost = [n for n in sorted(self.names) if n == "*" or not hasattr(self._module, n)]
        return self.line._replace(names=lost[:MAX_NAMES])


class LoadRecord:
    """The judge's orders, and the failures.

    Parameters
    ----------
    root : str
        Absolute path of the submission's root.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.hurried = False
        self.careful: Callable[[str, int], object] | None = None
        self._skipped: set[tuple[str, int]] = set()
        self._failures: list[Failure] = []

    def obey(
        self,
        skipped: set[tuple[str, int]],
        *,
        hurried: bool,
        tell: Callable[[str, int], object] | None,
    ) -> None:
        """Take the judge's orders for the files that are loaded next.

        Parameters
        ----------
        skipped : set of (str, int)
            File and line of statements that are not run.
        hurried : bool
            Whether only imports, definitions and constants are run.
        tell : callable, optional
            Called with each statement before it is run.
        """
        self._skipped, self.hurried, self.careful = skipped, hurried, tell

    def skips(self, path: str, first: int, last: int) -> int:
        """Return the line whose statement is to be skipped; 0 if none is."""
        own = relative(path, self.root)
        lines = [line for file, line in self._skipped if file == own and first <= line <= last]
        return min(lines, default=0)

    @property
    def singly(self) -> bool:
        """Whether the file has to be run statement by statement."""
        return bool(self._skipped or self.hurried or self.careful)

    # ------------------------------------------------------------------ failures

    def add(self, failure: Failure) -> None:
        """Keep a failure."""
        if len(self._failures) < MAX_FAILED_LINES:
            self._failures.append(failure)

    def told(self) -> list[FailedLine]:
        """Return the failures since the last call."""
        failures, self._failures = self._failures, []
        return [failure.told() for failure in failures]

    def forget(self) -> None:
        """Forget the failures that were not told."""
        self._failures.clear()

    def is_guarded(self, error: BaseException) -> bool:
        """Say whether the code that imports the running file would catch this error."""
        return guarded(error, f"{self.root}{os.sep}")

    def place(self, frame: FrameType | None) -> tuple[str, int]:
        """Return the file and the line of the top-level statement that is running.

        If one file imports another, the inner file counts; the file is empty if none is running.
        """
        while frame is not None:
            file = relative(frame.f_code.co_filename, self.root)
            if file is not None and frame.f_code.co_name == "<module>":
                return file, frame.f_lineno
            frame = frame.f_back
        return "", 0
