"""Exercise 6, part 1."""
import numpy as np

from nn_utils import as_batch

FIRST = np.array([0, -1, 0, 1, 2, 0])
SECOND = np.array([7, 0, -4, 0, 0, 1])


def input_output_function(x, noise):
    y = np.column_stack([as_batch(x) @ FIRST, as_batch(x) @ SECOND]) + as_batch(noise)
    return y[0] if np.ndim(x) == 1 else y


def create_data(n_samples, noise_std_dev, rng):
    x = 5 * rng.standard_normal((n_samples, 6))
    return x, input_output_function(x, noise_std_dev * rng.standard_normal((n_samples, 2)))
