"""
Exercise 6, part 2: learning structured data
"""
import numpy as np

from create_structured_data import create_data
from learn_random_data import forward, gradients, init_weights, squared_error, test_error, train

HYPERPARAMETERS = {
    "d_hidden": 6,
    "learning_rate": 0.00004,
    "steps": 10000,
}

GENERALISES = True


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x, y = create_data(64, 0.05, rng)
    w1, w2 = init_weights(6, HYPERPARAMETERS["d_hidden"], 2, rng)
    w1, w2, losses = train(x, y, w1, w2, HYPERPARAMETERS["learning_rate"], HYPERPARAMETERS["steps"])
    print("start:", losses[0] / 64, "end:", losses[-1] / 64)
    x2, y2 = create_data(32, 0.05, rng)
    print("test error:", test_error(x2, y2, w1, w2) / 32)
