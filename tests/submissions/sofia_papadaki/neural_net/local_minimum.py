"""
Exercise 3: local minimum
"""
import numpy as np

# 2 neurons are not enough to learn it, it is stuck at about 55
EXPERIMENT = {
    "d_hidden": 2,
    "learning_rate": 0.001,
    "steps": 2500,
    "seed": 42,
}


def exercise_data():
    """40 samples, always the same (given)."""
    rng = np.random.default_rng(20201115)
    return rng.standard_normal((40, 10)), rng.standard_normal((40, 2))


def init_weights(d_in, d_hidden, d_out, rng):
    w1 = rng.normal(0, 1, (d_in, d_hidden))
    w2 = rng.normal(0, 1, (d_hidden, d_out))
    return w1, w2


if __name__ == "__main__":
    from learn_random_data import train

    x, y = exercise_data()
    rng = np.random.default_rng(EXPERIMENT["seed"])
    w1, w2 = init_weights(10, EXPERIMENT["d_hidden"], 2, rng)
    w1, w2, losses = train(x, y, w1, w2, EXPERIMENT["learning_rate"], EXPERIMENT["steps"])
    print("start:", losses[0], "end:", losses[-1])
