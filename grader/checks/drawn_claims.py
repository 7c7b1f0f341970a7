"""Claims about numbers that were drawn: normal, and independent of each other.

Every test is exact for normal numbers, for every number of samples: a right answer fails any single
one with a probability of at most 1e-9 on either side.
"""

from __future__ import annotations

__all__ = ["drawn_once", "require_normal", "require_unrelated"]

import contextlib
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.compare import Disagreement, same_value
from grader.checks.drawn_numbers import BOUND, LARGEST_T, LARGEST_Z, follows, largest_t, normal_cdf
from grader.errors import SubmissionError

if TYPE_CHECKING:
    from grader.checks.case import Case


def drawn_once(case: Case, function: str, *arguments: Any) -> Any:
    """Return what a function drew, as `Student.once` does; tell where that cannot be repeated.

    Parameters
    ----------
    case : Case
    function : str
        A function whose numbers have to come from the generator that it is given.
    *arguments : object
        Numbers, and one generator.
    """
    first, known = case.student.once(function, *arguments), f"drawn_once/{function}"
    if known not in case.memory:
        case.memory[known] = True
        with contextlib.suppress(SubmissionError):
            if not same_value(first, case.student.calls(function, arguments)[0]):
                case.note(
                    f"Called twice with the same seed, `{function}` drew two different results: it "
                    "draws from elsewhere than `rng`. What begins with them is another one each "
                    "time, so that another grading may come to another result."
                )
    return first


def require_normal(
    case: Case, values: np.ndarray, std_dev: float, words: str, known: tuple[str, tuple[Any, ...]]
) -> None:
    """Fail where the columns of an array are not from N(0, std_dev²).

    Three tests. All numbers together follow the distribution (Massart's bound). √n times the mean
    of a column over `std_dev` is standard normal. The sum of its squares over std_dev² is χ² with n
    degrees of freedom, which is within [n - 2 √(n t), n + 2 √(n t) + 2 t] but for a probability of
    exp(-t) on either side (Laurent and Massart, 2000); exp(-t) is 1e-9. For n = 4,000 this allows
    standard deviations from 0.924 to 1.074 times the right one.
    """
    n = len(values)
    t = -math.log(BOUND)
    z = np.abs(values.mean(axis=0)) * math.sqrt(n) / std_dev
    squares = np.sum(values**2, axis=0) / std_dev**2
    low, high = n - 2 * math.sqrt(n * t), n + 2 * math.sqrt(n * t) + 2 * t
    right = (
        bool((z < LARGEST_Z).all())
        and bool(((squares >= low) & (squares <= high)).all())
        and follows(values / std_dev, normal_cdf)
    )
    if right:
        return
    raise Disagreement(
        f"{words} is not drawn from N(0, {std_dev:.3g}²).",
        expected=f"mean 0, standard deviation {std_dev:.3g}, 32 % of them beyond ±{std_dev:.3g}",
        got=f"mean {_list(values.mean(axis=0))}, standard deviation {_list(values.std(axis=0))} in "
        f"the columns, {np.mean(np.abs(values) > std_dev):.0%} beyond ±{std_dev:.3g}",
        diagnoses=case.recognises(known[0], *known[1]),
    )


def require_unrelated(
    case: Case,
    values: np.ndarray,
    words: str,
    known: tuple[str, tuple[Any, ...]],
    *,
    rounding: float = 0.0,
) -> None:
    """Fail where columns, or samples that follow each other, go together, or are nearly the same.

    For independent normal columns of n numbers, r √((n - 2) / (1 - r²)) has Student's distribution
    with n - 2 degrees of freedom, whatever their means and standard deviations are; r is their
    correlation. `words` says in the plural what they are, and `known` holds the key of the known
    mistakes with what these are called with.
    """
    diagnoses = case.recognises(known[0], *known[1])
    if bool((np.abs(np.diff(values, axis=0)).max(axis=1) <= rounding).any()):
        raise Disagreement(f"{words} of two samples are the same.", diagnoses=diagnoses)
    even, odd = values[0::2], values[1::2]
    shorter = min(len(even), len(odd))
    across = largest_t(even[:shorter], odd[:shorter], same=False)
    for (i, j, t), form in (
        (largest_t(values, values, same=True), "{} in the columns {} and {} are correlated."),
        (across, "{} in column {} are correlated with column {} of the next sample."),
    ):
        if not t < LARGEST_T:
            raise Disagreement(
                form.format(words, i, j),
                expected="independent draws: a correlation that chance explains",
                got=f"a correlation {t:.3g} standard deviations from 0",
                diagnoses=diagnoses,
            )


def _list(numbers: np.ndarray) -> str:
    return ", ".join(f"{v:.3g}" for v in numbers)
