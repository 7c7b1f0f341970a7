import numpy as np
import matplotlib
matplotlib.use("TkAgg")      # does not work otherwise on my laptop
import matplotlib.pyplot as plt


def input_output_function(x, noise):
    first = x[..., 3] - x[..., 1] + 2 * x[..., 4]
    second = 7 * x[..., 0] - 4 * x[..., 2] + x[..., 5]
    return np.stack([first, second], axis=-1) + noise


def create_data(n_samples, noise_std_dev, rng):
    x = rng.normal(0, 5, (n_samples, 6))
    noise = rng.normal(0, noise_std_dev, (n_samples, 2))
    y = input_output_function(x, noise)
    return x, y


# --- look at the data ---
x, y = create_data(500, 0.05, np.random.default_rng(0))
print("inputs", x.mean(axis=0), x.std(axis=0))
plt.scatter(y[:, 0], y[:, 1])
plt.show()
