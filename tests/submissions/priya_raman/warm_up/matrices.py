import numpy as np

def entry(a, i, j):
    if i < 1 or j < 1: raise IndexError((i, j))
    return a[i-1, j-1]      # numpy complains by itself when too large

def matrix_product(a, b):
    if len(a[0]) != len(b): raise ValueError("sizes")
    return np.einsum("ik,kj->ij", a, b)

def ones_power(size, n):
    return np.full((size, size), size ** (n - 1), dtype=object)

def inner_product(x, w): return np.sum(np.asarray(x) * np.asarray(w))
