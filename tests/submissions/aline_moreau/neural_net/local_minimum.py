"""Exercice 3 : un minimum local."""

import numpy as np

# trouvé en essayant les graines 0, 1, 2 ... : perte finale 41.9, la meilleure graine va à 35
EXPERIMENT = {"d_hidden": 3, "learning_rate": 1e-3, "steps": 3000, "seed": 2}


def exercise_data():
    """40 samples, always the same (given)."""
    rng = np.random.default_rng(20201115)
    return rng.standard_normal((40, 10)), rng.standard_normal((40, 2))


def init_weights(d_in, d_hidden, d_out, rng):
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))


if __name__ == "__main__":
    from learn_random_data import train

    x, y = exercise_data()
    for graine in range(10):
        w1, w2 = init_weights(10, EXPERIMENT["d_hidden"], 2, np.random.default_rng(graine))
        _, _, losses = train(x, y, w1, w2, EXPERIMENT["learning_rate"], EXPERIMENT["steps"])
        print("graine", graine, ": perte", losses[-1])
