"""Exercise 9, part 2: another cost function, the cross-entropy.

Write the four functions below; `README.md` in this folder explains them. Run this file to try them.
"""
# ruff: noqa: T201

import numpy as np


def softmax(z: np.ndarray) -> np.ndarray:
    """Turn scores into probabilities: exp(z) over its sum along the last axis.

    Parameters
    ----------
    z : ndarray of shape (..., n_classes)
        Scores; large ones (1000) must not overflow.

    Returns
    -------
    ndarray of the shape of `z`
        Positive numbers that sum to 1 along the last axis.
    """
    ### BEGIN SOLUTION
    z = np.asarray(z, dtype=float)
    power = np.exp(z - z.max(axis=-1, keepdims=True))
    return power / power.sum(axis=-1, keepdims=True)
    ### END SOLUTION


def cross_entropy(p: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean over the samples of -ln(probability of the right class).

    Parameters
    ----------
    p : ndarray of shape (n, n_classes)
        Probabilities, a row for each sample.
    labels : ndarray of int, shape (n,)
        The right class of each sample, counted from 0.

    Returns
    -------
    float
        0 where every right class has the probability 1; finite where one has the probability 0.

    References
    ----------
    Lecture, "Other cost functions".
    """
    ### BEGIN SOLUTION
    p = np.asarray(p, dtype=float)
    right = p[np.arange(len(p)), labels]
    return float(-np.mean(np.log(np.maximum(right, 1e-300))))
    ### END SOLUTION


def gradient(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the derivative of ``cross_entropy(softmax(z), labels)`` with respect to z.

    Parameters
    ----------
    z : ndarray of shape (n, n_classes)
        Scores, a row for each sample.
    labels : ndarray of int, shape (n,)
        The right class of each sample, counted from 0.

    Returns
    -------
    ndarray of shape (n, n_classes)
        ``(softmax(z) - onehot) / n``, where onehot is 1 at the right class and 0 elsewhere.
    """
    ### BEGIN SOLUTION
    slope = softmax(z)
    slope[np.arange(len(slope)), labels] -= 1
    return slope / len(slope)
    ### END SOLUTION


def slowdown(z: float) -> tuple[float, float]:
    """Return the slopes of both costs for one sigmoid neuron whose output should be 0.

    Parameters
    ----------
    z : float
        The input of the neuron; its output is σ(z).

    Returns
    -------
    squared : float
        d/dz (σ(z) - 0)².
    entropy : float
        d/dz of the cross-entropy -ln(1 - σ(z)).

    References
    ----------
    Lecture, "The slowdown problem".
    """
    ### BEGIN SOLUTION
    power = np.exp(-abs(z))
    sigma = float((1.0 if z >= 0 else power) / (1.0 + power))
    rest = float((power if z >= 0 else 1.0) / (1.0 + power))  # 1 - sigma, without cancelling
    return 2 * sigma * sigma * rest, sigma
    ### END SOLUTION


if __name__ == "__main__":
    scores = np.array([[2.0, 1.0, 0.0], [0.0, 1000.0, 0.0]])
    print("softmax:", softmax(scores).round(3).tolist())
    print("cross-entropy:", cross_entropy(softmax(scores), np.array([0, 1])))
    print("gradient:", gradient(scores, np.array([0, 1])).round(3).tolist())
    for place in (-5.0, 0.0, 5.0):
        print(f"slopes at z = {place}: {slowdown(place)}")
