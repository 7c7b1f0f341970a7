"""Exercise 2 with a small class, the functions of the stub are below."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HYPERPARAMETERS = {"d_hidden": 16, "learning_rate": 2e-4, "steps": 8000}
GENERALISES = False


@dataclass
class Layer:
    weights: np.ndarray

    def __call__(self, x):
        return np.dot(x, self.weights)


class Network:
    """x -> w1 -> relu -> w2 -> y"""

    def __init__(self, w1, w2):
        self.first = Layer(np.asarray(w1))
        self.second = Layer(np.asarray(w2))

    def propagate(self, x):
        self.x = np.asarray(x)
        self.b = self.first(self.x)
        self.h = self.b * (self.b > 0)
        self.out = self.second(self.h)
        return self.out

    def backpropagate(self, y):
        delta = 2 * (self.out - np.asarray(y))
        grad_2 = np.atleast_2d(self.h).T @ np.atleast_2d(delta)
        delta = (delta @ self.second.weights.T) * (self.b > 0)
        grad_1 = np.atleast_2d(self.x).T @ np.atleast_2d(delta)
        return grad_1, grad_2

    def step(self, y, learning_rate):
        g1, g2 = self.backpropagate(y)
        self.first = Layer(self.first.weights - learning_rate * g1)
        self.second = Layer(self.second.weights - learning_rate * g2)


def create_data(n_samples, d_in, d_out, rng):
    return rng.normal(size=(n_samples, d_in)), rng.normal(size=(n_samples, d_out))


def init_weights(d_in, d_hidden, d_out, rng):
    # He initialisation
    w1 = rng.normal(scale=np.sqrt(2 / d_in), size=(d_in, d_hidden))
    w2 = rng.normal(scale=np.sqrt(2 / d_hidden), size=(d_hidden, d_out))
    return w1, w2


def forward(x, w1, w2):
    net = Network(w1, w2)
    net.propagate(x)
    return net.b, net.h, net.out


def squared_error(y_pred, y_true):
    return np.square(np.subtract(y_pred, y_true)).sum()


def gradients(x, y, w1, w2):
    net = Network(w1, w2)
    net.propagate(x)
    return net.backpropagate(y)


def train(x, y, w1, w2, learning_rate, steps):
    net = Network(w1, w2)
    losses = np.zeros(steps + 1)
    for k in range(steps):
        losses[k] = squared_error(net.propagate(x), y)
        net.step(y, learning_rate)
    losses[steps] = squared_error(net.propagate(x), y)
    return net.first.weights, net.second.weights, losses


def test_error(x, y, w1, w2):
    return squared_error(Network(w1, w2).propagate(x), y)
