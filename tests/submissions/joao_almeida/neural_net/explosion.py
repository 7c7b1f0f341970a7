"""Exercício 4: explosão"""

import numpy as np

EXPERIMENT = {"d_hidden": 10, "learning_rate": 0.01, "steps": 200, "seed": 7}


def has_diverged(losses):
    losses = np.asarray(losses, dtype=float)
    if len(losses) < 2:
        return False
    # infinito, ou 1000 vezes maior do que no início
    if np.any(losses == np.inf):
        return True
    return bool(losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2])
