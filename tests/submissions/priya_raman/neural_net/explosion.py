import numpy as np

EXPERIMENT = dict(d_hidden=20, learning_rate=0.5, steps=30, seed=5)

def has_diverged(losses):
    l = np.array(losses, dtype=float)
    return l.size > 1 and bool(not np.isfinite(l).all() or l[-1] > max(1e3 * l[0], l[-2]))
