import numpy as np
import matplotlib
matplotlib.use("TkAgg")      # does not work otherwise on my laptop
import matplotlib.pyplot as plt

from learn_random_data import train

EXPERIMENT = {
    "d_hidden": 4,
    "learning_rate": 0.001,
    "steps": 4000,
    "seed": 3,
}


def exercise_data():
    """40 samples, always the same (given)."""
    rng = np.random.default_rng(20201115)
    return rng.standard_normal((40, 10)), rng.standard_normal((40, 2))


def init_weights(d_in, d_hidden, d_out, rng):
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))


# --- figure for my report ---
x, y = exercise_data()
for seed in (0, 1, 2, 3):
    w1, w2 = init_weights(10, EXPERIMENT["d_hidden"], 2, np.random.default_rng(seed))
    w1, w2, losses = train(x, y, w1, w2, EXPERIMENT["learning_rate"], 500)
    print("seed", seed, "loss after 500 steps", losses[-1])
    plt.semilogy(losses, label=str(seed))
plt.legend()
plt.show()
