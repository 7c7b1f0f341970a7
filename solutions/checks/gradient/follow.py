"""Judging `gradient`, and `gradient_descent` line by line on the gradient that a submission has."""

import contextlib
from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, Tolerance, agree, as_array, as_parts, disagreement
from grader.checks.answering import require_an_answer
from grader.checks.common_claims import all_agree
from grader.checks.numbers import finite_or_none
from grader.checks.value_relations import loses_decimals, lost_decimals
from grader.errors import Crashed, Failed, SubmissionError
from grader.results import Diagnosis, Track, Trajectories

from .descent import descend, path_of
from .landscapes import Landscape, Point
from .own_gradient import PARTS, OwnGradient, apart_from_the_gradient, place_of

# A one-sided difference with a step of 0.001 misses by 0.2 % at the points that are drawn; the
# mildest wrong formula, a forgotten −1, by 2 %.
ABOUT = Tolerance(relative=5e-3)
# Of a partial derivative as small as 1e-18: a formula in float32 misses it by 1e-7 of itself, and
# every difference of values of f, which carry 16 digits of a number near 5, by all of itself.
TINY = Tolerance(relative=1e-3)
# A line may miss the step from the line above it by this much of the step and of the point:
# rounding in float32 stays a hundred times below, every wrong update is far above.
OF_STEP, OF_POINT = 1e-3, 1e-5
FAR = 1e6
# Here, a cube is still a number in float32.
OF_SINGLE = 1e12
CALM, ORDINARY = 1e-9, 1e-3
# From so many steps it is told how a descent goes its way.
TELLING = 10
FEWEST_LINES = 2
OVERFLOWS = ("OverflowError", "FloatingPointError")


def is_right(case: Case, points: Iterable[Point]) -> None:
    """Raise `Failed` where a partial derivative is not about the right one."""
    all_agree(case, "gradient", *points, parts=PARTS, tolerance=ABOUT)


def is_a_formula(case: Case, points: Iterable[Point], part: int, flat: Point) -> None:
    """Raise `Failed` where the partial derivatives are right but are only approximated.

    At `flat`, all terms of the partial derivative number `part` are tiny, each by itself, so that
    nothing cancels in it; f is symmetric there up to rounding, so that a difference of values is 0
    or as large as its step. Then the gradient is compared at the points.
    """
    wanted = case.reference.gradient(*flat)[part]
    came = as_parts(case.student.gradient(*flat), PARTS, "gradient")[part]
    missed = disagreement(as_array(came, f"`{PARTS[part]}`"), wanted, PARTS[part], TINY)
    if missed is not None:
        raise Disagreement(
            f"`{PARTS[part]}` is about right where it is large, and not where it is tiny, at "
            f"({flat[0]:.6g}, {flat[1]:.6g}): it is not computed by a formula.",
            expected=missed.expected,
            got=missed.got,
            hint="Derive f with pencil and paper, term by term, and write the two sums down.",
            diagnoses=(case.known("finite_difference"),),
        )
    all_agree(case, "gradient", *points, parts=PARTS)


@apart_from_the_gradient
def has_the_form(case: Case, land: Landscape, start: Point, rate: float, steps: int) -> None:
    """Raise `Failed` unless there are `steps` + 1 lines of two numbers, the first one the start."""
    gradient = OwnGradient(case, land, start)
    got = _run(case, gradient, start, rate, steps)
    lines = as_array(got, "What `gradient_descent` returned")
    if lines.shape != (steps + 1, 2):
        raise Disagreement(
            f"For {steps} steps, `gradient_descent` has to return {steps + 1} rows of 2 numbers.",
            expected=f"shape {(steps + 1, 2)}",
            got=f"shape {lines.shape}",
            diagnoses=_named(case, gradient, (start, rate, steps), got),
        )
    if not _near(lines[0], np.array(start), 0.0):
        raise Disagreement(
            "The first row of the trajectory is not the start.",
            expected=f"{start[0]:.6g}, {start[1]:.6g}",
            got=f"{lines[0][0]:.6g}, {lines[0][1]:.6g}",
            diagnoses=_of_its_start(case, start, rate)
            or _named(case, gradient, (start, rate, steps), got),
        )


def _of_its_start(case: Case, start: Point, rate: float) -> tuple[Diagnosis, ...]:
    """Name the mistake where a descent begins at its start without decimals, and so at another."""

    def begins_at(*here: float) -> np.ndarray:
        return _lines(case.student.gradient_descent(here, rate, 0), 0)[0]

    return loses_decimals(begins_at, start, (3.3 * start[0], -2.7 * start[1]))


@apart_from_the_gradient
def follows(
    case: Case, land: Landscape, start: Point, rate: float, steps: int, *, shown: bool = False
) -> None:
    """Raise `Failed` unless each line is the line above it, less `rate` times its gradient.

    How many lines there are, and whether the start is the first, is judged by `has_the_form`.
    Each line is compared with one step from the submission's own line above: no rounding grows.
    """
    gradient = OwnGradient(case, land, start)
    got = _run(case, gradient, start, rate, steps)
    came = lines = _lines(got, steps)
    if not _begins_at(lines[0], start):
        lines = np.vstack([start, lines])
    missed = first_missed(lines, gradient, rate)  # it asks for many gradients at once
    if shown:
        case.show(_figure(land, came, gradient, start, rate, steps))
    if missed is None and len(lines) >= max(steps, 1):
        return
    k, wanted = missed or (len(lines) - 1, np.array(start))
    raise Disagreement(
        f"Step {k + 1} of the trajectory is not `x ← x − α ∇f(x)` with {gradient.whose}."
        if missed
        else f"The trajectory has {len(lines)} rows after {steps} steps.",
        expected=f"after step {k + 1}: ({wanted[0]:.6g}, {wanted[1]:.6g})" if missed else "",
        got=f"({lines[k + 1][0]:.6g}, {lines[k + 1][1]:.6g})" if missed else "",
        hint=_hint(gradient, land, lines, rate),
        diagnoses=_cut(lines, gradient, rate) or _named(case, gradient, (start, rate, steps), got),
    )


def sets_out_at_once(case: Case, land: Landscape, start: Point, rate: float) -> bool:
    """Say whether the first step is along the gradient, up or down and of any length.

    So both coordinates have moved from the same point, by their partial derivatives or each by the
    other's. Adam and the like set out by the signs alone: both as far, each down its own slope.
    The gradient is the submission's own, or else the right one.
    """
    for judged in (case, case.instead(gradient=land.gradient)):
        for steps in (2, 1):
            try:
                lines = _lines(
                    _run(judged, OwnGradient(judged, land, start), start, rate, steps), 2
                )
                x, y = OwnGradient(judged, land, start)(*start)
            except SubmissionError:
                continue
            # After one step the last line is where it led, where all lines are one array, too.
            moved = lines[-1] - start if steps == 1 else lines[min(1, len(lines) - 1)] - lines[0]
            aside = min(abs(moved[0] * y - moved[1] * x), abs(moved[0] * x - moved[1] * y))
            down = moved[0] * x < 0 and moved[1] * y < 0
            if down and np.isclose(abs(moved[0]), abs(moved[1]), rtol=OF_STEP):
                return True
            if moved.all() and aside <= OF_STEP * float(np.hypot(*moved)) * float(np.hypot(x, y)):
                return True
    return False


def overflows_in_silence(
    case: Case, land: Landscape, start: Point, rate: float, steps: int
) -> None:
    """Raise `Failed` unless a descent that explodes ends in lines that are not finite.

    Whether its steps are the right ones is judged by `follows`. What overflows in the submission's
    own gradient is the descent's matter: it passes the numbers.
    """
    try:
        _overflows_in_silence(case, land, start, rate, steps)
    except SubmissionError as error:
        if isinstance(error, Crashed) and error.is_a(*OVERFLOWS):
            raise
        try:
            judged = case.instead(gradient=land.gradient)
            _overflows_in_silence(judged, land, start, rate, steps)
        except SubmissionError:
            raise error from None


def _overflows_in_silence(
    case: Case, land: Landscape, start: Point, rate: float, steps: int
) -> None:
    try:
        got = case.student.gradient_descent(start, rate, steps)
    except Crashed as crash:
        if crash.is_a(*OVERFLOWS):
            crash.hint = (
                "Python's own floats raise OverflowError in `**` and in `math.exp`, and numpy's do "
                "not: keep the point in an array, such as `np.array(start, dtype=float)`."
            )
        raise
    if not np.isfinite(_lines(got, steps)[0]).all():
        raise Failed("Not even the first row, the start, is finite.")
    require_an_answer(case, "gradient_descent", (start, rate, steps), got)
    calm = _lines(case.student.gradient_descent(start, CALM, 2), 2)[:2]
    if not any(_begins_at(line, start) for line in calm):
        raise Failed("With a learning rate of next to nothing, the descent is not at its start.")
    lines = _lines(got, steps)
    if len(lines) < steps:
        raise Disagreement(
            f"An exploding descent of {steps} steps returned {len(lines)} rows.",
            hint="Go on for all of the `steps`, although the numbers are inf or nan by then.",
            diagnoses=(case.known("stops_early"),),
        )
    gradient = OwnGradient(case, land, start)
    finite = np.isfinite(lines).all(axis=1)
    first = int(np.argmin(finite)) if not finite.all() else len(lines)
    if finite[first:].any():
        raise Failed(f"Row {first} is not finite, but a later row is: the numbers came back.")
    if first < len(lines):
        _require_the_overflow(case, gradient, lines[: first + 1], rate)
        return
    with contextlib.suppress(SubmissionError):
        if len(descend(gradient, start, rate, steps)) > steps:
            return  # it does not explode by then
        if not _is_followed(case, land, gradient, start):
            return  # its steps are others, which are paid for where they are asked for
    raise Disagreement(
        "The descent has to overflow here, but all its rows are finite.",
        hint="Let the numbers grow: a trajectory that is cut or clipped hides the explosion.",
        diagnoses=_named(case, gradient, (start, rate, steps), got),
    )


def _is_followed(case: Case, land: Landscape, gradient: OwnGradient, start: Point) -> bool:
    """Say whether a descent makes right steps at an ordinary rate, or none along the gradient."""
    lines = _lines(case.student.gradient_descent(start, ORDINARY, 3), 3)
    right = first_missed(lines, gradient, ORDINARY) is None
    return right or not sets_out_at_once(case, land, start, ORDINARY)


def _require_the_overflow(
    case: Case, gradient: OwnGradient, lines: np.ndarray, rate: float
) -> None:
    """Raise `Disagreement` where the last of these lines is no number, and has to be one."""
    before = lines[-2]
    small = np.max(np.abs(before)) <= OF_SINGLE
    if not small or first_missed(lines[:-1], gradient, rate) is not None:
        return
    try:
        step = rate * np.array(gradient(*map(float, before)))
    except SubmissionError:
        return
    if np.isfinite(before - step).all():
        raise Disagreement(
            f"Row {len(lines)} is inf or nan, and the step to it is an ordinary one.",
            diagnoses=(case.known("stops_early"),),
        )


def _run(case: Case, gradient: OwnGradient, *arguments: Any) -> Any:
    try:
        return case.student.gradient_descent(*arguments)
    except SubmissionError as error:
        own = error.message.startswith("`gradient_descent` is not written yet")
        if not gradient.trouble or own or error is gradient.error:
            raise  # the file itself cannot be used, which is no matter of `gradient`
        raise Failed(
            "`gradient_descent` could not be checked: it calls `gradient`, which does not work: "
            f"{gradient.trouble}",
            hint="Repair `gradient` first.",
        ) from None


def _lines(got: Any, steps: int) -> np.ndarray:
    """Return what came as points, a line each, and not many more than there should be."""
    lines = as_array(got, "What `gradient_descent` returned").astype(float)
    if lines.ndim == 1 and lines.size == 2:
        return lines[None]
    if lines.ndim == 2 and len(lines) == 2 != lines.shape[1]:
        lines = lines.T  # a fault of the form, which costs the form alone
    if lines.ndim != 2 or lines.shape[1] != 2 or not len(lines):
        raise Disagreement(
            "`gradient_descent` has to return rows of two numbers.",
            expected="shape (steps + 1, 2)",
            got=f"shape {lines.shape}",
        )
    return lines[: steps + 2]


def _begins_at(line: np.ndarray, start: Point) -> bool:
    """Say whether a line is the start, or the start without decimals: that costs its form alone."""
    near = bool(np.max(np.abs(line - np.array(start))) <= OF_STEP)
    return near or bool(lost_decimals(line, np.array(start)))


def _cut(
    lines: np.ndarray, gradient: Callable[[float, float], Point], rate: float
) -> tuple[Diagnosis, ...]:
    """Name the mistake where every row has lost its decimals, and each step begins at one."""
    near = list(takewhile(lambda line: np.max(np.abs(line)) <= FAR, lines[:-1]))
    try:
        led = [line - rate * np.array(gradient(*map(float, line))) for line in near]
    except SubmissionError:
        return ()
    return lost_decimals(lines[1 : len(led) + 1], np.array(led)) if led else ()


def _near(line: np.ndarray, wanted: np.ndarray, step: float) -> bool:
    error = float(np.max(np.abs(line - wanted)))
    return error <= OF_STEP * step + OF_POINT * (1.0 + float(np.max(np.abs(wanted))))


def first_missed(
    lines: np.ndarray, gradient: Callable[[float, float], Point], rate: float
) -> tuple[int, np.ndarray] | None:
    """Return the number of the first step that is wrong and where it should lead to."""
    for k in range(len(lines) - 1):
        if k == 1 and isinstance(gradient, OwnGradient):  # the first step is right, as most are
            near = takewhile(lambda line: np.max(np.abs(line)) <= FAR, lines[1:-1])
            gradient.ask_ahead((float(x), float(y)) for x, y in near)
        if not np.max(np.abs(lines[k])) <= FAR:
            return None
        try:
            step = rate * np.array(gradient(*map(float, lines[k])))
        except SubmissionError:
            return None
        if not np.isfinite(step).all():
            return None
        if not _near(lines[k + 1], lines[k] - step, float(np.max(np.abs(step)))):
            return k, lines[k] - step
    return None


def _named(
    case: Case, gradient: OwnGradient, arguments: tuple[Point, float, int], got: Any
) -> tuple[Any, ...]:
    """Return the known mistakes; what is right is the path over the gradient that is followed."""
    start, rate, steps = arguments
    try:
        right = path_of(gradient, lambda here, slope: here - rate * slope, start, steps)
    except SubmissionError:  # where it has overflowed
        try:
            right = np.array(descend(gradient, *arguments))
        except SubmissionError:
            return ()
    known = case.diagnose("gradient_descent", arguments, got, right, {"gradient": gradient})
    if not known and _ends_on(got, right):
        return (case.known("stops_early"),)
    return known or way_of(case, gradient, got, rate)


def _ends_on(got: Any, right: np.ndarray) -> bool:
    """Say whether lines are right up to one, and then none, the same again, or all 0 or nan."""
    try:
        lines = as_array(got, "The trajectory").astype(float)
    except SubmissionError:
        return False
    if lines.ndim != 2 or len(lines) < FEWEST_LINES:
        return False
    if len(lines) < len(right) - 1:
        return agree(lines, right[: len(lines)])
    if lines.shape == right.shape and np.isfinite(right).all():
        lines = np.where(np.isnan(lines), 0.0, lines)
    changes = np.flatnonzero(np.diff(lines, axis=0).any(axis=1))
    last = int(changes[-1]) + 1 if changes.size else 0  # from here on, all lines are the same
    if not 0 < last < len(lines) - 1 or not agree(lines[:last], right[:last]):
        return False
    return agree(lines[last], right[last]) or not lines[last].any()


def way_of(case: Case, gradient: OwnGradient, got: Any, rate: float) -> tuple[Any, ...]:
    """Return what is known of how a descent goes from line to line, whatever its length."""
    try:
        lines = as_array(got, "The trajectory").astype(float)[: TELLING + 1]
        slopes = np.array([gradient(*map(float, line)) for line in lines[:-1]])
        with np.errstate(all="ignore"):
            return case.recognises("gradient_descent.way", -np.diff(lines, axis=0) / rate, slopes)
    except (SubmissionError, TypeError, ValueError, IndexError):  # other than lines of numbers
        return ()


def _hint(gradient: OwnGradient, land: Landscape, lines: np.ndarray, rate: float) -> str:
    right = land.gradient
    if not gradient.trouble and len(lines) > 1 and first_missed(lines, right, rate) is None:
        return (
            "These are the points that the right gradient leads to, and your `gradient` is another "
            "one: call it in the loop, and write the formulas only there."
        )
    return "Compute both partial derivatives at the present point, then subtract α times each."


def _figure(
    land: Landscape, lines: np.ndarray, gradient: OwnGradient, start: Point, rate: float, steps: int
) -> Trajectories:
    try:
        path = descend(gradient, start, rate, steps)
    except SubmissionError:
        path = [start]
    yours = tuple((finite_or_none(x), finite_or_none(y)) for x, y in lines)
    right = tuple((finite_or_none(x), finite_or_none(y)) for x, y in path)
    return Trajectories(
        title=f"gradient_descent: {steps} steps with learning rate {rate:.3g}",
        background=land.background,
        tracks=(
            Track(name="the judge's steps", points=right, role="reference"),
            Track(name="your steps", points=yours),
        ),
        summary=f"From ({start[0]:.2f}, {start[1]:.2f}), the judge's steps with {gradient.whose} "
        f"end at {place_of(path[-1])}; yours end at {place_of(lines[-1])}.",
    )
