"""
Exercise 0, part 1
"""
import numpy as np
from numpy import zeros


def check_index(index, length):
    """helper: index counted from 1"""
    if index <= 0:
        raise IndexError("indices start at 1")
    if index > length:
        raise IndexError("index too large: %d > %d" % (index, length))


def entry(a, i, j):
    check_index(i, a.shape[0])
    check_index(j, a.shape[1])
    return a[i - 1][j - 1]


def matrix_product(a, b):
    n, p = a.shape
    p_b, q = b.shape
    if p != p_b:
        raise ValueError("inner sizes differ")
    out = zeros((n, q))
    for i in range(n):
        for j in range(q):
            for k in range(p):
                out[i, j] += a[i, k] * b[k, j]
    return out


def ones_power(size, n):
    # I tried with size=2,3 and n=1,2,3: it is always size**(n-1) everywhere
    result = []
    for _ in range(size):
        result.append([size ** (n - 1)] * size)
    return result


def inner_product(x, w):
    s = 0.0
    for xi, wi in zip(x, w):
        s = s + xi * wi
    return s


# ---- my tests ----
if __name__ == "__main__":
    A = np.array([[1, 4, 1], [0, 1, 2], [0, 0, 1]])
    assert entry(A, 1, 2) == 4
    assert entry(A, 3, 1) == 0
    assert entry(A, 3, 3) == 1
    assert (matrix_product(A, A) == A @ A).all()
    assert ones_power(3, 2) == [[3] * 3] * 3
    print("all good :)")
