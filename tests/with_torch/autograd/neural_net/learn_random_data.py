"""Exercise 2 with PyTorch: the gradients are autograd's."""

import numpy as np
import torch

HYPERPARAMETERS = {"d_hidden": 10, "learning_rate": 3e-4, "steps": 5000}
GENERALISES = False


def tensor(values):
    return torch.as_tensor(np.asarray(values, dtype=float))


def create_data(n_samples, d_in, d_out, rng):
    x, y = rng.standard_normal((n_samples, d_in)), rng.standard_normal((n_samples, d_out))
    return torch.from_numpy(x), torch.from_numpy(y)


def init_weights(d_in, d_hidden, d_out, rng):
    w1, w2 = rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))
    return torch.tensor(w1, requires_grad=True), torch.tensor(w2, requires_grad=True)


def forward(x, w1, w2):
    hidden_in = tensor(x) @ tensor(w1)
    hidden = torch.relu(hidden_in)
    return hidden_in, hidden, hidden @ tensor(w2)


def squared_error(y_pred, y_true):
    return torch.sum((tensor(y_pred) - tensor(y_true)) ** 2)


def gradients(x, y, w1, w2):
    w1 = tensor(w1).clone().requires_grad_()
    w2 = tensor(w2).clone().requires_grad_()
    y_pred = torch.relu(tensor(x) @ w1) @ w2
    torch.sum((y_pred - tensor(y)) ** 2).backward()
    return w1.grad, w2.grad


def train(x, y, w1, w2, learning_rate, steps):
    x, y = tensor(x), tensor(y)
    w1 = tensor(w1).clone().requires_grad_()
    w2 = tensor(w2).clone().requires_grad_()
    losses = []
    for step in range(steps + 1):
        loss = torch.sum((torch.relu(x @ w1) @ w2 - y) ** 2)
        losses.append(loss)
        if step < steps:
            grad_w1, grad_w2 = torch.autograd.grad(loss, (w1, w2))
            with torch.no_grad():
                w1 -= learning_rate * grad_w1
                w2 -= learning_rate * grad_w2
    return w1, w2, torch.stack(losses)


def test_error(x, y, w1, w2):
    return squared_error(forward(x, w1, w2)[2], y).item()
