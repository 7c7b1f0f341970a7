"""The desk of a worker of a cluster: its course, its judge, and the exercises that it is given.

A process has one desk, made before it is known to the scheduler, with zygotes of its own. The salt
and the solutions come from the disk of the machine on which it runs, and go nowhere from there.
"""

from __future__ import annotations

__all__ = ["BEGUN", "Supplies", "WorkerDesk", "describe", "grade_at_desk", "open_desk"]

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from grader.course import load_course
from grader.course.salt import read_salt
from grader.errors import GraderError, UsageError
from grader.executors.identity import WorkerIdentity
from grader.executors.parcels import Answer, unpacked
from grader.executors.tasks import explained
from grader.judge import Judge
from grader.sandbox.doctor import launcher_of

if TYPE_CHECKING:
    from pathlib import Path

    from grader.judge import GradedExercise, Prepared

BEGUN = "grader-begun"  # the topic of Dask under which a worker says what it has begun
_REMEMBERED = 4  # submissions whose exercises may still come, one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplies:
    """What a worker is told to have. It goes from a command to its own processes alone.

    Attributes
    ----------
    course_root : Path
        A copy of the course on this machine.
    salt_file : Path
        A copy of the salt of whoever has the class graded.
    isolation : str
        A level that `grader.sandbox.doctor.choose_level` gave.
    """

    course_root: Path
    salt_file: Path
    isolation: str

    def desk(self) -> WorkerDesk:
        """Make the desk: load the course, read the salt.

        Raises
        ------
        GraderError
            Where one of them is not there: one sentence.
        """
        course = load_course(self.course_root)
        if not self.salt_file.is_file():
            raise UsageError(
                f"There is no salt {self.salt_file}: copy .grader/salt of the course from the "
                "computer that has the class graded, and name it by --salt-file."
            )
        salt = read_salt(self.salt_file)
        judge = Judge(course, launcher_of(self.isolation), salt)
        return WorkerDesk(judge, WorkerIdentity.of(course, salt, self.isolation))


class WorkerDesk:
    """A judge, and the submissions that were looked at last.

    Attributes
    ----------
    judge : Judge
        Of the whole course.
    identity : WorkerIdentity
        What it announces.
    """

    def __init__(self, judge: Judge, identity: WorkerIdentity) -> None:
        self.judge = judge
        self.identity = identity
        self._judges: dict[tuple[tuple[str, ...], bool], Judge] = {}
        self._seen: OrderedDict[bytes, tuple[Judge, Prepared]] = OrderedDict()

    def grade(self, exercise: str, parcel: bytes) -> GradedExercise:
        """Grade an exercise of the submission that a parcel holds."""
        judge, found = self._opened(parcel)
        [wanted] = judge.course.only([exercise]).exercises
        return judge.grade_exercise(wanted, found)

    def _opened(self, data: bytes) -> tuple[Judge, Prepared]:
        """Open a parcel; of the next exercise of the same submission it is open already."""
        key = hashlib.sha256(data).digest()
        if key not in self._seen:
            parcel = unpacked(data)
            judge = self._judge_of(parcel.exercises, public_only=parcel.public_only)
            self._seen[key] = judge, judge.prepare(parcel.sealed)
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        return self._seen[key]

    def _judge_of(self, exercises: tuple[str, ...], *, public_only: bool) -> Judge:
        key = exercises, public_only
        if key not in self._judges:
            course, launcher, salt = self.judge.course, self.judge.launcher, self.judge.salt
            self._judges[key] = Judge(course.only(exercises), launcher, salt, public_only)
        return self._judges[key]


_desk: WorkerDesk | None = None


def open_desk(supplies: Supplies, announced: WorkerIdentity) -> WorkerDesk:
    """Make the desk of this process.

    Raises
    ------
    GraderError
        Where it is not what was announced: somebody has edited the course meanwhile.
    """
    global _desk  # noqa: PLW0603  (a worker process has one desk, made when it starts)
    desk = supplies.desk()
    if desk.identity != announced:
        desk.judge.launcher.close()
        raise GraderError(
            f"{supplies.course_root} has changed since `grader worker` was started: start it again."
        )
    _desk = desk
    return desk


def describe() -> bytes:
    """Return the identity of this process's desk, for whoever asks why it was given no work."""
    return msgspec.json.encode(_desk.identity) if _desk else b""


def grade_at_desk(exercise: str, parcel: bytes) -> bytes:
    """Grade an exercise in a worker of Dask: what a task is."""
    from distributed import get_worker  # noqa: PLC0415  (it is there where this is called)

    worker = get_worker()
    key = worker.get_current_task()
    # Should the submission end this process, it is known of which task that was.
    worker.log_event(BEGUN, {"worker": worker.contact_address or worker.address, "key": key})
    try:
        if _desk is None:
            raise GraderError("A worker was asked to grade before it had a course.")
        return Answer(graded=_desk.grade(exercise, parcel)).packed()
    except Exception as error:  # noqa: BLE001  (whatever is wrong with us stops no class)
        return Answer(problem=explained(error)).packed()
