"""
Exercise 9: cross-entropy, in float32
"""
import numpy as np


def softmax(z):
    z = np.asarray(z, dtype=np.float32)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def cross_entropy(p, labels):
    p = np.asarray(p, dtype=np.float32)
    right = p[np.arange(len(labels)), labels]
    return np.mean(-np.log(np.maximum(right, np.float32(1e-30))))


def gradient(z, labels):
    onehot = np.zeros(z.shape, dtype=np.float32)
    onehot[np.arange(len(labels)), labels] = 1
    return (softmax(z) - onehot) / np.float32(len(labels))


def slowdown(z):
    sigma = 1 / (1 + np.exp(-z))
    return 2 * sigma**2 * (1 - sigma), sigma
