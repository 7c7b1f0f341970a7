"""Trainings and descents that end by themselves: the audit asks whether each one is noticed.

A rule looks at what a training has seen so far, and says whether it ends here. Each is put into the
course's three loops; where it ends one, the answer has fewer lines, or losses, than were asked for,
or others that fill them up.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np

from .beyond.sgd import gone_through
from .random_data.network import right_loss

# The losses (or values of f) so far, the length of the last step and that of the last gradient.
Rule = Callable[[list[float], float, float], bool]


def _changes_less(losses: list[float], than: float) -> bool:
    return len(losses) > 1 and abs(losses[-1] - losses[-2]) < than


def _flatter(than: float) -> Rule:
    return lambda _losses, _step, slope: slope < than


def _shorter(than: float) -> Rule:
    return lambda _losses, step, _slope: step < than


RULES: dict[str, Rule] = {
    **{
        f"the loss changes by less than {t:g}": lambda losses, *_, t=t: _changes_less(losses, t)
        for t in (1e-3, 1e-6, 1e-9, 1e-12)
    },
    "the loss does not change at all": lambda losses, *_: (
        len(losses) > 1 and losses[-1] == losses[-2]
    ),
    **{
        f"the loss changes by less than {t:g} of itself": lambda losses, *_, t=t: (
            len(losses) > 1 and _changes_less(losses, t * abs(losses[-2]))
        )
        for t in (1e-2, 1e-5, 1e-10)
    },
    **{f"the gradient is shorter than {t:g}": _flatter(t) for t in (1e-3, 1e-6, 1e-10)},
    "the gradient is 0": lambda _losses, _step, slope: slope == 0.0,
    **{f"the step is shorter than {t:g}": _shorter(t) for t in (1e-4, 1e-8, 1e-12)},
    "the step is 0": lambda _losses, step, _slope: step == 0.0,
    **{
        f"nothing better came in {n} steps": lambda losses, *_, n=n: (
            len(losses) - 1 - int(np.argmin(losses)) >= n
        )
        for n in (1, 10, 100, 500, 1000, 2000)
    },
    "the last ten losses are close to each other": lambda losses, *_: (
        len(losses) > 10 and float(np.ptp(losses[-10:])) < 1e-6
    ),
    "the loss is below half of its start": lambda losses, *_: losses[-1] < losses[0] / 2,
    "the loss is below 0.001": lambda losses, *_: losses[-1] < 1e-3,
    "the loss rises": lambda losses, *_: len(losses) > 1 and losses[-1] > losses[-2],
    "the loss rose three times in a row": lambda losses, *_: (
        len(losses) > 3 and all(b > a for a, b in pairwise(losses[-4:]))
    ),
    "the loss is not finite": lambda losses, *_: not np.isfinite(losses[-1]),
    "the loss is above a million": lambda losses, *_: not losses[-1] < 1e6,
    **{
        f"{n:,} steps are made": lambda losses, *_, n=n: len(losses) > n
        for n in (500, 1000, 2000, 5000, 10_000)
    },
}


# By these an answer that is filled up with its last line differs from one that goes on. The others
# come where nothing changes, where all is inf or nan, or where wrong steps are judged anyway.
ON_A_SLOPE = tuple(
    rule
    for rule in RULES
    if "less than" in rule
    or rule.endswith((" 0.001", " 0.0001", " 1e-08", "to each other", "of its start"))
    or rule in ("500 steps are made", "1,000 steps are made", "2,000 steps are made")
)
# And so it does with anything else, but that nan is right where all is inf or nan, or nearly so.
OTHERWISE = tuple(rule for rule in RULES if not rule.startswith(("5,000 ", "10,000 ")))
_EXPLODED = (
    "the loss is not finite", "the loss is above a million", "the loss rose three times in a row"
)  # fmt: skip
WITH_NAN = tuple(rule for rule in OTHERWISE if rule not in _EXPLODED)


@dataclass(frozen=True, slots=True)
class Loop:
    """One of the course's loops."""

    exercise: str
    file: str
    function: str
    # Takes the submission's module and a rule, and gives the function that ends by it.
    made: Callable[[ModuleType, Rule], Callable[..., Any]]
    rules: tuple[str, ...] = tuple(RULES)
    filling: str = ""  # what takes the place of the lines, or losses, that are left out


def _length(parts: Any) -> float:
    one, two = map(np.linalg.norm, parts)
    return float(np.hypot(one, two))


def _train(module: ModuleType, ends: Rule) -> Callable[..., Any]:
    def train(x: Any, y: Any, w1: Any, w2: Any, learning_rate: float, steps: int) -> Any:
        losses = [module.test_error(x, y, w1, w2)]
        with np.errstate(all="ignore"):
            for _ in range(steps):
                slopes = module.gradients(x, y, w1, w2)
                w1, w2 = w1 - learning_rate * slopes[0], w2 - learning_rate * slopes[1]
                losses.append(module.test_error(x, y, w1, w2))
                slope = _length(slopes)
                if ends(losses, learning_rate * slope, slope):
                    break
        return w1, w2, np.array(losses)

    return train


def _descent(module: ModuleType, ends: Rule) -> Callable[..., Any]:
    def gradient_descent(start: Any, learning_rate: float, steps: int) -> Any:
        point = np.array(start, dtype=float)
        path, heights = [point], [float(module.function_to_minimize(*point))]
        with np.errstate(all="ignore"):
            for _ in range(steps):
                slopes = np.array(module.gradient(*point))
                point = point - learning_rate * slopes
                path.append(point)
                heights.append(float(module.function_to_minimize(*point)))
                slope = float(np.linalg.norm(slopes))
                if ends(heights, learning_rate * slope, slope):
                    break
        return np.array(path)

    return gradient_descent


def _train_sgd(module: ModuleType, ends: Rule) -> Callable[..., Any]:
    def train_sgd(*arguments: Any) -> Any:
        x, y, w1, w2, learning_rate, epochs, batch_size, rng = arguments
        losses: list[float] = []
        with np.errstate(all="ignore"):
            for _ in range(epochs):
                before = w1, w2
                batches = module.minibatches(len(x), batch_size, rng)
                w1, w2 = gone_through((x, y, w1, w2), learning_rate, batches)
                losses.append(right_loss(x, y, w1, w2))
                moves = [a - b for a, b in zip((w1, w2), before, strict=True)]
                moved = _length(moves)
                if ends(losses, moved, moved / learning_rate):
                    break
        return w1, w2, losses

    return train_sgd


def _fills_up(loop: Loop, filling: str, rules: tuple[str, ...]) -> Loop:
    """Return a loop that fills up its lines, or losses, where some are left to come."""

    def made(module: ModuleType, ends: Rule) -> Callable[..., Any]:
        short = loop.made(module, ends)

        def filled(*arguments: Any) -> Any:
            came, steps = short(*arguments), arguments[2 if loop.exercise == "gradient" else 5]
            *weights, lines = came if isinstance(came, tuple) else (came,)
            left = steps + (loop.function != "train_sgd") - len(lines)
            if left > 0 and len(lines):
                lines = [*lines, *[FILLINGS[filling](lines[-1])] * left]
            return (*weights, lines) if weights else lines

        return filled

    kept = tuple(rule for rule in rules if rule in loop.rules)
    return replace(loop, made=made, rules=kept, filling=filling)


FILLINGS: dict[str, Callable[[Any], Any]] = {
    "the last one": lambda last: last,
    "zeros": np.zeros_like,
    "nan": lambda last: np.full_like(last, np.nan),
}
# The first f is never as small as that.
ABOVE = tuple(rule for rule in RULES if not rule.endswith("is below 0.001"))
LOOPS: tuple[Loop, ...] = (
    Loop("gradient", "gradient/gradient.py", "gradient_descent", _descent, ABOVE),
    Loop("gradient", "gradient/gradient_2.py", "gradient_descent", _descent),
    Loop("random_data", "neural_net/learn_random_data.py", "train", _train),
    Loop("beyond", "beyond/stochastic_gradient.py", "train_sgd", _train_sgd),
)
LOOPS = (
    *LOOPS,
    *(_fills_up(loop, "the last one", ON_A_SLOPE) for loop in LOOPS),
    *(_fills_up(loop, "zeros", OTHERWISE) for loop in LOOPS),
    *(_fills_up(loop, "nan", WITH_NAN) for loop in LOOPS),
)
