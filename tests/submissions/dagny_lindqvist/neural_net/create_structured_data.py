"""Exercise 6, part 1: structured data, in float32 again."""
import numpy as np


def input_output_function(x, noise):
    x = np.asarray(x, dtype=np.float32)
    noise = np.asarray(noise, dtype=np.float32)
    first = x[..., 3] - x[..., 1] + 2 * x[..., 4] + noise[..., 0]
    second = 7 * x[..., 0] - 4 * x[..., 2] + x[..., 5] + noise[..., 1]
    return np.stack((first, second), axis=-1)


def create_data(n_samples, noise_std_dev, rng):
    x = np.float32(5) * rng.standard_normal((n_samples, 6), dtype=np.float32)
    noise = np.float32(noise_std_dev) * rng.standard_normal((n_samples, 2), dtype=np.float32)
    return x, input_output_function(x, noise)
