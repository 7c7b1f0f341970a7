"""What a wrong submission is told: the right name for its mistake, and no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.checks.common_mistakes import alike, any_finite, in_another_order
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome
from grader.submission.failures.remedies import remedy
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.course import Course
    from grader.results import CheckResult

ROOT = Path(__file__).resolve().parents[2]
WALK = """

def train(x, y, w1, w2, learning_rate, steps):
    losses = [test_error(x, y, w1, w2)]
    for step in range(steps):
        {step}
        losses.append(test_error(x, y, w1, w2))
    return w1, w2, losses
"""
OLD_ERROR = """
        _, hidden, y_pred = forward(x, w1, w2)
        error = 2 * (y_pred - y)
        w2 = w2 - learning_rate * hidden.T @ error
        w1 = w1 - learning_rate * x.T @ ((error @ w2.T) * (x @ w1 > 0))
"""
DECAY = """
        grad_w1, grad_w2 = gradients(x, y, w1, w2)
        rate = learning_rate {pace}
        w1, w2 = w1 - rate * grad_w1, w2 - rate * grad_w2
"""
KEPT = """

_losses = []

def train(x, y, w1, w2, learning_rate, steps):
    _losses.append(test_error(x, y, w1, w2))
    for _ in range(steps):
        grad_w1, grad_w2 = gradients(x, y, w1, w2)
        w1, w2 = w1 - learning_rate * grad_w1, w2 - learning_rate * grad_w2
        _losses.append(test_error(x, y, w1, w2))
    return w1, w2, list(_losses)
"""
PARTS = """

def forward(x, w1, w2):
    b = x @ w1
    h = np.maximum(b, 0)
    return {}
"""
BATCH_ONLY = """

def forward(x, w1, w2):
    n, d = x.shape
    hidden_in = x @ w1
    hidden = np.maximum(hidden_in, 0)
    return hidden_in, hidden, hidden @ w2
"""


@pytest.fixture(scope="module")
def course() -> Course:
    return the_course()


def graded(course: Course, file: str, more: str) -> dict[str, CheckResult]:
    """Grade the reference with some of its functions written again, without the long trainings."""
    exercise = next(e for e in course.exercises if file in {part.file for part in e.parts})
    source = (ROOT / "solutions" / file).read_text(encoding="utf-8") + more
    part = next(part for part in exercise.parts if part.file == file)
    long = {"hyperparameters_learn_random_data", "says_whether_it_generalises"}
    checks = tuple(check for check in part.checks if check.name not in long)
    wanted = replace(exercise, parts=(replace(part, checks=checks),))
    judge = Judge(
        replace(course, exercises=(wanted,)), launcher(), salt=b"named", small_examples=False
    )
    (result,) = judge.grade(Sealed("ann", {file: source.encode()})).exercises
    assert not [c.message for c in result.checks if c.outcome is Outcome.GRADER_ERROR]
    return {check.id.rpartition(".")[2]: check for check in result.checks}


def named(checks: dict[str, CheckResult]) -> set[str]:
    return {d.name for check in checks.values() for d in check.diagnoses}


def indented(body: str) -> str:
    return WALK.format(step=body.strip())


RANDOM_DATA = "neural_net/learn_random_data.py"
NAMED = {
    "swapped": (
        RANDOM_DATA,
        PARTS.format("h, b, h @ w2"),
        {"hidden_and_hidden_in_swapped"},
    ),
    "turned": (
        RANDOM_DATA,
        PARTS.format("h @ w2, b, h"),
        {"values_in_another_order"},
    ),
    "w2 first": (RANDOM_DATA, indented(OLD_ERROR), {"w2_before_the_error_goes_back"}),
    "divided": (
        RANDOM_DATA,
        indented(DECAY.format(pace="/ (1 + 0.05 * step)")),
        {"learning_rate_decays"},
    ),
    "multiplied": (
        RANDOM_DATA,
        indented(DECAY.format(pace="* 0.97 ** step")),
        {"learning_rate_decays"},
    ),
    "kept": (RANDOM_DATA, KEPT, {"kept_between_calls"}),
    "isnan": (
        "neural_net/explosion.py",
        "\ndef has_diverged(losses):\n    return bool(np.isnan(losses).any())\n",
        {"nan_alone"},
    ),
    "softmax": (
        "beyond/cross_entropy.py",
        (
            "\ndef softmax(z):\n    e = np.exp(z - np.max(z, axis=-1, keepdims=True))\n"
            "    return e / np.sum(e)\n"
        ),
        {"own_maximum_but_sum_over_everything"},
    ),
    "slope": (
        "warm_up/neuron.py",
        (
            "\ndef sigmoid(z):\n    s = 1 / (1 + np.exp(-np.asarray(z, dtype=float)))\n"
            "    return s * (1 - s)\n"
        ),
        {"slope_of_the_sigmoid"},
    ),
    "w1 drawn": (
        "neural_net/plot_net.py",
        (
            "\n_show = show_net\ndef show_net(w1, w2, step, loss, learning_rate):\n"
            "    graph = _show(w1, w2, step, loss, learning_rate)\n"
            "    for i in range(w1.shape[0]):\n        graph.delete_node(f'i{i}')\n"
            "    for j in range(w1.shape[0]):\n        for i in range(w1.shape[1]):\n"
            "            graph.add_edge(f'i{i}', f'h{j}', penwidth=edge_width(w1[j, i]),"
            " color=edge_color(w1[j, i]))\n    return graph\n"
        ),
        {"w1_drawn_transposed"},
    ),
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("case", NAMED)
def test_a_mistake_has_its_own_name_and_no_other(course: Course, case: str) -> None:
    file, more, names = NAMED[case]
    assert named(graded(course, file, more)) == names


@pytest.mark.parametrize(
    ("hidden", "seed", "name"),
    [(3, 11, "ends_at_the_lowest_known"), (2, 5, "ends_next_to_the_lowest")],
)
def test_the_global_minimum_is_said_to_be_found_where_nothing_lower_is_known(
    course: Course, hidden: int, seed: int, name: str
) -> None:
    chosen = {"d_hidden": hidden, "learning_rate": 1e-3, "steps": 8000, "seed": seed}
    checks = graded(course, "neural_net/local_minimum.py", f"\nEXPERIMENT = {chosen}\n")
    assert named(checks) == {name}


def test_what_explains_all_answers_alike_is_named_beside(course: Course) -> None:
    more = "\ndef has_diverged(losses):\n    return bool(np.any(np.isinf(losses)))\n"
    names = named(graded(course, "neural_net/explosion.py", more))
    assert "infinity_alone" in names
    assert names.isdisjoint({"nan_alone", "infinity_is_missed", "nan_is_missed"})


def test_a_function_for_batches_alone_is_told_what_a_single_sample_is(course: Course) -> None:
    checks = graded(course, RANDOM_DATA, BATCH_ONLY)
    check = checks["forward_of_a_single_sample"]
    assert check.outcome is Outcome.CRASHED
    assert "(d_in,), not (1, d_in)" in check.hint


def test_nothing_but_nan_is_no_known_mistake(course: Course) -> None:
    more = "\ndef sigmoid(z):\n    return np.asarray(z, dtype=float) * np.nan\n"
    assert named(graded(course, "warm_up/neuron.py", more)) == set()


# ---------------------------------------------------------------------------- by form

A, B, C = np.arange(3.0), np.arange(4.0) + 7, np.array(2.0)


@pytest.mark.parametrize(
    ("got", "is_named"),
    [
        ([B, A, C], True),
        ([C, A, B], True),
        ([A, C, B], True),
        ([A, B, C], False),
        ([A, A, C], False),
        ([B, A, C + 1], False),
        ([A, B], False),
        (["x", A, B], False),
    ],
)
def test_another_order_is_told_where_all_values_are_there(
    got: list[object], is_named: bool
) -> None:
    names = [d.name for d in in_another_order("f", ("a", "b", "c"), got, [A, B, C])]
    assert names == ["values_in_another_order"] * is_named


def test_alike() -> None:
    assert alike([A, np.array([np.nan])], [A, np.array([np.nan])])
    assert not alike([A], [A + 1])
    assert not alike([1.0, 2.0], [1.0, 2.0, 3.0])
    assert alike("one", "other")


def test_any_finite() -> None:
    assert [any_finite(v) for v in (np.nan, [np.nan, 1.0], [], "x", True)] == [
        False,
        True,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("exception", "message", "says"),
    [
        (
            "AttributeError",
            "'numpy.random._generator.Generator' object has no attribute 'randn'",
            "rng.standard_normal",
        ),
        (
            "AttributeError",
            "'numpy.random._generator.Generator' object has no attribute 'randint'",
            "rng.integers",
        ),
        ("AttributeError", "'Sequential' object has no attribute 'predict_classes'", "argmax"),
        ("AttributeError", "'Functional' object has no attribute 'fit_generator'", "model.fit("),
        ("AttributeError", "module 'numpy' has no attribute 'float'.\n`np.float` was", "`float`"),
        ("AttributeError", "'NoneType' object has no attribute 'shape'", "`return`"),
        ("AttributeError", "'list' object has no attribute 'shape'", "np.asarray"),
        ("TypeError", "can't multiply sequence by non-int of type 'float'", "np.asarray"),
        ("TypeError", "cannot unpack non-iterable NoneType object", "`return`"),
        ("AttributeError", "'Net' object has no attribute 'randn'", ""),
        ("ValueError", "randn", ""),
    ],
)
def test_a_remedy_is_named(exception: str, message: str, says: str) -> None:
    said = remedy(exception, message)
    assert says in said
    assert bool(said) is bool(says)
