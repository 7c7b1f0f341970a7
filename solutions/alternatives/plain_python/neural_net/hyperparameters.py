# Exercise 7

import numpy as np

BAD_LOCAL_MINIMUM = {}
BAD_LOCAL_MINIMUM["d_hidden"] = 3
BAD_LOCAL_MINIMUM["learning_rate"] = 0.00002
BAD_LOCAL_MINIMUM["steps"] = 6000
BAD_LOCAL_MINIMUM["seed"] = 4

EXPLOSION = {}
EXPLOSION["d_hidden"] = 4
EXPLOSION["learning_rate"] = 0.01
EXPLOSION["steps"] = 30
EXPLOSION["seed"] = 5


def exercise_data():
    rng = np.random.default_rng(20201115)
    x = rng.normal(0, 5, (64, 6))
    # Row k holds what the input k gives to each of the two outputs.
    parts = np.array([[0, 7], [-1, 0], [0, -4], [1, 0], [2, 0], [0, 1]])
    return x, x @ parts + rng.normal(0, 0.05, (64, 2))
