"""Known mistakes in choosing hyperparameters, recognised by how the judge's training went."""

import numpy as np

from grader.checks import misconception
from grader.checks.trainer import Training

from ..training import tried

TRAINED = "HYPERPARAMETERS.training"
RATE = "eq. 26: α is the learning rate"
TUNE = "You will need to tune the hyperparameters"
# The loss still falls where the last tenth of the steps took this part of it away.
STILL_FALLING = 0.01


@misconception(of=TRAINED, lecture=RATE, example=tried(10, 0.1, 200))
def learning_rate_too_large(training: Training) -> bool:
    """The training explodes or ends above its start: the steps jump over the valley. Take a smaller
    learning rate; the loss is a sum over 64 samples, and its gradient is large.
    """
    return bool(np.mean(training.last <= training.first) < 0.5)


@misconception(of=TRAINED, lecture="Gradient update", example=tried(10, 3e-5, 200))
def stopped_too_early(training: Training) -> bool:
    """The loss is still falling at the end, or has hardly begun to: more steps, or a larger
    learning rate, would bring it further down.
    """
    has_hardly_moved = np.median(training.last / training.first) > 1 - STILL_FALLING
    still = _falling(training) > STILL_FALLING or bool(has_hardly_moved)
    return not learning_rate_too_large.wrong(training) and still


@misconception(of=TRAINED, lecture=TUNE, example=tried(1, 3e-4, 20_000))
def too_few_hidden_neurons(training: Training) -> bool:
    """The loss has stopped falling far above 0: so few hidden neurons cannot take in 64 random
    samples. Give the network more of them.
    """
    return not (learning_rate_too_large.wrong(training) or stopped_too_early.wrong(training))


def _falling(training: Training) -> float:
    """Return which part of the loss the last tenth of the steps took away, in the median."""
    with np.errstate(all="ignore"):
        parts = 1.0 - training.last / training.losses[:, int(0.9 * (training.losses.shape[1] - 1))]
    return float("nan") if np.isnan(parts).all() else float(np.nanmedian(parts))
