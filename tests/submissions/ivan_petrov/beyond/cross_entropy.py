"""
Exercise 9: cross-entropy
"""
import numpy as np


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def cross_entropy(p, labels):
    right = p[np.arange(len(labels)), labels]
    return float(np.mean(-np.log(np.clip(right, 1e-15, 1))))


def gradient(z, labels):
    onehot = np.zeros(z.shape)
    onehot[np.arange(len(labels)), labels] = 1
    return (softmax(z) - onehot) / len(labels)


def slowdown(z):
    sigma = 1 / (1 + np.exp(-z))
    return 2 * sigma**2 * (1 - sigma), sigma
