"""The object that ``get_ipython()`` returns in a notebook's cells, with the magics that matter.

No shell is run and nothing is installed. Magics for the screen do nothing; magics that change
names and values do what they do in a real kernel.
"""

from __future__ import annotations

__all__ = ["Shell", "silent_display"]

import importlib
import os
import runpy
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from grader.runner.shims import Nothing

if TYPE_CHECKING:
    from collections.abc import Callable

INSTALLERS = frozenset(["pip", "conda", "mamba", "uv"])
# The rest of the cell is Python that is run as usual.
TRANSPARENT = frozenset(["time", "capture", "prun", "debug"])


class Place(Protocol):
    """Where code is run: the cells of a notebook, or a file exported from a notebook."""

    @property
    def names(self) -> dict[str, Any]:
        """The namespace."""

    def statement(self, source: str) -> Any:
        """Run a statement; return its value if it is an expression."""

    def apart(self, source: str, offset: int) -> None:
        """Run statements in a namespace of their own."""

    def leave_out(self, text: str) -> None:
        """Note what is not run, such as ``!ls``, unless the reader has noted it."""


class Timing(Nothing):
    """What ``%timeit -o`` gives: one run, measured."""

    def __init__(self, seconds: float) -> None:
        self.average = self.best = self.worst = seconds
        self.stdev, self.loops, self.repeat = 0.0, 1, 1
        self.all_runs = self.timings = [seconds]


class Captured(Nothing):
    """What ``%%capture`` assigns: it is empty, the output goes where all output goes."""

    stdout = stderr = ""
    outputs: tuple[Any, ...] = ()


class Shell:
    """Replaces IPython's shell, for one notebook or one file."""

    def __init__(self, cells: Place) -> None:
        self._cells = cells

    def __getattr__(self, name: str) -> Any:
        """Return an attribute that does nothing, for everything else that a shell has."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()

    @property
    def user_ns(self) -> dict[str, Any]:
        """The names of the notebook."""
        return self._cells.names

    def run_line_magic(self, name: str, line: str, _stack_depth: int = 1) -> Any:
        """Do what ``%name line`` does; do nothing for an unknown magic."""
        del _stack_depth
        if name in INSTALLERS:
            self._cells.leave_out(f"%{name} {line}")
        magic: Callable[[str], Any] | None = getattr(self, f"_magic_{name}", None)
        return None if isinstance(magic, Nothing) or magic is None else magic(line)

    def run_cell_magic(self, name: str, line: str, cell: str) -> Any:
        """Do what ``%%name line`` does with the rest of a cell; do nothing if it is unknown."""
        if name == "timeit":
            return self._once(cell, line, offset=1)
        if name in ("writefile", "file"):
            return _write(line, cell)
        return self._cells.statement(cell) if name in TRANSPARENT else None

    def magic(self, line: str) -> Any:
        """Do what a line that begins with ``%`` does."""
        name, _, rest = line.lstrip("%").partition(" ")
        return self.run_line_magic(name, rest)

    def system(self, line: str) -> None:
        """Run no shell."""
        self._cells.leave_out(f"!{line}")

    def getoutput(self, line: str, *_: Any, **__: Any) -> list[str]:
        """Run no shell, and return an empty list of lines."""
        self._cells.leave_out(f"!{line}")
        return []

    def captured(self) -> Captured:
        """Return what ``%%capture name`` gives to the name."""
        return Captured()

    # ------------------------------------------------------------------ magics by name

    def _magic_time(self, line: str) -> Any:
        return self._simple(line)

    def _magic_timeit(self, line: str) -> Any:
        return self._once(_without_options(line), line, offset=0)

    def _magic_prun(self, line: str) -> Any:
        return self._simple(_without_options(line))

    def _magic_cd(self, line: str) -> None:
        os.chdir(Path(_without_options(line).strip().strip("'\"") or "~").expanduser())

    def _magic_pwd(self, line: str) -> str:
        del line
        return str(Path.cwd())

    def _magic_env(self, line: str) -> None:
        name, sign, value = line.partition("=") if "=" in line else line.partition(" ")
        if sign and name.strip():
            os.environ[name.strip()] = value.strip()

    _magic_set_env = _magic_env

    def _magic_pylab(self, line: str) -> None:
        del line
        source = "import numpy as np\nfrom matplotlib import pyplot as plt\nfrom pylab import *"
        exec(source, self._cells.names)  # noqa: S102  (the magic's own three lines)

    def _magic_run(self, line: str) -> None:
        options, _, rest = line.rpartition("-i ") if "-i " in line else ("", "", line)
        del options
        words = [word for word in shlex.split(rest) if not word.startswith("-")]
        if not words:
            return
        path = Path(words[0])
        if path.suffix == ".ipynb":
            module = importlib.import_module(path.stem)
            self._cells.names.update(_public(vars(module)))
            return
        if not path.suffix and not path.exists():
            path = path.with_suffix(".py")
        before = sys.argv
        sys.argv = [str(path), *words[1:]]
        try:
            found = runpy.run_path(str(path), run_name="__main__")
        finally:
            sys.argv = before
        self._cells.names.update(_public(found))

    # ------------------------------------------------------------------ running a statement

    def _simple(self, line: str) -> Any:
        """Run the statement behind ``%time``, which may itself begin with a magic."""
        line = line.strip()
        if line.startswith("%"):
            return self.magic(line)
        return None if line.startswith("!") else self._cells.statement(line)

    def _once(self, source: str, options: str, *, offset: int) -> Timing | None:
        """Run the statement of ``timeit`` once, in a namespace of its own."""
        started = time.perf_counter()
        self._cells.apart(source, offset)
        taken = time.perf_counter() - started
        return Timing(taken) if "-o" in options.split() else None


def silent_display(*_: Any, display_id: object = None, **__: Any) -> Any:
    """Replace ``display``: there is no screen, and the handle that it returns does nothing."""
    return Nothing() if display_id else None


def _public(names: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in names.items() if not name.startswith("__")}


def _without_options(line: str) -> str:
    """Return a magic's statement without the options before it, such as ``-n 10 -o``."""
    words = line.lstrip().split(" ")
    while words and words[0].startswith("-") and words[0][1:2].isalpha():
        takes = words[0][1:] in ("n", "r", "t", "c", "p", "s", "l", "D", "T")
        del words[: 2 if takes and len(words) > 1 else 1]
    return " ".join(words)


def _write(line: str, text: str) -> None:
    words = shlex.split(line)
    mode = "a" if "-a" in words or "--append" in words else "w"
    names = [word for word in words if not word.startswith("-")]
    if names:
        with Path(names[-1]).open(mode, encoding="utf-8") as file:
            file.write(text)
