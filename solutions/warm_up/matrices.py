"""Exercise 0, part 1: matrices.

Write the four functions below; `README.md` in this folder explains them. Run this file to try them.
"""
# ruff: noqa: T201

import numpy as np


def entry(a: np.ndarray, i: int, j: int) -> float:
    """Return the element of `a` in row `i` and column `j`, counted from 1.

    Parameters
    ----------
    a : ndarray of shape (n, p)
        Any matrix.
    i, j : int
        Row, from 1 to n, and column, from 1 to p.

    Returns
    -------
    float
        The element, a number of the same dtype as `a`.

    Raises
    ------
    IndexError
        Where `i` is not between 1 and n, or `j` not between 1 and p.

    Examples
    --------
    >>> int(entry(np.array([[1, 4, 1], [0, 1, 2], [0, 0, 1]]), 1, 2))
    4
    """
    ### BEGIN SOLUTION
    a = np.asarray(a)
    lines, columns = a.shape
    if not (1 <= i <= lines and 1 <= j <= columns):
        raise IndexError(f"there is no element ({i}, {j}) in a {lines} x {columns} matrix")
    return a[i - 1, j - 1]
    ### END SOLUTION


def matrix_product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the product of two matrices, computed by its definition.

    Parameters
    ----------
    a : ndarray of shape (n, p)
        Left matrix.
    b : ndarray of shape (p, q)
        Right matrix: as many rows as `a` has columns.

    Returns
    -------
    ndarray of shape (n, q)
        Row i, column j holds the sum over k of ``a[i, k] * b[k, j]``.

    Raises
    ------
    ValueError
        Where `a` does not have as many columns as `b` has rows.

    References
    ----------
    Lecture, eq. 5: ``(AB)_ij = Σ_k A_ik B_kj``.

    Examples
    --------
    >>> matrix_product(np.array([[1, 2], [3, 4]]), np.array([[5], [6]])).tolist()
    [[17.0], [39.0]]
    """
    ### BEGIN SOLUTION
    a, b = np.asarray(a), np.asarray(b)
    (n, p), (lines_of_b, q) = a.shape, b.shape
    if p != lines_of_b:
        raise ValueError(f"{p} columns on the left do not meet {lines_of_b} rows on the right")
    product = np.zeros((n, q))
    for i in range(n):
        for j in range(q):
            product[i, j] = sum(a[i, k] * b[k, j] for k in range(p))
    return product
    ### END SOLUTION


def ones_power(size: int, n: int) -> list[list[int]]:
    """Return the n-th power of the matrix whose elements are all 1.

    Parameters
    ----------
    size : int
        Rows and columns of the matrix, at least 1.
    n : int
        The exponent, at least 1. Hundreds are allowed: find the formula first.

    Returns
    -------
    list of `size` lists of `size` int
        The exact elements, as Python's own integers, which never overflow.

    References
    ----------
    Lecture, part 1: "What is Aⁿ?"

    Examples
    --------
    >>> ones_power(3, 1)
    [[1, 1, 1], [1, 1, 1], [1, 1, 1]]
    """
    ### BEGIN SOLUTION
    # A A = size A: each product by A multiplies every element by `size`.
    element = size ** (n - 1)
    return [[element] * size for _ in range(size)]
    ### END SOLUTION


def inner_product(x: np.ndarray, w: np.ndarray) -> float:
    """Return the product of the row `x` and the column made of `w`: one number.

    Parameters
    ----------
    x, w : ndarray of shape (n,)
        Two vectors of the same length.

    Returns
    -------
    float
        The sum over i of ``x[i] * w[i]``.

    References
    ----------
    Lecture, eq. 9: ``x wᵀ = Σ_i x_i w_i``.

    Examples
    --------
    >>> float(inner_product(np.array([1, 2, 3]), np.array([4, 5, 6])))
    32.0
    """
    ### BEGIN SOLUTION
    return np.asarray(x) @ np.asarray(w)
    ### END SOLUTION


if __name__ == "__main__":
    A = np.array([[1, 4, 1], [0, 1, 2], [0, 0, 1]])  # the matrix of the lecture
    print("A12, A31, A33 =", entry(A, 1, 2), entry(A, 3, 1), entry(A, 3, 3))
    print("A times the identity =", matrix_product(A, np.eye(3)), sep="\n")
    print("third power of the 2 x 2 ones =", ones_power(2, 3))
    print("(1, 2, 3) times (4, 5, 6) =", inner_product(np.array([1, 2, 3]), np.array([4, 5, 6])))
