"""Exercice 6, deuxième partie : apprendre une structure."""

import numpy as np

from create_structured_data import create_data
from learn_random_data import forward, gradients, init_weights, squared_error, test_error, train

HYPERPARAMETERS = {"d_hidden": 6, "learning_rate": 5e-5, "steps": 10000}

# cette fois il y a quelque chose à apprendre
GENERALISES = True


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x, y = create_data(64, 0.05, rng)
    w1, w2 = init_weights(6, HYPERPARAMETERS["d_hidden"], 2, rng)
    w1, w2, losses = train(x, y, w1, w2, HYPERPARAMETERS["learning_rate"], HYPERPARAMETERS["steps"])
    print("erreur d'entraînement par échantillon :", losses[-1] / 64)
    print("erreur de test par échantillon :", test_error(*create_data(32, 0.05, rng), w1, w2) / 32)
