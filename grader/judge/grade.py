"""The judge: it holds the reference, the checks and the seeds, and asks a runner for values."""

from __future__ import annotations

__all__ = ["Judge", "PreparedSubmission", "public_seed"]

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from grader.course import Course, Exercise, Part, check_id
from grader.course.packages import hidden, not_there
from grader.course.profiles import imported_ahead
from grader.errors import GraderError
from grader.judge.memory import FORGETFUL, GradedExercise, Memory
from grader.judge.run_check import kept_open, prepare, run_again_if_killed_outside, skipped
from grader.judge.shrinking import add_small_examples
from grader.judge.ungradable import UngradableFiles, ungradable_files, why_unread
from grader.notebooks import Reader, Work, gather
from grader.results import (
    CheckResult,
    CourseInfo,
    ExerciseResult,
    Outcome,
    Received,
    SubmissionResult,
    Usage,
    Visibility,
)
from grader.sandbox.launcher import Launcher, Limits, RunnerSpec
from grader.submission import ProgressEvent, Session
from grader.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from grader.checks import Check
    from grader.intake.sealed import Sealed
    from grader.notebooks import Notebook


@dataclass(frozen=True)
class PreparedSubmission:
    """A submission, and which of its files is graded as which file of the course."""

    sealed: Sealed
    work: Work
    course: Course

    @cached_property
    def ungradable(self) -> UngradableFiles:
        """The submitted files that cannot be graded."""
        return ungradable_files(self.course, self.sealed, self.work)


# Used instead of a salt if only the public checks are run.
PUBLIC = b"public checks"


@dataclass(frozen=True)
class Judge:
    """Grades submissions of one course.

    Attributes
    ----------
    course : Course
        The course, restricted to the exercises to grade.
    launcher : Launcher
        Starts the runners.
    salt : bytes
        Secret that the inputs depend on; the same salt gives the same inputs.
    public_only : bool
        Whether hidden checks are left out, and inputs are drawn from the public seed.
    session : callable
        Makes the session of an exercise; a benchmark passes one without isolation.
    progress : callable
        Called with the submission's name and the present activity, whenever that changes.
    memory : Memory
        The results of earlier gradings, which need not be repeated.
    small_examples : bool
        Whether smaller inputs are looked for on which a check fails, too, for a report to show.
    """

    course: Course
    launcher: Launcher
    salt: bytes = b""
    public_only: bool = False
    session: type[Session] = Session
    progress: Callable[[str, ProgressEvent], None] = lambda _name, _doing: None
    memory: Memory = FORGETFUL
    small_examples: bool = True

    @property
    def info(self) -> CourseInfo:
        """The facts about the course that report pages need."""
        return self.course.info

    def grade(self, sealed: Sealed, slug: str = "") -> SubmissionResult:
        """Grade one submission; never raises, whatever the submission does.

        Parameters
        ----------
        sealed : Sealed
            The submission.
        slug : str
            The name of the folder of its report.
        """
        found = self.prepare(sealed)
        graded = []
        for exercise in self.course.exercises:
            one = self.memory.recall(exercise, sealed)
            if one is None:
                self.progress(sealed.name, ProgressEvent(exercise.title))
                one = self.grade_exercise(exercise, found)
                self.memory.keep(exercise, sealed, one)
            graded.append(one)
        return self.assemble(found, graded, slug)

    def prepare(self, sealed: Sealed) -> PreparedSubmission:
        """Find out which file of a submission is graded as which file of the course."""
        return PreparedSubmission(sealed, self._gather(sealed), self.course)

    def assemble(
        self, found: PreparedSubmission, graded: Sequence[GradedExercise], slug: str = ""
    ) -> SubmissionResult:
        """Combine the results of a submission's exercises.

        Parameters
        ----------
        found : PreparedSubmission
            The submission.
        graded : sequence of GradedExercise
            In the order of the course.
        slug : str
            The name of the folder of its report.
        """
        sealed, work = found.sealed, found.work
        results = tuple(one.result for one in graded)
        return SubmissionResult(
            student=sealed.name,
            slug=slug,
            digest=sealed.digest,
            exercises=results,
            notes=(
                *work.still_true(sealed.notes),
                *work.notes,
                *hidden(sealed.files),
                *self._warned(work),
            ),
            grader_version=__version__,
            course_digest=self.course.digest,
            isolation=self.launcher.level,
            free_text=tuple(text for one in graded for text in one.answers),
            policy=self.course.policy,
            refused=found.ungradable.whole or why_unread(results),
            received=found.ungradable.received,
        )

    def _warned(self, work: Work) -> list[str]:
        """Return warnings for a student who checks before submitting, and can still act."""
        if not self.public_only:
            return []
        return not_there(work.texts, self.course.packages, {*work.files, *self.course.files})

    def refuse(
        self, name: str, slug: str, reason: str, received: tuple[Received, ...] = ()
    ) -> SubmissionResult:
        """Return the result of a submission that could not be opened: no grade, and the reason."""
        return SubmissionResult(
            student=name,
            slug=slug,
            digest="",
            exercises=tuple(
                ExerciseResult(
                    id=exercise.id,
                    checks=self._unrun(exercise, reason, Outcome.UNREADABLE),
                    bonus=exercise.bonus,
                )
                for exercise in self.course.exercises
            ),
            refused=reason,
            received=received,
            grader_version=__version__,
            course_digest=self.course.digest,
            isolation=self.launcher.level,
            policy=self.course.policy,
        )

    def withhold(self, name: str, slug: str, reason: str) -> SubmissionResult:
        """Return the result of a submission that could not be graded because of a grader error."""
        unrun = self.refuse(name, slug, reason)
        exercises = tuple(
            ExerciseResult(
                id=exercise.id,
                checks=self._unrun(exercise, reason, Outcome.GRADER_ERROR),
                bonus=exercise.bonus,
            )
            for exercise in self.course.exercises
        )
        return SubmissionResult(
            student=name,
            slug=slug,
            digest="",
            exercises=exercises,
            grader_version=unrun.grader_version,
            course_digest=unrun.course_digest,
            isolation=unrun.isolation,
            policy=unrun.policy,
        )

    def seed(self, exercise: Exercise, sealed: Sealed) -> int:
        """Return the seed of an exercise's inputs: 64 bits of (salt, exercise, digest).

        If only the public checks are run, it is the seed in the students' kits.
        """
        if self.public_only:
            return public_seed(exercise.id)
        return _seed(self.salt, exercise.id.encode(), sealed.digest.encode())

    @cached_property
    def _notebooks(self) -> Reader:
        """The reader of notebooks, which remembers those that it has read."""
        return Reader(self.launcher, self.course.stubs)

    def notebook(self, content: bytes) -> Notebook:
        """Return the cells of a notebook, whatever the bytes are."""
        return self._notebooks.read([content])[0]

    def _gather(self, sealed: Sealed) -> Work:
        return gather(sealed, self.course.stubs, self._notebooks, self.course.files)

    def open(
        self,
        exercise: Exercise,
        sealed: Sealed,
        seed: int,
        work: Work | None = None,
        limits: Callable[[Limits], Limits] = lambda limits: limits,
    ) -> Session:
        """Return the session in which the checks of an exercise run; its caller closes it.

        `work` is the gradable work in the submission, if it is known already. `limits` returns the
        limits of the session, from those of the exercise.

        Raises
        ------
        GraderError
            If a package that the submission needs is not installed.
        """
        work = work or self._gather(sealed)
        way, absent = exercise.run_config_here(work.texts)
        if obstacle := way.obstacle():
            raise GraderError(obstacle)
        spec = RunnerSpec(
            files=work.laid_out,
            folder=exercise.folder,
            stubs=self.course.stubs,
            profile=way.profile,
            limits=limits(way.limits),
            ahead=imported_ahead(work.texts, [part.file for part in exercise.parts]),
            absent=absent,
        )
        # The seed of the submission's own generators must not predict the inputs.
        own_seed = int.from_bytes(hashlib.sha256(b"own%d" % seed).digest()[:4], "big")
        return self.session(
            self.launcher,
            spec,
            seed=own_seed,
            programs=work.programs,
            problems=work.problems,
            ended=work.ended,
        )

    # ------------------------------------------------------------------ one exercise

    def _checks(self, part: Part) -> Iterable[Check]:
        for check in part.checks:
            if check.visibility is Visibility.PUBLIC or not self.public_only:
                yield check

    def _unrun(
        self, exercise: Exercise, reason: str, outcome: Outcome = Outcome.SKIPPED
    ) -> tuple[CheckResult, ...]:
        return tuple(
            CheckResult(
                id=check_id(exercise, part, check),
                file=part.file,
                claim=check.claim,
                outcome=outcome,
                points=0.0,
                max_points=check.points,
                visibility=check.visibility,
                message=reason,
            )
            for part in exercise.parts
            for check in self._checks(part)
        )

    def has_work(self, exercise: Exercise, found: PreparedSubmission) -> bool:
        """Return whether an exercise has anything to run, or any points to lose."""
        return any(part.file in found.ungradable.gradable for part in exercise.parts)

    def grade_exercise(self, exercise: Exercise, found: PreparedSubmission) -> GradedExercise:
        """Grade one exercise of a submission; never raises, whatever the submission does."""
        sealed, ungradable = found.sealed, found.ungradable
        seed = self.seed(exercise, sealed)
        blank = ExerciseResult(id=exercise.id, checks=(), seed=seed, bonus=exercise.bonus)
        if not self.has_work(exercise, found):
            names = ", ".join(part.file for part in exercise.parts)
            nothing = f"Nothing of this exercise was handed in: {names}."
            reason = ungradable.reason(exercise)
            outcome = Outcome.UNREADABLE if reason else Outcome.SKIPPED
            checks = self._unrun(exercise, reason or nothing, outcome)
            return GradedExercise(replace(blank, checks=checks))
        try:
            session = self.open(exercise, sealed, seed, found.work)
        except GraderError as error:
            checks = self._unrun(exercise, str(error), Outcome.GRADER_ERROR)
            return GradedExercise(replace(blank, checks=checks))
        session.progress = lambda doing: self.progress(
            sealed.name, replace(doing, exercise=exercise.title)
        )
        usage = Usage()
        results: list[CheckResult] = []
        try:
            for part in exercise.parts:
                if reason := ungradable.reason_of(part.file):
                    alone = replace(exercise, parts=(part,))
                    results += self._unrun(alone, reason, Outcome.UNREADABLE)
                    continue
                session.renew()
                results += self._run_part(exercise, part, session, seed)
        finally:
            usage = session.close()
        failures = session.failures if self.small_examples else {}
        looked = add_small_examples(self, exercise, found, results, failures)
        result = replace(
            blank,
            checks=looked.results,
            notes=session.open_notes,
            usage=usage,
            confidential=session.output_is_hidden,
            notes_for_instructor=(*session.kept_notes, *looked.notes),
        )
        return GradedExercise(result, tuple(session.free_text))

    def _run_part(
        self, exercise: Exercise, part: Part, session: Session, seed: int
    ) -> list[CheckResult]:
        results: dict[str, CheckResult] = {}
        for check in self._checks(part):
            unmet = [n for n in check.needs if results[n].outcome is not Outcome.PASSED]
            if unmet:
                _, blank = prepare(exercise, part, check, session, seed)
                results[check.name] = skipped(
                    replace(blank, confidential=session.output_is_hidden), results[unmet[0]]
                )
            else:
                prepared = partial(prepare, exercise, part, check, session, seed)
                result = run_again_if_killed_outside(check, prepared, session)
                results[check.name] = kept_open(result, session.lacked())
        return list(results.values())


def public_seed(exercise: str) -> int:
    """Return the seed of the public checks of an exercise, by its id: the same for all."""
    return _seed(PUBLIC, exercise.encode())


def _seed(*parts: bytes) -> int:
    sha = hashlib.sha256()
    for part in parts:
        sha.update(len(part).to_bytes(8, "big"))
        sha.update(part)
    return int.from_bytes(sha.digest()[:8], "big")
