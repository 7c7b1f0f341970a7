"""Exercise 3. The training itself is in experiments.py."""
import numpy as np

EXPERIMENT = {"d_hidden": 5, "learning_rate": 1e-3, "steps": 4000, "seed": 12}


def exercise_data():
    rng = np.random.default_rng(20201115)
    return rng.standard_normal((40, 10)), rng.standard_normal((40, 2))


if __name__ == "__main__":
    from experiments import run

    print(run(EXPERIMENT, *exercise_data())[2][-1])
