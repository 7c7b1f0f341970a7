"""Exercice 3 : un minimum local."""

import numpy as np

EXPERIMENT = {"d_hidden": 4, "learning_rate": 1e-3, "steps": 4000, "seed": 3}


def exercise_data():
    """40 samples, always the same (given)."""
    rng = np.random.default_rng(20201115)
    return rng.standard_normal((40, 10)), rng.standard_normal((40, 2))


def init_weights(d_in, d_hidden, d_out, rng):
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))
