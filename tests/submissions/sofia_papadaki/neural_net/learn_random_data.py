"""
Exercise 2: learning random data
"""
import numpy as np

HYPERPARAMETERS = {
    "d_hidden": 2,
    "learning_rate": 0.0003,
    "steps": 30000,
}

GENERALISES = False


def create_data(n_samples, d_in, d_out, rng):
    x = rng.normal(0, 1, (n_samples, d_in))
    y = rng.normal(0, 1, (n_samples, d_out))
    return x, y


def init_weights(d_in, d_hidden, d_out, rng):
    w1 = rng.normal(0, 1, (d_in, d_hidden))
    w2 = rng.normal(0, 1, (d_hidden, d_out))
    return w1, w2


def relu(z):
    return np.maximum(z, 0)


def relu_derivative(z):
    return (z > 0).astype(float)


def forward(x, w1, w2):
    hidden_in = np.dot(x, w1)
    hidden = relu(hidden_in)
    y_pred = relu(np.dot(hidden, w2))
    return hidden_in, hidden, y_pred


def squared_error(y_pred, y_true):
    difference = y_pred - y_true
    return np.sum(difference ** 2)


def gradients(x, y, w1, w2):
    # make a single sample look like a batch
    if x.ndim == 1:
        x = x.reshape(1, -1)
        y = y.reshape(1, -1)
    hidden_in, hidden, y_pred = forward(x, w1, w2)
    # derivative of the squared error
    error = 2 * (y_pred - y)
    grad_w2 = np.dot(hidden.T, error)
    # go back through w2 and the relu
    error_hidden = np.dot(error, w2.T) * relu_derivative(hidden_in)
    grad_w1 = np.dot(x.T, error_hidden)
    return grad_w1, grad_w2


def train(x, y, w1, w2, learning_rate, steps):
    w1 = w1.copy()
    w2 = w2.copy()
    losses = []
    for step in range(steps):
        hidden_in, hidden, y_pred = forward(x, w1, w2)
        losses.append(squared_error(y_pred, y))
        grad_w1, grad_w2 = gradients(x, y, w1, w2)
        w1 -= learning_rate * grad_w1
        w2 -= learning_rate * grad_w2
    losses.append(squared_error(forward(x, w1, w2)[2], y))
    return w1, w2, losses


def test_error(x, y, w1, w2):
    hidden_in, hidden, y_pred = forward(x, w1, w2)
    return np.sqrt(squared_error(y_pred, y))


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x, y = create_data(64, 20, 1, rng)
    w1, w2 = init_weights(20, HYPERPARAMETERS["d_hidden"], 1, rng)
    w1, w2, losses = train(x, y, w1, w2, HYPERPARAMETERS["learning_rate"], HYPERPARAMETERS["steps"])
    print("start:", losses[0], "end:", losses[-1])
    x2, y2 = create_data(64, 20, 1, rng)
    print("test error:", test_error(x2, y2, w1, w2), "-> does not generalise")
