"""Exercise 4: explosion."""
from __future__ import annotations

import numpy as np

EXPERIMENT = {"d_hidden": 16, "learning_rate": 0.1, "steps": 200, "seed": 4}

TOO_MUCH = 1000


def init_weights(d_in, d_hidden, d_out, rng):
    w1 = rng.normal(scale=np.sqrt(2 / d_in), size=(d_in, d_hidden))
    w2 = rng.normal(scale=np.sqrt(2 / d_hidden), size=(d_hidden, d_out))
    return w1, w2


def is_rising(losses):
    """the last few losses only go up"""
    return bool(np.all(np.diff(losses[-3:]) > 0))


def has_diverged(losses):
    losses = np.array(losses, dtype=np.float64)
    if losses.size < 2:
        return False
    if np.isnan(losses).any() or np.isinf(losses).any():
        return True
    return bool(losses[-1] / losses[0] > TOO_MUCH) and is_rising(losses)
