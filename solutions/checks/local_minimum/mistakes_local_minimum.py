"""What goes wrong in exercise 3.

An experiment is recognised by how its training went and how it goes on: `found` is what was found
out about its end (nothing yet, how it rests, or the losses of other starts). A start at a saddle
is recognised by `cause_of_saddle`, and stands here as the function that makes it.
"""

import numpy as np

from grader.checks import misconception

from ..training import tried
from .experiment import Run
from .rest import Rest
from .starts import NOTHING

CHOICE = "EXPERIMENT"
EXERCISE = "Exercise 3: local minimum"
RATE = "eq. 26: α is the learning rate"

# Of the steps of the last tenth: in a training that jumps, more of them than this go up.
GOING_UP = 0.2
# Two trainings that come to rest at one minimum may end apart by what is left of their way.
AS_LOW = 0.99

Found = Rest | np.ndarray | None
Weights = tuple[np.ndarray, np.ndarray]


@misconception(of=CHOICE, lecture=RATE, example=tried(10, 0.1, 100, seed=0))
def learning_rate_explodes(run: Run, found: Found) -> bool:
    """The rate is too large: each step jumps further up the other side. Divide it by 10."""
    return found is None and not run.finite


@misconception(of=CHOICE, lecture="Gradient update", example=tried(3, 1e-9, 10, seed=0))
def too_small_a_rate_to_tell(_run: Run, found: Found) -> bool:
    """A training that hardly moves never stops at a minimum: learning rate × steps says how far it
    goes, and here that is next to nothing. Take more steps, or a larger rate.
    """
    return isinstance(found, Rest) and found.still_falling and found.short


@misconception(of=CHOICE, lecture=RATE, example=tried(5, 3e-3, 2000, seed=2))
def learning_rate_jumps(run: Run, found: Found) -> bool:
    """The loss goes up and down to the end: the rate is so large that the steps jump to and fro
    across the valley, and a smaller one falls further at once.
    """
    return isinstance(found, Rest) and found.still_falling and not found.short and _jumps(run)


@misconception(of=CHOICE, lecture="Gradient update", example=tried(8, 5e-4, 2000, seed=2))
def stopped_too_early(run: Run, found: Found) -> bool:
    """The training stopped on a slope, before the loss stopped falling: give it more steps."""
    is_slope = isinstance(found, Rest) and found.still_falling and not found.short
    return is_slope and not _jumps(run)


@misconception(of=CHOICE, lecture=EXERCISE, example=tried(40, 2e-4, 3000, seed=0))
def ends_at_zero(run: Run, found: Found) -> bool:
    """The loss comes down to 0: no loss is lower, so this is a global minimum. A network with fewer
    hidden neurons gets stuck more easily.
    """
    return isinstance(found, np.ndarray) and run.loss <= NOTHING * run.size


@misconception(of=CHOICE, lecture=EXERCISE, example=tried(3, 1e-3, 8000, seed=11))
def ends_at_the_lowest_known(run: Run, found: Found) -> bool:
    """No other start came lower than yours: as far as anybody can tell, you found the global
    minimum. Try another seed, which leads to another minimum.
    """
    return _is_lowest(run, found) and run.loss > NOTHING * run.size


@misconception(of=CHOICE, lecture=EXERCISE, example=tried(2, 1e-3, 8000, seed=5))
def ends_next_to_the_lowest(run: Run, found: Found) -> bool:
    """Another start ends lower, so yours is not the global minimum, but it ends lower by less than
    10 %: look for a minimum that is clearly higher, by another seed.
    """
    return isinstance(found, np.ndarray) and not _is_lowest(run, found)


def _is_lowest(run: Run, found: Found) -> bool:
    """Say whether none of the other starts ends lower by more than the rest of a training."""
    return isinstance(found, np.ndarray) and not found[0] < AS_LOW * run.loss


def _jumps(run: Run) -> bool:
    last = run.losses[-max(10, len(run.losses) // 10) :]
    return bool(np.mean(np.diff(last) > 0) > GOING_UP)


@misconception(of="init_weights", lecture="Is the reciprocal true?")
def all_weights_zero(d_in: int, d_hidden: int, d_out: int) -> Weights:
    """With all weights 0 the gradient is 0, and nothing ever moves; yet it is a saddle and no
    minimum: from it, ways lead down. This is the lecture's question about the converse.
    """
    return np.zeros((d_in, d_hidden)), np.zeros((d_hidden, d_out))


@misconception(of="init_weights", lecture="Relu function; Is the reciprocal true?")
def all_neurons_asleep(d_in: int, d_hidden: int, d_out: int, rng: np.random.Generator) -> Weights:
    """No hidden neuron is on for any sample: the relu passes no gradient back, so nothing moves.
    The training stops, but at no minimum: a push wakes a neuron, and the loss falls.
    """
    return np.zeros((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))


@misconception(of="init_weights", lecture="Initial network")
def neurons_start_equal(d_in: int, d_hidden: int, d_out: int, rng: np.random.Generator) -> Weights:
    """All hidden neurons start equal, so they stay equal, and the network is as good as one with a
    single neuron. It stops at a saddle: a push makes them differ, and the loss falls.
    """
    w1, w2 = rng.standard_normal((d_in, 1)), rng.standard_normal((1, d_out))
    return np.repeat(w1, d_hidden, axis=1), np.repeat(w2, d_hidden, axis=0)


@misconception(of="init_weights", lecture="Is the reciprocal true?")
def starts_next_to_zero(d_in: int, d_hidden: int, d_out: int, rng: np.random.Generator) -> Weights:
    """The slope is next to 0 here, and yet it is not a minimum: it is a saddle, or a plateau whose
    edge is near. Weights that start next to 0 stay at the saddle at 0 for long.
    """
    w1, w2 = rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))
    return 1e-100 * w1, 1e-100 * w2
