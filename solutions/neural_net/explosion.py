"""Exercise 4: a training that explodes, and a function that notices it.

Find four numbers for `EXPERIMENT` with which the training on the data of exercise 3 diverges, and
write `has_diverged`; `explosion.md` in this folder explains both. Run this file to try them; it
uses `train` from your `learn_random_data.py`.
"""
# ruff: noqa: T201

import numpy as np

# The size of the hidden layer, the learning rate, the number of steps (at most 256 hidden neurons
# and 200,000 steps) and the seed of the generator that `init_weights` draws from.
### BEGIN SOLUTION
### STUB EXPERIMENT = {
### STUB     "d_hidden": None,  # write me
### STUB     "learning_rate": None,  # write me
### STUB     "steps": None,  # write me
### STUB     "seed": None,  # write me
### STUB }
EXPERIMENT = {"d_hidden": 10, "learning_rate": 0.01, "steps": 100, "seed": 0}
### END SOLUTION


def init_weights(
    d_in: int, d_hidden: int, d_out: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the weights with which the training starts (given; change it if you want to).

    Parameters
    ----------
    d_in, d_hidden, d_out : int
        Number of neurons in each layer.
    rng : numpy.random.Generator
        ``numpy.random.default_rng(EXPERIMENT["seed"])``.

    Returns
    -------
    w1 : ndarray of shape (d_in, d_hidden)
        Standard normal numbers.
    w2 : ndarray of shape (d_hidden, d_out)
        The same.
    """
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))


def has_diverged(losses: np.ndarray) -> bool:
    """Say whether a training has exploded.

    Parameters
    ----------
    losses : array_like of shape (steps + 1,)
        The squared error before each step, and after the last; an array, a list or a tuple.

    Returns
    -------
    bool
        True where any loss is inf or nan, and where the last one is above 1,000 times the first
        and the losses are still rising at the end. False for losses that fall, that go up and
        down while they fall, that stay on a plateau, or that rise for a while and then fall; and
        for a single loss, or none. Where losses are still rising, and have come to more than
        twice but not to 1,000 times the first, either answer is right.
    """
    ### BEGIN SOLUTION
    losses = np.asarray(losses, dtype=float)
    if losses.size < 2:
        return False
    if not np.isfinite(losses).all():
        return True
    return bool(losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2])
    ### END SOLUTION


if __name__ == "__main__":
    from learn_random_data import train
    from local_minimum import exercise_data

    x, y = exercise_data()
    rng = np.random.default_rng(EXPERIMENT["seed"])
    w1, w2 = init_weights(10, EXPERIMENT["d_hidden"], 2, rng)
    losses = train(x, y, w1, w2, EXPERIMENT["learning_rate"], EXPERIMENT["steps"])[2]
    print("the first losses:", [f"{loss:.4g}" for loss in losses[:6]])
    print(f"the last one: {losses[-1]:.4g}; has diverged: {has_diverged(losses)}")
    ### BEGIN SOLUTION
    ### STUB
    import matplotlib.pyplot as plt

    plt.semilogy(losses[:6], "o-")
    plt.xlabel("step")
    plt.ylabel("loss")
    plt.show()
    ### END SOLUTION
