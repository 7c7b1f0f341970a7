# Exercise 1, part 1

ANALYTIC_MINIMUM = [1.0, 3.5]

EXPERIMENTS = {}
EXPERIMENTS["converges"] = {"start": [-2.0, 1.0], "learning_rate": 0.02, "steps": 3000}
EXPERIMENTS["too_slow"] = {"start": [-2.0, 1.0], "learning_rate": 0.00001, "steps": 500}
EXPERIMENTS["diverges"] = {"start": [-2.0, 1.0], "learning_rate": 1.0, "steps": 100}


def function_to_minimize(x, y):
    """Return f(x, y) = x⁴ + x³ - x + y⁴ + 4y² + 5 (given: nothing to write here)."""
    return x**4 + x**3 - x + y**4 + 4 * y**2 + 5


def gradient(x, y):
    # x*x*x and not x**3: a float "**" raises OverflowError, the product gives inf
    return [4 * x * x * x + 3 * x * x - 1, 4 * y * y * y + 8 * y]


def gradient_descent(start, learning_rate, steps):
    x, y = float(start[0]), float(start[1])
    path = [[x, y]]
    for _ in range(steps):
        dx, dy = gradient(x, y)
        x = x - learning_rate * dx
        y = y - learning_rate * dy
        path.append([x, y])
    return path
