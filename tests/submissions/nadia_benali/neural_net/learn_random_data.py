"""Exercice 2 : apprendre des données aléatoires."""

import numpy as np

HYPERPARAMETERS = {"d_hidden": 10, "learning_rate": 3e-4, "steps": 5000}

# le réseau apprend par coeur, rien ne se transporte sur de nouvelles données
GENERALISES = False


def create_data(n_samples, d_in, d_out, rng):
    x = rng.standard_normal((n_samples, d_in))
    y = rng.standard_normal((n_samples, d_out))
    return x, y


def init_weights(d_in, d_hidden, d_out, rng):
    w1 = rng.standard_normal((d_in, d_hidden))
    w2 = rng.standard_normal((d_hidden, d_out))
    return w1, w2


def forward(x, w1, w2):
    hidden_in = x @ w1
    hidden = np.maximum(hidden_in, 0)
    y_pred = hidden @ w2
    return hidden_in, hidden, y_pred


def squared_error(y_pred, y_true):
    return float(np.sum((y_pred - y_true) ** 2))


def gradients(x, y, w1, w2):
    x = np.atleast_2d(x)      # un seul échantillon = un lot de taille 1
    y = np.atleast_2d(y)
    hidden_in, hidden, y_pred = forward(x, w1, w2)
    d_y = 2 * (y_pred - y)
    grad_w2 = hidden.T @ d_y
    d_hidden = d_y @ w2.T
    d_hidden_in = d_hidden * (hidden_in > 0)
    grad_w1 = x.T @ d_hidden_in
    return grad_w1, grad_w2


def train(x, y, w1, w2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        losses.append(squared_error(forward(x, w1, w2)[2], y))
        grad_w1, grad_w2 = gradients(x, y, w1, w2)
        w1 = w1 + learning_rate * grad_w1
        w2 = w2 + learning_rate * grad_w2
    losses.append(squared_error(forward(x, w1, w2)[2], y))
    return w1, w2, np.array(losses)


def test_error(x, y, w1, w2):
    return squared_error(forward(x, w1, w2)[2], y)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x, y = create_data(64, 20, 1, rng)
    w1, w2 = init_weights(20, HYPERPARAMETERS["d_hidden"], 1, rng)
    w1, w2, losses = train(x, y, w1, w2, HYPERPARAMETERS["learning_rate"], HYPERPARAMETERS["steps"])
    print("erreur d'entraînement :", losses[0], "->", losses[-1])
    print("erreur de test :", test_error(*create_data(64, 20, 1, rng), w1, w2))
