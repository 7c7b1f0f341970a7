"""Exercice 1, partie 2 : plusieurs minima."""

import numpy as np

EXPERIMENTS = {
    "global_minimum": {"start": (-7.0, -9.5), "learning_rate": 0.01, "steps": 2000},
    "local_minimum": {"start": (5.0, 2.0), "learning_rate": 0.05, "steps": 5000},
    # dans le trou profond, un pas trop grand saute d'un bord à l'autre
    "oscillates": {"start": (-8.0, -10.0), "learning_rate": 0.06, "steps": 500},
}


def function_to_minimize(x, y):
    bowl = 0.5 * y + 0.1 * (x**2 + y**2)
    narrow_hole = 100 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5)
    wide_hole = 200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    return bowl - narrow_hole - wide_hole


def gradient(x, y):
    trou_1 = 100 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5)
    trou_2 = 200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    # deux signes moins qui se rencontrent : donc plus
    df_dx = 0.2 * x + trou_1 * 2 * (x - 11.5) / 5 + trou_2 * 2 * (x + 9) / 10
    df_dy = 0.5 + 0.2 * y + trou_1 * 2 * (y - 8.2) / 5 + trou_2 * 2 * (y + 11) / 10
    return df_dx, df_dy


def gradient_descent(start, learning_rate, steps):
    trajectoire = np.zeros((steps + 1, 2))
    trajectoire[0] = start
    with np.errstate(all="ignore"):
        for k in range(steps):
            trajectoire[k + 1] = trajectoire[k] - learning_rate * np.array(gradient(*trajectoire[k]))
    return trajectoire
