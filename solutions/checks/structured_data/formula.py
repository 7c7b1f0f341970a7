"""The formula of the outputs, as the submission's `input_output_function` has it."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import SINGLE, Case, Disagreement, Failed, SubmissionError, Table, as_array
from grader.checks.compare import agree, same_value

from .learning import D_IN, PARTS, outputs

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
            wrong.diagnoses = case.recognises(f"{FUNCTION}.one_factor", missing)
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
    if first.shape == again.shape and not np.array_equal(first, again, equal_nan=True):
        diagnoses = case.recognises(f"{FUNCTION}.repeated", first, again)
        message = "The same inputs and the same noise gave other outputs the second time."
        raise Disagreement(message, diagnoses=diagnoses)


def require_noise(case: Case, x: np.ndarray, noise: np.ndarray) -> None:
    """Fail where outputs with noise are not the submission's own without, plus the noise.

    Outputs of another shape are a failure without a comparison: the shape is asked for elsewhere.
    """
    plain = as_array(case.student.input_output_function(x, 0.0 * noise), FUNCTION).astype(float)
    got = case.student.input_output_function(x, noise)
    if same_value(plain, case.student.input_output_function(0.5 - x, 0.0 * noise)):
        raise Failed(f"`{FUNCTION}` returned the same result for different inputs.")
    if plain.shape != noise.shape:
        raise Failed(f"`{FUNCTION}` gives shape {plain.shape} for noise of shape {noise.shape}.")
    if agree(got, plain + noise, SINGLE):
        return
    try:
        case.compare(FUNCTION, (x, noise), got, plain + noise)
    except Disagreement as wrong:
        values = as_array(got, FUNCTION).astype(float)
        if not wrong.diagnoses and values.shape == plain.shape:  # by the formula that is its own
            away = values - plain + outputs(x)
            wrong.diagnoses = case.diagnose(FUNCTION, (x, noise), away, outputs(x) + noise)
        raise


def apart_from_the_formula(judge: Callable[[Case], None]) -> Callable[[Case], None]:
    """Judge `create_data` once more on a right `input_output_function`, where its own is wrong.

    A mistake in that function is paid for in the checks of it, whatever `create_data` makes of it.
    """

    @functools.wraps(judge)
    def judge_apart(case: Case) -> None:
        def with_a_note(judged: Case) -> None:
            judge(judged)
            if judged is not case:
                case.note(
                    "`create_data` was judged with a right `input_output_function` in the place of "
                    "yours, whose mistakes are paid for in its own checks."
                )

        case.apart_from(with_a_note, input_output_function=_right)

    return judge_apart


def _right(x: Any, noise: Any) -> np.ndarray:
    """Return the right outputs for a submission that calls the function from its own code."""
    x, noise = as_array(x, "x").astype(float), as_array(noise, "noise").astype(float)
    if x.ndim not in (1, 2) or x.shape[-1] != D_IN:
        raise Failed(f"`{FUNCTION}` was given x of shape {x.shape}: a row holds {D_IN} inputs.")
    right = outputs(x)
    try:
        return right + np.broadcast_to(noise, right.shape)
    except ValueError:
        message = f"`{FUNCTION}` was given noise of shape {noise.shape} for outputs {right.shape}."
        raise Failed(message) from None
