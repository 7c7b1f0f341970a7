import numpy as np
import matplotlib
matplotlib.use("TkAgg")      # does not work otherwise on my laptop
import matplotlib.pyplot as plt

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
    path = np.zeros((steps + 1, 2))
    path[0] = start
    with np.errstate(all="ignore"):
        for k in range(steps):
            slope = np.array(gradient(*path[k]))
            path[k + 1] = path[k] - learning_rate * slope
    return path


# --- figures for my report ---
for name, experiment in EXPERIMENTS.items():
    path = gradient_descent(**experiment)
    print("experiment", name, "start", path[0], "end", path[-1])
    plt.figure()
    plt.plot(path[:30, 0], path[:30, 1], "o-")
    plt.title(name)
    plt.show()
