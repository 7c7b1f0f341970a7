"""Exercise 9, part 2: softmax and cross-entropy."""
from __future__ import annotations

import numpy as np


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def cross_entropy(p, labels):
    onehot = np.eye(np.shape(p)[1])[labels]
    return -np.sum(onehot * np.log(np.asarray(p) + 1e-300)) / len(labels)


def gradient(z, labels):
    onehot = np.eye(z.shape[1])[labels]
    return (softmax(z) - onehot) / len(z)


def slowdown(z):
    sigma = 1 / (1 + np.exp(-z))
    return 2 * sigma**2 * (1 - sigma), sigma
