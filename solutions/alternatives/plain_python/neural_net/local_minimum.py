# Exercise 3
# I let it run over night with seeds 1, 2, 3, ... my train is slow, but seed 3 with 3 hidden
# neurons is stuck at about 51 and others go down to 35.

import numpy as np

EXPERIMENT = {}
EXPERIMENT["d_hidden"] = 3
EXPERIMENT["learning_rate"] = 0.001
EXPERIMENT["steps"] = 3000
EXPERIMENT["seed"] = 3


def exercise_data():
    rng = np.random.default_rng(20201115)
    return rng.standard_normal((40, 10)), rng.standard_normal((40, 2))
