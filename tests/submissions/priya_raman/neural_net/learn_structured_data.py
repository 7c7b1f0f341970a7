from learn_random_data import *

HYPERPARAMETERS = dict(d_hidden=5, learning_rate=3e-5, steps=12_000)
GENERALISES = True
