"""Run one check: make its case, catch its exception, and return the result."""

from __future__ import annotations

__all__ = [
    "failure_of",
    "judged",
    "kept_open",
    "prepare",
    "run_again_if_killed_outside",
    "run_check",
    "skipped",
]

import math
import time
import traceback
import zlib
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from grader.checks import Case, Check, Disagreement
from grader.course import Exercise, Part, check_id
from grader.errors import (
    Crashed,
    Failed,
    GraderError,
    OverLimit,
    Partly,
    SubmissionError,
    TracebackLine,
)
from grader.judge.shrinking.failure import failure_in
from grader.results import CheckResult, Evidence, Outcome, SourceLine, joined
from grader.results.rounding import rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.submission import Session

# The number of steps of a confidential check's points, which thus reveal only five bits.
SHARES = 32
MAX_WORDS = 1_000
KILLED_OUTSIDE = "the machine, or a person, had ended the process in which your code ran."


def prepare(
    exercise: Exercise, part: Part, check: Check, session: Session, seed: int
) -> tuple[Case, CheckResult]:
    """Return the case of a check, and its result without the verdict."""
    blank = CheckResult(
        id=check_id(exercise, part, check),
        file=part.file,
        claim=check.claim,
        outcome=Outcome.SKIPPED,
        points=0.0,
        max_points=check.points,
        visibility=check.visibility,
        lecture=check.lecture,
    )
    return case_of(part, session, seed, blank.id), blank


def case_of(part: Part, session: Session, seed: int, check: str) -> Case:
    """Return the case of a check: its inputs follow from the exercise's seed and the check's id.

    This is the only place that defines how.
    """
    inputs = (seed, zlib.crc32(check.encode()))
    return Case(session, part.file, part.reference, part.misconceptions, inputs)


def run_check(check: Check, case: Case, blank: CheckResult, session: Session) -> CheckResult:
    """Run one check and return its result, whatever it raised.

    Parameters
    ----------
    check : Check
    case : Case
        The case of the check.
    blank : CheckResult
        The result without the verdict.
    session : Session
        The session; it has the submission's output.
    """
    if check.confidential:
        session.hide_output()
    started = time.perf_counter()
    raised: Exception | SystemExit | None = None
    try:
        with np.errstate(all="ignore"):
            check.run(case)
    except (Exception, SystemExit) as error:  # noqa: BLE001  (it must not cost points)
        raised = error
    session.failures[blank.id] = failure_in(check, raised)
    return _replaced(
        judged(check, case, blank, raised),
        printed=session.take_printed(),
        wall_seconds=round(time.perf_counter() - started, 4),
    )


def run_again_if_killed_outside(
    check: Check, prepared: Callable[[], tuple[Case, CheckResult]], session: Session
) -> CheckResult:
    """Run one check; run it again from the beginning if its runner was ended from outside.

    The inputs are the same, and only a note remains of the first time. If the runner of the second
    time is ended from outside, too, the result is an error of the grader.
    """
    killed, memory, answers = session.killed_outside, dict(session.memory), len(session.free_text)
    with session.tried(again=True):
        result = run_check(check, *prepared(), session)
    if session.killed_outside == killed:
        return result
    session.memory = memory
    del session.free_text[answers:]
    session.note(f"“{result.claim}” was checked again: {KILLED_OUTSIDE}")
    with session.tried(again=False):
        return run_check(check, *prepared(), session)


def judged(
    check: Check, case: Case, blank: CheckResult, error: Exception | SystemExit | None
) -> CheckResult:
    """Return the result of a check that raised `error`, or that passed if it is None."""
    fields: dict[str, object]
    if error is None:
        fields = {"outcome": Outcome.PASSED, "points": check.points}
    elif isinstance(error, SubmissionError):
        fields = failure_of(error)
        if isinstance(error, Partly):
            fields["points"] = _part(check.points, error.share, coarse=case.confidential)
    elif isinstance(error, GraderError):
        fields = {"outcome": Outcome.GRADER_ERROR, "message": str(error)}
    else:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{PurePath(last.filename).name}, line {last.lineno}, in {last.name}"
        message = f"The grader itself failed ({type(error).__name__}: {_text(error)}; {where})."
        fields = {"outcome": Outcome.GRADER_ERROR, "message": message}
    shown = fields.pop("evidence", Evidence())
    both = joined(case.evidence, shown if isinstance(shown, Evidence) else Evidence())
    evidence = rounded(both)
    return _replaced(
        blank,
        **fields,
        evidence=evidence,
        for_instructor=case.for_instructor,
        confidential=case.confidential,
        told=_told(check, case),
    )


def _part(points: float, share: float, *, coarse: bool) -> float:
    """Return the points for a part of the answers.

    In a confidential check a submission can choose how many of its answers are right, and so
    encode data in its points. So the points take only a few values.
    """
    share = min(1.0, max(0.0, share)) if math.isfinite(share) else 0.0
    if coarse:
        share = round(share * SHARES) / SHARES
    return min(points, round(points * share, 2))


def _told(check: Check, case: Case) -> str:
    """Return the text about a confidential check: the check's own words and a whole percentage."""
    if case.percent is None:  # the check ended before it measured anything
        return ""
    return check.confidential.replace("{percent}", str(case.percent))


def _text(error: BaseException) -> str:
    """Return the message of an exception of ours, which may contain values of the submission."""
    try:
        return str(error)[:MAX_WORDS]
    except Exception:  # noqa: BLE001  (an integer of too many digits has no text)
        return "without words"


def failure_of(error: SubmissionError) -> dict[str, object]:
    """Return the fields of a result for a failure."""
    fields: dict[str, object] = {
        "message": error.message,
        "hint": error.hint,
        "traceback": tuple(map(_source_line, error.frames)),
    }
    if isinstance(error, Disagreement):
        fields |= {
            "expected": error.expected,
            "got": error.got,
            "diagnoses": error.diagnoses,
            "evidence": error.evidence,
        }
    if isinstance(error, OverLimit):
        return fields | {"outcome": Outcome.OVER_LIMIT, "limit": error.limit}
    if isinstance(error, Crashed):
        return fields | {"outcome": Outcome.CRASHED}
    assert isinstance(error, Failed)  # noqa: S101  (the only other kind)
    return fields | {"outcome": Outcome.FAILED}


def _source_line(frame: TracebackLine) -> SourceLine:
    return SourceLine(file=frame.file, line=frame.line, function=frame.function, code=frame.code)


def kept_open(result: CheckResult, lacked: Sequence[str]) -> CheckResult:
    """Return the result of a check if the submission used packages that are not installed here.

    A check that passed has passed. For any other we cannot know if it passes with the packages.
    """
    if not lacked or result.outcome is Outcome.PASSED:
        return result
    message = (
        f"Your code uses {', '.join(lacked)}, which is not installed on the computer that "
        "graded this. No points are lost: they are open until it is graded again with that package."
    )
    return _replaced(result, outcome=Outcome.GRADER_ERROR, points=0.0, message=message)


def skipped(blank: CheckResult, needed: CheckResult) -> CheckResult:
    """Return the result of a check that was not run, because it needs another one that failed."""
    if needed.outcome is Outcome.GRADER_ERROR:
        message = "A check that this one needs could not be run: an error of the grader."
        return _replaced(blank, outcome=Outcome.GRADER_ERROR, message=message)
    return _replaced(
        blank,
        message=f"Not run, since this has to hold first: {needed.claim}",
        skipped_for=needed.id,
    )


def _replaced(result: CheckResult, **fields: object) -> CheckResult:
    return replace(result, **fields)  # type: ignore[arg-type]
