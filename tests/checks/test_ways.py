"""How a training or a descent goes its way: named where it is known, and paid for once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.authoring.audit.in_process import Subject, run_exercise
from grader.authoring.audit.jobs import files_of
from grader.checks import descent_ways as ways
from grader.course import check_id
from tests.courses import the_course
from tests.sampling import chosen

ROOT = Path(__file__).resolve().parents[2]
COURSE = the_course()
LONG = ("hyperparameters_learn_random_data", "says_whether_it_generalises")
RANDOM, SGD, ONE = (
    "neural_net/learn_random_data.py", "beyond/stochastic_gradient.py", "gradient/gradient.py"
)  # fmt: skip
TRAIN = """

def train(x, y, w1, w2, learning_rate, steps):
    losses, r, v1, v2 = [test_error(x, y, w1, w2)], learning_rate, 0.0, 0.0
    for k in range(steps):
        g1, g2 = gradients(x, y, w1, w2)
        {0}
        losses.append(test_error(x, y, w1, w2))
    return w1, w2, losses
"""
EPOCHS = """

def train_sgd(x, y, w1, w2, learning_rate, epochs, batch_size, rng):
    losses, r, v1, v2 = [], learning_rate, 0.0, 0.0
    whole = lambda: float(np.sum((np.maximum(x @ w1, 0) @ w2 - y) ** 2))
    for k in range(epochs):
        {1}
        for b in minibatches(len(x), batch_size, rng):
            h = np.maximum(x[b] @ w1, 0)
            e = 2 * (h @ w2 - y[b])
            g1, g2 = x[b].T @ ((e @ w2.T) * (h > 0)), h.T @ e
            {0}
        losses.append(whole())
        {2}
    return w1, w2, losses
"""
DESCENT = """

def gradient_descent(start, learning_rate, steps):
    p, r, v = np.array(start, dtype=float), learning_rate, 0.0
    path = [p]
    for k in range(steps):
        g = np.array(gradient(*p))
        {0}
        path.append(p)
    return np.array(path)
"""
STEP = "w1, w2 = w1 - r * g1, w2 - r * g2"
VELOCITY = "v1, v2 = 0.9 * v1 + g1, 0.9 * v2 + g2; w1, w2 = w1 - r * v1, w2 - r * v2"
MEAN = "v1, v2 = 0.9 * v1 + 0.1 * g1, 0.9 * v2 + 0.1 * g2; w1, w2 = w1 - r * v1, w2 - r * v2"


def lost(file: str, more: str) -> tuple[dict[str, float], set[str]]:
    """Return the points that the reference loses with a function written anew, and all names."""
    exercise = next(e for e in COURSE.exercises if file in {p.file for p in e.parts})
    [part] = [p for p in exercise.parts if p.file == file]
    files = dict(files_of(ROOT / "solutions", exercise))
    files[file] += more.encode()
    wanted = {check_id(exercise, part, c) for c in part.checks if c.name not in LONG}
    ran = run_exercise(COURSE, exercise, Subject(files=files), 3, only=wanted)
    failed = [r for r in ran if r.fails]
    assert all(str(r.result.outcome) == "failed" for r in failed)
    return (
        {r.name: r.result.max_points for r in failed},
        {d.name for r in failed for d in r.result.diagnoses},
    )


Costs = dict[str, float]
STEPS: Costs = {"many_steps_of_training": 2}
BOTH: Costs = {"one_step_of_training": 3, **STEPS}
SHRINKS = {"learning_rate_decays"}
OFTEN = "r *= 0.5 if k % 100 == 99 else 1"
RATES: dict[str, tuple[str, Costs, set[str]]] = {
    "before the first step": (f"r *= 0.99; {STEP}", BOTH, SHRINKS),
    "after each step": (f"{STEP}; r *= 0.99", STEPS, SHRINKS),
    "over the root": (f"r = learning_rate / (k + 1) ** 0.5; {STEP}", STEPS, SHRINKS),
    "every fifth step": (f"{STEP}; r *= 0.5 if k % 5 == 4 else 1", STEPS, SHRINKS),
    "every hundredth": (f"{STEP}; {OFTEN}", STEPS, SHRINKS),
    "hardly at all": (f"{STEP}; r *= 0.9999", STEPS, SHRINKS),
    "to 0 at the end": (f"r = learning_rate * (1 - k / steps); {STEP}", STEPS, set()),
    "growing": (f"{STEP}; r *= 1.01", {**STEPS}, {"learning_rate_grows"}),
    "momentum": (VELOCITY, STEPS, {"momentum"}),
    "mean of gradients": (MEAN, BOTH, {"momentum"}),
    "cut": (
        f"n = 40 / max(40, np.sqrt(np.sum(g1**2) + np.sum(g2**2))); r = n * learning_rate; {STEP}",
        BOTH, {"steps_of_a_largest_length"},
    ),
    "pulled to 0": (f"g1, g2 = g1 + 0.1 * w1, g2 + 0.1 * w2; {STEP}", BOTH, set()),
    "right": (STEP, {}, set()),
}  # fmt: skip


# Of those that shrink, the first and one that shrinks seldom.
SOME_RATES = RATES.keys() - {
    "after each step",
    "over the root",
    "every fifth step",
    "hardly at all",
}


@pytest.mark.sampled
@pytest.mark.parametrize("case", chosen(RATES, SOME_RATES))
def test_a_rate_that_changes_in_train_is_named_and_paid_for_once(case: str) -> None:
    body, cost, names = RATES[case]
    found, named = lost(RANDOM, TRAIN.format(body))
    assert {k: v for k, v in found.items() if k != "training_makes_the_loss_fall"} == cost
    assert named == names


FOLLOWS: Costs = {"descent_follows_the_gradient": 3}
DESCENTS: dict[str, tuple[str, Costs, set[str]]] = {
    "before the first step": ("r *= 0.99; p = p - r * g", FOLLOWS, SHRINKS),
    "every hundredth": (f"p = p - r * g; {OFTEN}", FOLLOWS,
                        SHRINKS),
    "hardly at all": ("p = p - r * g; r *= 0.9999", FOLLOWS, SHRINKS),
    "velocity": ("v = 0.9 * v - r * g; p = p + v", FOLLOWS, {"momentum"}),
    "right": ("p = p - r * g", {}, set()),
}  # fmt: skip


@pytest.mark.parametrize("case", DESCENTS)
def test_a_rate_that_changes_in_a_descent_is_named_and_paid_for_once(case: str) -> None:
    body, cost, names = DESCENTS[case]
    assert lost(ONE, DESCENT.format(body)) == (cost, names)


NEW: Costs = {"every_epoch_is_shuffled_anew": 1}
LOSSES: Costs = {"one_loss_an_epoch": 1}
OF_ALL = "losses[-1] = total"
OF_EPOCHS: dict[str, tuple[tuple[str, str, str], Costs, set[str]]] = {
    "right": ((STEP, "pass", "pass"), {}, set()),
    "by epochs": ((STEP, "pass", "r *= 0.9"), NEW, SHRINKS),
    "every hundredth": ((STEP, "pass", OFTEN), NEW,
                        SHRINKS),
    "to 0": ((STEP, "r = learning_rate * (1 - k / epochs)", "pass"), NEW, set()),
    "velocity": ((VELOCITY, "pass", "pass"), {"each_batch_makes_a_step": 2}, {"momentum"}),
    "velocity anew": ((VELOCITY, "v1 = v2 = 0.0", "pass"), {"each_batch_makes_a_step": 2},
                      {"momentum"}),
    "loss before": ((STEP, "losses.append(whole())", "losses.pop()"), LOSSES,
                    {"losses_before_each_epoch"}),
    "losses added up": ((f"total += np.sum((e / 2) ** 2); {STEP}", "total = 0.0", OF_ALL), LOSSES,
                        {"losses_of_the_batches_added_up"}),
    "last batch": ((f"total = np.sum((e / 2) ** 2); {STEP}", "pass", OF_ALL), LOSSES,
                   {"loss_of_the_last_batch"}),
    "means": ((STEP, "pass", "losses[-1] /= len(x)"), LOSSES, {"losses_are_means"}),
    "each batch": ((f"{STEP}; losses.append(whole())", "pass", "losses.pop()"), LOSSES,
                   {"a_loss_for_each_batch"}),
    "last one again": ((STEP, "pass", "losses = losses[-1:] * len(losses)"), LOSSES, set()),
}  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize(
    "case", chosen(OF_EPOCHS, OF_EPOCHS.keys() - {"every hundredth", "velocity anew"})
)
def test_rates_and_losses_of_train_sgd_are_named_and_paid_for_once(case: str) -> None:
    body, cost, names = OF_EPOCHS[case]
    assert lost(SGD, EPOCHS.format(*body)) == (cost, names)


# ---------------------------------------------------------------------------- ways


def made(paces: Any, slopes: np.ndarray) -> Any:
    return np.asarray(paces)[:, None] * slopes


def test_ways_are_told_apart() -> None:
    rng, count = np.random.default_rng(0), 400
    tells = (ways.decays, ways.grows, ways.is_cut, ways.keeps_velocity)
    said = np.zeros((6, 4), dtype=int)
    for _ in range(count):
        slopes = rng.standard_normal((8, 30)) * np.exp(rng.normal(0, 1, (8, 1)))
        lengths = np.linalg.norm(slopes, axis=1)
        kept = [slopes[0]]
        for slope in slopes[1:]:
            kept.append(0.7 * kept[-1] + slope)
        tried = (
            slopes,
            made(0.9 ** np.arange(8), slopes),
            made(1.05 ** np.arange(8), slopes),
            made(1 / lengths, slopes),
            np.array(kept),
            slopes + 0.1 * rng.standard_normal(slopes.shape),
        )
        said += [[bool(tell(way, slopes)) for tell in tells] for way in tried]
    right = np.zeros((6, 4), dtype=int)
    right[[1, 2, 3, 4], [0, 1, 2, 3]] = count
    assert said.tolist() == right.tolist()


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (lambda k: k, "STEADILY"),
        (lambda k: min(k, 40), "STOPPED"),
        (lambda k: min(k, 1), "STOPPED"),
        (lambda _: 0, "STOPPED"),
        (lambda k: 20 * (1 - 0.5 ** (k / 10)), "OTHERWISE"),
        (lambda k: 2.0 * k, "OTHERWISE"),
        (lambda k: k**0.9, "OTHERWISE"),
        (lambda _: np.nan, "OTHERWISE"),
    ],
)
def test_a_long_run_is_steady_stops_or_does_something_else(end: Any, says: str) -> None:
    length = np.array([3e-9, -1e-9])
    assert ways.went(lambda k: end(k) * length, 1_000, [length]).name == says
