"""Known mistakes of how a descent or a training goes from step to step: the same in all of them."""

from __future__ import annotations

__all__ = ["changed_steps"]

from typing import Any

from grader.checks.descent_ways import decays, grows, keeps_another_rate, keeps_velocity
from grader.checks.misconception import Misconception

RATE = (
    "Each step follows the gradient, but the learning rate {} on the way. Here it stays as it was "
    "passed in: the same α in every step."
)
VELOCITY = (
    "Each step goes on with a part of the one before it: this is momentum, which keeps a velocity. "
    "Here the step is {}."
)
ANOTHER = (
    "Each step follows the gradient, and all are longer or shorter than they should be by one and "
    "the same factor: the learning rate has to be the one that was passed in, and not a fixed "
    "number, its square, or a part of it."
)


def changed_steps(
    of: str, lecture: str, step: str, *, shrinking: Any, growing: Any, velocity: Any, steady: Any
) -> tuple[Misconception, ...]:
    """Return the four ways that are known by their moves and slopes, with an example of each.

    `step` says what a step is instead, as the end of a sentence.
    """
    rows = (
        ("learning_rate_decays", RATE.format("shrinks"), decays, shrinking),
        ("learning_rate_grows", RATE.format("grows"), grows, growing),
        ("momentum", VELOCITY.format(step), keeps_velocity, velocity),
        ("another_learning_rate", ANOTHER, keeps_another_rate, steady),
    )
    return tuple(
        Misconception(
            name=name, of=of, sentence=sentence, wrong=wrong, lecture=lecture, example=example
        )
        for name, sentence, wrong, example in rows
    )
