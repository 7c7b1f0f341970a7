"""Exercice 0, partie 2 : un neurone, une couche, un réseau."""

import numpy as np


def sigmoid(z):
    # forme stable : on ne prend jamais l'exponentielle d'un grand nombre positif
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def neuron(x, w):
    return float(sigmoid(np.dot(x, w)))


def relu(z):
    return np.maximum(z, 0)


def layer_input(x, w):
    return x @ w


def forward(x, w1, w2):
    """relu(x w1) w2"""
    return layer_input(relu(layer_input(x, w1)), w2)


def squared_error(y_pred, y_true):
    return float(np.sum((y_pred - y_true) ** 2))
