"""Records and proves a kit's exercises in several processes, each with its own course."""

from __future__ import annotations

__all__ = ["Progress", "RecordingPool", "forget_what_was_computed"]

import contextlib
import multiprocessing
import queue
import sys
from concurrent.futures import FIRST_EXCEPTION, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import _lru_cache_wrapper
from typing import TYPE_CHECKING, Any

from grader.authoring.release.explore import Verdict, explored, is_large, verdicts
from grader.authoring.release.recorded_small_inputs import record_small_inputs
from grader.authoring.release.replay import load_kit
from grader.checks.recording import Recording
from grader.course import Course, load_course
from grader.course.check_modules import CHECKS_PACKAGE
from grader.errors import CourseError, GraderError
from grader.executors.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from grader.authoring.release.explore import Tell
    from grader.course import Exercise

    Tells = Callable[["Progress"], None]

# The proof uses submissions that are off by another amount than the recorded ones.
ANOTHER_AMOUNT = 0.0173
LOOK_SECONDS = 0.1
Said = list[tuple[str, tuple[Verdict, ...]]]


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a kit.

    Attributes
    ----------
    title, what : str
        The exercise, and the present activity.
    number, of : int
        The number of the present submission, from 1, and the total.
    told : str
        A description of that submission.
    unit : str
        What is counted, if not submissions.
    """

    title: str
    what: str
    number: int = 1
    of: int = 1
    told: str = ""
    unit: str = "submissions"


@dataclass(frozen=True, slots=True)
class _Task:
    """One task for an exercise: record it, or judge it by the course or by a kit."""

    exercise: str
    by: str
    kit: Path | None = None


@dataclass
class _Worker:
    """Does tasks with a course of its own."""

    course: Course
    tell: Tells
    kits: dict[Path, Course] = field(default_factory=dict)

    def do(self, task: _Task) -> Any:
        """Return the recording as bytes and what could not be recorded, or all verdicts."""
        [exercise] = (e for e in self.course.exercises if e.id == task.exercise)
        if task.by == "recording":
            return self._record(exercise)
        if task.kit is None:
            tell = self._telling(exercise, "proving that the kit says what the grader says")
            return list(verdicts(self.course, exercise, exercise, ANOTHER_AMOUNT, tell))
        if task.kit not in self.kits:
            self.kits[task.kit] = load_kit(task.kit, [e.id for e in self.course.exercises])
        [theirs] = (e for e in self.kits[task.kit].exercises if e.id == task.exercise)
        return list(verdicts(self.course, theirs, exercise, ANOTHER_AMOUNT))

    def _record(self, exercise: Exercise) -> tuple[bytes, list[str]]:
        forget_what_was_computed()
        recording = Recording()
        tell = self._telling(exercise, "recording what its public checks ask for")
        explored(self.course, exercise, recording, tell)
        if not is_large(exercise):
            record_small_inputs(recording, exercise)
        return recording.to_bytes(), recording.missed

    def _telling(self, exercise: Exercise, what: str) -> Tell:
        title = f"{exercise.number}  {exercise.title}"
        return lambda number, of, told: self.tell(Progress(title, what, number, of, told))


class RecordingPool:
    """The exercises of a course, shared by processes.

    Parameters
    ----------
    course : Course
        The course, with the exercises to release.
    workers : int
        The number of processes; with 1, all is done in this process.
    tell : callable
        Called here with the present activity, before each submission that is tested.
    """

    def __init__(self, course: Course, workers: int, tell: Tells) -> None:
        self._course, self._workers, self._tell = course, workers, tell
        self._ids = [exercise.id for exercise in course.exercises]

    def recorded(self) -> Recording:
        """Return the values that the public checks use; `missed` could not be recorded."""
        whole = Recording()
        for raw, missed in self._done([_Task(name, "recording") for name in self._ids]):
            whole.add(Recording.from_bytes(raw))
            whole.missed += missed
        return whole

    def proved(self, kit: Path) -> int:
        """Return the number of submissions on which the kit gives the grader's verdicts.

        Raises
        ------
        CourseError
            If the verdicts on one of them differ.
        """
        ours = [_Task(name, "course") for name in self._ids]
        theirs = [_Task(name, "kit", kit) for name in self._ids]
        said: list[Said] = list(self._done([*ours, *theirs]))
        half = len(self._ids)
        for right, replayed in zip(said[:half], said[half:], strict=True):
            _require_the_same(right, replayed)
        return sum(map(len, said[:half]))

    def _done(self, tasks: Sequence[_Task]) -> Iterator[Any]:
        """Yield the results of all tasks, in their order."""
        if self._workers == 1:
            worker = _Worker(self._course, self._tell)
            yield from map(worker.do, tasks)
            return
        told: Any = multiprocessing.get_context("spawn").Queue()
        arguments = (self._course.root, self._ids, told)
        try:
            with Workers[_Task, Any](self._workers, _begin, arguments) as workers:
                futures = [workers.submit(_do, task) for task in tasks]
                while left := wait(futures, LOOK_SECONDS, FIRST_EXCEPTION).not_done:
                    self._tell_of(told)
                    if any(f.done() and f.exception() for f in futures if f not in left):
                        break
                self._tell_of(told)
                failed = (f.exception() for f in futures if f.done())
                if error := next(filter(None, failed), None):
                    raise error
                yield from [future.result() for future in futures]
        except BrokenProcessPool:
            raise GraderError(
                "A process that tried submissions of the kit has died: was there too little "
                "memory? Run the command again, with --workers 1."
            ) from None

    def _tell_of(self, told: Any) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._tell(told.get_nowait())


_of_this_process: list[_Worker] = []


def _begin(root: Path, ids: Sequence[str], told: Any) -> Callable[[], None]:
    _of_this_process.append(_Worker(load_course(root, ids), told.put))
    return lambda: None


def _do(task: _Task) -> Any:
    return _of_this_process[0].do(task)


def _require_the_same(ours: Said, theirs: Said) -> None:
    for (told, right), (_, said) in zip(ours, theirs, strict=True):
        found = {verdict.check: verdict for verdict in said}
        for one in right:
            other = found[one.check]
            if (one.outcome, one.points) != (other.outcome, other.points):
                raise CourseError(
                    f"The public check {one.check} does not work without the reference. Of "
                    f"{told} it says “{one.outcome}”, and in the kit “{other.outcome}” "
                    f"({other.message or 'no message'}). Let it ask the reference for what "
                    "follows from the seed alone, or make it hidden."
                )


def forget_what_was_computed() -> None:
    """Empty the caches of the checks: a cached value would not be called for, nor recorded."""
    for name, module in list(sys.modules.items()):
        if name.startswith(CHECKS_PACKAGE):
            for value in vars(module).values():
                if isinstance(value, _lru_cache_wrapper):
                    value.cache_clear()
