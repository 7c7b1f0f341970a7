"""A check whose process others have ended is run again; the second time it is our error."""

from __future__ import annotations

import os
import select
import signal
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from grader.checks import Case, Failed, check
from grader.course import Course, Exercise, Part
from grader.errors import GraderError
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome
from grader.sandbox.doctor import obstacle
from grader.sandbox.isolated import IsolatedLauncher
from grader.sandbox.launcher import Limits, Profile
from grader.sandbox.plain import PlainLauncher
from grader.submission import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.results import CheckResult, SubmissionResult

    Graded = Callable[[str, type[Session]], SubmissionResult]

SOURCE = b"""
class Model:
    weight = 3

def build():
    return Model()

def weigh(model, x):
    return model.weight * x

def double(x):
    return 2 * x

def ends_itself(x):
    import os
    os.kill(os.getpid(), 9)
    os._exit(1)
"""
LEVELS = [level for level in ("full", "reduced", "none") if level == "none" or not obstacle(level)]


@check(1)
def builds(case: Case) -> None:
    """`build` makes a model."""
    case.memory["model"] = case.student.make("build")


@check(2)
def uses(case: Case) -> None:
    """`use` uses the model that was built."""
    model = case.memory.get("model")
    if model is None or not case.holds(model):
        model = case.memory["model"] = case.student.make("build")
    if case.student.weigh(model, 2) != 6:
        raise Failed("It is not 6.")


@check(4)
def doubles(case: Case) -> None:
    """`double(x)` is 2 x."""
    x = float(case.rng.normal())
    case.ask_for_hand_grading("what was drawn?", repr(x))
    if case.student.double(x) != 2 * x:
        raise Failed("It is not.")


@check(8)
def ends(case: Case) -> None:
    """`ends_itself` returns."""
    case.student.ends_itself(1)


class Deadly(Session):
    """A session whose runner is killed during calls, a given number of times per function."""

    times = 0
    killed: dict[str, int]

    def call(self, file: str, name: str, *arguments: Any, **options: Any) -> Any:
        """Kill the runner, and call."""
        self.killed = getattr(self, "killed", {})
        if name != "ends_itself" and self.killed.setdefault(name, 0) < self.times:
            self.killed[name] += 1
            self._asking.load(file, name)
            kill_runner(self)
        return super().call(file, name, *arguments, **options)


class Once(Deadly):
    """Kill the runner once."""

    times = 1


class Twice(Deadly):
    """Kill the runner twice."""

    times = 2


class InTheSearch(Session):
    """A session in which somebody kills the runner that finds the lines of a failed function."""

    searched = 0

    def use(self, file: str, tool: str, *arguments: Any, **options: Any) -> Any:
        """Kill the runner at the first search, and ask."""
        if tool == "line_numbers.places_of":
            InTheSearch.searched += 1
            if InTheSearch.searched == 1:
                super().use(file, tool, *arguments, **options)
                kill_runner(self)
        return super().use(file, tool, *arguments, **options)


class NotStarted(Session):
    """A session whose runner is killed before it starts, at the first search."""

    searched = 0

    def use(self, file: str, tool: str, *arguments: Any, **options: Any) -> Any:
        """Fail once as a runner does that did not start, and ask."""
        if tool == "line_numbers.places_of":
            NotStarted.searched += 1
            if NotStarted.searched == 1:
                raise GraderError("A runner did not start: it ended.")
        return super().use(file, tool, *arguments, **options)


def kill_runner(session: Session) -> None:
    """End the live runner of a session from outside, and wait until it is gone."""
    line = session._runners.connection
    assert line is not None
    process: Any = line.process
    pid = process._process.pid if hasattr(process, "_process") else process._number
    handle = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    assert waiting.poll(30_000)
    os.close(handle)


def graded_below(folder: Path, level: str, session: type[Session]) -> SubmissionResult:
    part = Part(
        file="ex/work.py",
        reference=ModuleType("reference"),
        checks=(builds, uses, doubles, ends),
        misconceptions=(),
        backgrounds=None,
    )
    (folder / "assignments").mkdir(exist_ok=True)
    (folder / "assignments" / "course.toml").write_text("exercises = []\n")
    for parent in (folder, *folder.parents):
        if parent.name.startswith("pytest-"):
            parent.chmod(0o755)
    folder.chmod(0o755)
    exercise = Exercise(
        id="ex",
        number="0",
        title="An exercise",
        folder="ex",
        points=15.0,
        parts=(part,),
        profile=Profile(name="numpy", environment={"OPENBLAS_NUM_THREADS": "1"}),
        limits=Limits(memory_mib=512),
    )
    course = Course("A course", folder, "digest", (exercise,))
    launcher = PlainLauncher() if level == "none" else IsolatedLauncher(level)
    try:
        judge = replace(Judge(course, launcher, b"salt"), session=session)
        return judge.grade(Sealed("ann", {"ex/work.py": SOURCE}), "ann")
    finally:
        launcher.close()


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Return the results at a level, with and without kills; graded once for all tests."""
    folder = tmp_path_factory.mktemp("taken")
    made: dict[tuple[str, type[Session]], SubmissionResult] = {}

    def once(level: str, session: type[Session]) -> SubmissionResult:
        if (level, session) not in made:
            made[level, session] = graded_below(folder, level, session)
        return made[level, session]

    return once


def checks_of(result: SubmissionResult) -> dict[str, CheckResult]:
    return {check.id.rpartition(".")[2]: check for check in result.exercises[0].checks}


@pytest.mark.parametrize("level", LEVELS)
def test_once_costs_nothing_and_is_noted(graded: Graded, level: str) -> None:
    quiet, disturbed = (graded(level, session) for session in (Session, Once))
    assert disturbed.score == quiet.score == 7
    assert disturbed.withheld == quiet.withheld == 0
    assert disturbed.free_text == quiet.free_text
    (note, *_) = disturbed.exercises[0].notes
    assert "was checked again: the machine, or a person, had ended the process" in note
    assert not quiet.exercises[0].notes or level == "none"


@pytest.mark.parametrize("level", [level for level in LEVELS if level != "none"])
def test_twice_is_an_error_of_the_grader(graded: Graded, level: str) -> None:
    result = graded(level, Twice)
    found = checks_of(result)
    assert [found[name].outcome for name in ("uses", "doubles")] == [Outcome.GRADER_ERROR] * 2
    assert result.withheld == 6
    assert result.provisional
    assert "not your fault" in found["uses"].message


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("session", [Session, Once, Twice])
def test_who_ends_itself_gains_nothing_by_it(
    graded: Graded, level: str, session: type[Session]
) -> None:
    found = checks_of(graded(level, session))
    assert found["ends"].outcome is Outcome.CRASHED
    assert found["ends"].points == 0


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("session", [InTheSearch, NotStarted])
def test_what_is_searched_after_the_checks_is_searched_again(
    graded: Graded, level: str, session: type[InTheSearch | NotStarted]
) -> None:
    session.searched = 0
    quiet, disturbed = (checks_of(graded(level, one)) for one in (Session, session))
    assert quiet["ends"].source is not None
    assert session.searched == 2
    assert disturbed["ends"] == replace(quiet["ends"], wall_seconds=disturbed["ends"].wall_seconds)
