import numpy as np

ANALYTIC_MINIMUM = np.array([1.0, 3.5])
EXPERIMENTS = dict(
    converges=dict(start=(0, 3), learning_rate=1e-2, steps=10_000),
    too_slow=dict(start=(0, 3), learning_rate=1e-7, steps=10_000),
    diverges=dict(start=(0, 3), learning_rate=10.0, steps=20),
)

def function_to_minimize(x, y):
    return x**4 + x**3 - x + y**4 + 4 * y**2 + 5

def gradient(x, y):
    return np.array([4*x**3 + 3*x**2 - 1, 4*y**3 + 8*y])

def gradient_descent(start, learning_rate, steps):
    p = [np.array(start, float)]
    for _ in range(steps): p.append(p[-1] - learning_rate * gradient(*p[-1]))
    return np.array(p)
