"""
Exercise 1, part 1: the gradient algorithm on a function with one minimum.
"""
import numpy as np

# derivative of (x-1)^2 + 3.5 is 2(x-1), which is zero in x = 1
ANALYTIC_MINIMUM = (1.0, 3.5)

EXPERIMENTS = {
    # found by playing around with the learning rate
    "converges": {"start": (1.5, -2.0), "learning_rate": 0.03, "steps": 500},
    # way too small
    "too_slow": {"start": (1.5, -2.0), "learning_rate": 0.000001, "steps": 500},
    # way too large, goes to infinity after 5 steps
    "diverges": {"start": (1.5, -2.0), "learning_rate": 0.9, "steps": 60},
}


def function_to_minimize(x, y):
    return x**4 + x**3 - x + y**4 + 4 * y**2 + 5


def gradient(x, y):
    """(df/dx, df/dy), computed on paper"""
    return (4 * x**3 + 3 * x**2 - 1, 4 * y**3 + 8 * y)


def gradient_descent(start, learning_rate, steps):
    position = np.array(start, dtype=np.float64)
    trajectory = [position.copy()]
    for step in range(steps):
        grad = np.array(gradient(position[0], position[1]))
        position = position - learning_rate * grad
        trajectory.append(position.copy())
    return np.array(trajectory)


if __name__ == "__main__":
    t = gradient_descent((1.5, -2.0), 0.03, 500)
    print("minimum found:", t[-1])
    import matplotlib.pyplot as plt
    plt.plot(t[:, 0], t[:, 1], ".-")
    plt.show()
