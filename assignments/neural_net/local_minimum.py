"""Exercise 3: a training that ends in a minimum which is not the global one.

Find four numbers for `EXPERIMENT`; `local_minimum.md` in this folder explains what passes. The
data are fixed: what you search on is what is graded. Run this file to try your numbers; it uses
`train` from your `learn_random_data.py`.
"""

import numpy as np

# The size of the hidden layer, the learning rate, the number of steps (at most 256 hidden neurons
# and 200,000 steps) and the seed of the generator that `init_weights` draws from.
EXPERIMENT = {
    "d_hidden": None,  # write me
    "learning_rate": None,  # write me
    "steps": None,  # write me
    "seed": None,  # write me
}


def exercise_data() -> tuple[np.ndarray, np.ndarray]:
    """Return the data of the exercise, always the same (this function is given).

    Returns
    -------
    x : ndarray of shape (40, 10)
        Inputs, a sample a row.
    y : ndarray of shape (40, 2)
        Outputs, which have nothing to do with the inputs.
    """
    rng = np.random.default_rng(20201115)
    return rng.standard_normal((40, 10)), rng.standard_normal((40, 2))


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


if __name__ == "__main__":
    from learn_random_data import train

    x, y = exercise_data()
    rng = np.random.default_rng(EXPERIMENT["seed"])
    w1, w2 = init_weights(10, EXPERIMENT["d_hidden"], 2, rng)
    learning_rate, steps = EXPERIMENT["learning_rate"], EXPERIMENT["steps"]
    w1, w2, losses = train(x, y, w1, w2, learning_rate, steps)
    for step in range(0, len(losses), max(1, len(losses) // 10)):
        print(f"step {step}: loss {losses[step]:.4g}")
    later = train(x, y, w1, w2, learning_rate / 10, steps)[2]
    print(f"as many steps again, at a tenth of the rate: {later[-1]:.4g}")
