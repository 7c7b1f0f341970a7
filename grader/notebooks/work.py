"""What there is to grade in a submission, once it was found."""

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
    """What there is to grade.

    Attributes
    ----------
    files : Mapping of str to bytes
        What was handed in, as it is.
    programs : Mapping of str to Program
        The course's files that notebooks stand for.
    placed : Mapping of str to bytes
        What the code finds in other places than it was handed in: the course's files that Python
        files of other names stand for, and helpers that lay beside those.
    problems : Mapping of str to str
        Files that were meant to be there and cannot be graded: why, a sentence.
    notes : tuple of str
        What the student should know, a sentence each.
    used : frozenset of str
        The paths of what stands for a course's file.
    damaged : Mapping of str to str
        Notebooks that cannot be read: why, a sentence.
    ended : dict
        Lines of files that have ended a process, as all exercises learn of them.
    """

    files: Mapping[str, bytes]
    programs: Mapping[str, Program] = field(default_factory=dict)
    placed: Mapping[str, bytes] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    used: frozenset[str] = frozenset()
    damaged: Mapping[str, str] = field(default_factory=dict)
    ended: dict[tuple[str, int], Ended] = field(default_factory=dict)

    def has(self, file: str) -> bool:
        """Say whether a file was handed in, in whatever form."""
        return any(file in held for held in (self.files, self.programs, self.placed, self.problems))

    def can_grade(self, file: str) -> bool:
        """Say whether there is something to run for a file, or a reason to lose its points."""
        if any(file in held for held in (self.files, self.programs, self.placed)):
            return True
        return file in self.problems and self.problems[file] not in self.damaged.values()

    def still_true(self, notes: Iterable[str]) -> list[str]:
        """Return notes of the intake, which knows names alone, without those that hold no more.

        What it left aside for its name may be graded all the same, for what is in it.
        """
        aside = tuple(f"{quoted(path)} was left aside" for path in self.used)
        return [note for note in notes if not note.startswith(aside)]

    @property
    def laid_out(self) -> dict[str, bytes]:
        """What the code finds on its disk: notebooks are not needed there, and may be large.

        Nor is a Python file there that a notebook stands for: it could be imported in its place.
        """
        files = {
            file: content
            for file, content in self.files.items()
            if not file.lower().endswith(ENDING) and file not in self.programs
        }
        return {**files, **self.placed}

    @property
    def texts(self) -> dict[str, bytes]:
        """All code, for a search in it."""
        cells = {
            file: "\n".join(cell.source for cell in program.cells).encode("utf-8", "replace")
            for file, program in self.programs.items()
        }
        return {**self.files, **self.placed, **cells}
