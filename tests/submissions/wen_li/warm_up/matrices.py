"""Matrici"""

import numpy as np


def entry(a, i, j):
    """A_ij, on compte à partir de 1 (comme dans le cours)."""
    lignes, colonnes = np.shape(a)
    if not (1 <= i <= lignes and 1 <= j <= colonnes):
        raise IndexError(f"pas d'élément ({i}, {j}) dans une matrice {lignes} x {colonnes}")
    return np.asarray(a)[i - 1, j - 1]


def matrix_product(a, b):
    a, b = np.asarray(a), np.asarray(b)
    if a.shape[1] != b.shape[0]:
        raise ValueError("tailles incompatibles")
    c = np.zeros((a.shape[0], b.shape[1]))
    for i in range(c.shape[0]):
        for j in range(c.shape[1]):
            c[i, j] = np.sum(a[i, :] * b[:, j])   # définition (5)
    return c


def ones_power(size, n):
    # A^2 = size * A, donc A^n = size^(n-1) * A par récurrence
    valeur = size ** (n - 1)
    return [[valeur] * size for _ in range(size)]


def inner_product(x, w):
    return float(np.dot(x, w))


if __name__ == "__main__":
    A = np.array([[1, 4, 1], [0, 1, 2], [0, 0, 1]])
    print(entry(A, 1, 2), entry(A, 3, 1), entry(A, 3, 3))
    print(matrix_product(A, np.eye(3)))
    print(ones_power(2, 3))
