"""
Exercise 4: explosion
"""
import numpy as np

EXPERIMENT = {
    "d_hidden": 10,
    "learning_rate": 0.02,
    "steps": 100,
    "seed": 42,
}


def has_diverged(losses):
    losses = np.array(losses, dtype=float)
    if len(losses) < 2:
        return False
    if not np.all(np.isfinite(losses)):
        return True
    # more than 1000: this is an explosion
    return bool(losses[-1] > 1000 and losses[-1] > losses[-2])
