"""The data of exercise 3, for other exercises that train on them too."""

import runpy
from functools import lru_cache
from pathlib import Path

import numpy as np

from grader.checks import recorded

REFERENCE = Path(__file__).parents[2] / "neural_net" / "local_minimum.py"


@recorded
@lru_cache(maxsize=1)
def exercise_data() -> tuple[np.ndarray, np.ndarray]:
    """Return what the reference's `exercise_data` returns, for good."""
    x, y = runpy.run_path(str(REFERENCE))["exercise_data"]()
    for array in (x, y):
        array.setflags(write=False)
    return x, y
