"""Exercise 7: playing with hyperparameters, until learning goes wrong in two ways.

Find the two experiments below; `hyperparameters.md` in this folder explains them. Run this file to
try them: it trains with your functions of exercise 2.

An experiment begins with ``rng = np.random.default_rng(seed)``. Where this file defines
``init_weights(d_in, d_hidden, d_out, rng)``, it is called once; where it does not, w1 and then w2
are standard normal. Then all samples are learned at each step, as in exercise 2.
"""
# ruff: noqa: T201

import numpy as np

# Each experiment is {"d_hidden": …, "learning_rate": …, "steps": …, "seed": …}, with at most 256
# hidden neurons and 200,000 steps.

# Ends above 10 per sample (a squared error above 640), and loses less than 1 % of it in the last
# tenth of its steps.
### BEGIN SOLUTION
### STUB BAD_LOCAL_MINIMUM = None  # write me
BAD_LOCAL_MINIMUM = {"d_hidden": 2, "learning_rate": 5e-5, "steps": 5000, "seed": 0}
### END SOLUTION

# Diverges: the loss becomes inf or nan, or ends above 1,000 times its start and still rising.
### BEGIN SOLUTION
### STUB EXPLOSION = None  # write me
EXPLOSION = {"d_hidden": 6, "learning_rate": 1e-3, "steps": 200, "seed": 0}
### END SOLUTION


def exercise_data() -> tuple[np.ndarray, np.ndarray]:
    """Return the data of both experiments: 64 structured samples, always the same (given).

    Returns
    -------
    x : ndarray of shape (64, 6)
        Normal numbers with mean 0 and standard deviation 5.
    y : ndarray of shape (64, 2)
        What exercise 6 makes of them, with a noise of standard deviation 0.05.
    """
    rng = np.random.default_rng(20201115)
    x = rng.normal(0, 5, (64, 6))
    # Row k holds what the input k gives to each of the two outputs.
    parts = np.array([[0, 7], [-1, 0], [0, -4], [1, 0], [2, 0], [0, 1]])
    return x, x @ parts + rng.normal(0, 0.05, (64, 2))


if __name__ == "__main__":
    from learn_random_data import train

    x, y = exercise_data()
    for experiment in (BAD_LOCAL_MINIMUM, EXPLOSION):
        rng = np.random.default_rng(experiment["seed"])
        w1 = rng.standard_normal((6, experiment["d_hidden"]))
        w2 = rng.standard_normal((experiment["d_hidden"], 2))
        rate, steps = experiment["learning_rate"], experiment["steps"]
        losses = train(x, y, w1, w2, rate, steps)[2]
        print("squared error per sample, from the start to the end, in tenths of the training:")
        print([float(f"{losses[k * steps // 10] / 64:.4g}") for k in range(11)])
