"""Judging what `gradient_descent` does at rest, and where it should not rest.

A descent that ends early (since the steps have become short, f falls no more, or a cap of its own
is reached) returns fewer lines than were asked for. Where that is depends on its author, so that it
is run for longer than anybody waits, from a start that every rate here leads to a minimum: in the
end the steps are 0, and every tolerance is met on the way.
"""

from collections.abc import Callable

import numpy as np

from grader.checks import Case, Crashed, Disagreement, Failed, SubmissionError, as_array

from .follow import OF_POINT, OVERFLOWS, first_missed
from .landscapes import Landscape, Point
from .own_gradient import OwnGradient, apart_from_the_gradient

Slopes = Callable[[float, float], Point]
# Longer than the usual caps of 1,000 and 2,000 steps. Longer than one of 10,000 is a hidden check
# alone: a kit's public checks are tried on a thousand submissions.
LONG, LONGEST = 2_500, 10_500
# At rest, and with a gradient of the judge's, each step of which is a question and an answer.
SHORT = 2_500
# Where f falls by less than 1e-12 a step. A right one is as long as 200 roundings of float32, since
# both are near to 0, and 0 where a descent has stopped.
VALLEYS = {"gradient": (0.455411, 2.0**-20), "gradient_2": (-0.00015, -2.5003)}
SLOW_RATE = 2.0**-13
# Where the gradient is 0 wherever it is asked for: at a minimum, rounding leaves a little of it.
FLAT = 200
FEW, SHOWN = 3, 150
# Where a descent is looked at on its way through the valley; the pace of a step in float32 is off
# by half of one in 200, and one that is less than that away from the gradient follows it.
LOOKS = (0, 1, 10, 50, 100, 250, 500, 750, 1_000, 1_500, 2_000, LONG - 1)
OF_A_PACE, ASIDE = 0.05, 0.1


def goes_on_at_rest(case: Case, land: Landscape, start: Point, rate: float) -> None:
    """Raise `Failed` where a long descent that comes to rest has other than `steps` + 1 lines.

    Where the submission's own gradient is wrong, the descent is asked with the right one: a wrong
    one may lead anywhere. Its own is left where the descent calls it in a way of its own.
    """
    apart, steps = case.instead(gradient=land.gradient), _long_of(case, SHORT)
    is_right = _is_right(case, land, start)
    first: SubmissionError | None = None
    for judged in (case, apart) if is_right else (apart, case):
        try:
            came = judged.student.gradient_descent(start, rate, steps)
        except SubmissionError as error:
            if isinstance(error, Crashed) and error.is_a(*OVERFLOWS):
                return  # it leaves the minimum: that is judged by its steps
            first = first or error
            continue
        _require_every_line(case, came, steps)
        follows = (is_right or judged is not case) and _follows(came, steps, land.gradient, rate)
        if follows:
            _require_rest(case, came, steps, land.gradient, rate)
        break
    else:
        assert first is not None  # noqa: S101  (the last way has failed, too)
        raise first
    _moves_in_a_valley(case, land)
    flat = case.instead(gradient=lambda _x, _y: (0.0, 0.0))
    try:
        asked = _long_of(case, FLAT, FEW)
        came = flat.student.gradient_descent(start, rate, asked)
    except SubmissionError:
        return  # nobody asks for a descent on a plain
    _require_every_line(case, came, asked)
    lines = _points(came, asked)
    stays = (np.abs(lines - start) <= OF_POINT * (1.0 + np.abs(lines))).all(axis=1)
    filled = not np.isfinite(lines).all() or (stays[1] and not stays.all()) or not lines[1:].any()
    if follows and filled:
        _refuse_the_end(case, lines, asked)


def _long_of(case: Case, steps: int, shown: int = SHOWN) -> int:
    """Return how long a long descent is: short where the text of the loop shows every step."""
    return min(steps, shown) if case.student.shows_each_step("gradient_descent", 2) else steps


def _follows(came: object, steps: int, gradient: Slopes, rate: float) -> bool:
    """Say whether a descent sets out right; one that does not is paid for elsewhere."""
    return first_missed(_points(came, steps)[: FEW + 2], gradient, rate) is None


def _require_rest(case: Case, came: object, steps: int, gradient: Slopes, rate: float) -> None:
    """Raise `Disagreement` where a descent that comes to rest ends at what is no place of rest.

    That is where it has ended before, and its lines are filled up with something else.
    """
    lines = _points(came, steps)
    if not np.isfinite(lines[-1]).all() or first_missed(lines[-2:], gradient, rate) is not None:
        _refuse_the_end(case, lines, steps)


def _refuse_the_end(case: Case, lines: np.ndarray, steps: int) -> None:
    raise Disagreement(
        f"`gradient_descent` had to make {steps:,} steps. It stops on the way, and its last rows "
        "are elsewhere.",
        got=", ".join(f"{number:.6g}" for number in lines[-1]),
        diagnoses=(case.known("stops_early"),),
    )


def _points(came: object, steps: int) -> np.ndarray:
    """Return a trajectory as a point for each line; one that lies on its side is turned."""
    lines = as_array(came, "The trajectory").astype(float)
    lines = lines.T if lines.shape == (2, steps + 1) else lines
    lines = lines.reshape(steps + 1, -1)
    if lines.shape[1] < 2:
        raise Disagreement("`gradient_descent` has to return rows of two numbers.")
    return lines[:, :2]


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
    steps = _long_of(case, LONG)
    came = case.student.gradient_descent(VALLEYS[land.background], SLOW_RATE, steps)
    _require_every_line(case, came, steps)
    lines, paces = _paces(case, land, came, steps)
    made = _made(lines, paces)
    if made < steps:
        raise Disagreement(
            f"`gradient_descent` was asked for {steps:,} steps where f hardly falls. It returned "
            f"{steps + 1:,} rows, and those after row {made + 1:,} are no steps of a descent.",
            diagnoses=(case.known("stops_early"),),
        )


def _paces(
    case: Case, land: Landscape, came: object, steps: int
) -> tuple[np.ndarray, dict[int, float]]:
    """Return the lines of a descent in the valley, and the pace of some steps: right ones have 1.

    A pace is nan where a step leads elsewhere than the gradient.
    """
    lines = _points(came, steps)
    gradient = OwnGradient(case, land, VALLEYS[land.background])
    paces, looks = {}, [*(look for look in LOOKS if look < steps - 1), steps - 1]
    if np.isfinite(lines[looks]).all():
        gradient.ask_ahead((float(x), float(y)) for x, y in lines[looks])
    for step in looks:
        slope = np.array(gradient(*map(float, lines[step])))
        moved = (lines[step] - lines[step + 1]) / SLOW_RATE
        paces[step] = float(moved @ slope / (slope @ slope)) if slope.any() else 1.0
        if not np.linalg.norm(moved - paces[step] * slope) <= ASIDE * np.linalg.norm(slope):
            paces[step] = np.nan
    return lines, paces


def _made(lines: np.ndarray, paces: dict[int, float]) -> int:
    """Return how many steps are made before the lines stand still or are no way any more.

    Steps that vanish little by little are no stop: they are paid for as such.
    """
    steps = len(lines) - 1
    if abs(paces[steps - 1]) > OF_A_PACE:  # it moves in the end; not where that is nan
        return steps
    with np.errstate(all="ignore"):
        moved = (np.diff(lines, axis=0) != 0).any(axis=1) & np.isfinite(lines[1:]).all(axis=1)
    made = int(np.flatnonzero(moved)[-1]) + 1 if moved.any() else 0
    filled = made < 2 and not lines[1:].any()  # the only step led to 0, where the rest stays
    before = [pace for step, pace in paces.items() if step < made - (made > 1 or filled)]
    return made if all(abs(pace - 1.0) <= OF_A_PACE for pace in before) else steps


@apart_from_the_gradient
def keeps_its_rate(case: Case, land: Landscape) -> None:
    """Raise `Disagreement` where later steps of a long descent are made at another learning rate.

    Where it stops is judged by its lines.
    """
    steps = _long_of(case, LONG)
    try:
        came = case.student.gradient_descent(VALLEYS[land.background], SLOW_RATE, steps)
        lines, paces = _paces(case, land, came, steps)
    except (SubmissionError, TypeError, ValueError):
        return
    values = np.array(list(paces.values()))
    if _made(lines, paces) < steps or not (np.abs(values - 1.0) > OF_A_PACE).any():
        return
    raise Disagreement(
        f"`gradient_descent` was asked for {steps:,} steps where f hardly falls. Some of them are "
        "longer or shorter than α times the gradient.",
        hint="x ← x − α ∇f(x), with the α that was passed in, in every step.",
        diagnoses=case.recognises(
            "gradient_descent.way", np.c_[values, values], np.ones((len(values), 2))
        ),
    )


def goes_on_for_long(case: Case, start: Point, rate: float) -> None:
    """Raise `Failed` where a descent has a cap of its own below 10,500 steps.

    It explodes at once, so that there is nothing to wait for; whether it may is judged elsewhere,
    and so is one that has other than `steps` + 1 lines in every descent.
    """
    if _long_of(case, LONGEST) < LONGEST:
        return
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
