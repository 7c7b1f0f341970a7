"""Exercise 6, second half: learning the structure.

The functions of exercise 2 are judged there. Here they earn nothing again: the two checks that call
them ask whether the network that was put together learns this exercise's data, once there are
HYPERPARAMETERS, and a wrong function of exercise 2 that is imported costs nothing a second time.
"""

from typing import Any

import numpy as np

from grader.checks import (
    Case,
    Disagreement,
    Table,
    agree,
    as_array,
    as_flag,
    as_meant,
    as_parts,
    check,
    spread,
)
from grader.checks.common_claims import require_one_of
from grader.checks.many_starts import descend
from grader.checks.several_runs import loss_line
from grader.errors import Failed, SubmissionError
from grader.results import Diagnosis

from ..random_data.draws import start_weights
from ..random_data.loops import PARTS
from ..random_data.meant import TRAINED
from ..random_data.memorising import choices
from ..random_data.network import walk
from ..random_data.own import losses_of, require_training, student_gradients
from ..random_data.wrong_data import all_units_start_equal, starts_with_zeros
from ..training import show_losses
from . import learning
from .before import same_test_error, same_train

# Mistakes of exercise 2 that are made here, too.
AS_IN_EXERCISE_2 = (all_units_start_equal, starts_with_zeros)

STRUCTURE = "Learning structured data"
# A few steps of `train`, enough for the loss to fall to less than a tenth from every start.
FEW_STEPS, FIRST_STEPS, SAFE_RATE, SOME_UNITS = 200, 3, 2e-5, 6
JUDGED_BEFORE = (
    "Your `{}` is that of exercise 2, where its mistake is paid for; here it costs nothing."
)


@check(2, lecture="You can choose the number of hidden neurons")
def network_is_large_enough(case: Case) -> None:
    """The network has at least four hidden neurons: two linear outputs need two relu each."""
    chosen = choices(case.student.constant("HYPERPARAMETERS"))
    if chosen["d_hidden"] < learning.ENOUGH_UNITS:
        raise Disagreement(
            "The network is too small for two outputs of both signs.",
            expected=f"at least {learning.ENOUGH_UNITS} hidden neurons",
            got=str(chosen["d_hidden"]),
            diagnoses=(case.known("too_few_hidden_units"),),
        )


@check(9, lecture=STRUCTURE, false_fail=1e-6)
def hyperparameters_learn_the_structure(case: Case) -> None:
    """With HYPERPARAMETERS, the best of five starts learns 64 structured samples: its training
    error comes below 0.1 per sample, and its error on 32 new ones below 1 % of the mean of ||y||².

    False fails from standard normal weights: none in 2,600 sets of samples (10,000 steps: 4, 5 and
    6 hidden neurons at 5e-5; 6 at 2e-5). A single start fails in 2.2 % (4 hidden) to 0.5 % (6) of
    cases, independently of the others, so that five do in less than one case in 10⁸. Training
    errors were at most 0.006 and test errors 0.4 % of the mean of ||y||².
    """
    chosen = choices(case.student.constant("HYPERPARAMETERS"))
    learned = learning.learn(case, **chosen)
    show(case, learned, "Training with your hyperparameters")
    if learned.start < learned.size * learning.MAX_TEST_PART:
        raise Disagreement(
            "The network knows the structure before its first step: it learns nothing.",
            expected=f"a start that errs by about {learned.size:.4g} per sample, or more",
            got=f"{learned.start:.4g} per sample before the first step",
            diagnoses=(case.known("answer_in_the_start"),),
        )
    if learned.learned and learned.carries_over:
        return
    wanted = learned.size * learning.MAX_TEST_PART
    known = case.recognises("HYPERPARAMETERS", learned, chosen)
    raise Disagreement(
        "The structure is not learned"
        + ("." if learned.own else " (from standard normal weights, for want of your own)."),
        expected=f"a training error below {learning.MAX_TRAINING_ERROR} per sample, and a test "
        f"error below {wanted:.3g} (1 % of {learned.size:.4g})",
        got=f"a training error of {learned.training:.4g} per sample, and a test error of "
        f"{learned.test:.4g}, in the best of five starts",
        diagnoses=_starts_equal(case, chosen["d_hidden"]) or known,
    )


def _starts_equal(case: Case, d_hidden: int) -> tuple[Diagnosis, ...]:
    """Return the known mistakes in `init_weights`, where there is one."""
    start = start_weights(case, 6, d_hidden, 2, case.fresh_rng())
    if start is None or d_hidden < 2:
        return ()
    return case.recognises("init_weights.units", *start)


def shown_to_all(_reference: Any) -> tuple[Any, ...]:
    """Return the errors of the training that everybody is shown."""
    return _lines(learning.good_example().descent)


def _lines(descent: Any) -> tuple[Any, ...]:
    training, test = descent.losses / learning.SAMPLES, descent.new_losses / learning.NEW
    return (
        loss_line("training error", training, "student", descent.steps),
        loss_line("test error", test, "other", descent.steps),
    )


def show(case: Case, learned: learning.Learned, title: str) -> None:
    """Draw the error on the training data beside the one on new data, per sample, of all starts."""
    descent = learned.descent
    ends, its = spread(descent.last / learning.SAMPLES), "The"
    left = ""
    if descent.steps[-1] < learned.asked:
        left = f" The rest of the {learned.asked:,} steps is left out: it has learned by then."
    if len(descent.last) > 1:
        its = f"{len(descent.last)} starts end at {ends} per sample. The best counts: its"
    show_losses(
        case,
        title,
        f"{its} training error goes from {learned.start:.4g} to {learned.training:.3g} per "
        f"sample in {descent.steps[-1]:,} steps, and the error on new samples ends at "
        f"{learned.test:.3g}. Always predicting 0 would give "
        f"{learned.size:.4g}; the noise alone is 0.005.{left}",
        *_lines(descent),
        y_label="squared error per sample",
    )
    if len(descent.last) > 1:
        errors = np.stack([descent.first, descent.last, descent.new_losses[:, -1]], axis=1)
        errors /= (learning.SAMPLES, learning.SAMPLES, learning.NEW)
        case.show(
            Table(
                title="The five starts: squared error per sample",
                columns=("start", "training, first", "training, last", "test, last"),
                rows=tuple((f"{k}", *(f"{v:.4g}" for v in row)) for k, row in enumerate(errors, 1)),
            )
        )


@check(2, lecture="How does the test error behave?")
def says_whether_it_generalises(case: Case) -> None:
    """GENERALISES says whether what was learned on structured data carries over to new data."""
    says_so = as_flag(case.student.constant("GENERALISES"), "`GENERALISES`")
    example = learning.good_example()
    show(case, example, "What was learned, and what carries over")
    if not says_so:
        raise Disagreement(
            f"On new data a trained network errs by {example.test:.3g} per sample, where always "
            f"predicting 0 errs by {example.size:.4g}: what was learned carries over.",
            expected="True: the outputs follow from the inputs, and the network has found how",
            got="False",
            hint="This is where structured data differ from the random ones of exercise 2.",
        )


@check(3, lecture="Use create_structured_data.py and learn_structured_data.py")
@as_meant(TRAINED)
def own_network_learns(case: Case) -> None:
    """Your own `train` brings the error on structured data to less than half in 200 steps (once
    there are HYPERPARAMETERS; mistakes of exercise 2 are not held against it).

    No draw is to blame: it is drawn again until the judge's own training falls to a quarter.
    """
    choices(case.student.constant("HYPERPARAMETERS"))
    try:
        _require_learning(case)
    except SubmissionError:
        if not same_train(case):
            raise
        case.note(JUDGED_BEFORE.format("train"))


def _require_learning(case: Case) -> None:
    x, y, w1, w2 = _start_that_learns(case.rng)
    got = as_parts(case.student.train(x, y, w1, w2, SAFE_RATE, FEW_STEPS), PARTS, "train")
    trained = as_array(got[0], "`w1`").astype(float), as_array(got[1], "`w2`").astype(float)
    first = float(np.sum(_errors(x, y, w1, w2)))
    try:
        last = float(np.sum(_errors(x, y, *trained)))
    except ValueError:
        raise Failed("`train` returned weights of other shapes than it was given.") from None
    if last <= first / 2:
        require_training(case, (x, y, w1, w2, SAFE_RATE, FEW_STEPS))
        return
    if _led_there(case, (x, y, w1, w2)):
        return
    first, last = first / learning.SAMPLES, last / learning.SAMPLES
    raise Failed(
        f"After {FEW_STEPS} steps the training error is {last:.4g} per sample; it was "
        f"{first:.4g} at the start."
    )


def _start_that_learns(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    while True:
        x, y = learning.training_data(rng)
        w1, w2 = learning.standard_normal_start(SOME_UNITS, rng)
        descent = descend(x, y, w1[None], w2[None], SAFE_RATE, FEW_STEPS)
        if descent.last[0] <= descent.first[0] / 4:
            return x, y, w1, w2


def _errors(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        squares: np.ndarray = (np.maximum(x @ w1, 0.0) @ w2 - y) ** 2
    return squares


def _led_there(case: Case, start: tuple[np.ndarray, ...]) -> bool:
    """Say whether the submission's own gradients lead its `train` where it goes, step by step."""
    gradients = student_gradients(case)
    try:
        if not all(part.any() for part in gradients(*start)):
            return False
        path = walk(start, SAFE_RATE, FIRST_STEPS, gradients, lambda *_: 0.0)
        got = as_parts(case.student.train(*start, SAFE_RATE, FIRST_STEPS), PARTS, "train")
    except (SubmissionError, ValueError):
        return False
    return agree(got[0], path[0]) and agree(got[1], path[1])


@check(2, lecture="How does the test error behave?")
def own_test_error_on_new_samples(case: Case) -> None:
    """Your own `test_error` gives the squared error of a trained network on 32 new samples (once
    there are HYPERPARAMETERS; mistakes of exercise 2 are not held against it).
    """
    choices(case.student.constant("HYPERPARAMETERS"))
    descent = learning.good_example().descent
    x, y = learning.draw_data(case.rng, learning.NEW)
    y = y + case.rng.normal(0.0, 1.0, y.shape)  # so that rounding is small beside the error
    arguments = (x, y, descent.w1[0], descent.w2[0])
    got = case.student.test_error(*arguments)
    try:
        require_one_of(case, "test_error", arguments, got, losses_of(case, arguments))
    except Disagreement:
        if not same_test_error(case, arguments, got):
            raise
        case.note(JUDGED_BEFORE.format("test_error"))
