"""Exercise 4: explosion."""
import numpy as np

EXPERIMENT = {
    "d_hidden": 10,
    "learning_rate": 0.01,
    "steps": 300,
    "seed": 11,
}


def init_weights(d_in, d_hidden, d_out, rng):
    w1 = rng.standard_normal((d_in, d_hidden), dtype=np.float32)
    w2 = rng.standard_normal((d_hidden, d_out), dtype=np.float32)
    return w1, w2


def has_diverged(losses):
    # float64 for once: 1000 times the first loss might not fit into a float32
    losses = np.asarray(losses, dtype=np.float64)
    n = losses.shape[0]
    if n <= 1:
        return False
    if np.count_nonzero(np.isfinite(losses)) < n:
        return True
    grown = losses[-1] > 1000 * losses[0]
    rising = losses[-1] - losses[-2] > 0
    return bool(grown & rising)
