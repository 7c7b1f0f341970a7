"""Exercise 9, part 1."""
import numpy as np

from nn_utils import sse


def minibatches(n_samples, batch_size, rng):
    return np.array_split(rng.permutation(n_samples), np.arange(batch_size, n_samples, batch_size))


def gradients(x, y, w1, w2):
    b = x @ w1
    delta = 2 * (np.maximum(b, 0) @ w2 - y)
    return x.T @ ((delta @ w2.T) * (b > 0)), np.maximum(b, 0).T @ delta


def train_sgd(x, y, w1, w2, learning_rate, epochs, batch_size, rng):
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        for batch in minibatches(len(x), batch_size, rng):
            g1, g2 = gradients(x[batch], y[batch], w1, w2)
            w1, w2 = w1 - learning_rate * g1, w2 - learning_rate * g2
        losses[epoch] = sse(np.maximum(x @ w1, 0) @ w2, y)
    return w1, w2, losses
