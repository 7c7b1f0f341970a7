"""What the checks of exercise 0 call the functions with."""

import numpy as np

# The matrix of the lecture, part 1: A12 = 4, A31 = 0, A33 = 1.
LECTURE_A = np.array([[1, 4, 1], [0, 1, 2], [0, 0, 1]])


def matrix(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return standard normal numbers, none so small that it makes no difference."""
    values = rng.standard_normal(shape)
    return values + 0.2 * np.sign(values)


def far_from_zero(rng: np.random.Generator) -> np.ndarray:
    """Return numbers at which a sigmoid is at its limits to 1e-12, both ends in the same array."""
    tails = rng.uniform(30.0, 45.0, 4)
    far = rng.uniform(700.0, 1000.0, 4)
    z = np.concatenate([tails, -tails, far, -far, [1000.0, -1000.0]])
    return rng.permutation(z)
