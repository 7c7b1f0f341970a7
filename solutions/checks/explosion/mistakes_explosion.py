"""Known mistakes of exercise 4: wrong versions of `has_diverged`, and experiments that hold."""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import Wrong, misconception, misconceptions
from grader.checks.trainer import slopes_of

from ..local_minimum.experiment import Run
from ..random_data.wrong_data import start_from
from ..training import tried

CHOICE = "EXPERIMENT"
EXPLOSION = "Exercise 4: Explosion"
RECIPROCAL = "Is the reciprocal true?"

# A training whose loss grew by this, and still grows, only needs more steps.
ON_THE_WAY = 2.0


def _by(rule: Callable[[np.ndarray], Any]) -> Callable[[Any], bool]:
    """Return a `has_diverged` by a rule for arrays."""
    return lambda losses: bool(rule(np.asarray(losses, dtype=float)))


def _or_infinite(rule: Callable[[np.ndarray], Any]) -> Callable[[Any], bool]:
    return _by(lambda losses: _is_infinite(losses) or (losses.size > 1 and rule(losses)))


def _ends_infinite(losses: np.ndarray) -> bool:
    return losses.size > 0 and not np.isfinite(losses[-1])


def _explodes(losses: np.ndarray) -> bool:
    return _is_beyond(losses) and _rises(losses)


def _is_infinite(losses: np.ndarray) -> bool:
    return not np.isfinite(losses).all()


def _is_beyond(losses: np.ndarray) -> bool:
    return losses.size > 1 and bool(losses[-1] > 1000 * losses[0])


def _rises(losses: np.ndarray) -> bool:
    return losses.size > 1 and bool(losses[-1] > losses[-2])


OF_HAS_DIVERGED = misconceptions(
    "has_diverged",
    always_true=Wrong(_by(lambda _: True), "The answer is True whatever the losses are."),
    always_false=Wrong(_by(lambda _: False), "The answer is False whatever the losses are."),
    answers_turned_round=Wrong(
        _by(lambda losses: not (_is_infinite(losses) or _explodes(losses))),
        "The answers are swapped: True is for an explosion, False for one that stays finite.",
    ),
    nan_is_missed=Wrong(
        _by(lambda losses: np.isinf(losses).any() or _explodes(losses)),
        "Comparing with nan is False, whatever the comparison: `loss > limit` and `loss == nan` "
        "never notice it. Ask `np.isfinite`.",
    ),
    infinity_is_missed=Wrong(
        _by(lambda losses: np.isnan(losses).any() or _explodes(losses)),
        "`np.isnan` is False for inf. Ask `np.isfinite`: it is False for both.",
    ),
    only_the_last_is_asked=Wrong(
        _by(lambda losses: _ends_infinite(losses) or _explodes(losses)),
        "Only the last loss is asked whether it is finite; any of them may be inf or nan.",
    ),
    all_have_to_be_infinite=Wrong(
        _by(lambda ls: (ls.size > 0 and not np.isfinite(ls).any()) or _explodes(ls)),
        "A single inf or nan is enough: `not np.isfinite(losses).any()` waits until all of them "
        "are. Write `not np.isfinite(losses).all()`.",
    ),
    growth_alone=Wrong(
        _by(_explodes),
        "Only the growth is tested, and not whether a loss is inf or nan: `inf > "
        "inf` is False, and so is every comparison with nan.",
    ),
    last_above_the_limit_alone=Wrong(
        _by(_is_beyond),
        "Only the last loss is compared with the limit: `loss > limit` is False for nan, an inf "
        "on the way is not seen, and it is not asked whether the loss is still rising.",
    ),
    non_finite_alone=Wrong(
        _by(_is_infinite),
        "Only inf and nan are looked for. A loss of 10¹⁰⁰ is finite, and it is an explosion too: "
        "stop the training early enough, and there is no inf yet.",
    ),
    nan_alone=Wrong(
        _by(lambda losses: np.isnan(losses).any()),
        "Only nan is looked for. inf comes before nan and is an explosion too, and so is a finite "
        "loss beyond 1,000 times its start that still rises. `np.isfinite` is False for both nan "
        "and inf.",
    ),
    infinity_alone=Wrong(
        _by(lambda losses: np.isinf(losses).any()),
        "Only inf is looked for. A loss of nan is an explosion too, and so is one that is finite, "
        "beyond 1,000 times its start, and still rising. `np.isfinite` is False for nan and inf.",
    ),
    last_finite_alone=Wrong(
        _by(_ends_infinite),
        "Only the last loss is looked at, and only for inf and nan. Any of the losses may be inf "
        "or nan, and a finite one beyond 1,000 times the first that still rises is an explosion "
        "too.",
    ),
    still_rising_not_asked=Wrong(
        _by(lambda losses: _is_infinite(losses) or _is_beyond(losses)),
        "It is not asked whether the loss is still rising: one that has jumped up once, and has "
        "been falling since, is not an explosion.",
    ),
    largest_for_last=Wrong(
        _or_infinite(lambda losses: losses.max() > 1000 * losses[0]),
        "The largest loss is compared instead of the last: a loss that rises for a while and "
        "falls again is not an explosion.",
    ),
    above_its_start=Wrong(
        _or_infinite(lambda losses: losses[-1] > losses[0]),
        "A loss that ends above its start is taken for an explosion; it may have risen for a "
        "while, or tremble on a plateau. The limit is 1,000 times the first.",
    ),
    any_rise_at_the_end=Wrong(
        _by(lambda losses: _is_infinite(losses) or _rises(losses)),
        "Any rise from the last loss but one to the last is taken for an explosion; a loss that "
        "falls may go up and down on its way.",
    ),
    any_rise_at_all=Wrong(
        _by(lambda losses: _is_infinite(losses) or (np.diff(losses) > 0).any()),
        "Any rise on the way is taken for an explosion; a loss that falls may go up and down, and "
        "one that rises for a while may fall later.",
    ),
    no_fall=Wrong(
        _or_infinite(lambda losses: losses[-1] >= losses[0]),
        "A loss that does not fall is taken for an explosion; on a plateau it stays as it is.",
    ),
    limit_without_the_start=Wrong(
        _or_infinite(lambda losses: losses[-1] > 1000 and _rises(losses)),
        "The last loss is compared with 1,000 and not with 1,000 times the first: how large a "
        "loss is depends on the data.",
    ),
    rises_all_the_way=Wrong(
        _or_infinite(lambda losses: _is_beyond(losses) and (np.diff(losses) > 0).all()),
        "The loss has to rise at every step. An explosion may begin later, or go up unevenly.",
    ),
)


@misconception(
    of=CHOICE, lecture="eq. 26: α is the learning rate", example=tried(10, 1e-4, 200, seed=0)
)
def learning_rate_too_small(run: Run) -> bool:
    """The training learns: its loss ends below its start. Take a learning rate that is ten times
    larger, and again.
    """
    others = (nothing_moves, infinite_from_the_start)
    return run.loss <= run.losses[0] and not any(other.wrong(run) for other in others)


@misconception(of=CHOICE, lecture=EXPLOSION, example=tried(3, 8e-3, 1, seed=0))
def too_few_steps_to_explode(run: Run) -> bool:
    """The loss is rising, and not beyond 1,000 times its start yet: give it more steps."""
    return run.loss > ON_THE_WAY * run.losses[0] and run.loss > run.losses[-2]


@misconception(of=CHOICE, lecture=EXPLOSION, example=tried(3, 3e-3, 3, seed=49))
def jumps_and_comes_back(run: Run) -> bool:
    """The loss ends above its start, but it is not rising: it has jumped up, and stays or falls.
    Take a larger learning rate, with which it never comes back.
    """
    return run.loss > run.losses[0] and not too_few_steps_to_explode.wrong(run)


@misconception(of=CHOICE, lecture=RECIPROCAL, example=start_from(np.zeros))
def nothing_moves(run: Run) -> bool:
    """Nothing moves, and nothing explodes: where all weights are zero, or no hidden neuron is on,
    every gradient is exactly 0, and a step of any learning rate leaves the weights as they are.
    Start from random weights.
    """
    still = all(np.array_equal(a, b) for a, b in zip(run.start, (run.w1, run.w2), strict=True))
    return still and not any(part.any() for part in slopes_of(run.x, run.y, *run.start))


@misconception(
    of=CHOICE, lecture=EXPLOSION, example=start_from(lambda shape: np.full(shape, 1e160))
)
def infinite_from_the_start(run: Run) -> bool:
    """The weights from `init_weights` are so large that the loss is infinite before the first step.
    An explosion begins with a finite loss, and grows by steps that are too long for the valley.
    """
    return not np.isfinite(run.losses[0])
