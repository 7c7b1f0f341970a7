# Exercise 4

import math

EXPERIMENT = {}
EXPERIMENT["d_hidden"] = 12
EXPERIMENT["learning_rate"] = 0.05
EXPERIMENT["steps"] = 60
EXPERIMENT["seed"] = 1


def init_weights(d_in, d_hidden, d_out, rng):
    w1 = [[rng.normal() for _ in range(d_hidden)] for _ in range(d_in)]
    w2 = [[rng.normal() for _ in range(d_out)] for _ in range(d_hidden)]
    return [w1, w2]


def has_diverged(losses):
    before = None
    first = None
    last = None
    for loss in losses:
        if math.isinf(loss) or math.isnan(loss):
            return True
        if first is None:
            first = loss
        before = last
        last = loss
    if before is None:
        # one loss or no loss
        return False
    if last <= before:
        return False
    return bool(last > 1000.0 * first)
