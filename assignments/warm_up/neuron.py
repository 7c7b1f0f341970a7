"""Exercise 0, part 2: one neuron, one layer, and a network of three layers.

Write the six functions below; `README.md` in this folder explains them. Run this file to try them.
Samples are rows: a batch of n samples with d inputs each is a matrix of shape (n, d).
"""

import numpy as np


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-z)) for each element of `z`.

    Parameters
    ----------
    z : float or ndarray of any shape
        Real numbers; some may be as far from 0 as -1000 or 1000.

    Returns
    -------
    float or ndarray of the shape of `z`
        Numbers from 0 to 1: never nan, and the right limit where |z| is large.
    """
    raise NotImplementedError("sigmoid: write me")


def neuron(x: np.ndarray, w: np.ndarray) -> float:
    """Return the output of one neuron, with the sigmoid as its non-linear function.

    Parameters
    ----------
    x : ndarray of shape (d,)
        The inputs.
    w : ndarray of shape (d,)
        One weight for each input.

    Returns
    -------
    float
        A number from 0 to 1.

    References
    ----------
    Lecture, eq. 1: ``y = σ(Σ_i x_i w_i)``.
    """
    raise NotImplementedError("neuron: write me")


def relu(z: np.ndarray) -> np.ndarray:
    """Return each element of `z` where it is positive, and 0 where it is not.

    Parameters
    ----------
    z : float or ndarray of any shape
        Real numbers.

    Returns
    -------
    float or ndarray of the shape of `z`
        A new array: `z` itself keeps its values.
    """
    raise NotImplementedError("relu: write me")


def layer_input(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return what a layer receives from the layer on its left.

    Parameters
    ----------
    x : ndarray of shape (n, d_left) or (d_left,)
        Outputs of the left layer, for a batch or for one sample.
    w : ndarray of shape (d_left, d_right)
        ``w[i, j]`` is the weight between neuron i on the left and neuron j on the right.

    Returns
    -------
    ndarray of shape (n, d_right) or (d_right,)
        One row for each row of `x`.

    References
    ----------
    Lecture, eq. 10: ``b_j = Σ_k x_k w_kj``, and eq. 16: ``b = x w``.
    """
    raise NotImplementedError("layer_input: write me")


def forward(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """Return the prediction of a network with one hidden layer of relu neurons.

    Parameters
    ----------
    x : ndarray of shape (n, d_in) or (d_in,)
        A batch of samples, or one sample.
    w1 : ndarray of shape (d_in, d_hidden)
        Weights between the input layer and the hidden layer.
    w2 : ndarray of shape (d_hidden, d_out)
        Weights between the hidden layer and the output layer.

    Returns
    -------
    ndarray of shape (n, d_out) or (d_out,)
        ``relu(x w1) w2``: nothing is applied after the last product.

    References
    ----------
    Lecture, "Layers and forward propagation", with eq. 17: ``b = x w``.
    """
    raise NotImplementedError("forward: write me")


def squared_error(y_pred: np.ndarray, y_true: np.ndarray) -> float:
    """Return the sum of the squares of all differences (the sum, not the mean).

    Parameters
    ----------
    y_pred, y_true : ndarray of shape (n, d_out) or (d_out,)
        Predictions, and what they should have been; both of the same shape.

    Returns
    -------
    float
        0 where the prediction is perfect, positive elsewhere.

    References
    ----------
    Lecture, eq. 19: ``SE = Σ ||y_pred - y_true||²``.
    """
    raise NotImplementedError("squared_error: write me")


if __name__ == "__main__":
    print("sigmoid =", sigmoid(np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0])))
    x = np.array([[1.0, 2.0], [3.0, -1.0]])  # two samples of two inputs
    w1 = np.array([[1.0, -1.0, 0.0], [0.5, 1.0, -2.0]])  # three hidden neurons
    w2 = np.array([[1.0], [2.0], [-1.0]])  # one output
    y_pred = forward(x, w1, w2)
    print("prediction =", y_pred, sep="\n")
    print("squared error =", squared_error(y_pred, np.array([[3.0], [2.0]])))
