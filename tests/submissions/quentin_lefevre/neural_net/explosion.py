import numpy as np

EXPERIMENT = {"d_hidden": 10, "learning_rate": 0.1, "steps": 100, "seed": 0}


def has_diverged(losses):
    if len(losses) < 2:
        return False
    if np.isnan(losses[-1]) or np.isinf(losses[-1]):
        return True
    return bool(losses[-1] > 1000 * losses[0] and losses[-1] > losses[-2])
