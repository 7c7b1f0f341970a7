"""
Exercise 4: explosion
"""
import numpy as np

EXPERIMENT = {
    "d_hidden": 10,
    "learning_rate": 0.1,
    "steps": 100,
    "seed": 0,
}


def init_weights(d_in, d_hidden, d_out, rng):
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))


def has_diverged(losses):
    # TODO
    raise NotImplementedError("write me")
