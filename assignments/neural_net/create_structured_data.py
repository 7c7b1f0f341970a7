"""Exercise 6, first half: data with a structure that a network can find.

Write the two functions below; `structured_data.md` in this folder explains them. Run this file to
try them. Samples are rows, and columns are counted from 0, as Python does.
"""

import numpy as np


def input_output_function(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return the outputs that belong to some inputs.

    The two outputs of a sample are ``x₃ - x₁ + 2 x₄ + noise₀`` and
    ``7 x₀ - 4 x₂ + x₅ + noise₁``, where x₀ is its first input.

    Parameters
    ----------
    x : ndarray of shape (n, 6) or (6,)
        A batch of samples, or one sample.
    noise : ndarray of shape (n, 2) or (2,)
        What is added to the outputs.

    Returns
    -------
    ndarray of shape (n, 2) or (2,)
        A row for each sample.

    References
    ----------
    Lecture, exercise 6: "artificially generated [...] by a function, with a noise".
    """
    raise NotImplementedError("input_output_function: write me")


def create_data(
    n_samples: int, noise_std_dev: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw inputs, and compute the outputs that belong to them.

    Parameters
    ----------
    n_samples : int
        How many samples.
    noise_std_dev : float
        Standard deviation of the noise on each output, 0 or more.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    x : ndarray of shape (n_samples, 6)
        Normal numbers with mean 0 and standard deviation 5.
    y : ndarray of shape (n_samples, 2)
        `input_output_function` of them, with a noise of its own on each number: normal, with mean
        0 and standard deviation `noise_std_dev`.

    References
    ----------
    Lecture, exercise 6: "You can tune the standard deviation of the noise".
    """
    raise NotImplementedError("create_data: write me")


if __name__ == "__main__":
    print(input_output_function(np.array([1, 2, 3, 4, 5, 6]), np.zeros(2)))
    x, y = create_data(10_000, 0.05, np.random.default_rng(0))
    print("standard deviation of the inputs:", x.std(axis=0))
    print("standard deviation of the noise:", (y - input_output_function(x, 0 * y)).std(axis=0))
