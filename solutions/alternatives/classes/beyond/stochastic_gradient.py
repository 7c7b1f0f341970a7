"""Exercise 9, part 1: the stochastic gradient."""
from __future__ import annotations

import numpy as np


def minibatches(n_samples, batch_size, rng):
    order = rng.permutation(n_samples)
    return np.split(order, range(batch_size, n_samples, batch_size))



def train_sgd(x, y, w1, w2, learning_rate, epochs, batch_size, rng):
    losses = []
    with np.errstate(all="ignore"):
        for epoch in range(epochs):
            for batch in minibatches(len(x), batch_size, rng):
                hidden_in = x[batch] @ w1
                hidden = np.maximum(hidden_in, 0)
                error = 2 * (hidden @ w2 - y[batch])
                grad_w2 = hidden.T @ error
                grad_w1 = x[batch].T @ ((error @ w2.T) * (hidden_in > 0))
                w1 = w1 - learning_rate * grad_w1
                w2 = w2 - learning_rate * grad_w2
            losses.append(float(np.sum((np.maximum(x @ w1, 0) @ w2 - y) ** 2)))
    return w1, w2, losses
