"""Exercise 3: a minimum that is not global."""
from __future__ import annotations

import numpy as np

# with He initialisation: seed 1 gets stuck at 27.5, the best starts reach 21
EXPERIMENT = {"d_hidden": 4, "learning_rate": 1e-3, "steps": 4000, "seed": 1}


def exercise_data():
    rng = np.random.default_rng(20201115)
    return rng.standard_normal((40, 10)), rng.standard_normal((40, 2))


def init_weights(d_in, d_hidden, d_out, rng):
    # He initialisation, as in exercise 2
    w1 = rng.normal(scale=np.sqrt(2 / d_in), size=(d_in, d_hidden))
    w2 = rng.normal(scale=np.sqrt(2 / d_hidden), size=(d_hidden, d_out))
    return w1, w2


def search(n_seeds=30):
    """Final loss of many seeds, the highest first."""
    from learn_random_data import train

    x, y = exercise_data()
    found = []
    for seed in range(n_seeds):
        w1, w2 = init_weights(10, EXPERIMENT["d_hidden"], 2, np.random.default_rng(seed))
        *_, losses = train(x, y, w1, w2, EXPERIMENT["learning_rate"], EXPERIMENT["steps"])
        found.append((losses[-1], seed))
    return sorted(found, reverse=True)


if __name__ == "__main__":
    for loss, seed in search():
        print(f"seed {seed:3d}: {loss:.3f}")
