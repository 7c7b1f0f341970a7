"""Exercice 4 : explosion."""

import numpy as np

EXPERIMENT = {"d_hidden": 10, "learning_rate": 0.02, "steps": 50, "seed": 3}


def init_weights(d_in, d_hidden, d_out, rng):
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))


def has_diverged(losses):
    losses = np.asarray(losses, dtype=float)
    if len(losses) < 2:
        return False
    if not np.isfinite(losses).all():
        return True
    return bool(losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2])
