"""The jobs of an audit, done in this process or in several."""

from __future__ import annotations

__all__ = ["LIGHT", "REFERENCES", "Job", "Worker", "files_of", "results_of", "variants_of"]

import importlib
import logging
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring.audit.audit import StubAudit
from grader.authoring.audit.false_fail import FalseFail
from grader.authoring.audit.in_process import Subject, run_exercise
from grader.authoring.audit.known import read_known
from grader.authoring.audit.lazy import audit_lazy
from grader.authoring.audit.mistakes import audit_mistake
from grader.authoring.audit.mutants import audit_mutant
from grader.authoring.audit.odd import audit_odd
from grader.authoring.audit.trained_once import trained_once
from grader.course import load_course
from grader.results import Outcome
from grader.sandbox.doctor import launcher_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.authoring.audit.known import FastReference
    from grader.course import Course, Exercise
    from grader.sandbox.launcher import Launcher, Profile

# Alternatives that are as right as the reference: `solutions/alternatives/<name>/<the tree>`.
ALTERNATIVES = "alternatives"
REFERENCES = ("reference", "reference in float32")
LIGHT = "its quick stand-in"
# Each process uses one thread for linear algebra: its matrices are small, and more would be slower.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
TALKATIVE = ("absl", "h5py", "keras", "tensorflow")  # what Keras says through `logging`


@dataclass(frozen=True)
class Job:
    """A part of an audit: plain data, so that it can be sent to another process.

    Attributes
    ----------
    kind : {"right", "stub", "lazy", "odd", "mistake", "mutant"}
    about : object
        For right answers (variant, first seed, last seed + 1); for odd values the number of the
        part and how many values to try for each name; for a known mistake (part, number); for a
        mutant the mutant.
    """

    exercise: str
    kind: str
    about: Any = None


class Worker:
    """Does jobs.

    Parameters
    ----------
    root : Path
        The course's folder.
    level : str
        The isolation level for mutants, which may do anything.
    """

    def __init__(self, root: Path, level: str) -> None:
        self._level = level
        self.course: Course = load_course(root)

    @cached_property
    def launcher(self) -> Launcher:
        """The launcher of the mutants' runners."""
        return launcher_of(self._level)

    def close(self) -> None:
        """End all started processes."""
        if "launcher" in vars(self):
            self.launcher.close()

    def do(self, job: Job) -> Any:
        """Return the result of a job."""
        [exercise] = (e for e in self.course.exercises if e.id == job.exercise)
        preload(exercise.profile)
        known = read_known(self.course.root / "solutions" / "checks" / exercise.id)
        files = files_of(self.course.root / "solutions", exercise)
        match job.kind:
            case "right":
                return self._right(exercise, files, known.light, *job.about)
            case "stub":
                stub = Subject(files=files_of(self.course.stubs, exercise))
                ran = run_exercise(self.course, exercise, stub, 0)
                errors = [r.result.id for r in ran if r.result.outcome is Outcome.GRADER_ERROR]
                points = round(sum(r.result.points for r in ran), 6)
                return StubAudit(points=points, errors=tuple(errors))
            case "lazy":
                return audit_lazy(self.course, exercise, files_of(self.course.stubs, exercise))
            case "odd":
                place, most = job.about
                subject = Subject(files=files)
                if light := known.light:
                    patches = {light.file: trained_once(sorted(light.replaces))}
                    subject = Subject(files=light.below(files), patches=patches)
                return audit_odd(self.course, exercise, exercise.parts[place], subject, most)
            case "mistake":
                part = exercise.parts[job.about[0]]
                mistake = part.misconceptions[job.about[1]]
                misses = known.light.misses if known.light else frozenset()
                files = known.light.below(files) if known.light else files
                return audit_mistake(
                    self.course, exercise, files, part, mistake, known.cascades, misses
                )
            case _:
                return audit_mutant(self.course, exercise, files, job.about, self.launcher, known)

    def _right(
        self,
        exercise: Exercise,
        files: Mapping[str, bytes],
        light: FastReference | None,
        variant: str,
        first: int,
        end: int,
    ) -> tuple[int, list[FalseFail]]:
        subject = variants_of(self.course, exercise, files, light)[variant]
        misses = light.misses if light and variant == LIGHT else frozenset()
        runs, failed = 0, []
        for seed in range(first, end):
            for ran in run_exercise(self.course, exercise, subject, seed):
                result = ran.result
                if ran.name in misses or result.outcome is Outcome.SKIPPED:
                    continue  # the check that it needs has failed, and is counted
                runs += 1
                if result.outcome is not Outcome.PASSED:
                    failed.append(
                        FalseFail(
                            check=result.id,
                            variant=variant,
                            seed=seed,
                            message=result.message,
                            outcome=result.outcome,
                        )
                    )
        return runs, failed


def results_of(
    jobs: Sequence[Job], root: Path, level: str, workers: int
) -> Iterator[tuple[Job, Any]]:
    """Yield each job with its result, in any order.

    Parameters
    ----------
    jobs : sequence of Job
    root : Path
        The course's folder.
    level : str
        The isolation level of submissions.
    workers : int
        The number of processes; with 1, all is done in this process.
    """
    if workers == 1:
        worker = Worker(root, level)
        try:
            for job in jobs:
                yield job, worker.do(job)
        finally:
            worker.close()
        return
    for name in THREADS:
        os.environ.setdefault(name, "1")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin, (root, level)) as pool:
        futures = {pool.submit(_do, job): job for job in jobs}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def preload(profile: Profile) -> None:
    """Import the packages of a profile, in the profile's environment.

    What libraries then write to stderr does not matter to the person who runs the audit.
    """
    missing = [name for name in profile.preload if name not in sys.modules]
    if not missing:
        return
    os.environ.update(profile.environment)
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        for name in missing:
            importlib.import_module(name)
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
        for name in TALKATIVE:  # other loggers of this process go on
            logging.getLogger(name).setLevel(logging.ERROR)


_of_this_process: list[Worker] = []


def _begin(root: Path, level: str) -> None:
    _of_this_process.append(Worker(root, level))
    multiprocessing.util.Finalize(None, _of_this_process[0].close, exitpriority=10)


def _do(job: Job) -> Any:
    return _of_this_process[0].do(job)


# ---------------------------------------------------------------------------- submissions to test


def files_of(root: Path, exercise: Exercise) -> dict[str, bytes]:
    """Return the Python files of the exercise's folder, and its data."""
    found = {*(root / exercise.folder).glob("*.py")}
    found |= {root / part.file for part in exercise.parts if (root / part.file).is_file()}
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(found)}


def variants_of(
    course: Course,
    exercise: Exercise,
    files: Mapping[str, bytes],
    light: FastReference | None = None,
) -> dict[str, Subject]:
    """Return the right answers: the reference in two precisions, and each alternative.

    If the reference takes long, its quick stand-in is included instead of the second precision,
    which would take as long again.
    """
    usual, single = REFERENCES
    variants = {usual: Subject(files=files)}
    if light:
        variants[LIGHT] = Subject(files=light.below(files))
    else:
        variants[single] = Subject(files=files, dtype=np.float32)
    folder = course.root / "solutions" / ALTERNATIVES
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        own = files_of(path, exercise)
        if any(part.file in own for part in exercise.parts):
            variants[path.name] = Subject(files={**files, **own})
    return variants
