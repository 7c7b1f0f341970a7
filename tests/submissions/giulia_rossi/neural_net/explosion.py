"""
Exercise 4: explosion
"""
import numpy as np

EXPERIMENT = {
    "d_hidden": 10,
    "learning_rate": 0.1,
    "steps": 50,
    "seed": 1,
}


def init_weights(d_in, d_hidden, d_out, rng):
    w1 = rng.normal(0, 1, (d_in, d_hidden))
    w2 = rng.normal(0, 1, (d_hidden, d_out))
    return w1, w2


def has_diverged(losses):
    losses = np.array(losses, dtype=float)
    if len(losses) < 2:
        return False
    if not np.all(np.isfinite(losses)):
        return True
    return bool(losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2])
