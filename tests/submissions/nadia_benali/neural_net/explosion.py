"""Exercice 4 : explosion."""

import numpy as np

# chez moi tout explose, même avec 1e-4 ...
EXPERIMENT = {"d_hidden": 10, "learning_rate": 0.01, "steps": 100, "seed": 1}


def init_weights(d_in, d_hidden, d_out, rng):
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))


def has_diverged(losses):
    losses = np.array(losses, dtype=float)
    if len(losses) < 2:
        return False
    if not np.all(np.isfinite(losses)):
        return True
    return bool(losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2])
