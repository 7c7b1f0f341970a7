"""Exercise 2: a network with one hidden layer learns random data.

Write the seven functions and the two constants below; `README.md` in this folder explains them.
Run this file to try them. Samples are rows, and there are no biases: the network predicts
``relu(x w1) w2``, and the loss is the sum of the squared errors.

A mistake in the lecture: eq. 24 is headed "with respect to w1", but it is the derivative with
respect to w2. Look at the shapes, or at the docstring of `gradients`.
"""
# ruff: noqa: T201

import numpy as np

# The size of the hidden layer, the learning rate and the number of steps (at most 256 hidden
# neurons and 200,000 steps) with which random data are learned: 64 samples, 20 inputs, 1 output.
### BEGIN SOLUTION
### STUB HYPERPARAMETERS = {
### STUB     "d_hidden": None,  # write me
### STUB     "learning_rate": None,  # write me
### STUB     "steps": None,  # write me
### STUB }
HYPERPARAMETERS = {"d_hidden": 10, "learning_rate": 3e-4, "steps": 5000}
### END SOLUTION

# Does what was learned on random data carry over to new random data? True or False.
### BEGIN SOLUTION
### STUB GENERALISES = None  # write me
GENERALISES = False
### END SOLUTION


def create_data(
    n_samples: int, d_in: int, d_out: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw inputs and outputs that have nothing to do with each other.

    Parameters
    ----------
    n_samples, d_in, d_out : int
        Number of samples, of inputs and of outputs.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    x : ndarray of shape (n_samples, d_in)
        Standard normal numbers.
    y : ndarray of shape (n_samples, d_out)
        Standard normal numbers.
    """
    ### BEGIN SOLUTION
    return rng.standard_normal((n_samples, d_in)), rng.standard_normal((n_samples, d_out))
    ### END SOLUTION


def init_weights(
    d_in: int, d_hidden: int, d_out: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the weights with which the training starts.

    Parameters
    ----------
    d_in, d_hidden, d_out : int
        Number of neurons in each layer.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    w1 : ndarray of shape (d_in, d_hidden)
        Standard normal numbers, or of a scale that you find better.
    w2 : ndarray of shape (d_hidden, d_out)
        The same. No two hidden neurons start equal.
    """
    ### BEGIN SOLUTION
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))
    ### END SOLUTION


def forward(
    x: np.ndarray, w1: np.ndarray, w2: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Propagate a batch, or one sample, through the network.

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
    hidden_in : ndarray of shape (n, d_hidden) or (d_hidden,)
        ``x w1``, what the hidden layer receives.
    hidden : ndarray of shape (n, d_hidden) or (d_hidden,)
        Its relu, what the hidden layer puts out.
    y_pred : ndarray of shape (n, d_out) or (d_out,)
        The prediction.

    References
    ----------
    Lecture, "Layers and forward propagation", with eq. 17: ``b = x w``.
    """
    ### BEGIN SOLUTION
    hidden_in = np.asarray(x) @ w1
    hidden = np.maximum(hidden_in, 0)
    return hidden_in, hidden, hidden @ w2
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    return float(np.sum((np.asarray(y_pred) - np.asarray(y_true)) ** 2))
    ### END SOLUTION


def gradients(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the derivatives of the squared error with respect to all weights.

    Parameters
    ----------
    x : ndarray of shape (n, d_in) or (d_in,)
        A batch of samples, or one sample.
    y : ndarray of shape (n, d_out) or (d_out,)
        What should have been predicted.
    w1 : ndarray of shape (d_in, d_hidden)
        Weights between the input layer and the hidden layer.
    w2 : ndarray of shape (d_hidden, d_out)
        Weights between the hidden layer and the output layer.

    Returns
    -------
    grad_w1 : ndarray of shape (d_in, d_hidden)
        ∂L/∂w1, of the shape of `w1` for a single sample too.
    grad_w2 : ndarray of shape (d_hidden, d_out)
        ∂L/∂w2, of the shape of `w2` for a single sample too.

    References
    ----------
    Lecture, eq. 24, corrected: ``∂L/∂w2 = hᵀ 2 (y_pred - y)``, where h is the output of the relu.
    Repeating the process: ``∂L/∂w1 = xᵀ [(2 (y_pred - y) w2ᵀ) ∘ 1(x w1 > 0)]``, where ∘ multiplies
    element by element and 1(...) is 1 where the condition holds and 0 elsewhere.
    """
    ### BEGIN SOLUTION
    x, y = np.atleast_2d(x), np.atleast_2d(y)  # a single sample is a batch of one
    hidden_in, hidden, y_pred = forward(x, w1, w2)
    output_slope = 2 * (y_pred - y)
    hidden_slope = (output_slope @ np.transpose(w2)) * (hidden_in > 0)
    return x.T @ hidden_slope, hidden.T @ output_slope
    ### END SOLUTION


def train(
    x: np.ndarray,
    y: np.ndarray,
    w1: np.ndarray,
    w2: np.ndarray,
    learning_rate: float,
    steps: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Follow the gradient of the loss downhill, all samples at each step.

    Parameters
    ----------
    x : ndarray of shape (n, d_in)
        Inputs.
    y : ndarray of shape (n, d_out)
        Outputs to be learned.
    w1, w2 : ndarray of shape (d_in, d_hidden) and (d_hidden, d_out)
        Weights to start from. These two arrays keep their values.
    learning_rate : float
        α, positive.
    steps : int
        How many updates to make, 0 or more.

    Returns
    -------
    w1, w2 : ndarray
        The trained weights.
    losses : ndarray of shape (steps + 1,), dtype float64
        The squared error before each update, and after the last. Where the training overflows,
        the remaining losses are inf or nan: no error is raised.

    References
    ----------
    Lecture, eq. 26: ``w ← w - α ∇_w(f)``. Both gradients are taken before either weight moves.
    """
    ### BEGIN SOLUTION
    losses = np.empty(steps + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps):
            losses[step] = squared_error(forward(x, w1, w2)[2], y)
            grad_w1, grad_w2 = gradients(x, y, w1, w2)
            w1 = w1 - learning_rate * grad_w1  # a new array: `-=` would change the caller's
            w2 = w2 - learning_rate * grad_w2
        losses[steps] = squared_error(forward(x, w1, w2)[2], y)
    return w1, w2, losses
    ### END SOLUTION


def test_error(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> float:
    """Return the squared error of the network on data that it was not trained on.

    Parameters
    ----------
    x : ndarray of shape (n, d_in)
        Inputs that are new to the network.
    y : ndarray of shape (n, d_out)
        The outputs that belong to them.
    w1, w2 : ndarray of shape (d_in, d_hidden) and (d_hidden, d_out)
        Trained weights.

    Returns
    -------
    float
        The sum over all samples, as in `squared_error`.
    """
    ### BEGIN SOLUTION
    _, _, y_pred = forward(x, w1, w2)
    return squared_error(y_pred, y)
    ### END SOLUTION


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x, y = create_data(64, 20, 1, rng)
    w1, w2 = init_weights(20, HYPERPARAMETERS["d_hidden"], 1, rng)
    w1, w2, losses = train(x, y, w1, w2, HYPERPARAMETERS["learning_rate"], HYPERPARAMETERS["steps"])
    for step in range(0, len(losses), max(1, len(losses) // 10)):
        print(f"step {step}: training error {losses[step]:.4g}")
    new_x, new_y = create_data(64, 20, 1, rng)
    print("sum of the squares of the new outputs:", np.sum(new_y**2))
    print("test error:", test_error(new_x, new_y, w1, w2))
    ### BEGIN SOLUTION
    ### STUB
    import matplotlib.pyplot as plt

    plt.semilogy(losses)
    plt.xlabel("step")
    plt.ylabel("training error")
    plt.show()
    ### END SOLUTION
