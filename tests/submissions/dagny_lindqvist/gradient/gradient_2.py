import numpy as np

EXPERIMENTS = dict(
    global_minimum=dict(start=(-10, -9), learning_rate=1e-2, steps=10_000),
    local_minimum=dict(start=(2, 2), learning_rate=1e-1, steps=1_000),
    oscillates=dict(start=(-9.5, -11.5), learning_rate=0.055, steps=100),
)

def function_to_minimize(x, y):
    bowl = 0.5 * y + 0.1 * (x**2 + y**2)
    narrow_hole = 100 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5)
    wide_hole = 200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    return bowl - narrow_hole - wide_hole

def gradient(x, y):
    p = np.array([x, y], dtype=float)
    a, b = np.array([11.5, 8.2]), np.array([-9.0, -11.0])
    g = 0.2 * p + [0, 0.5]
    g += 40 * np.exp(-np.sum((p - a)**2) / 5) * (p - a)
    g += 40 * np.exp(-np.sum((p - b)**2) / 10) * (p - b)
    return g

def gradient_descent(start, learning_rate, steps):
    p = [np.array(start, float)]
    for _ in range(steps): p.append(p[-1] - learning_rate * gradient(*p[-1]))
    return np.array(p)
