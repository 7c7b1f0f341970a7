"""Nothing that a submission was given in secret comes back in a file of its author's.

Each submission here is graded twice, by two courses that differ in the hidden data alone: whatever
way it has tried, its author's files are the same bytes both times, and small.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.checks import Case, Failed, Partly, Table, check
from grader.course import Course, Exercise, Part
from grader.exports.classroom import classroom_output
from grader.exports.gradescope import gradescope_results
from grader.exports.junit import junit_xml
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.report import write_student
from grader.results import Outcome, Usage, for_student, to_json
from grader.results.shown import MOST_BYTES
from grader.sandbox.doctor import make_launcher, obstacle
from grader.sandbox.launcher import Limits, Profile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.results import ExerciseResult, SubmissionResult
    from grader.sandbox.launcher import Launcher

DIGITS = tuple(
    np.random.default_rng(seed).integers(0, 256, (3, 28, 28), dtype=np.uint8) for seed in (3, 4)
)
SHOWN = np.zeros((3, 28, 28), dtype=np.uint8)
LEVELS = ("none", "full")

BEFORE = """
import numpy as np
kept = []

def hexed(pictures):
    return np.asarray(pictures).tobytes().hex()

def numbers(pictures):
    return [int(n) for n in np.asarray(pictures).ravel()]

def tell():
    return "nothing"

def look(pictures):
    if not np.any(pictures):
        return [0, 0, 0]
    return leak(pictures)

"""
# What each submission does after it has seen the hidden pictures; all depends on their content.
CHANNELS = {
    "message": "raise ValueError(hexed(p) * 300)",
    "memory error": "raise MemoryError(hexed(p) * 300)",
    "no memory by a library": "raise RuntimeError('cannot allocate ' + hexed(p))",
    "not written": "raise NotImplementedError(hexed(p) * 300)",
    "exit": "raise SystemExit(hexed(p) * 300)",
    "syntax": "raise SyntaxError(hexed(p), (__file__, p[0, 5, 5] + 1, 3, hexed(p)))",
    "import": "raise ImportError(hexed(p), name=hexed(p), path=hexed(p))",
    "number of an error": "raise OSError(int(p[0, 5, 5]) % 4 + 1, hexed(p), hexed(p))",
    "a full disk": "raise OSError(28, hexed(p))",
    "name of a type": "raise type('E' + hexed(p), (Exception,), {})('x')",
    "note": "e = ValueError('x'); e.add_note(hexed(p)); raise e",
    "cause": "raise ValueError('x') from KeyError(hexed(p))",
    "group": "raise ExceptionGroup(hexed(p), [ValueError(hexed(p))])",
    "words made late": "raise type('E', (Exception,), {'__str__': lambda s: hexed(p)})()",
    "line numbers": """
    for n in numbers(p)[:12]:
        place = {}
        exec(compile('\\n' * n + 'def f(g): g()', __file__, 'exec'), place)
        inner = kept[-1] if kept else lambda: 1 / 0
        kept.append(lambda f=place['f'], inner=inner: f(inner))
    kept[-1]()""",
    "names of functions": """
    def f(): raise ValueError('x')
    f.__code__ = f.__code__.replace(co_name='f' + hexed(p), co_qualname='f' + hexed(p))
    f()""",
    "names of files": "exec(compile('1/0', hexed(p) + '.py', 'exec'))",
    "depth": """
    def f(n): return f(n - 1) if n else 1 / 0
    f(int(p[0, 5, 5]) % 11)""",
    "printed": "print(hexed(p) * 300); return [0, 0, 0]",
    "printed and raised": "import sys; print(hexed(p), file=sys.stderr); raise ValueError",
    "a text": "return hexed(p) * 300",
    "texts": "return {hexed(p)[:600]: hexed(p), 'x': [hexed(p)] * 99}",
    "an integer": "return int(hexed(p)[:900], 16)",
    "a shape": "return np.zeros([n % 7 + 1 for n in numbers(p)[200:206]])",
    "a dtype": "return np.zeros(3, dtype=[('f' + hexed(p)[:300], 'f8')])",
    "an object": "return type('E' + hexed(p)[:900], (), {})()",
    "numbers": "return np.asarray(p, float)",
    "a length": "return [0] * (numbers(p)[200] + 4)",
    "end of the process": "import os; os._exit(int(p[0, 5, 5]))",
    "a signal": "import os; os.kill(os.getpid(), [6, 8, 11][int(p[0, 5, 5]) % 3])",
    "later, by a value": "globals()['tell'] = lambda: hexed(p) * 300; return [0, 0, 0]",
    "later, by a message": """
    def tell(): raise ValueError(hexed(p) * 300)
    globals()['tell'] = tell; return [0, 0, 0]""",
    "later, by print": "globals()['tell'] = lambda: print(hexed(p)); return [0, 0, 0]",
    "later, by its parameters": """
    exec(f"def tell(a{hexed(p)[:90]}): pass", globals()); return [0, 0, 0]""",
    "memory": "kept.append(np.ones(int(p[0, 5, 5]) << 14)); return [0, 0, 0]",
}
# Without isolation a runner takes long to start, and what it says goes the same way.
AT_NONE = ("message", "memory error", "line numbers", "printed", "a text", "later, by a value")


def exercise_with(hidden: np.ndarray, name: str = "ex") -> Exercise:
    """Return an exercise whose confidential check holds these pictures."""

    @check(1)
    def open_look(case: Case) -> None:
        """`look` sees nothing in empty pictures."""
        if list(case.student.look(SHOWN)) != [0, 0, 0]:
            raise Failed("It sees something.")

    @check(16, visibility="hidden", confidential="{percent} % are right.")
    def hidden_look(case: Case) -> None:
        """`look` sees what there is."""
        came = case.student.look(hidden)
        show_said(case, came)
        if not isinstance(came, list) or len(came) != 3:
            raise Failed(f"It gave {str(came)[:300]!r}.", hint=str(came)[:300])
        share = 0.26 * sum(answer == 1 for answer in came)
        case.measured(0.9 + share / 30)
        raise Partly(f"{share} is right.", share=share)

    @check(1)
    def look_again(case: Case) -> None:
        """`tell` says "nothing"."""
        said = case.student.tell()
        case.note(f"It says {said}.")
        case.ask_for_hand_grading("What does it say?", str(said))
        if said != "nothing":
            raise Failed(f"It says {said}.", hint=str(said))

    part = Part(
        file=f"{name}/work.py",
        reference=ModuleType("reference"),
        checks=(open_look, hidden_look, look_again),
        misconceptions=(),
        backgrounds=None,
    )
    return Exercise(
        id=name,
        number="1",
        title="Looking",
        folder=name,
        points=18.0,
        profile=Profile(name="numpy", environment={"OPENBLAS_NUM_THREADS": "1"}),
        limits=Limits(call_seconds=60.0, exercise_wall_seconds=300.0, memory_mib=256, restarts=8),
        parts=(part,),
    )


def show_said(self: Case, came: object) -> None:
    """Show the student's values, as a careless check would."""
    self.show(Table(title=str(came)[:500], columns=(str(came)[:500],), rows=((str(came)[:900],),)))


@pytest.fixture(scope="module", params=LEVELS)
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    if problem := obstacle(request.param):
        pytest.skip(f"{request.param}: {problem}")
    made = make_launcher(request.param)
    yield made
    made.close()


@dataclass(frozen=True)
class Graded:
    """A submission of many exercises, by what was hidden in them."""

    result: SubmissionResult
    course: Course

    def files(self, out: Path) -> dict[str, bytes]:
        """Return every file of which the author gets one, without times of ordinary checks."""
        timeless = without_times(self.result)
        folder = write_student(timeless, self.course.info, out).parent
        seen = for_student(timeless)
        return {
            **{path.name: path.read_bytes() for path in folder.iterdir()},
            "gradescope": gradescope_results(seen, self.course.info, hidden="visible"),
            "classroom": classroom_output(seen),
            "junit": junit_xml([seen], self.course.info),
        }


def graded(launcher: Launcher, leaks: dict[str, str], hidden: np.ndarray, place: Path) -> Graded:
    """Grade a submission in which each exercise leaks in another way."""
    (place / "assignments").mkdir(parents=True, exist_ok=True)
    names = {f"ex_{number}": leak for number, leak in enumerate(leaks.values())}
    exercises = tuple(exercise_with(hidden, name) for name in names)
    course = Course("A course", place, "digest", exercises)
    files = {f"{name}/work.py": source_of(leak).encode() for name, leak in names.items()}
    return Graded(Judge(course, launcher, b"salt").grade(Sealed("Eve", files), "eve"), course)


def source_of(leak: str) -> str:
    leak = leak.strip("\n")
    body = leak if leak.startswith("    ") else f"    {leak}"
    return f"{BEFORE}def leak(p):\n{body}\n"


def without_times(result: SubmissionResult) -> SubmissionResult:
    """Return the result with the times of ordinary checks taken out, which vary from run to run."""

    def of(exercise: ExerciseResult) -> ExerciseResult:
        checks = tuple(c if c.confidential else replace(c, wall_seconds=0) for c in exercise.checks)
        usage = exercise.usage if exercise.confidential else Usage()
        return replace(exercise, checks=checks, usage=usage)

    return replace(result, exercises=tuple(map(of, result.exercises)))


def test_the_files_do_not_depend_on_what_was_hidden(launcher: Launcher, tmp_path: Path) -> None:
    some = {name: CHANNELS[name] for name in (CHANNELS if launcher.level == "full" else AT_NONE)}
    both = [
        graded(launcher, some, hidden, tmp_path / str(number))
        for number, hidden in enumerate(DIGITS)
    ]
    for name, *exercises in zip(some, *(one.result.exercises for one in both), strict=True):
        for exercise in exercises:
            outcomes = [check.outcome for check in exercise.checks]
            assert outcomes[0] is Outcome.PASSED, (name, exercise.checks[0])
            assert Outcome.GRADER_ERROR not in outcomes, (name, exercise.checks)
            assert [check.confidential for check in exercise.checks] == [False, True, True]
            assert exercise.confidential
        one, other = (
            for_student(replace(g.result, exercises=(e,)))
            for g, e in zip(both, exercises, strict=True)
        )
        assert without_times(one) == without_times(other), name
    one_file, other_file = (g.files(tmp_path / f"out{n}") for n, g in enumerate(both))
    assert one_file == other_file
    assert len(one_file) == 5
    assert len(one_file["result.json"]) < MOST_BYTES
    # The submissions did say it: all is there for the instructor.
    whole = to_json(both[0].result).decode()
    assert whole.count(DIGITS[0].tobytes().hex()[:60]) > len(some)


def test_what_is_kept_is_on_the_instructors_page(launcher: Launcher, tmp_path: Path) -> None:
    leak = "print('PRINTED'); raise ValueError('RAISED' + hexed(p))"
    made = graded(launcher, {"both": leak}, DIGITS[0], tmp_path)
    made.files(tmp_path / "reports")
    page = (tmp_path / "reports" / "instructor" / "eve.html").read_text(encoding="utf-8")
    for text in ("RAISED", "PRINTED", "ex_0/work.py, line", DIGITS[0].tobytes().hex()[:200]):
        assert text in page


def test_points_and_percents_of_right_answers_are_coarse(
    launcher: Launcher, tmp_path: Path
) -> None:
    leaks = {str(n): f"return {[1] * n + [0] * (3 - n)}" for n in range(4)}
    seen = for_student(graded(launcher, leaks, DIGITS[0], tmp_path).result)
    hidden = [exercise.checks[1] for exercise in seen.exercises]
    assert [check.points for check in hidden] == [0.0, 4.0, 8.5, 12.5]
    words = [check.message for check in hidden]
    assert words == ["90 % are right.", "90 % are right.", "91 % are right.", "92 % are right."]
