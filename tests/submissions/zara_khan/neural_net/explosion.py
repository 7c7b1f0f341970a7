"""
Exercise 4: explosion
"""
import numpy as np

EXPERIMENT = {
    "d_hidden": 10,
    "learning_rate": 0.01,
    "steps": 500,
    "seed": 123,
}


def init_weights(d_in, d_hidden, d_out, rng):
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))


def has_diverged(losses):
    losses = np.array(losses, dtype=float)
    for step, loss in enumerate(losses):
        print("DEBUG step", step, "loss", loss)
    if len(losses) < 2:
        print("DEBUG too short")
        return False
    if np.isnan(losses).any():
        print("DEBUG nan")
        return True
    if np.isinf(losses).any():
        print("DEBUG inf")
        return True
    print("DEBUG factor", losses[-1] / losses[0])
    return bool(losses[-1] > 1000 * losses[0]) and bool(losses[-1] > losses[-2])
