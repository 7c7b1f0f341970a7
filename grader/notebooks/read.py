"""Reads notebooks in a separate process: untrusted bytes go in, plain data come out."""

from __future__ import annotations

__all__ = ["Notebook", "NotebookCell", "Reader", "Shape"]

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from grader.errors import Crashed, GraderError, OverLimit, SubmissionError
from grader.sandbox.launcher import Limits, Profile, RunnerSpec
from grader.submission import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from grader.sandbox.launcher import Launcher

NOTEBOOK, PYTHON = "notebooks.read", "notebooks.read_python"
PROFILE = Profile(
    name="notebooks",
    preload=("numpy", "grader.runner.tools.notebooks"),
    environment={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
)
LIMITS = Limits(call_seconds=20.0, exercise_wall_seconds=120.0, exercise_cpu_seconds=120.0)
KEPT = 256  # notebooks that are remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The signature of a definition; see `grader.runner.shapes`.

    Attributes
    ----------
    parameters : tuple of str
        The names of a function's parameters.
    least, most : int
        How many positional arguments it takes; `most` is -1 for any number, and both are -1 for
        anything but a function.
    keys : tuple of str
        The keys of a dict.
    body : str
        A digest of a function's code.
    written : bool
        Whether it is more than a stub.
    defines : bool
        Whether the name is defined; if not, only keys are added to it.
    """

    parameters: tuple[str, ...] = ()
    least: int = -1
    most: int = -1
    keys: tuple[str, ...] = ()
    body: str = ""
    written: bool = True
    defines: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookCell:
    """One cell of a notebook, or one statement of a Python file.

    Attributes
    ----------
    kind : str
        ``code``, ``markdown`` or ``raw``.
    number : int
        Its position among all cells, from 1.
    count : int
        Its position among the code cells that are not blank, from 1: the number that Jupyter shows
        after "Restart and run all". 0 for all other cells.
    text : str
        The author's text.
    source : str
        For code: the translation to Python.
    headings : tuple of str
        The headings of a text, or the first comments of a code cell.
    file : str
        The course's file that begins here, if the cell's metadata say so (``grader.file``).
    defines, borrows, imports : tuple of str
        Names that the code binds at top level, those of them that it imports, and the modules from
        which it imports them.
    shapes : dict of str to Shape
        The shapes of the functions and constants that it defines.
    line : int
        In a Python file: the statement's last line.
    left_out : tuple of str
        Lines and magics that are not run: ``!ls``, ``%%bash``.
    nbgrader : dict
        nbgrader's entries in the cell's metadata; only scalars.
    """

    kind: str
    number: int
    count: int
    text: str
    source: str = ""
    headings: tuple[str, ...] = ()
    file: str = ""
    defines: tuple[str, ...] = ()
    borrows: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    shapes: dict[str, Shape] = field(default_factory=dict)
    line: int = 0
    left_out: tuple[str, ...] = ()
    nbgrader: dict[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """A parsed notebook.

    Attributes
    ----------
    problem : str
        Why it cannot be read, as the end of a sentence that begins with its name; empty if it can
        be read.
    notes : tuple of str
        Repairs, in the same form.
    """

    problem: str = ""
    notes: tuple[str, ...] = ()
    cells: tuple[NotebookCell, ...] = ()

    @property
    def code(self) -> tuple[NotebookCell, ...]:
        """The cells that are run."""
        return tuple(cell for cell in self.cells if cell.count)


class Reader:
    """Reads notebooks, each only once.

    Parameters
    ----------
    launcher : Launcher
        Starts the process that reads them, locked down like those of submissions.
    stubs : Path
        Any folder that this process may see.
    limits : Limits
        The limits for one notebook.
    """

    def __init__(self, launcher: Launcher, stubs: Path, limits: Limits = LIMITS) -> None:
        self._launcher = launcher
        self._stubs = stubs
        self._limits = limits
        self._known: OrderedDict[bytes, Notebook] = OrderedDict()

    def read(self, contents: Iterable[bytes]) -> list[Notebook]:
        """Return the cells of some notebooks, whatever the bytes are.

        Raises
        ------
        GraderError
            If no process could be started.
        """
        return self._all([(NOTEBOOK, content) for content in contents])

    def read_files(self, files: Mapping[str, bytes]) -> dict[str, Notebook]:
        """Return the cells of some notebooks and Python files, by their paths.

        A Python file is returned as a notebook in which each statement is a cell.
        """
        tools = [NOTEBOOK if path.lower().endswith(".ipynb") else PYTHON for path in files]
        read = self._all(list(zip(tools, files.values(), strict=True)))
        return dict(zip(files, read, strict=True))

    def _all(self, every: list[tuple[str, bytes]]) -> list[Notebook]:
        digests = [sha256(tool.encode() + content).digest() for tool, content in every]
        unknown = {d: one for d, one in zip(digests, every, strict=True) if d not in self._known}
        if unknown:
            order = RunnerSpec(
                files={}, folder=".", stubs=self._stubs, profile=PROFILE, limits=self._limits
            )
            session = Session(self._launcher, order)
            try:
                found = {digest: _read(session, *one) for digest, one in unknown.items()}
            finally:
                session.close()
            self._known |= found
        notebooks = [self._known[digest] for digest in digests]
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return notebooks


def _read(session: Session, tool: str, content: bytes) -> Notebook:
    try:
        raw = session.use("", tool, [content], doing="reading it")
        return msgspec.json.decode(raw if type(raw) is bytes else b"", type=Notebook)
    except OverLimit as error:
        what = "memory" if error.limit == "memory_mib" else "time"
        return Notebook(problem=f"takes too much {what} to be read: clear its outputs and save it")
    except Crashed as error:
        if error.exception:
            raise GraderError(f"Notebooks cannot be read here: {error.message}") from error
        return Notebook(problem="makes what reads it crash: save it again in Jupyter")
    except (SubmissionError, msgspec.MsgspecError):
        return Notebook(problem="cannot be read as a notebook: save it again in Jupyter")
