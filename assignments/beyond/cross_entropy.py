"""Exercise 9, part 2: another cost function, the cross-entropy.

Write the four functions below; `README.md` in this folder explains them. Run this file to try them.
"""

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
    raise NotImplementedError("softmax: write me")


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
    raise NotImplementedError("cross_entropy: write me")


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
    raise NotImplementedError("gradient: write me")


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
    raise NotImplementedError("slowdown: write me")


if __name__ == "__main__":
    scores = np.array([[2.0, 1.0, 0.0], [0.0, 1000.0, 0.0]])
    print("softmax:", softmax(scores).round(3).tolist())
    print("cross-entropy:", cross_entropy(softmax(scores), np.array([0, 1])))
    print("gradient:", gradient(scores, np.array([0, 1])).round(3).tolist())
    for place in (-5.0, 0.0, 5.0):
        print(f"slopes at z = {place}: {slowdown(place)}")
