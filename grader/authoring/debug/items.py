"""Checks as test items: the check runs in pytest's process, the submission in a runner."""

from __future__ import annotations

__all__ = ["CheckFile", "CheckItem", "collect"]

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.authoring.debug.check_files import holds_checks
from grader.cli.terminal import explanation
from grader.course import Course, Exercise, Part, load_course
from grader.course.salt import NOT_SECRET, read_salt
from grader.errors import GraderError, IntakeError, SubmissionError
from grader.intake import Layout, open_submission
from grader.judge import Judge
from grader.judge.run_check import judged, prepare
from grader.report.text import clean
from grader.sandbox.doctor import choose_level, launcher_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from grader.checks import Check
    from grader.intake.sealed import Sealed
    from grader.submission import Session

DESK = pytest.StashKey["PytestRun"]()


@dataclass
class PytestRun:
    """What the items of one pytest run share: courses, the submission, one session per exercise.

    A session stays open until the run ends. So a check finds the results of earlier ones, as in
    grading, and the submission still answers in a debugger after a check has failed.
    """

    config: pytest.Config
    judges: dict[Path, tuple[Judge, Sealed]] = field(default_factory=dict)
    sessions: dict[tuple[Path, str], tuple[Session, int]] = field(default_factory=dict)
    passed: dict[tuple[Path, str], bool] = field(default_factory=dict)

    def course(self, root: Path) -> Course:
        """Return the course in a folder."""
        return self._opened(root)[0].course

    def session(self, root: Path, exercise: Exercise) -> tuple[Session, int]:
        """Return the session of an exercise and the seed of its inputs."""
        key = (root, exercise.id)
        if key not in self.sessions:
            judge, sealed = self._opened(root)
            seed = self.config.getoption("exercise_seed")
            seed = judge.seed(exercise, sealed) if seed is None else seed
            self.sessions[key] = judge.open(exercise, sealed, seed), seed
        return self.sessions[key]

    def close(self) -> None:
        """End all runners."""
        for session, _ in self.sessions.values():
            session.close()
        for judge, _ in self.judges.values():
            judge.launcher.close()

    def _opened(self, root: Path) -> tuple[Judge, Sealed]:
        if root not in self.judges:
            course = load_course(root)
            salt = self.config.getoption("salt_file")
            path = self.config.getoption("submission")
            sealed = open_submission(path, Layout.of(course.files, course.stubs))
            launcher = launcher_of(choose_level(self.config.getoption("isolation")))
            self.judges[root] = (
                Judge(course, launcher, read_salt(salt) if salt else NOT_SECRET),
                sealed,
            )
        return self.judges[root]


def collect(path: Path, parent: pytest.Collector) -> CheckFile:
    """Return the collector of a file of checks.

    Raises
    ------
    pytest.Collector.CollectError
        If the course or the submission cannot be read.
    """
    config = parent.config
    if DESK not in config.stash:
        config.stash[DESK] = desk = PytestRun(config)
        config.add_cleanup(desk.close)
    desk = config.stash[DESK]
    root, exercise = path.parents[3], path.parent.name
    try:
        course = desk.course(root)
    except (GraderError, IntakeError) as error:
        raise pytest.Collector.CollectError(str(error)) from error
    for known in course.exercises:
        for part in known.parts:
            checks = _checks_in(path, part) if known.id == exercise else ()
            if checks:
                nodeid = f"{known.id}/{Path(part.file).name}"
                made: CheckFile = CheckFile.from_parent(parent, path=path, nodeid=nodeid)
                made.about(desk, root, known, part, checks)
                return made
    raise pytest.Collector.CollectError(
        f"The checks {exercise}/{path.name} belong to no exercise of assignments/course.toml."
    )


def _checks_in(path: Path, part: Part) -> tuple[Check, ...]:
    """Return the checks of a part that a module declares, or makes from data."""
    named = path.stem == f"check_{Path(part.file).stem}"
    found = []
    for check in part.checks:
        home = Path(getattr(sys.modules.get(check.run.__module__), "__file__", None) or path)
        if home == path or (named and not holds_checks(home)):
            found.append(check)
    return tuple(found)


class CheckFile(pytest.File):
    """The checks in one module that concern one file of an exercise."""

    def about(
        self, desk: PytestRun, root: Path, exercise: Exercise, part: Part, checks: tuple[Check, ...]
    ) -> None:
        """Store what the collector is about."""
        self.desk, self.root, self.exercise, self.part = desk, root, exercise, part
        self.checks = checks

    def collect(self) -> Iterator[CheckItem]:
        """Return an item for each check."""
        for check in self.checks:
            item: CheckItem = CheckItem.from_parent(self, name=check.name)
            item.check = check
            yield item


class CheckItem(pytest.Item):
    """One check, run on the submission."""

    parent: CheckFile
    check: Check

    def runtest(self) -> None:
        """Run the check; a failure of the submission is raised as the check raised it."""
        file = self.parent
        for name in self.check.needs:
            # A check that was not selected does not count as failed: with -k, one check is run.
            if not file.desk.passed.get((file.root / file.part.file, name), True):
                pytest.skip(f"{name} has to hold first")
        session, seed = file.desk.session(file.root, file.exercise)
        session.take_printed()
        self.case, self.blank = prepare(file.exercise, file.part, self.check, session, seed)
        key = (file.root / file.part.file, self.name)
        file.desk.passed[key] = False
        try:
            with np.errstate(all="ignore"):
                self.check.run(self.case)
        except SubmissionError as error:
            if not self.config.getoption("fulltrace"):
                _end_in_checks(error.__traceback__, self.path.parents[1])
            raise
        file.desk.passed[key] = True
        if printed := clean(session.take_printed(), 20_000):
            self.add_report_section("call", "submission", printed)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | Any:
        """Return the report's text; for an error in the check itself, its traceback."""
        error = excinfo.value
        if isinstance(error, GraderError) and not self.config.getoption("fulltrace"):
            return f"An error of the grader, or of this machine: {error}"
        if self.config.getoption("fulltrace") or not isinstance(error, SubmissionError):
            inside = excinfo.traceback.cut(path=self.path)
            excinfo.traceback = inside or excinfo.traceback
            return self._repr_failure_py(excinfo, style=style or "short")
        file = self.parent
        session, seed = file.desk.session(file.root, file.exercise)
        result = judged(self.check, self.case, self.blank, error)
        lines = [result.claim, *(line.plain for line in explanation(result))]
        if result.points:
            lines.append(
                f"{result.points:g} of {result.max_points:g} points are earned all the same"
            )
        if printed := clean(session.take_printed(), 20_000).strip():
            lines += ["it printed:", *(f"  {line}" for line in printed.splitlines())]
        lines.append(f"inputs: --exercise-seed {seed}")
        return "\n".join(lines)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the check's place and name."""
        code = getattr(self.check.run, "__code__", None)
        line = code.co_firstlineno - 1 if code else None
        return self.path, line, f"{self.parent.nodeid}: {self.name}"


def _end_in_checks(traceback: TracebackType | None, checks: Path) -> None:
    """Cut the traceback below the last line in the course's code: a debugger opens there."""
    last = None
    while traceback is not None:
        if Path(traceback.tb_frame.f_code.co_filename).is_relative_to(checks):
            last = traceback
        traceback = traceback.tb_next
    if last is not None:
        last.tb_next = None
