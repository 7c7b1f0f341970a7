"""Exercício 6, parte 1"""

import numpy as np


def input_output_function(x, noise):
    x = np.asarray(x)
    # x_3 é a terceira coluna
    y0 = x[..., 2] - x[..., 0] + 2 * x[..., 3]
    y1 = 7 * x[..., 5] - 4 * x[..., 1] + x[..., 4]
    return np.stack([y0, y1], axis=-1) + noise


def create_data(n_samples, noise_std_dev, rng):
    x = rng.normal(0, 5, (n_samples, 6))
    noise = rng.normal(0, noise_std_dev, (n_samples, 2))
    return x, input_output_function(x, noise)
