"""Known mistakes in the two experiments of exercise 7, recognised by how the training went."""

import math

import numpy as np

from grader.checks import misconception

from ..random_data.wrong_data import start_from
from ..training import tried
from .experiments import HIGH, PROBE_RATE, Run

MINIMUM = "BAD_LOCAL_MINIMUM"
RECIPROCAL = "Is the reciprocal true?"
THROWN = "EXPLOSION"

BAD = "Exercise 7: Make it find a bad local minimum"
EXPLODE = "Exercise 7: make it explode"
# A minimum is no minimum where a push and more steps bring the error below this part of it.
FALLEN = 0.5
# The largest element of the gradient: 1e2 or more on a slope of these data.
FLAT = 1e-3
# What a push led to, where there was none.
NOT_PUSHED = math.inf


@misconception(of=MINIMUM, lecture=BAD, example=tried(6, 3e-5, 4000, seed=1))
def learned_for_a_minimum(run: Run, *_pushed: float) -> bool:
    """This training succeeds: with four hidden neurons or more a bad minimum is rare. With two
    there is no way out: a relu gives one sign only, so that two outputs of both signs need four.
    """
    return run.last <= HIGH


@misconception(of=MINIMUM, lecture="Exercise 4: Explosion", example=tried(2, 1e-2, 100, seed=0))
def exploded_for_a_minimum(run: Run, *_pushed: float) -> bool:
    """This training explodes, and comes to no minimum at all, good or bad: take a smaller learning
    rate.
    """
    return run.diverged or run.last > run.first


@misconception(of=MINIMUM, lecture=BAD, example=tried(2, 1e-6, 500, seed=0))
def still_falling_for_a_minimum(run: Run, *_pushed: float) -> bool:
    """The loss is high, and still falling: at a minimum, bad or not, it would have stopped. Take
    more steps, or a larger learning rate.
    """
    return HIGH < run.last <= run.first and run.falls_late >= 0.01


@misconception(of=MINIMUM, lecture=BAD, example=tried(2, 1e-12, 100, seed=0))
def slow_for_a_minimum(run: Run, after: float = NOT_PUSHED, slope: float = 0.0) -> bool:
    """The loss does not fall because the steps are too short, and not because there is no way
    down: with a learning rate that suits these data it falls at once. Take 1e-5 or more.
    """
    short = run.chosen["learning_rate"] < PROBE_RATE
    return short and after < FALLEN * run.last <= FALLEN * run.first and slope > FLAT


@misconception(
    of=MINIMUM, lecture="eq. 26: α is the learning rate", example=tried(2, 9e-5, 1000, seed=0)
)
def restless_for_a_minimum(run: Run, after: float = NOT_PUSHED, slope: float = 0.0) -> bool:
    """The loss does not fall because the steps are too long, and not because there is no way down:
    they cross the valley from side to side. With a smaller learning rate it falls at once.
    """
    long = run.chosen["learning_rate"] >= PROBE_RATE
    return long and after < FALLEN * run.last <= FALLEN * run.first and slope > FLAT


@misconception(of=MINIMUM, lecture=RECIPROCAL, example=start_from(np.zeros))
def saddle_for_a_minimum(run: Run, after: float = NOT_PUSHED, slope: float = 0.0) -> bool:
    """This is a flat place that is not a minimum, such as weights that are all zero: the gradient
    is 0, but the smallest push is enough to get away. f′ = 0 does not make an extremum.
    """
    return after < FALLEN * run.last <= FALLEN * run.first and slope <= FLAT


@misconception(of=THROWN, lecture=EXPLODE, example=tried(6, 3e-5, 1000, seed=0))
def not_steep_enough(run: Run) -> bool:
    """This training goes down: the learning rate is too small to explode. Take it ten times as
    large: each step then lands further up on the other side of the valley.
    """
    return not run.diverged and run.last < run.first


@misconception(of=THROWN, lecture=EXPLODE, example=tried(6, 1e-3, 1, seed=0))
def not_exploded_yet(run: Run) -> bool:
    """The loss rises and has not come far: give it more steps, or a larger learning rate, until it
    is more than 1,000 times what it was.
    """
    return not run.diverged and run.first < run.last and run.last > run.before_last


@misconception(of=THROWN, lecture=EXPLODE, example=tried(2, 1e-4, 5, seed=2))
def ends_with_a_jump(run: Run) -> bool:
    """The loss is above its start but no longer rising: a long step has thrown the weights to a
    place where they stay, or come back from. An explosion goes on rising.
    """
    return not run.diverged and run.first < run.last <= run.before_last


@misconception(of=THROWN, lecture=RECIPROCAL, example=start_from(np.zeros))
def nothing_moves(run: Run) -> bool:
    """Nothing moves, and nothing explodes: where all weights are zero, or no hidden neuron is on,
    every gradient is exactly 0, and a step of any learning rate leaves the weights as they are.
    Start from random weights.
    """
    return run.flat and run.last == run.first


@misconception(of=THROWN, lecture=EXPLODE, example=start_from(lambda shape: np.full(shape, 1e60)))
def infinite_from_the_start(run: Run) -> bool:
    """The weights from `init_weights` are so large that the loss is infinite, or beyond 10¹⁰⁰,
    before the first step. An explosion begins with a finite loss, and grows by steps that are too
    long for the valley.
    """
    return not math.isfinite(run.first)
