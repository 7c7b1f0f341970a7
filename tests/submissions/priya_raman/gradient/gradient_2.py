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

H = 1e-5

def gradient(x, y):
    """no need to derive anything: the definition of the derivative works for any function"""
    f = function_to_minimize(x, y)
    return (function_to_minimize(x + H, y) - f) / H, (function_to_minimize(x, y + H) - f) / H

def gradient_descent(start, learning_rate, steps):
    p = [np.array(start, float)]
    for _ in range(steps): p.append(p[-1] - learning_rate * np.array(gradient(*p[-1])))
    return np.array(p)
