import numpy as np

HYPERPARAMETERS = dict(d_hidden=20, learning_rate=2e-4, steps=8_000)
GENERALISES = False

def create_data(n_samples, d_in, d_out, rng):
    return tuple(rng.standard_normal((n_samples, d)) for d in (d_in, d_out))

def init_weights(d_in, d_hidden, d_out, rng):
    return rng.standard_normal((d_in, d_hidden)) / np.sqrt(d_in), rng.standard_normal((d_hidden, d_out))

def forward(x, w1, w2):
    b = np.asarray(x) @ w1
    h = b.clip(min=0)
    return b, h, h @ w2

def squared_error(y_pred, y_true):
    d = np.ravel(np.asarray(y_pred) - y_true)
    return d @ d

def gradients(x, y, w1, w2):
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    b, h, p = forward(x, w1, w2)
    e = 2 * (p - y)
    return np.einsum("ni,nh->ih", x, (b >= 0) * (e @ np.transpose(w2))), np.einsum("nh,no->ho", h, e)

def train(x, y, w1, w2, learning_rate, steps):
    losses = np.empty(steps + 1)
    for k in range(steps + 1):
        losses[k] = squared_error(forward(x, w1, w2)[2], y)
        if k < steps:
            w1, w2 = (w - learning_rate * g for w, g in zip((w1, w2), gradients(x, y, w1, w2)))
    return w1, w2, losses

def test_error(x, y, w1, w2): return squared_error(forward(x, w1, w2)[2], y)
