# Exercise 9, part 2

from math import exp, log


def softmax(z):
    if hasattr(z[0], "__len__"):
        return [softmax(line) for line in z]
    top = max(z)
    e = [exp(v - top) for v in z]
    return [v / sum(e) for v in e]


def cross_entropy(p, labels):
    total = 0.0
    for line, label in zip(p, labels):
        right = line[label]
        if right < 1e-300:
            right = 1e-300
        total -= log(right)
    return total / len(labels)


def gradient(z, labels):
    out = []
    for line, label in zip(z, labels):
        p = softmax(line)
        p[label] -= 1
        out.append([v / len(labels) for v in p])
    return out


def slowdown(z):
    s = 1 / (1 + exp(-z))
    return (2 * s * s * (1 - s), s)
