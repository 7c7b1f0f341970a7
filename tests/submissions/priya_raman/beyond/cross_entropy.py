import numpy as np

def softmax(z):
    z = z - np.logaddexp.reduce(z, axis=-1, keepdims=True)
    return np.exp(z)

def cross_entropy(p, labels): return -np.log(np.fmax(p[range(len(p)), labels], 1e-99)).mean()

def gradient(z, labels): return (softmax(z) - np.eye(len(z[0]))[labels]) / len(z)

def slowdown(z):
    s = (1 + np.tanh(z / 2)) / 2
    return 2 * s**2 * (1 - s), s
