"""Exercise 6, part 2: the network of exercise 2 on structured data."""
from __future__ import annotations

import numpy as np

from create_structured_data import create_data
from learn_random_data import (
    Network,
    forward,
    gradients,
    init_weights,
    squared_error,
    test_error,
    train,
)

HYPERPARAMETERS = {"d_hidden": 8, "learning_rate": 2e-5, "steps": 8000}
GENERALISES = True


def experiment(seed):
    rng = np.random.default_rng(seed)
    x, y = create_data(64, 0.05, rng)
    w1, w2 = init_weights(6, HYPERPARAMETERS["d_hidden"], 2, rng)
    w1, w2, losses = train(x, y, w1, w2, HYPERPARAMETERS["learning_rate"], HYPERPARAMETERS["steps"])
    x_new, y_new = create_data(32, 0.05, rng)
    return losses[-1] / 64, squared_error(Network(w1, w2).propagate(x_new), y_new) / 32


if __name__ == "__main__":
    for seed in range(5):
        print(seed, experiment(seed))
