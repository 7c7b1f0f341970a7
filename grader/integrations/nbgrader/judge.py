"""The judge of an nbgrader assignment: it grades one submission after the other."""

from __future__ import annotations

__all__ = ["AssignmentJudge", "AssignmentPlan"]

import weakref
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from grader.errors import GraderError
from grader.intake.display import quoted
from grader.integrations.nbgrader.assemble import assemble
from grader.integrations.nbgrader.course_folder import find_assignment
from grader.integrations.nbgrader.matching import Match, match
from grader.integrations.nbgrader.run import CellVerdict, TestRun
from grader.judge import FORGETFUL, Memory, failure_of
from grader.languages.readers import NOBODY, Readers
from grader.notebooks import Reader
from grader.results import (
    CheckResult,
    CourseInfo,
    ExerciseResult,
    Outcome,
    Received,
    SubmissionResult,
)
from grader.sandbox.doctor import launcher_of
from grader.sandbox.launcher import Launcher, Limits, Profile, RunnerSpec
from grader.submission import Session
from grader.util.scratch import Scratch
from grader.util.wording import be, counted
from grader.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake.sealed import Sealed
    from grader.integrations.nbgrader.source import Assignment, Source, SourceCell
    from grader.results import FreeText

MOST_NAMED = 3
PROFILE = Profile(
    name="nbgrader",
    preload=("numpy", "numpy.random", "numpy.testing", "unittest.case"),
    environment={
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "Agg",
        "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    },
)
# nbgrader's own deadline for a cell is 30 seconds.
LIMITS = Limits(
    import_seconds=30.0,
    call_seconds=30.0,
    exercise_wall_seconds=300.0,
    exercise_cpu_seconds=300.0,
)
MAX_NOTEBOOKS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentPlan:
    """How to grade an assignment's submissions: all that a worker needs to make its judge."""

    assignment: Path
    out: Path
    isolation: str
    cell_seconds: float = LIMITS.import_seconds
    readers: Readers = NOBODY

    def judge(self) -> AssignmentJudge:
        """Read the assignment and return its judge."""
        launcher = launcher_of(self.isolation)
        limits = replace(LIMITS, import_seconds=self.cell_seconds, call_seconds=self.cell_seconds)
        try:
            return AssignmentJudge(find_assignment(self.assignment), launcher, limits)
        except BaseException:
            launcher.close()
            raise


@dataclass(frozen=True)
class AssignmentJudge:
    """Grades submissions of one assignment.

    Attributes
    ----------
    assignment : Assignment
        The notebooks with their tests.
    launcher : Launcher
        Starts the runners.
    limits : Limits
        The limits for each notebook; `call_seconds` is the deadline of a cell.
    """

    assignment: Assignment
    launcher: Launcher
    limits: Limits = field(default=LIMITS)

    @cached_property
    def nothing(self) -> Path:
        """An empty folder in place of the stubs, which an assignment does not have."""
        scratch = Scratch()
        scratch.path.chmod(0o755)
        weakref.finalize(self, scratch.remove)
        return scratch.path

    @cached_property
    def reader(self) -> Reader:
        """The reader of submitted notebooks, which is locked down like runners."""
        return Reader(self.launcher, self.nothing)

    @property
    def info(self) -> CourseInfo:
        """The assignment's data for report pages."""
        return self.assignment.info

    @property
    def memory(self) -> Memory:
        """No storage: nbgrader stores an assignment's results."""
        return FORGETFUL

    def grade(self, sealed: Sealed, slug: str = "") -> SubmissionResult:
        """Grade one submission; never raises, whatever the submission does."""
        free_text: list[FreeText] = []
        try:
            matches = self._matches(sealed)
        except GraderError as error:
            return self.withhold(sealed.name, slug, str(error))
        notebooks = any(path.lower().endswith(".ipynb") for path in sealed.files)
        if not notebooks and (sealed.files or sealed.received):
            return self._nothing_for_it(sealed, slug)
        exercises = tuple(
            self._grade_notebook(
                source,
                sealed,
                matches.get(source.name),
                free_text,
                foreign=notebooks and not matches,
            )
            for source in self.assignment.notebooks
        )
        by_hand = sum(c.mark.points for s in self.assignment.notebooks for c in s.by_hand)
        more = f"{counted(by_hand, 'more point')} {be(by_hand)} given by hand."
        notes = [more] if by_hand else []
        unread = [c for e in exercises for c in e.checks if c.outcome is Outcome.UNREADABLE]
        whole = len(unread) == sum(len(exercise.checks) for exercise in exercises)
        return replace(
            self._blank(sealed.name, slug, exercises),
            digest=sealed.digest,
            refused=unread[0].message if unread and whole else "",
            received=sealed.received,
            notes=(*sealed.notes, *notes),
            free_text=tuple(free_text),
        )

    def _nothing_for_it(self, sealed: Sealed, slug: str) -> SubmissionResult:
        """Return the result of a submission without any notebook of the assignment: no grade."""
        known = {one.name for one in sealed.received}
        mend = f"hand in {self.assignment.notebooks[0].file}"
        others = tuple(
            Received(name=file, kind="a file", size=len(content), mend=mend)
            for file, content in sealed.files.items()
            if file not in known
        )
        received = (*sealed.received, *others)
        shown = ", ".join(one.described for one in received[:MOST_NAMED])
        reason = (
            f"What was handed in cannot be graded as it is: {shown}. Please "
            f"{received[0].mend or mend}."
        )
        refused = self.refuse(sealed.name, slug, reason, received)
        return replace(refused, digest=sealed.digest, notes=sealed.notes)

    def refuse(
        self, name: str, slug: str, reason: str, received: tuple[Received, ...] = ()
    ) -> SubmissionResult:
        """Return the result of a submission that could not be opened: no grade, and the reason."""
        unrun = self._unrun(name, slug, reason, Outcome.UNREADABLE)
        return replace(unrun, refused=reason, received=received)

    def withhold(self, name: str, slug: str, reason: str) -> SubmissionResult:
        """Return the result of a submission that a grader error kept from being graded."""
        return self._unrun(name, slug, reason, Outcome.GRADER_ERROR)

    # ------------------------------------------------------------------ one notebook

    def _matches(self, sealed: Sealed) -> dict[str, Match]:
        """Find the assignment's notebooks among the submitted ones, under any name."""
        found = [path for path in sealed.files if path.lower().endswith(".ipynb")]
        paths = [path for path in self.assignment.files if path in found]
        paths = list(dict.fromkeys([*paths, *found]))[:MAX_NOTEBOOKS]
        read = self.reader.read(sealed.files[path] for path in paths)
        return match(self.assignment, dict(zip(paths, read, strict=True)))

    def _grade_notebook(
        self,
        source: Source,
        sealed: Sealed,
        found: Match | None,
        free_text: list[FreeText],
        *,
        foreign: bool,
    ) -> ExerciseResult:
        """Grade one notebook; `foreign` says that no submitted notebook is the assignment's."""
        if found is None:
            reason = f"{source.file} is missing from what was handed in."
            outcome = Outcome.UNREADABLE if foreign else Outcome.SKIPPED
            return ExerciseResult(id=source.name, checks=self._none(source, reason, outcome))
        if found.problem:
            reason = f"{quoted(found.path)} {found.problem}."
            checks = self._none(source, reason, Outcome.UNREADABLE)
            return ExerciseResult(id=source.name, checks=checks)
        whole = assemble(source, found.cells)
        free_text += whole.answers
        order = RunnerSpec(
            files={**sealed.files, **self.assignment.beside},
            folder=".",
            stubs=self.nothing,
            profile=PROFILE,
            limits=self.limits,
        )
        session = Session(self.launcher, order)
        results: tuple[CheckResult, ...]
        try:
            run = TestRun(session, source.file, self.limits.call_seconds)
            verdicts = run.run(whole.steps)
            results = tuple(
                _result(source, cell, verdicts[cell.mark.grade_id]) for cell in source.tests
            )
        except GraderError as error:
            results = self._none(source, str(error), Outcome.GRADER_ERROR)
        finally:
            usage = session.close()
        return ExerciseResult(
            id=source.name,
            checks=results,
            notes=(*found.notes, *whole.notes, *session.notes),
            usage=usage,
        )

    def _none(
        self, source: Source, reason: str, outcome: Outcome = Outcome.SKIPPED
    ) -> tuple[CheckResult, ...]:
        return tuple(
            replace(_empty(source, cell), outcome=outcome, message=reason) for cell in source.tests
        )

    def _unrun(self, name: str, slug: str, reason: str, outcome: Outcome) -> SubmissionResult:
        exercises = tuple(
            ExerciseResult(id=source.name, checks=self._none(source, reason, outcome))
            for source in self.assignment.notebooks
        )
        return self._blank(name, slug, exercises)

    def _blank(
        self, name: str, slug: str, exercises: tuple[ExerciseResult, ...]
    ) -> SubmissionResult:
        return SubmissionResult(
            student=name,
            slug=slug,
            digest="",
            exercises=exercises,
            grader_version=__version__,
            course_digest=self.assignment.digest,
            isolation=self.launcher.level,
        )


def _empty(source: Source, cell: SourceCell) -> CheckResult:
    return CheckResult(
        id=source.check_id(cell),
        file=source.file,
        claim=cell.claim,
        outcome=Outcome.SKIPPED,
        points=0.0,
        max_points=cell.mark.points,
    )


def _result(source: Source, cell: SourceCell, verdict: CellVerdict) -> CheckResult:
    """Return the result of a test that has run."""
    blank = replace(_empty(source, cell), printed=verdict.printed, wall_seconds=verdict.seconds)
    if verdict.error is not None:
        return replace(blank, **failure_of(verdict.error))  # type: ignore[arg-type]
    if verdict.share >= 1.0:
        return replace(blank, outcome=Outcome.PASSED, points=cell.mark.points, message=verdict.note)
    earned = round(verdict.share * cell.mark.points, 6)
    message = verdict.note or f"The test gave {earned:g} of {counted(cell.mark.points, 'point')}."
    return replace(blank, outcome=Outcome.FAILED, points=earned, message=message)
