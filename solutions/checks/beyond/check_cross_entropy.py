"""Checks of `beyond/cross_entropy.py`."""

import contextlib
from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, agree, apart, as_array, as_parts, check, recorded
from grader.checks.common_claims import all_agree, leave_their_arguments_alone
from grader.checks.numbers import finite_or_none
from grader.errors import Crashed, Failed, SubmissionError
from grader.results import Curves, Series

from .mistakes_cross_entropy import LARGE

SLOPES = ("squared", "entropy")
# The largest argument of a submission's `gradient` has 24.
MOST_SCORES = 1_000
COSTS = "Other cost functions"


@recorded
def _right_softmax(z: Any) -> np.ndarray:
    """Return the softmax along the last axis, in another way than by dividing exponentials."""
    scores = np.asarray(z, dtype=float)
    if scores.size > MOST_SCORES:
        raise Failed(f"`softmax` was called with more than {MOST_SCORES} scores.")
    parts: np.ndarray = np.exp(scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True))
    return parts


@check(2, lecture=COSTS)
def softmax_gives_probabilities(case: Case) -> None:
    """`softmax(z)` is exp(z) over its sum along the last axis, for scores of any shape."""
    shapes = [(5,), (4, 3), (2, 3, 4)]
    all_agree(case, "softmax", *((2 * case.rng.standard_normal(shape),) for shape in shapes))


@check(1, needs=(softmax_gives_probabilities,), visibility="hidden", lecture=COSTS)
def softmax_of_large_scores(case: Case) -> None:
    """`softmax` does not overflow: scores of ±1000 give the right limits, without any nan."""
    try:
        pairs = ((scores, np.stack([scores, scores[..., ::-1]])) for scores in LARGE)
        all_agree(case, "softmax", *((scores,) for pair in pairs for scores in pair))
    except Disagreement as wrong:
        wrong.diagnoses = ()
        with contextlib.suppress(SubmissionError):
            came = [as_array(case.student.softmax(z), "`softmax`").astype(float) for z in LARGE]
            wrong.diagnoses = case.recognises("softmax.large", came)
        raise
    except Crashed as crash:
        if not crash.is_a("OverflowError"):
            raise
        known = (case.known("powers_overflow"),)
        raise Disagreement(crash.message, hint=crash.hint, diagnoses=known) from None


@check(1.5, lecture=COSTS)
def cross_entropy_is_a_mean_of_logarithms(case: Case) -> None:
    """`cross_entropy(p, labels)` is the mean of -ln p over the samples, at each one's own label."""
    rng, sizes = case.rng, [(7, 4), (1, 3), (12, 2)]
    drawn = [(rng.dirichlet(np.ones(k), n), rng.integers(0, k, n)) for n, k in sizes]
    all_agree(case, "cross_entropy", *drawn)


@check(0.5, needs=(cross_entropy_is_a_mean_of_logarithms,), lecture=COSTS)
def cross_entropy_stays_finite(case: Case) -> None:
    """`cross_entropy` is finite and large where the right class has the probability 0."""
    p = np.array([[1.0, 0.0], [0.5, 0.5]])
    value = as_array(case.student.cross_entropy(p, np.array([1, 0])), "`cross_entropy`")
    if value.size != 1 or not np.isfinite(value).all() or float(value.ravel()[0]) < 3:
        raise Failed(
            f"With the probability 0 at the right class it gave {value}.",
            hint="Replace 0 by the smallest number that you find sensible before the logarithm.",
        )


@check(2, lecture=COSTS)
@apart(softmax=_right_softmax)
def gradient_of_softmax_and_cross_entropy(case: Case) -> None:
    """`gradient(z, labels)` is (softmax(z) - onehot) / n, the derivative with respect to z."""
    for n, classes in [(6, 4), (1, 3), (9, 2)]:
        z, labels = case.rng.standard_normal((n, classes)), case.rng.integers(0, classes, n)
        got = case.student.gradient(z, labels)
        if not _follows_own_softmax(case, got, z, labels):
            case.compare("gradient", (z, labels), got, case.reference.gradient(z, labels))


@check(2, lecture="The slowdown problem")
def slowdown_of_the_squared_error(case: Case) -> None:
    """`slowdown(z)` is (2σ²(1 - σ), σ): the slope of the squared error vanishes where the neuron is
    most wrong, that of the cross-entropy does not.
    """
    _show_slopes(case)
    drawn = float(case.rng.uniform(-2, 2))
    all_agree(case, "slowdown", *((z,) for z in (-3.0, -0.7, 0.4, 2.5, 6.0, drawn)), parts=SLOPES)


@check(1, visibility="hidden", lecture=COSTS)
def arguments_stay_as_they_are(case: Case) -> None:
    """No function in `cross_entropy.py` changes the arrays that it is given."""
    z, labels = case.rng.standard_normal((9, 4)), case.rng.integers(0, 4, 9)
    leave_their_arguments_alone(
        case,
        ("softmax", (z,)),
        ("cross_entropy", (case.rng.dirichlet(np.ones(4), 9), labels)),
        ("gradient", (z, labels)),
    )


def _follows_own_softmax(case: Case, got: Any, z: np.ndarray, labels: np.ndarray) -> bool:
    """Say whether a gradient is right around the submission's own `softmax`, right or wrong."""
    try:
        own = as_array(case.student.softmax(z), "`softmax`").astype(float)
        onehot = np.eye(z.shape[1])[labels]
        if own.shape != z.shape or not np.isfinite(own).all():
            return False
        return agree(got, (own - onehot) / len(z))
    except SubmissionError:
        return False


def _show_slopes(case: Case) -> None:
    """Draw both slopes over z, the student's beside the right ones."""
    places = np.linspace(-8, 8, 33)
    right = np.array([case.reference.slowdown(float(z)) for z in places])
    series = [
        Series(name=f"{name}, right", x=tuple(places), y=tuple(right[:, at]), role="reference")
        for at, name in enumerate(("squared error", "cross-entropy"))
    ]
    try:
        came = case.student.calls("slowdown", *((float(z),) for z in places))
        own = [as_parts(value, SLOPES, "slowdown") for value in came]
        drawn = as_array(own, "`slowdown`").astype(float)
    except SubmissionError:
        drawn = np.empty((0, 2))
    if drawn.shape == (len(places), 2):
        series += [
            Series(
                name=f"{name}, yours", x=tuple(places), y=tuple(map(finite_or_none, drawn[:, at]))
            )
            for at, name in enumerate(("squared error", "cross-entropy"))
        ]
    case.show(
        Curves(
            title="The slowdown problem: slopes of both costs where the target is 0",
            x_label="z, the input of the neuron",
            y_label="slope with respect to z",
            series=tuple(series),
            summary="At z = 8 the output is 0.9997 where 0 is right. The slope of the squared "
            "error there is 0.0007, almost flat; that of the cross-entropy is 0.9997.",
        )
    )
