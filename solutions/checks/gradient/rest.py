"""Judging what `gradient_descent` does at rest, and where it should not rest.

A descent that ends early (since the steps have become short, f falls no more, or a cap of its own
is reached) returns fewer lines than were asked for. Where that is depends on its author, so that it
is run for longer than anybody waits, from a start that every rate here leads to a minimum: in the
end the steps are 0, and every tolerance is met on the way.
"""

import numpy as np

from grader.checks import Case, Crashed, Disagreement, Failed, SubmissionError, as_array

from .descent import distance
from .follow import OF_POINT, OVERFLOWS, OwnGradient, apart_from_the_gradient
from .landscapes import Landscape, Point

# Longer than the usual caps of 1,000 and 2,000 steps. Longer than one of 10,000 is a hidden check
# alone: a kit's public checks are tried on a thousand submissions.
LONG, LONGEST = 2_500, 10_500
# At rest, and with a gradient of the judge's, each step of which is a question and an answer.
SHORT = 1_500
# Where f falls by less than 1e-12 a step. A right one is as long as 200 roundings of float32, since
# both are near to 0, and 0 where a descent has stopped.
VALLEYS = {"gradient": (0.455411, 2.0**-20), "gradient_2": (-0.00015, -2.5003)}
SLOW_RATE = 2.0**-13
# Where the gradient is 0 wherever it is asked for: at a minimum, rounding leaves a little of it.
FLAT = 200
FEW = 3


def goes_on_at_rest(case: Case, land: Landscape, start: Point, rate: float) -> None:
    """Raise `Failed` where a long descent that comes to rest has other than `steps` + 1 lines.

    Where the submission's own gradient is wrong, the descent is asked with the right one: a wrong
    one may lead anywhere. Its own is left where the descent calls it in a way of its own.
    """
    apart = (case.instead(gradient=land.gradient), SHORT)
    is_right = _is_right(case, land, start)
    first: SubmissionError | None = None
    for judged, steps in [(case, SHORT), apart] if is_right else [apart, (case, SHORT)]:
        try:
            came = judged.student.gradient_descent(start, rate, steps)
        except SubmissionError as error:
            if isinstance(error, Crashed) and error.exception in OVERFLOWS:
                return  # it leaves the minimum: that is judged by its steps
            first = first or error
            continue
        _require_every_line(case, came, steps)
        break
    else:
        assert first is not None  # noqa: S101  (the last way has failed, too)
        raise first
    _moves_in_a_valley(case, land)
    flat = case.instead(gradient=lambda _x, _y: (0.0, 0.0))
    try:
        came = flat.student.gradient_descent(start, rate, FLAT)
    except SubmissionError:
        return  # nobody asks for a descent on a plain
    _require_every_line(case, came, FLAT)


def _lines(came: object) -> int:
    return len(np.atleast_1d(as_array(came, "What `gradient_descent` returned")))


def _require_every_line(case: Case, came: object, steps: int) -> None:
    count = _lines(came)
    if count == steps + 1:
        return
    raise Disagreement(
        f"`gradient_descent` was asked for {steps:,} steps, and returned {count:,} "
        f"{'line' if count == 1 else 'lines'}.",
        expected=f"{steps + 1:,} lines",
        got=f"{count:,}",
        diagnoses=(case.known("stops_early"),) if count < steps else (),
    )


@apart_from_the_gradient
def _moves_in_a_valley(case: Case, land: Landscape) -> None:
    """Raise `Failed` where a descent stops on a slope, whether or not it fills up its lines."""
    came = case.student.gradient_descent(VALLEYS[land.background], SLOW_RATE, LONG)
    _require_every_line(case, came, LONG)
    lines = as_array(came, "The trajectory").astype(float).reshape(LONG + 1, -1)[:, :2]
    moved = np.flatnonzero((np.diff(lines, axis=0) != 0).any(axis=1))
    made = int(moved[-1]) + 1 if moved.size else 0
    if made:  # steps that vanish little by little are no stop: they are paid for as such
        slopes = land.gradient(*map(float, lines[made - 1]))
        if distance(lines[made], lines[made - 1]) < SLOW_RATE * distance(slopes, (0.0, 0.0)) / 2:
            return
    if made < LONG:
        raise Disagreement(
            f"`gradient_descent` was asked for {LONG:,} steps where f hardly falls. It returned "
            f"{LONG + 1:,} lines, and those after line {made + 1:,} are all the same.",
            diagnoses=(case.known("stops_early"),),
        )


def goes_on_for_long(case: Case, start: Point, rate: float) -> None:
    """Raise `Failed` where a descent has a cap of its own below 10,500 steps.

    It explodes at once, so that there is nothing to wait for; whether it may is judged elsewhere,
    and so is one that has other than `steps` + 1 lines in every descent.
    """
    try:
        few = case.student.gradient_descent(start, rate, FEW)
        came = case.student.gradient_descent(start, rate, LONGEST)
    except SubmissionError:
        return
    if _lines(few) == FEW + 1 and _lines(came) > LONG:  # what ends sooner is paid for elsewhere
        _require_every_line(case, came, LONGEST)


def _is_right(case: Case, land: Landscape, start: Point) -> bool:
    """Say whether the submission's own gradient is right at the start and where it leads."""
    x, y = start
    places = (start, *((x + 0.3 * k, y - 0.2 * k) for k in (-1, 1)))
    try:
        own = OwnGradient(case, land, start)
        return not own.trouble and all(
            np.allclose(own(*at), land.gradient(*at), rtol=1e-3, atol=1e-6) for at in places
        )
    except SubmissionError:
        return False


def moves(case: Case, land: Landscape, start: Point, rate: float) -> None:
    """Raise `Failed` where a descent stays at its start, which no gradient here is to blame for.

    Such a descent answers nothing, and what is asked of its form would be asked of nothing. A wrong
    gradient may be 0: the descent is asked with the right one then.
    """
    failed: list[SubmissionError] = []
    ways = (case, case.instead(gradient=land.gradient))
    for judged in ways:
        try:
            came = as_array(judged.student.gradient_descent(start, rate, FEW), "The trajectory")
        except SubmissionError as error:
            failed.append(error)
            continue
        numbers = came.astype(float).ravel()
        away = numbers - np.resize(start, numbers.size)  # another form is judged elsewhere
        if not np.max(np.abs(away), initial=0.0) <= OF_POINT * (1.0 + max(map(abs, start))):
            return
    if len(failed) == len(ways):
        raise failed[0]
    raise Failed(
        "`gradient_descent` stays at its start: all of its points are the same.",
        hint="In each step, subtract α times the gradient from the point.",
    )


@apart_from_the_gradient
def leaves_its_start_alone(case: Case, _land: Landscape, start: Point, rate: float) -> None:
    """Raise `Failed` where an array that is given as the start is another one afterwards."""
    given = np.array(start)
    _, after = case.student.with_arguments("gradient_descent", given, rate, 4)
    if not np.array_equal(np.asarray(after[0]), start):
        raise Failed(
            "`gradient_descent` changed the array `start` that was passed in.",
            hint="`point -= …` writes into the caller's array: begin with a copy, such as "
            "`np.array(start, dtype=float)`.",
        )
