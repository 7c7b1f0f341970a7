# Exercise 6, part 2. All functions are those of exercise 2.

from create_structured_data import create_data
from learn_random_data import forward, gradients, init_weights, squared_error, test_error, train

HYPERPARAMETERS = {"d_hidden": 5, "learning_rate": 0.00002, "steps": 12000}
GENERALISES = True
