import numpy as np
import matplotlib
matplotlib.use("TkAgg")      # does not work otherwise on my laptop
import matplotlib.pyplot as plt

EXPERIMENT = {
    "d_hidden": 10,
    "learning_rate": 0.03,
    "steps": 100,
    "seed": 0,
}


def init_weights(d_in, d_hidden, d_out, rng):
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))


def has_diverged(losses):
    losses = np.array(losses, dtype=float)
    print("has_diverged got", len(losses), "losses")
    if len(losses) <= 1:
        return False
    if not np.isfinite(losses).all():
        print("   -> not finite")
        return True
    answer = losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2]
    print("   ->", answer)
    return bool(answer)


plt.title("explosion")
plt.plot([1, 10, 100, 1000])
plt.show()
