"""The formula of the outputs, as the submission's `input_output_function` has it."""

from __future__ import annotations

__all__ = ["as_drawn", "require_noise", "require_outputs", "require_same_again"]

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks import SINGLE, Disagreement, SubmissionError, Table, as_array

from ..random_data.own import agree  # noqa: TID252  (the package's name is the course's)
from .learning import D_IN, PARTS, outputs

if TYPE_CHECKING:
    from grader.checks import Case

FUNCTION = "input_output_function"


def require_outputs(case: Case, x: np.ndarray, got: Any) -> None:
    """Fail where outputs without noise are not those of their inputs; say which factor it is."""
    noise = np.zeros((*np.shape(x)[:-1], 2))
    try:
        case.compare(FUNCTION, (x, noise), got, outputs(x))
    except Disagreement as wrong:
        factors = _factors(case)
        if factors is not None and not wrong.diagnoses:
            missing = _taken_as_they_are(factors)
            wrong.diagnoses = case.diagnose(f"{FUNCTION}.one_factor", (missing,), True, False)
        if factors is not None and not agree(factors, PARTS):
            case.show(_table(factors))
        raise


def _factors(case: Case) -> np.ndarray | None:
    """Return what each input alone gives to each output, (6, 2); None where that does not work."""
    found = np.empty_like(PARTS)
    for k, alone in enumerate(np.eye(D_IN)):
        try:
            parts = as_array(case.student.input_output_function(alone, np.zeros(2)), FUNCTION)
            found[k] = parts.astype(float).reshape(2)
        except (SubmissionError, ValueError):
            return None
    return found if np.isfinite(found).all() else None


def _taken_as_they_are(factors: np.ndarray) -> list[str]:
    """Return the inputs that lack their factor, where nothing else is wrong."""
    bare = np.sign(PARTS)
    lines = [k for k in range(D_IN) if not np.allclose(factors[k], PARTS[k])]
    alike = all(np.allclose(factors[k], bare[k]) for k in lines)
    return [f"x{k}" for k in lines] if alike else []


def _table(factors: np.ndarray) -> Table:
    return Table(
        title="How often each input counts in the two outputs",
        columns=("input", "first: right", "first: yours", "second: right", "second: yours"),
        rows=tuple(
            (f"x{k}", *(f"{v:g}" for v in (right[0], own[0], right[1], own[1])))
            for k, (right, own) in enumerate(zip(PARTS, factors, strict=True))
        ),
    )


def require_same_again(case: Case, x: np.ndarray, noise: np.ndarray) -> None:
    """Fail where the same inputs and the same noise do not give the same outputs twice."""
    first, again = (
        as_array(case.student.input_output_function(x, noise), FUNCTION) for _ in range(2)
    )
    diagnoses = case.diagnose(f"{FUNCTION}.repeated", (first, again), True, False)
    if diagnoses:
        message = "The same inputs and the same noise gave other outputs the second time."
        raise Disagreement(message, diagnoses=diagnoses)


def require_noise(case: Case, x: np.ndarray, noise: np.ndarray) -> None:
    """Fail where outputs with noise are not the submission's own without, plus the noise."""
    plain = as_array(case.student.input_output_function(x, 0.0 * noise), FUNCTION).astype(float)
    got = case.student.input_output_function(x, noise)
    if plain.shape == noise.shape and agree(got, plain + noise, SINGLE):
        return
    expected = plain + noise if plain.shape == noise.shape else outputs(x) + noise
    try:
        case.compare(FUNCTION, (x, noise), got, expected)
    except Disagreement as wrong:
        if not wrong.diagnoses and plain.shape == noise.shape:  # by the formula that is its own
            away = as_array(got, FUNCTION).astype(float) - plain + outputs(x)
            wrong.diagnoses = case.diagnose(FUNCTION, (x, noise), away, outputs(x) + noise)
        raise


def as_drawn(case: Case, noise: np.ndarray) -> np.ndarray:
    """Return the noise before the submission's own `input_output_function` changed it.

    A factor of that function's own is paid for there. What it leaves out cannot be known.
    """
    zero = np.zeros(D_IN)
    try:
        units = (*np.eye(2), np.zeros(2), np.zeros(2))
        came = [case.student.input_output_function(zero, unit) for unit in units]
        first, second, none, again = (as_array(c, FUNCTION).astype(float).reshape(2) for c in came)
        if not np.array_equal(none, again):  # it draws a noise of its own
            return noise
        changed: np.ndarray = noise @ np.linalg.inv(np.array([first - none, second - none]))
    except (SubmissionError, ValueError, np.linalg.LinAlgError):
        return noise
    return changed if np.isfinite(changed).all() else noise
