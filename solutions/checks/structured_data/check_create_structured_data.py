"""Exercise 6, first half: the data.

No mistake is paid for twice: `create_data` may use the submission's own `input_output_function`.
Where that one is wrong, `create_data` is judged with a right one in its place too; where the
formula is written into `create_data`, its noise is what the best linear formula leaves over.

False fails, by bounds in `drawn_claims`: below 4e-8 for all statistical checks of one submission
together (19 two-sided tests of the inputs' and the noise's distribution, 61 of independence);
none in 1,000 seeds of the reference, and none in float32.
"""

from typing import Any

import numpy as np

from grader.checks import Case, Crashed, Disagreement, Failed, SubmissionError, as_array, check
from grader.checks.answering import telling
from grader.checks.common_claims import leave_their_arguments_alone, single_sample
from grader.checks.compare import agree
from grader.checks.drawn_claims import require_normal, require_unrelated
from grader.results import Diagnosis

from ..random_data.draws import pair, require_draw_from_rng
from ..random_data.wrong_data import global_randomness, own_seed
from .drawing import drawn, noise_alone, noise_of
from .formula import apart_from_the_formula, require_noise, require_outputs, require_same_again
from .learning import SPREAD, outputs

# Mistakes of exercise 2 that are made here, too.
AS_IN_EXERCISE_2 = (global_randomness, own_seed)

FUNCTION = "Learning structured data"
TUNED = "You can tune the standard deviation of the noise"
SAMPLES, FEWER = 4000, 400
# Of these, no power, product with 2 or √2, or other constant of the course is near another one.
SMALLEST_NOISE, LARGEST_NOISE = 2.8, 3.2


@check(3, lecture=FUNCTION)
def outputs_of_one_sample(case: Case) -> None:
    """`input_output_function` of one sample without noise is (x₃ - x₁ + 2x₄, 7x₀ - 4x₂ + x₅)."""
    x = case.rng.normal(0.0, SPREAD, 6)
    with single_sample("(6,)", "(1, 6)"):
        require_same_again(case, x, np.zeros(2))
        require_outputs(case, x, case.student.input_output_function(x, np.zeros(2)))
        x = np.array([1, 2, 3, 4, 5, 6])  # the example of the statement
        require_outputs(case, x, case.student.input_output_function(x, np.zeros(2)))


@check(3, lecture=FUNCTION)
def outputs_of_a_batch(case: Case) -> None:
    """`input_output_function` of a batch has a row for each sample: what that sample has alone."""
    x = case.rng.normal(0.0, SPREAD, (9, 6))
    zero = np.zeros((9, 2))
    try:
        got = case.student.input_output_function(x, zero)
    except Crashed as crash:
        message = f"`input_output_function` fails for a batch: {crash.message}"
        known = _names_lines(case, x, None)
        raise Disagreement(message, hint=crash.hint, diagnoses=known) from None
    if agree(got, outputs(x)) or _agrees_line_by_line(case, x, got):
        return
    try:
        require_outputs(case, x, got)
    except Disagreement as wrong:
        wrong.diagnoses = wrong.diagnoses or _names_lines(case, x, got)
        raise


def _agrees_line_by_line(case: Case, x: np.ndarray, got: object) -> bool:
    """Say whether each line is what the sample has alone: a wrong formula is not paid for twice."""
    try:
        alone = [as_array(case.student.input_output_function(s, np.zeros(2)), "y") for s in x]
        lines = np.array(alone, dtype=float).reshape(len(x), 2)
    except (SubmissionError, ValueError):
        return False
    return bool(np.isfinite(lines).all() and np.ptp(lines, axis=0).any()) and agree(got, lines)


def _names_lines(case: Case, x: np.ndarray, got: Any) -> tuple[Diagnosis, ...]:
    try:
        alone = case.student.input_output_function(x[0], np.zeros(2))
    except SubmissionError:
        return ()
    flags = (agree(alone, outputs(x[0])), got is not None and np.shape(got) == (len(x), 2))
    return case.recognises("input_output_function.batch", *flags)


@check(2, lecture=TUNED)
def noise_is_added_to_the_outputs(case: Case) -> None:
    """`input_output_function` adds noise₀ to the first output and noise₁ to the second."""
    missing: list[SubmissionError] = []
    for shape in ((), (9,)):
        x = case.rng.normal(0.0, SPREAD, (*shape, 6))
        noise = case.rng.normal(0.0, 2.0, (*shape, 2))
        try:
            require_noise(case, x, noise)
        except Disagreement:
            raise
        except SubmissionError as error:  # of a batch, say: that is paid for above
            missing.append(error)
    if len(missing) == 2:
        raise missing[0]


@check(1, visibility="hidden", lecture=FUNCTION)
def inputs_and_noise_stay_as_they_are(case: Case) -> None:
    """`input_output_function` changes neither its inputs nor the noise."""
    x, noise = case.rng.normal(0.0, SPREAD, (3, 6)), case.rng.normal(0.0, 2.0, (3, 2))
    try:
        leave_their_arguments_alone(case, ("input_output_function", (x[0], noise[0])))
    except Crashed:  # one that takes a batch alone has been paid for
        leave_their_arguments_alone(case, ("input_output_function", (x, noise)))


@check(1, lecture=FUNCTION)
@apart_from_the_formula
def create_data_has_a_line_for_each_sample(case: Case) -> None:
    """`create_data` returns x of shape (n_samples, 6) and y of shape (n_samples, 2)."""
    for n in (13, 1):
        got = pair(case, "create_data", ("x", "y"), n, 0.05, case.fresh_rng())
        for name, values, width in zip(("x", "y"), got, (6, 2), strict=True):
            if values.shape != (n, width):
                raise Disagreement(
                    f"`{name}` has the wrong shape for create_data({n}, 0.05, rng).",
                    expected=f"shape {(n, width)}",
                    got=f"shape {values.shape}",
                )


@check(3, of="create_data", lecture=FUNCTION, false_fail=2e-8)
@apart_from_the_formula
def inputs_have_the_standard_deviation_5(case: Case) -> None:
    """The inputs are normal, with mean 0 and standard deviation 5 (variance 25).

    False fail: below 2e-8, see `require_normal`; 4,000 samples.
    """
    x, _ = drawn(case, SAMPLES, 0.05)
    require_normal(case, x, SPREAD, "What stands in `x`", ("create_data.inputs", (x,)))


@check(1, of="create_data", lecture=FUNCTION, false_fail=1e-8)
@apart_from_the_formula
def inputs_are_independent(case: Case) -> None:
    """The six inputs of a sample have nothing to do with each other, nor with the next sample's.

    False fail: below 1e-8; 51 numbers of Student's distribution have to stay below 6.8.
    """
    x, _ = drawn(case, SAMPLES, 0.05)
    require_unrelated(case, x, "The inputs", ("create_data.lines", (x,)))


@check(3, of="create_data", lecture=FUNCTION)
@apart_from_the_formula
def outputs_belong_to_the_inputs(case: Case) -> None:
    """Without noise, `y` is exactly `input_output_function` of the very `x` that is returned."""
    x, y = drawn(case, FEWER, 0.0)
    if np.ptp(x) == 0:
        raise Failed("All inputs are the same: there is nothing that the outputs could belong to.")
    if agree(y, outputs(x)):
        return
    zero = np.zeros((FEWER, 2))
    try:
        own = as_array(case.student.input_output_function(x, zero), "y").astype(float)
        if agree(y, own) and telling(own, outputs(x)) and np.ptp(own, axis=0).all():
            return
    except SubmissionError:
        pass  # its own formula is paid for above
    try:
        case.compare("input_output_function", (x, zero), y, outputs(x))
    except Disagreement as wrong:
        known = case.recognises("create_data.outputs", x, y)
        wrong.diagnoses = known or wrong.diagnoses
        wrong.message = "The outputs do not belong to the inputs. " + wrong.message.replace(
            "input_output_function", "y"
        )
        raise


@check(3, of="create_data", lecture=TUNED, false_fail=1e-8)
@apart_from_the_formula
def noise_has_the_standard_deviation_asked_for(case: Case) -> None:
    """The noise on the outputs is normal, with mean 0 and the standard deviation `noise_std_dev`.

    False fail: below 1e-8, see `require_normal`; 4,000 samples.
    """
    std_dev = float(case.rng.uniform(SMALLEST_NOISE, LARGEST_NOISE))
    noise = noise_alone(case, SAMPLES, std_dev)
    if np.abs(noise).max() > 0 and np.ptp(noise, axis=0).max() < 1e-6 * std_dev:
        # One noise for all samples, which the next check is about: of its size, more draws tell.
        draws = (noise_of(*drawn(case, SAMPLES, std_dev))[:1] for _ in range(60))
        noise = np.concatenate([noise[:1], *draws])
    known = ("create_data.noise", (noise, std_dev))
    require_normal(case, noise, std_dev, "The noise on the outputs", known)


@check(1, of="create_data", lecture=TUNED, false_fail=1e-9)
@apart_from_the_formula
def noise_is_independent(case: Case) -> None:
    """Each output of each sample has a noise of its own.

    False fail: below 1e-9; 5 numbers of Student's distribution have to stay below 6.8.
    """
    std_dev = float(case.rng.uniform(SMALLEST_NOISE, LARGEST_NOISE))
    noise = noise_of(*drawn(case, SAMPLES, std_dev))
    if float(np.abs(noise).max()) < 1e-3 * std_dev:
        raise Disagreement(
            "There is no noise on the outputs.",
            expected=f"a noise of standard deviation {std_dev:.3g}",
            got=f"at most {np.abs(noise).max():.3g}",
            diagnoses=case.recognises("create_data.noise", noise, std_dev),
        )
    known = ("create_data.pairs", (noise, std_dev))
    require_unrelated(case, noise, "The noises", known, rounding=1e-6 * std_dev)


@check(1, lecture=FUNCTION)
@apart_from_the_formula
def data_come_from_the_generator(case: Case) -> None:
    """`create_data` draws from `rng` and from nothing else: same state, same data."""
    require_draw_from_rng(case, "create_data", ("x", "y"), 8, 0.5)
