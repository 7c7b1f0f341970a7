"""The references and statements of exercises 3 and 4, held against oracles of other code."""

from __future__ import annotations

import doctest
import hashlib
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.sharing import module_at

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent


def load(folder: str, name: str) -> ModuleType:
    return module_at(ROOT / folder / "neural_net" / f"{name}.py")


minimum = load("solutions", "local_minimum")
explosion = load("solutions", "explosion")
network = load("solutions", "learn_random_data")


def trained(experiment: dict[str, Any], init_weights: Any) -> Any:
    """Train with the loop of exercise 2, which shares no code with the judge's."""
    x, y = minimum.exercise_data()
    rng = np.random.default_rng(experiment["seed"])
    w1, w2 = init_weights(10, experiment["d_hidden"], 2, rng)
    return network.train(x, y, w1, w2, experiment["learning_rate"], experiment["steps"])


# ---------------------------------------------------------------------------- exercise 3


def test_the_data_are_the_published_ones_in_the_stub_too() -> None:
    x, y = minimum.exercise_data()
    assert (x.shape, y.shape) == ((40, 10), (40, 2))
    digest = hashlib.sha256(np.round(np.hstack([x, y]), 9).astype("<f8").tobytes()).hexdigest()
    assert digest == "4bfef8aacac3ca50eede3e6644dceaa1ff254f81acdc6cc43dd617ebd95864ae"
    stub = load("assignments", "local_minimum")
    for ours, theirs in zip((x, y), stub.exercise_data(), strict=True):
        assert (ours == theirs).all()


def test_the_experiment_ends_at_rest_by_the_loop_of_exercise_2() -> None:
    experiment = minimum.EXPERIMENT
    w1, w2, losses = trained(experiment, minimum.init_weights)
    rng = np.random.default_rng(0)
    x, y = minimum.exercise_data()
    for push in (0.0, 0.01):
        start = (w + push * rng.standard_normal(w.shape) for w in (w1, w2))
        rate = experiment["learning_rate"] / 10
        later = network.train(x, y, *start, rate, experiment["steps"])[2]
        assert abs(later[-1] - losses[-1]) < 0.005 * losses[-1]


def test_another_start_of_the_same_size_ends_clearly_lower() -> None:
    _, _, losses = trained(minimum.EXPERIMENT, minimum.init_weights)
    _, _, others = trained({**minimum.EXPERIMENT, "seed": 0}, minimum.init_weights)
    assert others[-1] < 0.75 * losses[-1]


# ---------------------------------------------------------------------------- exercise 4


def test_the_experiment_explodes_by_the_loop_of_exercise_2() -> None:
    _, _, losses = trained(explosion.EXPERIMENT, explosion.init_weights)
    assert not np.isfinite(losses).all()
    assert explosion.has_diverged(losses) is True
    _, _, losses = trained(minimum.EXPERIMENT, minimum.init_weights)
    assert explosion.has_diverged(losses) is False


def by_hand(losses: list[float]) -> bool:
    """Say the same as `has_diverged`, with numbers of any size and without numpy."""
    if len(losses) < 2:
        return False
    if any(math.isnan(loss) or math.isinf(loss) for loss in losses):
        return True
    *_, before, last = losses
    return last / losses[0] > 1000 and last > before


@pytest.mark.parametrize("seed", range(5))
def test_has_diverged_is_the_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(200):
        exponents = np.cumsum(rng.normal(rng.uniform(-0.3, 0.6), 0.5, rng.integers(0, 40)))
        losses = 10.0**exponents
        if losses.size and rng.random() < 0.2:
            losses[rng.integers(losses.size)] = rng.choice([np.inf, np.nan])
        for form in (losses, losses.tolist(), tuple(losses.tolist())):
            assert explosion.has_diverged(form) is by_hand(losses.tolist())


# ---------------------------------------------------------------------------- statements


@pytest.mark.parametrize("name", ["local_minimum", "explosion"])
def test_numbers_in_the_statement_are_true(name: str) -> None:
    names = {"np": np, "train": network.train, **vars(minimum), **vars(explosion)}
    text = (ROOT / "assignments" / "neural_net" / f"{name}.md").read_text(encoding="utf-8")
    text = "\n".join("" if line.startswith("```") else line for line in text.split("\n"))
    examples = doctest.DocTestParser().get_doctest(text, names, name, None, 0)
    result = doctest.DocTestRunner().run(examples)
    assert result.attempted > 0
    assert result.failed == 0
