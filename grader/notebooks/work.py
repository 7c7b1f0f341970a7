"""The gradable work that was found in a submission."""

from __future__ import annotations

__all__ = ["Work"]

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.intake.display import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.submission.loading.ending_lines import Ended
    from grader.submission.loading.programs import Program

ENDING = ".ipynb"


@dataclass(frozen=True, kw_only=True)
class Work:
    """The gradable work.

    Attributes
    ----------
    files : Mapping of str to bytes
        The submitted files, unchanged.
    programs : Mapping of str to Program
        The course's files that notebooks replace.
    placed : Mapping of str to bytes
        Files that the code finds in another place than they were submitted: Python files with
        other names that replace the course's, and the helpers beside those.
    problems : Mapping of str to str
        Files that were meant to be there and cannot be graded, with a sentence that says why.
    notes : tuple of str
        What the student should know, a sentence each.
    used : frozenset of str
        The paths of files that are graded as a file of the course.
    sources : Mapping of str to str
        For those of the course's files that were taken from elsewhere: from which path.
    damaged : Mapping of str to str
        Notebooks that cannot be read, with a sentence that says why.
    ended : dict
        Lines of files that have ended a process, shared by all exercises.
    """

    files: Mapping[str, bytes]
    programs: Mapping[str, Program] = field(default_factory=dict)
    placed: Mapping[str, bytes] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    used: frozenset[str] = frozenset()
    sources: Mapping[str, str] = field(default_factory=dict)
    damaged: Mapping[str, str] = field(default_factory=dict)
    ended: dict[tuple[str, int], Ended] = field(default_factory=dict)

    def has(self, file: str) -> bool:
        """Say whether a file was submitted, in any form."""
        return any(file in held for held in (self.files, self.programs, self.placed, self.problems))

    def can_grade(self, file: str) -> bool:
        """Say whether there is code to run for a file, or a reason to lose its points."""
        if any(file in held for held in (self.files, self.programs, self.placed)):
            return True
        return file in self.problems and self.problems[file] not in self.damaged.values()

    def still_true(self, notes: Iterable[str]) -> list[str]:
        """Return the notes of the intake that still hold; the intake knows only names.

        A file that it left aside because of its name may be graded because of its content.
        """
        aside = tuple(f"{quoted(path)} was left aside" for path in self.used)
        return [note for note in notes if not note.startswith(aside)]

    @property
    def laid_out(self) -> dict[str, bytes]:
        """Return the files for the runner's disk, without notebooks, which may be large.

        A Python file that a notebook replaces is left out: it could be imported in its place.
        """
        files = {
            file: content
            for file, content in self.files.items()
            if not file.lower().endswith(ENDING) and file not in self.programs
        }
        return {**files, **self.placed}

    @property
    def texts(self) -> dict[str, bytes]:
        """All code, for searching in it."""
        cells = {
            file: "\n".join(cell.source for cell in program.cells).encode("utf-8", "replace")
            for file, program in self.programs.items()
        }
        return {**self.files, **self.placed, **cells}
