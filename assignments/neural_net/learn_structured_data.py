"""Exercise 6, second half: a network learns data that have a structure.

The network is that of exercise 2: import your functions from there, as below, or write them again
here. Then find the two constants; `structured_data.md` in this folder explains them. Run this file
to try them.
"""

import numpy as np
from create_structured_data import create_data

# An `init_weights` of your own may take the place of the imported one.
from learn_random_data import forward, gradients, init_weights, squared_error, test_error, train

# The size of the hidden layer, the learning rate and the number of steps (at most 256 hidden
# neurons and 200,000 steps) with which structured data are learned: 64 samples, noise 0.05.
HYPERPARAMETERS = {
    "d_hidden": None,  # write me
    "learning_rate": None,  # write me
    "steps": None,  # write me
}

# Does what was learned on structured data carry over to new data of the same kind? True or False.
GENERALISES = None  # write me


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x, y = create_data(64, 0.05, rng)
    new_x, new_y = create_data(32, 0.05, rng)
    rate, steps = HYPERPARAMETERS["learning_rate"], HYPERPARAMETERS["steps"]
    print("mean of ||y||² of the new samples:", np.sum(new_y**2) / 32)
    for start in range(5):
        w1, w2 = init_weights(6, HYPERPARAMETERS["d_hidden"], 2, rng)
        w1, w2, losses = train(x, y, w1, w2, rate, steps)
        print(
            f"start {start}: training error {losses[-1] / 64:.4g} per sample,",
            f"test error {test_error(new_x, new_y, w1, w2) / 32:.4g} per sample",
        )
