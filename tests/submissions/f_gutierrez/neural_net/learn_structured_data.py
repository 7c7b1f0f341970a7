"""Exercise 6, part 2. Everything but the start weights comes from exercise 2."""
from create_structured_data import create_data
from learn_random_data import forward, gradients, squared_error, test_error, train

HYPERPARAMETERS = {"d_hidden": 10, "learning_rate": 1e-5, "steps": 20_000}
GENERALISES = True


def init_weights(d_in, d_hidden, d_out, rng):
    # smaller than in exercise 2: the inputs are five times as large
    return 0.3 * rng.standard_normal((d_in, d_hidden)), 0.3 * rng.standard_normal((d_hidden, d_out))
