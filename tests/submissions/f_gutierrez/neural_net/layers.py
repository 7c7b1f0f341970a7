import numpy as np


def relu(z):
    return np.where(z > 0, z, 0.0)


def drelu(z):
    return np.where(z > 0, 1.0, 0.0)
