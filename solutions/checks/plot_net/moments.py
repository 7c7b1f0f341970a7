"""Three moments of a training: the network at the start, after 25,000 and after 45,000 steps.

They are what the reference of exercise 2 makes of 8 random samples with 3 inputs and 2 outputs from
4 hidden neurons, all drawn by ``default_rng(7)``. They are kept here, since training again would
take a second and a half for each submission; a test holds them to the training.
"""

from collections.abc import Iterator

import numpy as np

LEARNING_RATE = 2e-4
# Step, squared error, w1, w2.
MOMENTS = (
    (
        0,
        45.8890,
        [
            [0.1105, 0.0638, -1.2251, 0.0761],
            [1.3588, -1.5471, 0.8594, 0.1194],
            [-0.6415, 2.0004, 0.7623, -1.1993],
        ],
        [[0.0745, 0.5767], [-0.1888, 0.6829], [-0.0665, 0.6672], [1.4385, -0.6757]],
    ),
    (
        25000,
        4.2297,
        [
            [0.5860, 0.3766, -0.4982, 1.3524],
            [1.4208, -1.7165, 2.0524, 0.6425],
            [-0.9312, 1.7177, -1.1116, -1.4212],
        ],
        [[0.8781, 0.7257], [-0.3307, -0.1815], [-1.8111, -0.2143], [2.2260, -0.6087]],
    ),
    (
        45000,
        1.4015,
        [
            [1.0333, 0.8766, 0.2169, 1.8280],
            [2.2753, -1.8807, 2.8904, 1.1829],
            [-1.3265, 1.3178, -2.2477, -2.0334],
        ],
        [[2.0647, 1.3455], [-0.3338, -0.1861], [-3.2502, -0.7205], [3.1109, -0.5119]],
    ),
)


def moments() -> Iterator[tuple[int, float, np.ndarray, np.ndarray]]:
    """Yield step, squared error and both matrices of weights, at each moment."""
    for step, loss, w1, w2 in MOMENTS:
        yield step, loss, np.array(w1), np.array(w2)
