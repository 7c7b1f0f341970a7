"""What grades in a cluster worker: one grader per process, for the exercises that tasks name.

A process makes its grader, with its own zygotes, before the scheduler knows of the process. The
salt and the solutions are read from the worker's own disk and never leave the worker.
"""

from __future__ import annotations

__all__ = [
    "BEGUN",
    "WorkerGrader",
    "WorkerSettings",
    "describe",
    "grade_payload",
    "start_worker_grader",
]

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from grader.course import load_course
from grader.course.salt import read_salt
from grader.errors import GraderError, UsageError
from grader.executors.identity import WorkerIdentity
from grader.executors.payloads import ExercisePayload, unpacked
from grader.executors.tasks import explained
from grader.judge import Judge
from grader.sandbox.doctor import launcher_of

if TYPE_CHECKING:
    from pathlib import Path

    from grader.judge import GradedExercise, PreparedSubmission

BEGUN = "grader-begun"  # the Dask topic on which a worker announces each task that it begins
_REMEMBERED = 4  # the number of submissions that stay open, since more exercises of them may come


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """The settings of a worker. Only a command's own processes receive them.

    Attributes
    ----------
    course_root : Path
        The course's folder on this machine.
    salt_file : Path
        A copy of the salt that the grading process uses.
    isolation : str
        The isolation level, as chosen by `grader.sandbox.doctor.choose_level`.
    """

    course_root: Path
    salt_file: Path
    isolation: str

    def worker_grader(self) -> WorkerGrader:
        """Load the course, read the salt, and make the grader.

        Raises
        ------
        GraderError
            The course or the salt is missing; the message is one sentence.
        """
        course = load_course(self.course_root)
        if not self.salt_file.is_file():
            raise UsageError(
                f"There is no salt {self.salt_file}: copy .grader/salt of the course from the "
                "computer that has the class graded, and name it by --salt-file."
            )
        salt = read_salt(self.salt_file)
        judge = Judge(course, launcher_of(self.isolation), salt)
        return WorkerGrader(judge, WorkerIdentity.of(course, salt, self.isolation))


class WorkerGrader:
    """Grades single exercises in a worker, and keeps the latest submissions open.

    Attributes
    ----------
    judge : Judge
        The judge of the whole course.
    identity : WorkerIdentity
        The identity that the worker announces.
    """

    def __init__(self, judge: Judge, identity: WorkerIdentity) -> None:
        self.judge = judge
        self.identity = identity
        self._judges: dict[tuple[tuple[str, ...], bool], Judge] = {}
        self._seen: OrderedDict[bytes, tuple[Judge, PreparedSubmission]] = OrderedDict()

    def grade(self, exercise: str, payload: bytes) -> GradedExercise:
        """Grade one exercise of the submission in a payload."""
        judge, found = self._opened(payload)
        [wanted] = judge.course.only([exercise]).exercises
        return judge.grade_exercise(wanted, found)

    def _opened(self, data: bytes) -> tuple[Judge, PreparedSubmission]:
        """Open a payload; it stays open for the next exercises of the same submission."""
        key = hashlib.sha256(data).digest()
        if key not in self._seen:
            payload = unpacked(data)
            judge = self._judge_of(payload.exercises, public_only=payload.public_only)
            self._seen[key] = judge, judge.prepare(payload.sealed)
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        return self._seen[key]

    def _judge_of(self, exercises: tuple[str, ...], *, public_only: bool) -> Judge:
        key = exercises, public_only
        if key not in self._judges:
            course, launcher, salt = self.judge.course, self.judge.launcher, self.judge.salt
            self._judges[key] = Judge(course.only(exercises), launcher, salt, public_only)
        return self._judges[key]


_worker_grader: WorkerGrader | None = None


def start_worker_grader(settings: WorkerSettings, announced: WorkerIdentity) -> WorkerGrader:
    """Make the grader of this process.

    Raises
    ------
    GraderError
        Its identity is not the announced one: somebody has edited the course meanwhile.
    """
    global _worker_grader  # noqa: PLW0603  (a process has one, made when it starts)
    made = settings.worker_grader()
    if made.identity != announced:
        made.judge.launcher.close()
        raise GraderError(
            f"{settings.course_root} has changed since `grader worker` was started: start it again."
        )
    _worker_grader = made
    return made


def describe() -> bytes:
    """Return the identity of this process's grader; the grading process asks why it is unusable."""
    return msgspec.json.encode(_worker_grader.identity) if _worker_grader else b""


def grade_payload(exercise: str, payload: bytes) -> bytes:
    """Grade one exercise in a Dask worker; every task calls this function."""
    from distributed import get_worker  # noqa: PLC0415  (Dask is installed where this runs)

    worker = get_worker()
    key = worker.get_current_task()
    # If the submission ends this process, the grading process knows which task did it.
    worker.log_event(BEGUN, {"worker": worker.contact_address or worker.address, "key": key})
    try:
        if _worker_grader is None:
            raise GraderError("A worker was asked to grade before it had a course.")
        return ExercisePayload(graded=_worker_grader.grade(exercise, payload)).packed()
    except Exception as error:  # noqa: BLE001  (an error of ours must not stop the class)
        return ExercisePayload(problem=explained(error)).packed()
