"""Right formulas of both gradients, in forms that differ."""

from __future__ import annotations

FORMS_OF_1 = [
    "def gradient(x, y): return [x * x * (4 * x + 3) - 1, 4 * y * (y * y + 2)]",
    """
def gradient(x, y): return np.array([np.polyval([4, 3, 0, -1], x), np.polyval([4, 0, 8, 0], y)])
""",
    """
def gradient(x, y):
    x, y = np.float32(x), np.float32(y)
    return np.array([4 * x**3 + 3 * x**2 - 1, 4 * y**3 + 8 * y], dtype='f4')
""",
    "def gradient(x, y): return pow(x, 3) * 4 + 3 * x ** 2.0 - 1, 4 * (2 * y + np.power(y, 3))",
]
FORMS_OF_2 = [
    """
def gradient(x, y):
    a = 40 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5)
    b = 40 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    return np.array([x / 5 + a * (x - 11.5) + b * (x + 9), (y + 2.5) / 5 + a * (y - 8.2)
        + b * (y + 11)])
""",
    """
import math
def gradient(x, y):
    def slope(u, v, width, depth):
        e = depth * math.exp(-u * u / width) * math.exp(-v * v / width)
        return 2 * u / width * e, 2 * v / width * e
    a, b = slope(x - 11.5, y - 8.2, 5, 100), slope(x + 9, y + 11, 10, 200)
    return [0.1 * 2 * x + a[0] + b[0], a[1] + b[1] + 0.2 * y + 0.5]
""",
    """
def gradient(x, y):
    x, y = np.float32(x), np.float32(y)
    a = -100 * np.exp(-((x - np.float32(11.5)) ** 2 + (y - np.float32(8.2)) ** 2) / 5)
    b = -200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    return (np.float32(0.2) * x + a * (-2 / 5) * (x - np.float32(11.5)) - b * (x + 9) / 5,
        np.float32(0.5) + y * np.float32(0.2) - a * (y - np.float32(8.2)) / 2.5 - b * (y + 11) / 5)
""",
]

ONE_AFTER_THE_OTHER = """
def gradient_descent(start, learning_rate, steps):
    x, y = map(np.float64, start)
    points = [(x, y)]
    for _ in range(steps):
        x = x - learning_rate * gradient(x, y)[0]
        y = y - learning_rate * gradient(x, y)[1]
        points.append((x, y))
    return np.array(points)
"""
SAME_ARRAY = """
def gradient_descent(start, learning_rate, steps):
    point = np.array(start, dtype=float)
    points = [point]
    for _ in range(steps):
        point -= learning_rate * np.array(gradient(*point))
        points.append(point)
    return np.array(points)
"""
