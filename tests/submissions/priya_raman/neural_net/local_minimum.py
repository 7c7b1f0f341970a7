import numpy as np

EXPERIMENT = dict(d_hidden=4, learning_rate=1e-3, steps=3_000, seed=5)

def exercise_data():
    rng = np.random.default_rng(20201115)
    return tuple(rng.standard_normal((40, d)) for d in (10, 2))

def init_weights(d_in, d_hidden, d_out, rng):
    return tuple(rng.uniform(-1, 1, shape) for shape in ((d_in, d_hidden), (d_hidden, d_out)))
