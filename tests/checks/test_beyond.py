"""The checks of exercise 9, on right answers in other forms and on known mistakes."""

from __future__ import annotations

import importlib
import itertools
from pathlib import Path

import numpy as np
import pytest

from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome
from tests.courses import the_course
from tests.launching import launcher

ROOT = Path(__file__).resolve().parents[2]
SGD, ENTROPY = "beyond/stochastic_gradient.py", "beyond/cross_entropy.py"
COURSE = the_course().only(["9"])
SOLUTION = {file: (ROOT / "solutions" / file).read_text() for file in (SGD, ENTROPY)}

IN_ANOTHER_STYLE = {
    SGD: """
import numpy as np

def minibatches(n_samples, batch_size, rng):
    numbers = list(range(n_samples))
    rng.shuffle(numbers)
    while numbers:
        yield numbers[:batch_size]
        numbers = numbers[batch_size:]

def train_sgd(x, y, w1, w2, learning_rate, epochs, batch_size, rng):
    w1, w2 = np.array(w1), np.array(w2)
    losses = []
    for epoch in range(epochs):
        for batch in minibatches(x.shape[0], batch_size, rng):
            g1, g2 = np.zeros_like(w1), np.zeros_like(w2)
            for i in batch:
                h = x[i] @ w1
                r = h * (h > 0)
                e = r @ w2 - y[i]
                g2 += np.outer(r, 2 * e)
                g1 += np.outer(x[i], (2 * w2 @ e) * (h > 0))
            w1 -= learning_rate * g1
            w2 -= learning_rate * g2
        losses.append(sum(np.sum((np.maximum(a @ w1, 0) @ w2 - b) ** 2) for a, b in zip(x, y)))
    return [w1, w2, np.array(losses)]
""",
    ENTROPY: """
import math
import numpy as np

def softmax(z):
    z = np.array(z, dtype=np.float32)
    z = z - np.max(z, axis=-1)[..., None]
    return np.exp(z) / np.sum(np.exp(z), axis=-1)[..., None]

def cross_entropy(p, labels):
    return -sum(math.log(row[k] + 1e-12) for row, k in zip(p, labels)) / len(labels)

def gradient(z, labels):
    onehot = np.zeros(z.shape)
    for i, k in enumerate(labels):
        onehot[i, k] = 1
    return ((softmax(z) - onehot) / z.shape[0]).tolist()

def slowdown(z):
    s = 1 / (1 + math.exp(-z))
    return np.array([2 * s**2 * (1 - s), s])
""",
}


def failed(files: dict[str, str], salt: bytes = b"s") -> tuple[float, dict[str, set[str]]]:
    """Return the score, and the names of the mistakes in each check that did not pass."""
    sealed = Sealed("one", {name: text.encode() for name, text in files.items()})
    [exercise] = Judge(COURSE, launcher(), salt, small_examples=False).grade(sealed).exercises
    assert all(check.outcome is not Outcome.GRADER_ERROR for check in exercise.checks)
    return exercise.score, {
        check.id.rpartition(".")[2]: {d.name for d in check.diagnoses}
        for check in exercise.checks
        if check.outcome not in (Outcome.PASSED, Outcome.SKIPPED)
    }


@pytest.mark.sampled(3)
@pytest.mark.parametrize("files", [SOLUTION, IN_ANOTHER_STYLE], ids=["reference", "another style"])
@pytest.mark.parametrize("salt", [b"a", b"b"])
def test_right_answers_get_everything(files: dict[str, str], salt: bytes) -> None:
    assert failed(files, salt) == (20.0, {})


def test_the_stub_gets_nothing() -> None:
    stubs = {file: (ROOT / "assignments" / file).read_text() for file in (SGD, ENTROPY)}
    assert failed(stubs)[0] == 0


MISTAKES = [
    (SGD, "grad_w1, grad_w2 = x[batch].T @ hidden_slope, hidden.T @ output_slope",
     ("grad_w1, grad_w2 = x[batch].T @ hidden_slope / len(batch), hidden.T @ output_slope / "
      "len(batch)"), "mean_over_the_batch"),
    (SGD, "output_slope = 2 * (", "output_slope = (", "factor_two_missing"),
    (SGD, "w1 - learning_rate * grad_w1, w2 - learning_rate * grad_w2",
     "w1 + learning_rate * grad_w1, w2 + learning_rate * grad_w2", "climbing"),
    (ENTROPY, "slope / len(slope)", "slope", "not_divided_by_n"),
    (ENTROPY, "-np.mean(np.log(", "np.mean(np.log(", "sign_forgotten"),
    (ENTROPY, "-np.mean(np.log(", "-np.sum(np.log(", "sum_for_mean"),
    (ENTROPY, "return 2 * sigma * sigma * rest, sigma", "return sigma * sigma * rest, sigma",
     "factor_two_missing"),
    (SGD, "rng.permutation(n_samples)", "np.arange(n_samples)", "never_shuffled"),
    (SGD, "rng.permutation(n_samples)", "np.arange(n_samples)[::-1]", "never_shuffled"),
    (SGD, "rng.permutation(n_samples)", "np.random.permutation(n_samples)", "global_randomness"),
    (SGD, "rng.permutation(n_samples)", "np.random.default_rng(1).permutation(n_samples)",
     "own_seed"),
    (SGD, "rng.permutation(n_samples)", ("rng.permutation(n_samples) if n_samples % 8 else "
     "(rng.permutation(n_samples // 8)[:, None] * 8 + np.arange(8)).ravel()"),
     "only_the_batches_shuffled"),
    (SGD, "rng.permutation(n_samples)", ("rng.permutation(n_samples) if n_samples % 8 else "
     "rng.permuted(np.arange(n_samples).reshape(-1, 8), axis=1).ravel()"),
     "only_the_batches_shuffled"),
]  # fmt: skip


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("file", "old", "new", "name"), MISTAKES)
def test_known_mistakes_are_named(file: str, old: str, new: str, name: str) -> None:
    assert old in SOLUTION[file]
    score, names = failed({**SOLUTION, file: SOLUTION[file].replace(old, new)})
    assert score < 20
    assert any(name in found for found in names.values())


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("rng.permutation(n_samples)", "np.arange(n_samples)", "batches_are_shuffled"),
        ("rng.permutation(n_samples)", "np.random.permutation(n_samples)", "batches_are_shuffled"),
        ("range(0, n_samples, batch_size)", "range(0, n_samples - 1, batch_size)",
         "batches_hold_each_sample_once"),
        ("            losses.append", "        losses.append", "one_loss_an_epoch"),
        ("return w1, w2, losses", "return w1, w2, losses[-1:] * epochs", "one_loss_an_epoch"),
        ("return w1, w2, losses", "return w1.T, w2, losses", "one_loss_an_epoch"),
    ],
)  # fmt: skip
def test_what_else_goes_wrong_is_seen(old: str, new: str, check: str) -> None:
    assert old in SOLUTION[SGD]
    assert check in failed({**SOLUTION, SGD: SOLUTION[SGD].replace(old, new)})[1]


REST = "            if len(set(losses[-2:])) == 1 < len(losses): break\n"


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("losses = []", "losses = [0.0]"),
        ("            losses.append", REST + "            losses.append"),
        ("return w1, w2, losses", "return w1, w2, losses[1:]"),
    ],
)  # fmt: skip
def test_a_wrong_number_of_losses_is_paid_for_once(old: str, new: str) -> None:
    source = SOLUTION[SGD]
    assert old in source
    _, found = failed({**SOLUTION, SGD: source.replace(old, new)})
    assert found.keys() == {"one_loss_an_epoch"}


def test_old_batches_in_every_epoch_are_seen() -> None:
    source = SOLUTION[SGD].replace(
        "        for _ in range(epochs):",
        "        once = minibatches(len(x), batch_size, rng)\n        for _ in range(epochs):",
    )
    source = source.replace(
        "for batch in minibatches(len(x), batch_size, rng):", "for batch in once:"
    )
    assert failed({**SOLUTION, SGD: source})[1] == {
        "every_epoch_is_shuffled_anew": {"batches_drawn_once"}
    }


def test_a_training_that_shuffles_for_itself_with_a_seed_of_its_own_is_seen() -> None:
    source = SOLUTION[SGD].replace(
        "for batch in minibatches(len(x), batch_size, rng):",
        "for batch in minibatches(len(x), batch_size, np.random.default_rng(1)):",
    )
    assert failed({**SOLUTION, SGD: source})[1] == {
        "every_epoch_is_shuffled_anew": {"trained_in_old_order"}
    }


def test_an_order_that_only_begins_elsewhere_is_not_shuffled() -> None:
    source = SOLUTION[SGD].replace(
        "rng.permutation(n_samples)", "np.roll(np.arange(n_samples), rng.integers(n_samples))"
    )
    assert "batches_are_shuffled" in failed({**SOLUTION, SGD: source})[1]


SOFTMAX = (
    "\n\ndef softmax(z):\n    z = np.asarray(z)\n    {}\n    return p / p.sum(-1, keepdims=True)\n"
)
OVERFLOWS = {
    "p = np.exp(z)": {"powers_overflow"},
    "p = np.exp(np.float32(z))": {"powers_overflow"},
    "import math; p = np.vectorize(math.exp)(z)": {"powers_overflow"},
    "p = np.exp(z - z.max())": {"one_maximum_for_all_samples"},
    "p = np.exp(z - z.min(-1, keepdims=True))": {"smallest_score_taken_off"},
    "p = np.exp(np.clip(z, -700, 700))": {"scores_cut_off"},
    "p = np.exp(z - z.mean(-1, keepdims=True))": set(),
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("power", OVERFLOWS)
def test_a_softmax_that_overflows_is_told_why(power: str) -> None:
    source = SOLUTION[ENTROPY] + SOFTMAX.format(power)
    found = failed({**SOLUTION, ENTROPY: source})[1]
    assert found == {"softmax_of_large_scores": OVERFLOWS[power]}


def test_ways_through_the_batches_are_told_apart_all_at_once_as_one_by_one() -> None:
    [part] = [part for part in COURSE.exercises[0].parts if part.file == SGD]
    sgd = importlib.import_module(f"{part.checks[0].run.__module__.rpartition('.')[0]}.sgd")
    rng = np.random.default_rng(9)
    said = []
    for _ in range(300):
        x, y = rng.standard_normal((4, sgd.D_IN)), rng.standard_normal((4, sgd.D_OUT))
        w1 = 3.0 * rng.standard_normal((sgd.D_IN, sgd.D_HIDDEN))
        w2 = rng.standard_normal((sgd.D_HIDDEN, sgd.D_OUT))
        starts = [(w1, w2), *(sgd.expected_weights((x, y, w1, w2), o) for o in sgd.TWOS)]
        least = min(
            max(np.abs(one - two).max() for one, two in zip(end, other, strict=True))
            for start in starts
            for end, other in itertools.combinations(sgd.ends_of((x, y, *start)), 2)
        )
        said.append(sgd._telling((x, y, w1, w2)))
        assert said[-1] == (least >= sgd.TELLING)
    assert 20 < sum(said) < 280
