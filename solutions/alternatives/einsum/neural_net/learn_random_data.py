"""Exercise 2 by einsum, in other orders of memory and of drawing, as right as the reference."""

import numpy as np

HYPERPARAMETERS = {"d_hidden": 10, "learning_rate": 3e-4, "steps": 5000}
GENERALISES = False

def train(x, y, w1, w2, learning_rate, steps):
    losses = np.empty(steps + 1)
    with np.errstate(over='ignore', invalid='ignore'):
        for step in range(steps):
            losses[step] = squared_error(forward(x, w1, w2)[2], y)
            grad_w1, grad_w2 = gradients(x, y, w1, w2)
            w1 = w1 - learning_rate * grad_w1
            w2 = w2 - learning_rate * grad_w2
        losses[steps] = squared_error(forward(x, w1, w2)[2], y)
    return (w1, w2, losses)


def test_error(x, y, w1, w2):
    _, _, y_pred = forward(x, w1, w2)
    return squared_error(y_pred, y)


def create_data(n_samples, d_in, d_out, rng):
    both = rng.normal(size=(n_samples, d_in + d_out))
    return both[:, :d_in], both[:, d_in:]

def init_weights(d_in, d_hidden, d_out, rng):
    w1 = rng.uniform(-1, 1, (d_in, d_hidden)) * np.sqrt(6 / d_in)
    return w1, rng.normal(0, np.sqrt(1 / d_hidden), (d_hidden, d_out))

def forward(x, w1, w2):
    hidden_in = np.einsum("...i,ih->...h", x, w1)
    hidden = np.where(hidden_in > 0, hidden_in, 0.0)
    return np.array(hidden_in, order="F"), hidden, np.einsum("...h,ho->...o", hidden, w2)

def squared_error(y_pred, y_true):
    return np.array(np.linalg.norm(y_pred - y_true) ** 2)

def gradients(x, y, w1, w2):
    x, y = np.reshape(x, (-1, len(w1))), np.reshape(y, (-1, w2.shape[1]))
    hidden_in, hidden, y_pred = forward(x, w1, w2)
    mask = np.heaviside(hidden_in, 1)
    g1 = np.einsum("ni,no,ho,nh->ih", x, y_pred - y, w2, mask)
    return np.asfortranarray(2 * g1), 2 * np.einsum("nh,no->ho", hidden, y_pred - y)
