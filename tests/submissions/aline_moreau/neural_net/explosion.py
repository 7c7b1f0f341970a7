"""Exercice 4 : explosion."""

import numpy as np

EXPERIMENT = {"d_hidden": 10, "learning_rate": 0.02, "steps": 100, "seed": 2}


def init_weights(d_in, d_hidden, d_out, rng):
    w1 = rng.standard_normal((d_in, d_hidden))
    w2 = rng.standard_normal((d_hidden, d_out))
    return w1, w2


def has_diverged(losses):
    losses = np.asarray(losses, dtype=float)
    if len(losses) < 2:
        return False
    if not np.all(np.isfinite(losses)):      # inf ou nan, n'importe où
        return True
    monte_encore = losses[-1] > losses[-2]
    return bool(monte_encore and losses[-1] > 1000 * losses[0])
