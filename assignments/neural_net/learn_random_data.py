"""Exercise 2: a network with one hidden layer learns random data.

Write the seven functions and the two constants below; `README.md` in this folder explains them.
Run this file to try them. Samples are rows, and there are no biases: the network predicts
``relu(x w1) w2``, and the loss is the sum of the squared errors.

A mistake in the lecture: eq. 24 is headed "with respect to w1", but it is the derivative with
respect to w2. Look at the shapes, or at the docstring of `gradients`.
"""

import numpy as np

# The size of the hidden layer, the learning rate and the number of steps (at most 256 hidden
# neurons and 200,000 steps) with which random data are learned: 64 samples, 20 inputs, 1 output.
HYPERPARAMETERS = {
    "d_hidden": None,  # write me
    "learning_rate": None,  # write me
    "steps": None,  # write me
}

# Does what was learned on random data carry over to new random data? True or False.
GENERALISES = None  # write me


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
    raise NotImplementedError("create_data: write me")


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
    raise NotImplementedError("init_weights: write me")


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
    raise NotImplementedError("gradients: write me")


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
    raise NotImplementedError("train: write me")


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
    raise NotImplementedError("test_error: write me")


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
