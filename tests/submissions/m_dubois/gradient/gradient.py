"""Exercice 1, partie 1 : descente de gradient, une seule vallée."""

import numpy as np

# f'(x) = 2 (x - 1) = 0  =>  x = 1,  f(1) = 3.5
ANALYTIC_MINIMUM = (1, 3.5)

EXPERIMENTS = {
    "converges": {"start": (2.0, 2.0), "learning_rate": 0.01, "steps": 2000},
    "too_slow": {"start": (2.0, 2.0), "learning_rate": 1e-6, "steps": 1000},
    "diverges": {"start": (2.0, 2.0), "learning_rate": 0.3, "steps": 50},
}


def function_to_minimize(x, y):
    return x**4 + x**3 - x + y**4 + 4 * y**2 + 5


def gradient(x, y):
    df_dx = 4 * x**3 + 3 * x**2 - 1
    df_dy = 4 * y**3 + 8 * y
    return df_dx, df_dy


def gradient_descent(start, learning_rate, steps):
    trajectoire = np.zeros((steps + 1, 2))
    trajectoire[0] = start
    with np.errstate(all="ignore"):
        for k in range(steps):
            pente = np.array(gradient(*trajectoire[k]))
            trajectoire[k + 1] = trajectoire[k] - learning_rate * pente
    return trajectoire


if __name__ == "__main__":
    for nom, exp in EXPERIMENTS.items():
        print(nom, gradient_descent(**exp)[-1])
